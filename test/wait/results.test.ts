import { assert, describe, it } from "@effect/vitest"
import { Chunk, Effect, Option, Ref, Schema, Stream } from "effect"
import * as LroError from "effect-lro/LroError"
import * as Operation from "effect-lro/Operation"
import * as Operations from "effect-lro/Operations"
import * as Polling from "effect-lro/Polling"
import * as ProtoJson from "effect-lro/ProtoJson"
import { inTime } from "../kit/inTime.ts"
import {
  answer,
  bake,
  Bakery,
  bakeSilently,
  cancelled,
  done,
  failed,
  layer,
  logged,
  name,
  order,
  polledAt,
  ref,
  refuse,
  requests,
  running,
  timeline
} from "../kit/Scripted.ts"

const every2 = { schedule: Polling.fixed("2 seconds"), spread: 0 }
const plum = { flavour: "plum" }
const decoded = <A>(value: A) => Option.some({ _tag: "Decoded" as const, value })

const clean = Operations.method<{ readonly parent: string }>()({
  service: "bakery.googleapis.com/v1",
  rpc: "example.bakery.v1.Bakery.Clean",
  verb: "POST",
  templates: ["/v1/{parent=projects/*/locations/*}:clean"],
  request: { parent: { in: "path" as const, required: true as const } },
  response: ProtoJson.Empty,
  metadata: Schema.Struct({ percent: Schema.Number })
})

const succeeded = (response?: object) =>
  answer({
    name,
    metadata: { percent: 100 },
    done: true,
    ...(response === undefined ? {} : { response })
  })

/** The waits that give what a method says. */
const waits = (bakery: Effect.Effect.Success<typeof Bakery>) => ({
  run: bakery.run(bake, order, every2),
  started: Effect.flatMap(
    bakery.start(bake, order),
    (started) => bakery.untilDone(started, every2)
  ),
  name: bakery.untilDone(name, { ...every2, method: bake }),
  reference: bakery.untilDone(ref, { ...every2, method: bake }),
  operation: bakery.untilDone({ name, done: false }, { ...every2, method: bake })
})

const kinds = ["run", "started", "name", "reference", "operation"] as const

