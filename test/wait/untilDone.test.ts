import { assert, describe, it } from "@effect/vitest"
import { Context, Duration, Effect, Option, Schedule, Schema } from "effect"
import * as Any from "effect-lro/Any"
import type * as Operation from "effect-lro/Operation"
import { OperationRef } from "effect-lro/OperationRef"
import * as Polling from "effect-lro/Polling"
import { inTime } from "../kit/inTime.ts"
import {
  answer,
  bake,
  Bakery,
  Cake,
  cancelled,
  done,
  failed,
  layer,
  logged,
  name,
  order,
  polledAt,
  ref,
  type Reply,
  requests,
  running,
  timeline
} from "../kit/Scripted.ts"

const every2 = { schedule: Polling.fixed("2 seconds"), spread: 0 }

const started: Reply = answer({ name, metadata: { percent: 0 } })

describe("targets", () => {
  it.effect("[18] a name: the first poll at once", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const state = yield* inTime(bakery.untilDone(name, every2))
      assert.strictEqual(state._tag, "Succeeded")
      assert.strictEqual(state.name, name)
      assert.deepStrictEqual(yield* timeline, [["get", 0], ["get", 2000], ["get", 4000]])
      assert.strictEqual((yield* requests)[0]?.url, `https://bakery.googleapis.com/v1/${name}`)
    }).pipe(Effect.provide(layer({ get: [running(), running(), done] }))))

  it.effect("[18] a reference: the first poll at once", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const cake = yield* inTime(bakery.untilDone(ref, { ...every2, method: bake }))
      assert.deepStrictEqual(cake, { flavour: "plum" })
      assert.deepStrictEqual(yield* timeline, [["get", 0], ["get", 2000]])
    }).pipe(Effect.provide(layer({ get: [running(), done] }))))

  it.effect("[18] an operation that was got: the first poll at once", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const state = yield* inTime(bakery.untilDone({ name, done: false }, every2))
      assert.strictEqual(state.name, name)
      assert.deepStrictEqual(yield* timeline, [["get", 0], ["get", 2000]])
    }).pipe(Effect.provide(layer({ get: [running(), done] }))))

  it.effect("[18] a start reply is a state: the first delay comes before the first poll", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const target = yield* bakery.start(bake, order)
      assert.deepStrictEqual(yield* inTime(bakery.untilDone(target, every2)), { flavour: "plum" })
      assert.deepStrictEqual(yield* timeline, [["start", 0], ["get", 2000], ["get", 4000]])
    }).pipe(Effect.provide(layer({ start: [started], get: [running(), done] }))))

  it.effect("a start reply that is done and has no name costs no poll", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const target = yield* bakery.start(bake, order)
      assert.strictEqual(target.name, "")
      const cake = yield* bakery.untilDone(target, { response: Cake })
      assert.deepStrictEqual(cake, { flavour: "plum" })
      assert.deepStrictEqual(yield* timeline, [["start", 0]])
    }).pipe(
      Effect.provide(layer({ start: [answer({ done: true, response: { flavour: "plum" } })] }))
    ))

  it.effect("an operation that is done costs no request", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const cake = yield* bakery.untilDone({ name, done: true, response: { flavour: "fig" } }, {
        response: Cake
      })
      assert.deepStrictEqual(cake, { flavour: "fig" })
      assert.deepStrictEqual(yield* timeline, [])
    }).pipe(Effect.provide(layer({}))))

  for (
    const wrong of [
      "",
      "/projects/p/locations/l/operations/o",
      "projects/p/locations/../operations/1",
      "projects/p/locations/l",
      "v1/projects/p/locations/l/operations/o"
    ]
  ) {
    it.effect(`refuses the name ${JSON.stringify(wrong)} and sends nothing`, () =>
      Effect.gen(function*() {
        const bakery = yield* Bakery
        const errors = [
          yield* Effect.flip(bakery.untilDone(wrong)),
          yield* Effect.flip(bakery.untilDone({ name: wrong, done: false })),
          yield* Effect.flip(bakery.untilDone(new OperationRef({ ...ref, name: wrong })))
        ]
        assert.deepStrictEqual(errors.map((error) => error._tag), [
          "InvalidRequest",
          "InvalidRequest",
          "InvalidRequest"
        ])
        assert.deepStrictEqual(yield* timeline, [])
      }).pipe(Effect.provide(layer({}))))
  }
})

