/**
 * Makes every TestClock what Testing.layerTestClock makes of one. A test over a socket waits for what comes by it before it moves the
 * clock.
 */
import { Effect, TestClock, TestContext } from "effect"
import { byTurns } from "effect-lro/internal/testing/testClock"

const clock = Effect.runSync(Effect.provide(TestClock.testClock(), TestContext.TestContext))

Object.assign(Object.getPrototypeOf(clock), byTurns)
