import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Layer, Option, TestClock } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as Operations from "effect-lro/Operations"
import * as Polling from "effect-lro/Polling"
import * as Testing from "effect-lro/testing"
import { Bakery, binding } from "../kit/bakery.ts"
import { inRealTime } from "../kit/services.ts"

const name = "projects/p/locations/l/operations/1"

const World = Operations.layer(Bakery, {
  polling: { schedule: Polling.fixed("8 hours"), spread: 0 }
}).pipe(
  Layer.provide(Credentials.layerNone),
  Layer.provideMerge(Testing.layer({ bindings: [binding] }))
)

/** A wait for an operation of a day; how often the clock waited in its own way meanwhile. */
const waited = Effect.gen(function*() {
  const clock = yield* TestClock.testClock()
  let times = 0
  Object.assign(clock, { awaitSuspended: () => Effect.sync(() => void (times += 1)) })
  const polls = Effect.gen(function*() {
    const server = yield* Testing.OperationsServer
    const bakery = yield* Bakery
    yield* server.put(name, Testing.succeedAfter("1 day"))
    const fiber = yield* Effect.fork(bakery.untilDone(name))
    yield* TestClock.adjust("2 days")
    yield* Fiber.join(fiber)
    return (yield* server.requests).map((request) => request.at / 3_600_000)
  }).pipe(Effect.provide(World))
  return { polls: yield* Effect.provide(polls, Testing.layerTestClock), own: times }
})

describe("Testing.layerTestClock", () => {
  it.effect("comes to the same instants, and the clock waits for no timer of its own", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* waited, { polls: [0, 8, 16, 24], own: 0 })
    }))

  it.effect("moves the time of the test that it is given to", () =>
    Effect.gen(function*() {
      yield* Effect.provide(TestClock.adjust("1 hour"), Testing.layerTestClock)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(yield* Effect.clockWith((clock) => clock.currentTimeMillis), 7_200_000)
    }))

  it.effect("says that there is no TestClock", () =>
    Effect.gen(function*() {
      const exit = yield* Effect.void.pipe(
        Effect.provide(Testing.layerTestClock),
        Effect.exit,
        inRealTime
      )
      const defect = Exit.isFailure(exit) ? Cause.dieOption(exit.cause) : Option.none()
      assert.include(String(Option.getOrUndefined(defect)), "provide TestContext to it")
    }))
})
