import { assert, describe, it } from "@effect/vitest"
import { type Duration, Effect, Fiber, Layer, Stream, TestClock } from "effect"
import * as Polling from "effect-lro/Polling"
import { inTime } from "../kit/inTime.ts"
import {
  Bakery,
  done,
  layer,
  name,
  polledAt,
  type Reply,
  running,
  type Script
} from "../kit/Scripted.ts"

const every = (delay: Duration.DurationInput) => ({ schedule: Polling.fixed(delay), spread: 0 })

const times = (n: number, reply: Reply): ReadonlyArray<Reply> =>
  Array.from({ length: n }, () => reply)

const seconds = (...instants: ReadonlyArray<number>) => instants.map((second) => second * 1000)

describe("[19] settings", () => {
  const polls = <E, R>(
    wait: Effect.Effect<unknown, E, R>,
    script: Script = { get: [...times(2, running()), done] }
  ) =>
  (polling: Polling.Settings) =>
    Effect.zipRight(inTime(wait), polledAt).pipe(
      Effect.map((all) => all.map((at) => at - (all[0] ?? 0))),
      Effect.provide(layer(script, { polling }))
    )

  const wait = (options?: Polling.Settings) =>
    Effect.flatMap(Bakery, (bakery) => bakery.untilDone(name, options))

  it.effect("of the call go over ambient ones, over the layer's, over the defaults", () =>
    Effect.gen(function*() {
      const ambient = Polling.withSettings(every("20 seconds"))
      const inLayer = every("30 seconds")
      assert.deepStrictEqual(
        yield* polls(ambient(wait(every("10 seconds"))))(inLayer),
        seconds(0, 10, 20)
      )
      assert.deepStrictEqual(yield* polls(ambient(wait()))(inLayer), seconds(0, 20, 40))
      assert.deepStrictEqual(yield* polls(wait())(inLayer), seconds(0, 30, 60))
      assert.deepStrictEqual(yield* polls(wait())({ spread: 0 }), seconds(0, 2.5, 5))
    }))

  it.effect("are merged one by one", () =>
    Effect.gen(function*() {
      const error = yield* wait({ deadline: "20 seconds" }).pipe(
        Polling.withSettings({ spread: 0 }),
        inTime,
        Effect.flip
      )
      assert(error._tag === "WaitTimeout")
      assert.deepStrictEqual(yield* polledAt, seconds(0, 15, 18))
    }).pipe(
      Effect.provide(
        layer({ get: [running()] }, {
          polling: { schedule: Polling.fixed("15 seconds"), spread: 0.5 }
        })
      )
    ))

  it.effect("withSettings nests; what the inner one leaves out, also as undefined, stays", () =>
    Effect.gen(function*() {
      const outer = Polling.withSettings({ ...every("20 seconds"), maxHint: "1 minute" })
      const inner = Polling.withSettings({
        schedule: Polling.fixed("5 seconds"),
        spread: undefined
      })
      assert.deepStrictEqual(yield* polls(outer(inner(wait())))({}), seconds(0, 5, 10))
      assert.deepStrictEqual(yield* polls(inner(outer(wait())))({}), seconds(0, 20, 40))
      const settings = yield* outer(inner(Polling.CurrentSettings))
      assert.strictEqual(settings.spread, 0)
      assert.strictEqual(settings.maxHint, "1 minute")
    }))

  it.effect("are those of the fiber that waits, not of the one that built the client", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const waiting = yield* Effect.fork(
        Polling.withSettings(bakery.untilDone(name), every("10 seconds"))
      )
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(waiting)
      assert.deepStrictEqual(yield* polledAt, seconds(0, 10, 20))
    }).pipe(
      Effect.provide(
        layer({ get: [...times(2, running()), done] }).pipe(
          (built) => Layer.unwrapEffect(Effect.succeed(built)),
          Layer.provide(Layer.succeed(Polling.CurrentSettings, every("1 second")))
        )
      )
    ))

  it.effect("hold for watch and cancelAndWait too", () =>
    Effect.gen(function*() {
      const watch = Effect.flatMap(Bakery, (bakery) => Stream.runDrain(bakery.watch(name)))
      const cancel = Effect.flatMap(Bakery, (bakery) => bakery.cancelAndWait(name))
      const script = { cancel: [() => new Response("{}")], get: [...times(2, running()), done] }
      const ambient = Polling.withSettings(every("20 seconds"))
      assert.deepStrictEqual(yield* polls(ambient(watch), script)({}), seconds(0, 20, 40))
      assert.deepStrictEqual(yield* polls(ambient(cancel), script)({}), seconds(0, 20, 40))
    }))
})