describe("[27] a method knows its response", () => {
  it.effect.each(kinds)("%s gives it decoded", (kind) =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      assert.deepStrictEqual(yield* inTime(waits(bakery)[kind]), plum)
    }).pipe(Effect.provide(layer({ start: [running(0)], get: [running(1), done] }))))

  it.effect.each(kinds)(
    "%s that is another message is a ResultError",
    (kind) =>
      Effect.gen(function*() {
        const bakery = yield* Bakery
        const error = yield* Effect.flip(inTime(waits(bakery)[kind]))
        assert(error._tag === "ResultDecodeError")
        assert.strictEqual(error.path, "")
        assert.include(error.problem, "of type example.bakery.v1.Pie, not example.bakery.v1.Cake")
      }).pipe(
        Effect.provide(layer({
          start: [running(0)],
          get: [succeeded({ "@type": "x.com/example.bakery.v1.Pie", flavour: "plum" })]
        }))
      )
  )

  it.effect("an error of its response says that the operation succeeded, where, and carries it", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const error = yield* Effect.flip(inTime(waits(bakery).run))
      assert(LroError.isResultError(error) && error._tag === "ResultDecodeError")
      assert.isFalse(LroError.isOutcomeError(error))
      assert.strictEqual(error.path, "flavour")
      assert.match(
        error.message,
        /^projects\S+ SUCCEEDED; its response can't be read at `flavour`; don't start it again: /
      )
      assert.deepStrictEqual(Operation.state(error.raw, bake), {
        _tag: "Succeeded",
        name,
        operation: error.raw,
        metadata: decoded({ percent: 100 }),
        response: Option.some({
          _tag: "Undecodable" as const,
          raw: { flavour: 1 },
          path: "flavour",
          problem: error.problem
        })
      })
      const missing = yield* Effect.flip(bakery.untilDone({ name, done: true }, { method: bake }))
      assert(missing._tag === "MissingResult" && LroError.isResultError(missing))
      assert.strictEqual(
        missing.message,
        `${name} SUCCEEDED; it has no response; don't start it again`
      )
      assert.strictEqual(Operation.state(missing.raw)._tag, "Succeeded")
    }).pipe(
      Effect.provide(layer({ start: [running(0)], get: [succeeded({ flavour: 1 })] }))
    ))

  it.effect.each([
    undefined,
    {},
    { "@type": "type.googleapis.com/google.protobuf.Empty" },
    { "@type": "type.googleapis.com/google.protobuf.Empty", value: {} }
  ])(
    "what returns nothing gives nothing, and needs no response: %j",
    (response) =>
      Effect.gen(function*() {
        const bakery = yield* Bakery
        const request = { parent: order.parent }
        assert.isUndefined(yield* inTime(bakery.run(clean, request, every2)))
        assert.isUndefined(
          yield* bakery.untilDone({ name, done: true, response }, { method: clean })
        )
        const state = yield* inTime(bakery.runFinal(clean, request, every2))
        assert(state._tag === "Succeeded")
        assert.deepStrictEqual(
          state.response,
          response === undefined ? Option.none() : decoded(undefined)
        )
      }).pipe(Effect.provide(layer({ start: [running(0)], get: [succeeded(response)] })))
  )

  it.effect("a Schema of one's own overrides it", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const response = Schema.Struct({ flavour: Schema.Literal("plum") })
      class Pie extends Schema.Class<Pie>("example.bakery.v1.Cake")(response.fields) {}
      const states = yield* Ref.make(Chunk.empty<Operation.State>())
      const onState = (state: Operation.State) => Ref.update(states, Chunk.append(state))
      const options = { ...every2, onState }
      const pies = [
        bakery.run(bake, order, { ...options, response: Pie }),
        bakery.untilDone(name, { ...options, method: bake, response: Pie }),
        bakery.untilDone(name, { ...options, response: Pie })
      ]
      for (const pie of pies) {
        assert.deepStrictEqual(yield* inTime(pie), new Pie({ flavour: "plum" }))
      }
      const last = Chunk.toReadonlyArray(yield* Ref.get(states)).map((state) =>
        state._tag === "Succeeded" ? Option.getOrThrow(Operation.decoded(state.response)) : state
      )
      // States have what the method says; without one, what was sent.
      assert.deepStrictEqual(last, [plum, plum, {
        "@type": "type.googleapis.com/example.bakery.v1.Cake",
        ...plum
      }])
    }).pipe(Effect.provide(layer({ start: [running(0)], get: [done] }))))

  it.effect("a Schema that says what it is of knows better than the method", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      class Pie extends Schema.Class<Pie>("example.bakery.v1.Pie")({ crust: Schema.String }) {}
      const pie = yield* bakery.untilDone(name, { method: bake, response: Pie })
      assert.deepStrictEqual(pie, new Pie({ crust: "thin" }))
    }).pipe(
      Effect.provide(
        layer({ get: [succeeded({ "@type": "x.com/example.bakery.v1.Pie", crust: "thin" })] })
      )
    ))

  it.effect("nobody knows it: the final state, as received", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const states = [
        yield* inTime(bakery.run(bakeSilently, order, every2)),
        yield* bakery.untilDone(yield* bakery.start(bakeSilently, order)),
        yield* bakery.untilDone(name, { method: bakeSilently }),
        yield* bakery.untilDone(name)
      ]
      for (const state of states) {
        assert.deepStrictEqual(state.response, decoded({ flavour: 1 }))
        assert.deepStrictEqual(Operation.decoded(state.metadata), Option.some({ percent: 100 }))
      }
    }).pipe(
      Effect.provide(
        layer({ start: [succeeded({ flavour: 1 })], get: [succeeded({ flavour: 1 })] })
      )
    ))
})