describe("schedules", () => {
  const many = (n: number) => [...Array.from({ length: n }, () => running()), done]

  it.effect("by default a fifth of the time since the start, from 2.5 to 30 seconds", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      yield* inTime(bakery.untilDone(name, { spread: 0 }))
      const expected = [0]
      for (let at = 0; expected.length < 28;) {
        at += Math.min(30_000, Math.max(2500, at * 0.2))
        expected.push(at)
      }
      assert.deepStrictEqual((yield* polledAt).map(Math.round), expected.map(Math.round))
      assert.strictEqual(expected[6], 15_000)
      assert.isAbove(expected[27] ?? 0, 300_000)
    }).pipe(Effect.provide(layer({ get: many(27) }))))

  it.effect("exponential ends at its cap", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const schedule = Polling.exponential({ initial: "1 second", multiplier: 2, cap: "5 seconds" })
      yield* inTime(bakery.untilDone(name, { schedule, spread: 0 }))
      assert.deepStrictEqual(yield* polledAt, [0, 1000, 3000, 7000, 12_000, 17_000, 22_000])
    }).pipe(Effect.provide(layer({ get: many(6) }))))

  class Oven extends Context.Tag("test/Oven")<Oven, { readonly pause: Duration.Duration }>() {}

  it.effect("any Schedule, also one that needs an environment", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const schedule = Schedule.forever.pipe(
        Schedule.addDelayEffect(() => Effect.map(Oven, ({ pause }) => pause))
      )
      yield* inTime(
        bakery.untilDone(name, { schedule, spread: 0 }).pipe(
          Effect.provideService(Oven, { pause: Duration.seconds(7) })
        )
      )
      assert.deepStrictEqual(yield* polledAt, [0, 7000, 14_000])
    }).pipe(Effect.provide(layer({ get: [running(), running(), done] }))))

  it.effect("see the last state", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const isLate = Schema.is(
        Schema.Struct({ percent: Schema.Number.pipe(Schema.greaterThan(50)) })
      )
      const schedule = Schedule.identity<Operation.Operation>().pipe(
        Schedule.addDelay((operation) => isLate(operation.metadata) ? "1 second" : "10 seconds")
      )
      const target = yield* bakery.start(bake, order)
      yield* inTime(bakery.untilDone(target, { schedule, spread: 0 }))
      assert.deepStrictEqual(yield* polledAt, [10_000, 20_000, 21_000, 22_000])
    }).pipe(
      Effect.provide(
        layer({ start: [started], get: [running(10), running(60), running(90), done] })
      )
    ))

  it.effect("[19] that end end the wait with a WaitTimeout", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const schedule = Schedule.intersect(Schedule.spaced("2 seconds"), Schedule.recurs(2))
      const error = yield* Effect.flip(inTime(bakery.untilDone(name, { schedule, spread: 0 })))
      assert(error._tag === "WaitTimeout")
      assert.strictEqual(error.reason, "schedule")
      assert.strictEqual(error.polls, 3)
      assert.deepStrictEqual(error.elapsed, Duration.seconds(4))
      assert.strictEqual(error.operation.name, name)
      assert.deepStrictEqual(error.last?.metadata, {
        "@type": "x.com/example.Progress",
        percent: 3
      })
      assert.match(error.message, /still runs after 4s \(3 polls\): the poll schedule ended/)
      assert.deepStrictEqual(yield* polledAt, [0, 2000, 4000])
    }).pipe(Effect.provide(layer({ get: [running(1), running(2), running(3), running(4)] }))))
})

