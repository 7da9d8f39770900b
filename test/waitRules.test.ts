/** Sentences of the rules for waits that the other files leave open. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Stream, TestClock } from "effect"
import * as Polling from "effect-lro/Polling"
import { inTime } from "./utils/inTime.ts"
import {
  after,
  answer,
  bake,
  Bakery,
  done,
  layer,
  name,
  order,
  polledAt,
  refuse,
  type Reply,
  running,
  timeline
} from "./utils/Scripted.ts"

const every2 = { schedule: Polling.fixed("2 seconds"), spread: 0 }

const internal = refuse(500, "INTERNAL")

describe("unexpected failures in a row", () => {
  it.effect("are not those with a NOT_FOUND between them that has its grace", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const target = yield* bakery.start(bake, order)
      yield* inTime(bakery.untilDone(target, { ...every2, notFoundGrace: "1 minute" }))
      assert.strictEqual((yield* polledAt).length, 6)
    }).pipe(Effect.provide(layer({
      start: [running()],
      get: [internal, internal, refuse(404, "NOT_FOUND"), internal, internal, done]
    }))))
})

describe("a watch that is interrupted and cancels", () => {
  const slowCancel: Reply = after(4000, answer({}))

  it.effect("does not poll beside its cancel", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const fiber = yield* Effect.fork(
        Stream.runDrain(bakery.watch(name, { ...every2, onInterrupt: "cancel" }))
      )
      yield* TestClock.adjust("3 seconds")
      const interrupting = yield* Effect.fork(Fiber.interrupt(fiber))
      yield* TestClock.adjust("1 hour")
      yield* Fiber.join(interrupting)
      assert.deepStrictEqual(yield* timeline, [["get", 0], ["get", 2000], ["cancel", 3000]])
    }).pipe(Effect.provide(layer({ get: [running()], cancel: [slowCancel] }))))
})

describe("the deadline", () => {
  it.effect("a reply at that very instant counts", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const state = yield* inTime(
        bakery.untilDone(name, {
          ...every2,
          deadline: "1 minute",
          schedule: Polling.fixed("1 hour")
        })
      )
      assert.strictEqual(state._tag, "Succeeded")
      assert.deepStrictEqual(yield* polledAt, [0, 55_000])
    }).pipe(Effect.provide(layer({ get: [running(), after(5000, done)] }))))
})
