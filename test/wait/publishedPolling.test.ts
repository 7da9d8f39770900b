/** The polling that Google publishes for a method is the default pace of its waits. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, TestClock } from "effect"
import { Operations, Polling } from "effect-lro"
import {
  bake,
  Bakery,
  done,
  layer,
  name,
  order,
  polledAt,
  Progress,
  running
} from "../kit/Scripted.ts"

const paced = Operations.generatedMethod<typeof order>()({
  ...bake,
  metadata: Progress,
  polling: { initial: "10 seconds", multiplier: 2, cap: "30 seconds", timeout: "15 seconds" }
})

const script = { start: [running()], get: [running(), running(), running(), done] }

const inTime = <A, E, R>(wait: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.fork(wait)
    yield* TestClock.adjust("10 minutes")
    return yield* Fiber.join(fiber)
  })

describe("[18] published polling", () => {
  it.effect("gives initial delay (a long one shortened to five seconds or a fifth), multiplier and cap, no deadline", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const cake = yield* inTime(bakery.run(paced, order, { spread: 0 }))
      assert.deepStrictEqual(cake, { flavour: "plum" })
      assert.deepStrictEqual(yield* polledAt, [5000, 15_000, 35_000, 65_000])
    }).pipe(Effect.provide(layer(script))))

  it.effect("goes with a name whose method is given", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      yield* inTime(bakery.untilDone(name, { method: paced, spread: 0 }))
      assert.deepStrictEqual(yield* polledAt, [0, 5000, 15_000, 35_000])
    }).pipe(Effect.provide(layer(script))))

  it.effect("gives way to the call", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      yield* inTime(bakery.run(paced, order, { schedule: Polling.fixed("1 second"), spread: 0 }))
      assert.deepStrictEqual(yield* polledAt, [1000, 2000, 3000, 4000])
    }).pipe(Effect.provide(layer(script))))

  it.effect("gives way to the settings of the layer", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      yield* inTime(bakery.run(paced, order))
      assert.deepStrictEqual(yield* polledAt, [5000, 10_000, 15_000, 20_000])
    }).pipe(
      Effect.provide(
        layer(script, { polling: { schedule: Polling.fixed("5 seconds"), spread: 0 } })
      )
    ))
})
