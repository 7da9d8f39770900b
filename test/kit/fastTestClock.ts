/**
 * Makes TestClock wait for turns of the event loop between two instants, not for three timers of the machine: nothing in a unit test
 * happens outside this process, and a machine that is busy is slow with timers.
 */
import { Effect, TestClock, TestContext } from "effect"
import { turn } from "./turn.ts"

const clock = Effect.runSync(Effect.provide(TestClock.testClock(), TestContext.TestContext))
const settled = Effect.repeatN(turn, 2)

Object.assign(Object.getPrototypeOf(clock), { awaitSuspended: () => settled })
