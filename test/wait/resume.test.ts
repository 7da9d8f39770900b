import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Schema } from "effect"
import { OperationRef } from "effect-lro/OperationRef"
import * as Polling from "effect-lro/Polling"
import { inTime } from "../kit/inTime.ts"
import {
  answer,
  bakeOnce,
  Bakery,
  done,
  layer,
  name,
  order,
  ref,
  requests,
  running,
  timeline
} from "../kit/Scripted.ts"

const every2 = { schedule: Polling.fixed("2 seconds"), spread: 0 }

describe("[23] a reference", () => {
  const Json = Schema.parseJson(OperationRef)

  it.effect("is resumed from its JSON, at its endpoint", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const target = yield* bakery.start(bakeOnce, {
        ...order,
        requestId: "6f1c2b9e-6a52-4b1c-9a55-0c1c6d1f7a10"
      })
      const json = yield* Schema.encode(Json)(target.ref)
      assert.deepStrictEqual(JSON.parse(json), {
        service: "bakery.googleapis.com",
        version: "v1",
        endpoint: "https://eu-bakery.googleapis.com",
        name,
        method: "example.bakery.v1.Bakery.BakeOnce",
        startedAt: "1970-01-01T00:00:00.000Z",
        requestId: "6f1c2b9e-6a52-4b1c-9a55-0c1c6d1f7a10"
      })
      const revived = yield* Schema.decode(Json)(json)
      assert.deepStrictEqual(revived, target.ref)
      yield* Effect.gen(function*() {
        const elsewhere = yield* Bakery
        const state = yield* inTime(elsewhere.untilFinal(revived, { ...every2, method: bakeOnce }))
        assert.deepStrictEqual(
          state.metadata,
          Option.some({ _tag: "Decoded", value: { percent: 9 } })
        )
        assert.deepStrictEqual(
          (yield* requests).map(({ at, url }) => [at, url]),
          [0, 2000].map((at) => [at, `https://eu-bakery.googleapis.com/v1/${name}`])
        )
      }).pipe(
        Effect.provide(
          layer({ get: [running(), answer({ name, done: true, metadata: { percent: 9 } })] })
        )
      )
    }).pipe(
      Effect.provide(
        layer({ start: [running(0)] }, { endpoint: "https://eu-bakery.googleapis.com" })
      )
    ))

  it.effect("is polled at its endpoint, not at the client's", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      yield* bakery.untilDone(
        new OperationRef({ ...ref, endpoint: "https://eu-bakery.googleapis.com" })
      )
      assert.deepStrictEqual(
        (yield* requests).map(({ url }) => url),
        [`https://eu-bakery.googleapis.com/v1/${name}`]
      )
    }).pipe(Effect.provide(layer({ get: [done] }))))

  for (
    const [what, wrong] of [
      ["service", new OperationRef({ ...ref, service: "butcher.example.com" })],
      ["version", new OperationRef({ ...ref, version: "v2" })],
      ["endpoint", new OperationRef({ ...ref, endpoint: "https://bakery.evil.example" })],
      ["endpoint that is no URL", new OperationRef({ ...ref, endpoint: "bakery" })]
    ] as const
  ) {
    it.effect(`of another ${what} is refused and nothing is sent`, () =>
      Effect.gen(function*() {
        const bakery = yield* Bakery
        const error = yield* Effect.flip(bakery.untilDone(wrong))
        assert(error._tag === "InvalidRequest")
        assert.match(error.argument, /^target/)
        assert.deepStrictEqual(error.operation, wrong)
        assert.deepStrictEqual(yield* timeline, [])
      }).pipe(Effect.provide(layer({}))))
  }

  it.effect("with a foreign endpoint is polled there when the layer allows it", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      yield* bakery.untilDone(
        new OperationRef({ ...ref, endpoint: "https://bakery.partner.example" })
      )
      assert.deepStrictEqual((yield* requests).map(({ url }) => url), [
        `https://bakery.partner.example/v1/${name}`
      ])
    }).pipe(Effect.provide(layer({ get: [done] }, { allowForeignEndpoint: true }))))

  it.effect("of another method than the one given is refused", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const error = yield* Effect.flip(bakery.untilDone(ref, { method: bakeOnce }))
      assert(error._tag === "InvalidRequest")
      assert.strictEqual(error.argument, "method")
    }).pipe(Effect.provide(layer({}))))
})