describe("[27] final states", () => {
  const ends = (bakery: Effect.Effect.Success<typeof Bakery>) => [
    bakery.runFinal(bake, order, every2),
    bakery.untilFinal(ref, { ...every2, method: bake }),
    bakery.cancelAndWait(ref, { ...every2, method: bake }),
    Effect.flatMap(bakery.start(bake, order), (started) => bakery.untilFinal(started, every2))
  ]

  it.effect("succeeded, with the response decoded", () =>
    Effect.gen(function*() {
      for (const end of ends(yield* Bakery)) {
        const state = yield* inTime(end)
        assert(state._tag === "Succeeded")
        assert.deepStrictEqual(state.response, decoded(plum))
      }
    }).pipe(
      Effect.provide(layer({ start: [running(0)], cancel: [answer({})], get: [done] }))
    ))

  it.effect("succeeded, with a response that cannot be read or is not there, is no error", () =>
    Effect.gen(function*() {
      for (const end of ends(yield* Bakery)) {
        const state = yield* inTime(end)
        assert(state._tag === "Succeeded" && Option.isSome(state.response))
        assert(state.response.value._tag === "Undecodable")
        assert.strictEqual(state.response.value.path, "flavour")
        assert.deepStrictEqual(state.response.value.raw, { flavour: 1 })
      }
      const none = yield* (yield* Bakery).untilFinal({ name, done: true }, { method: bake })
      assert(none._tag === "Succeeded" && Option.isNone(none.response))
    }).pipe(
      Effect.provide(
        layer({ start: [running(0)], cancel: [answer({})], get: [succeeded({ flavour: 1 })] })
      )
    ))

  it.effect.each(
    [["Failed", failed({ code: 10, message: "no" })], ["Cancelled", cancelled]] as const
  )(
    "%s is no error",
    ([tag, reply]) =>
      Effect.gen(function*() {
        for (const end of ends(yield* Bakery)) {
          assert.strictEqual((yield* inTime(end))._tag, tag)
        }
      }).pipe(
        Effect.provide(layer({ start: [running(0)], cancel: [answer({})], get: [reply] }))
      )
  )

  it.effect("fail where the wait itself fails", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const late = { ...every2, deadline: "1 minute" } as const
      const slow = yield* Effect.flip(inTime(bakery.runFinal(bake, order, late)))
      assert.strictEqual(slow._tag, "WaitTimeout")
      const wrong = yield* Effect.flip(bakery.runFinal(bake, order, { deadline: "-1 seconds" }))
      assert(wrong._tag === "InvalidRequest")
      assert.strictEqual(wrong.method, "Operations.runFinal")
      assert.deepStrictEqual((yield* timeline).filter(([kind]) => kind === "start"), [["start", 0]])
    }).pipe(Effect.provide(layer({ start: [running(0)], get: [running(1)] }))))

  it.effect("[22] an interruption cancels where it is told to", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const waits = [
        bakery.runFinal(bake, order, { ...every2, onInterrupt: "cancel" }),
        bakery.untilFinal(name, { ...every2, onInterrupt: "cancel" })
      ]
      for (const wait of waits) yield* inTime(Effect.timeoutOption(wait, "3 seconds"))
      const kinds = (yield* timeline).map(([kind]) => kind)
      assert.deepStrictEqual(kinds, ["start", "get", "cancel", "get", "get", "cancel"])
    }).pipe(
      Effect.provide(layer({ start: [running(0)], get: [running(1)], cancel: [answer({})] }))
    ))
})

describe("[27] watch", () => {
  it.effect("has metadata and response of the method", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const states = yield* inTime(
        Stream.runCollect(bakery.watch(ref, { ...every2, method: bake }))
      )
      const seen = Chunk.toReadonlyArray(states).map((state) => [
        state._tag,
        Option.getOrNull(Operation.decoded(state.metadata)),
        state._tag === "Succeeded" ? state.response : undefined
      ])
      assert.deepStrictEqual(seen, [
        ["Running", { percent: 1 }, undefined],
        ["Succeeded", { percent: 100 }, decoded(plum)]
      ])
    }).pipe(
      Effect.provide(layer({
        get: [running(1), running(1), succeeded({ "@type": "x/bakery.Cake", flavour: "plum" })]
      }))
    ))
})

