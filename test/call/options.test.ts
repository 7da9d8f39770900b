/** Ambient options of calls: between those of the call and those of the layer, in the fiber that calls. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import * as Operations from "effect-lro/Operations"
import * as Polling from "effect-lro/Polling"
import { inTime } from "../kit/inTime.ts"
import {
  Bakery,
  done,
  hang,
  layer,
  name,
  polledAt,
  refuse,
  requests,
  running
} from "../kit/Scripted.ts"
import { withDice } from "../kit/services.ts"

const unavailable = refuse(503, "UNAVAILABLE")
const retry = { initial: "1 second", multiplier: 1 } as const
const steady = { schedule: Polling.fixed("10 seconds"), spread: 0 } as const

const get = (options?: Operations.CallOptions) =>
  Effect.flatMap(Bakery, (bakery) => bakery.get({ name }, options))

const wait = (options?: Operations.WaitOptions) =>
  Effect.flatMap(Bakery, (bakery) => bakery.untilDone(name, { ...steady, ...options }))

/** When requests were made, from the first on; the jitter is off. */
const asked = <E>(
  effect: Effect.Effect<unknown, E, Bakery>,
  reply = unavailable,
  options: Operations.LayerOptions = { retry: { ...retry, attempts: 4 } }
) =>
  Effect.exit(inTime(effect)).pipe(
    Effect.zipRight(polledAt),
    Effect.map((all) => all.map((at) => at - (all[0] ?? 0))),
    Effect.provide(layer({ get: [reply] }, options)),
    withDice(1)
  )

const seconds = (...instants: ReadonlyArray<number>) => instants.map((second) => second * 1000)

describe("ambient options of calls", () => {
  it.effect("go over the layer's and give way to the call's, one by one", () =>
    Effect.gen(function*() {
      const ambient = Operations.withCallOptions({ retry: { attempts: 2 } })
      assert.deepStrictEqual(yield* asked(get()), seconds(0, 1, 2, 3))
      assert.deepStrictEqual(yield* asked(ambient(get())), seconds(0, 1))
      // The attempts of the call, the delay of the ambient options, the multiplier of the layer.
      const slow = Operations.withCallOptions(get({ retry: { attempts: 3 } }), {
        retry: { attempts: 2, initial: "5 seconds" }
      })
      assert.deepStrictEqual(yield* asked(slow), seconds(0, 5, 10))
      assert.deepStrictEqual(yield* asked(ambient(get({ retry: "none" }))), seconds(0))
      const none = Operations.withCallOptions({ retry: "none" })
      assert.deepStrictEqual(yield* asked(none(get())), seconds(0))
      assert.deepStrictEqual(
        yield* asked(none(get({ retry: { attempts: 2 } }))),
        seconds(0, 1)
      )
    }))

  it.effect("nest; what the inner one leaves out, also as undefined, stays", () =>
    Effect.gen(function*() {
      const outer = Operations.withCallOptions({ retry: { attempts: 2 }, timeout: "3 seconds" })
      const inner = Operations.withCallOptions({
        retry: { initial: "5 seconds", attempts: undefined },
        timeout: undefined
      })
      assert.deepStrictEqual(yield* asked(outer(inner(get()))), seconds(0, 5))
      assert.deepStrictEqual(yield* asked(outer(inner(get())), hang), seconds(0, 8))
      assert.deepStrictEqual(yield* outer(inner(Operations.CurrentCallOptions)), {
        retry: { attempts: 2, initial: "5 seconds" },
        timeout: "3 seconds"
      })
    }))

  it.effect("[17] do not repeat a poll, which is one attempt: the budget of the wait takes the place", () =>
    Effect.gen(function*() {
      const ambient = Operations.withCallOptions({ retry: { attempts: 2 }, timeout: "2 seconds" })
      // Ten minutes without a good poll.
      const all = seconds(...Array.from({ length: 61 }, (_, index) => index * 10))
      assert.deepStrictEqual(yield* asked(ambient(wait())), all)
      const watch = Effect.flatMap(
        Bakery,
        (bakery) => Stream.runDrain(bakery.watch(name, steady))
      )
      assert.deepStrictEqual(yield* asked(ambient(watch)), all)
    }))

  it.effect("bound each poll by the ambient time-out", () =>
    Effect.gen(function*() {
      yield* inTime(Operations.withCallOptions(wait(), { timeout: "2 seconds" }))
      assert.deepStrictEqual((yield* requests).map(({ at, end, endedAt }) => [at, end, endedAt]), [
        [0, "answered", 0],
        [10_000, "aborted", 12_000],
        [22_000, "answered", 22_000]
      ])
    }).pipe(Effect.provide(layer({ get: [running(), hang, done] }))))

  it.effect("are those of the fiber that waits, not of the one that built the client", () =>
    Effect.gen(function*() {
      yield* Effect.exit(inTime(wait()))
      assert.deepStrictEqual((yield* requests).map(({ at, end, endedAt }) => [at, end, endedAt]), [
        [0, "aborted", 30_000],
        [40_000, "answered", 40_000]
      ])
    }).pipe(
      Effect.provide(
        layer({ get: [hang, done] }).pipe(
          Layer.provide(Layer.succeed(Operations.CurrentCallOptions, { timeout: "1 second" }))
        )
      )
    ))

  it.effect("that are wrong fail the call, and nothing is sent", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(
        Operations.withCallOptions(get(), { retry: { attempts: 0 } })
      )
      assert.strictEqual(error._tag, "InvalidRequest")
      assert.deepStrictEqual(yield* requests, [])
    }).pipe(Effect.provide(layer({ get: [done] }))))
})
