/**
 * Makes TestClock wait for turns of the event loop between two instants, not for three timers of the machine, which is slow with them
 * when it is busy. A test over a socket waits for what comes by it before it moves the clock.
 */
import { Effect, TestClock, TestContext } from "effect"
import { turn } from "./turn.ts"

const clock = Effect.runSync(Effect.provide(TestClock.testClock(), TestContext.TestContext))
const settled = Effect.repeatN(turn, 2)

Object.assign(Object.getPrototypeOf(clock), { awaitSuspended: () => settled })