describe("outcomes", () => {
  const wait = Effect.flatMap(Bakery, (bakery) => bakery.untilDone(name))
  const cake = Effect.flatMap(Bakery, (bakery) => bakery.untilDone(name, { response: Cake }))

  it.effect("a response Schema gives its value", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* cake, { flavour: "plum" })
      const bakery = yield* Bakery
      const typed = yield* bakery.untilDone(name, {
        response: Any.of("example.bakery.v1.Cake", Cake)
      })
      assert.deepStrictEqual(typed, { flavour: "plum" })
    }).pipe(Effect.provide(layer({ get: [done] }))))

  it.effect("[27] Any.of refuses another type, and nothing is lost", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const error = yield* Effect.flip(
        bakery.untilDone(name, { response: Any.of("example.bakery.v1.Bread", Schema.Struct({})) })
      )
      assert(error._tag === "ResultDecodeError")
      assert.deepStrictEqual(error.raw.response, {
        "@type": "type.googleapis.com/example.bakery.v1.Cake",
        flavour: "plum"
      })
    }).pipe(Effect.provide(layer({ get: [done] }))))

  it.effect("[27] a response that does not fit is a ResultDecodeError with the raw operation", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(cake)
      assert(error._tag === "ResultDecodeError")
      assert.deepStrictEqual(error.raw, { name, done: true, response: { flavour: 1 } })
      assert.match(error.problem, /flavour/)
    }).pipe(
      Effect.provide(layer({ get: [answer({ name, done: true, response: { flavour: 1 } })] }))
    ))

  it.effect("[27] done with neither field succeeds without a Schema and is a MissingResult with one", () =>
    Effect.gen(function*() {
      const state = yield* wait
      assert.strictEqual(state._tag, "Succeeded")
      assert.isTrue(Option.isNone(state.response))
      const error = yield* Effect.flip(cake)
      assert(error._tag === "MissingResult")
      assert.deepStrictEqual(error.raw, { name, done: true })
    }).pipe(Effect.provide(layer({ get: [answer({ name, done: true })] }))))

  it.effect("an error is an OperationFailed with code, status and metadata", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(wait)
      assert(error._tag === "OperationFailed")
      assert.strictEqual(error.code, "NOT_FOUND")
      assert.strictEqual(error.status.message, "no oven")
      assert.deepStrictEqual(error.metadata, { percent: 3 })
      assert.strictEqual(error.operation.name, name)
      assert.strictEqual(error.message, `${name} failed: NOT_FOUND; no oven`)
    }).pipe(
      Effect.provide(
        layer({
          get: [
            answer({
              name,
              done: true,
              metadata: { percent: 3 },
              error: { code: 5, message: "no oven" }
            })
          ]
        })
      )
    ))

  const unknown: ReadonlyArray<readonly [what: string, error: unknown, number: number]> = [
    ["a number that google.rpc.Code does not have", { code: 123, message: "m" }, 123],
    ["code 0", { code: 0, message: "m" }, 0],
    ["no code", { message: "m" }, 0],
    ["nothing at all", {}, 0]
  ]
  for (const [what, status, number] of unknown) {
    it.effect(`[11] an error with ${what} is UNKNOWN and the number survives`, () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(wait)
        assert(error._tag === "OperationFailed")
        assert.strictEqual(error.code, "UNKNOWN")
        assert.strictEqual(error.status.code, number)
      }).pipe(Effect.provide(layer({ get: [failed(status)] }))))
  }

  it.effect("[11] both error and response is a failure", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(cake)
      assert(error._tag === "OperationFailed")
      assert.strictEqual(error.code, "ABORTED")
    }).pipe(
      Effect.provide(
        layer({
          get: [answer({ name, done: true, error: { code: 10 }, response: { flavour: "plum" } })]
        })
      )
    ))

  it.effect("code 1 is an OperationCancelled", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(wait)
      assert(error._tag === "OperationCancelled")
      assert.strictEqual(error.status.message, "cancelled")
      assert.strictEqual(error.operation.name, name)
    }).pipe(Effect.provide(layer({ get: [cancelled] }))))

  it.effect("[11] done: false with an error goes on", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const state = yield* inTime(bakery.untilDone(name, every2))
      assert.strictEqual(state._tag, "Succeeded")
      assert.deepStrictEqual(yield* polledAt, [0, 2000])
    }).pipe(
      Effect.provide(
        layer({
          get: [answer({ name, done: false, error: { code: 13, message: "partial" } }), done]
        })
      )
    ))

  it.effect("[11] another name in the replies: the first is kept, with one warning", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const state = yield* inTime(bakery.untilDone(name, every2))
      assert.strictEqual(state.name, name)
      assert.strictEqual(state.operation.name, name)
      assert.deepStrictEqual(
        new Set((yield* requests).map(({ url }) => url)),
        new Set([`https://bakery.googleapis.com/v1/${name}`])
      )
      assert.strictEqual(
        (yield* logged("WARN", "projects/p/locations/l/operations/other", name)).length,
        1
      )
    }).pipe(
      Effect.provide(layer({
        get: [
          answer({ name: "projects/p/locations/l/operations/other" }),
          answer({ name: "projects/p/locations/l/operations/other" }),
          answer({ name: "projects/p/locations/l/operations/other", done: true })
        ]
      }))
    ))

  it.effect("no name in the replies: the first is kept, without a warning", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const state = yield* inTime(bakery.untilDone(name, every2))
      assert.strictEqual(state.name, name)
      assert.deepStrictEqual(yield* logged("WARN"), [])
    }).pipe(
      Effect.provide(
        layer({ get: [answer({ metadata: {} }), answer({ done: true, response: {} })] })
      )
    ))

  it.effect("metadata that does not decode is shown, and the wait goes on", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const target = yield* bakery.start(bake, order)
      const state = yield* inTime(bakery.untilFinal(target, every2))
      assert(Option.isSome(state.metadata) && state.metadata.value._tag === "Undecodable")
      assert.deepStrictEqual(state.metadata.value.raw, { percent: "all" })
      assert.match(state.metadata.value.problem, /percent/)
    }).pipe(
      Effect.provide(layer({
        start: [started],
        get: [
          answer({ name, metadata: { percent: "half" } }),
          answer({ name, done: true, metadata: { percent: "all" } })
        ]
      }))
    ))

  it.effect("metadata is decoded by the Schema of the method", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const state = yield* bakery.untilFinal(name, { method: bake })
      assert.deepStrictEqual(
        state.metadata,
        Option.some({ _tag: "Decoded", value: { percent: 100 } })
      )
    }).pipe(
      Effect.provide(
        layer({
          get: [answer({ name, done: true, metadata: { "@type": "x.com/P", percent: 100 } })]
        })
      )
    ))
})