describe("[27] poll", () => {
  it.effect("is one look, with metadata and response of the method", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const first = yield* bakery.poll(ref, { method: bake })
      assert.strictEqual(first._tag, "Running")
      assert.deepStrictEqual(first.metadata, decoded({ percent: 1 }))
      const started = yield* bakery.start(bake, order)
      const second = yield* bakery.poll(started)
      assert(second._tag === "Succeeded")
      assert.deepStrictEqual(second.response, decoded(plum))
      const bare = yield* bakery.poll(name)
      assert(bare._tag === "Succeeded")
      assert.property(Option.getOrThrow(Operation.decoded(bare.response)), "@type")
      assert.deepStrictEqual((yield* timeline).map(([kind]) => kind), [
        "get",
        "start",
        "get",
        "get"
      ])
    }).pipe(Effect.provide(layer({ start: [running(0)], get: [running(1), done] }))))

  it.effect("of a failed operation is its state, of one that is done no call", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      assert.strictEqual((yield* bakery.poll(name))._tag, "Failed")
      const known = yield* bakery.poll({ name, done: true, response: plum }, { method: bake })
      assert(known._tag === "Succeeded")
      assert.deepStrictEqual(known.response, decoded(plum))
      assert.deepStrictEqual(yield* polledAt, [0])
    }).pipe(Effect.provide(layer({ get: [failed({ code: 10, message: "no" })] }))))

  it.effect("[23] checks a reference, and asks where it was started", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const endpoint = "https://eu-bakery.googleapis.com"
      const json = { ...ref, endpoint, startedAt: "2026-01-01T00:00:00Z" }
      yield* bakery.poll(json as unknown as typeof ref)
      assert.deepStrictEqual((yield* requests).map(({ url }) => url), [`${endpoint}/v1/${name}`])
      for (
        const [target, method, argument] of [
          [{ ...json, version: "v2" }, bake, "target"],
          [{ ...json, endpoint: "https://evil.example" }, bake, "target.endpoint"],
          [json, clean, "method"],
          [{ name }, bake, "target"],
          ["projects/../x", bake, "name"]
        ] as const
      ) {
        const error = yield* Effect.flip(
          bakery.poll(target as unknown as typeof ref, { method: method as typeof bake })
        )
        assert(error._tag === "InvalidRequest")
        assert.strictEqual(error.argument, argument)
      }
      assert.strictEqual((yield* requests).length, 1)
    }).pipe(Effect.provide(layer({ get: [running(1)] }))))

  it.effect("[11] keeps the first name, and says what was seen before", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const state = yield* bakery.poll(name)
      assert.strictEqual(state.name, name)
      assert.deepStrictEqual(yield* logged("WARN"), [
        `WARN the server answered projects/p/locations/l/operations/other when asked for ${name}`
      ])
      const unseen = yield* Effect.flip(bakery.poll(name))
      assert(unseen._tag === "NOT_FOUND" && unseen.seenBefore === undefined)
      const seen = yield* Effect.flip(bakery.poll({ name, done: false }))
      assert(seen._tag === "NOT_FOUND" && seen.seenBefore === true)
    }).pipe(
      Effect.provide(layer({
        get: [answer({ name: "projects/p/locations/l/operations/other" }), refuse(404, "NOT_FOUND")]
      }))
    ))
})

describe("[27] Operation.state", () => {
  it("is the pure form, with a method, with Schemas, or with neither", () => {
    const operation = { name, done: true, metadata: { percent: 9 }, response: plum }
    const typed = Operation.state(operation, bake)
    assert(typed._tag === "Succeeded")
    assert.deepStrictEqual(typed.response, decoded(plum))
    assert.deepStrictEqual(typed.metadata, decoded({ percent: 9 }))
    const own = Operation.state(operation, {
      metadata: bake.metadata,
      response: Schema.Struct({ flavour: Schema.Number })
    })
    assert(own._tag === "Succeeded" && Option.isSome(own.response))
    assert(own.response.value._tag === "Undecodable")
    assert.deepStrictEqual(Option.none(), Operation.decoded(own.response))
    const [raw] = [operation].map(Operation.state)
    assert(raw?._tag === "Succeeded")
    assert.deepStrictEqual(raw.response, decoded<unknown>(plum))
  })
})
