// @effect-diagnostics multipleEffectProvide:off
import { FetchHttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Stream } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as NodeTransport from "effect-lro/NodeTransport"
import * as Operations from "effect-lro/Operations"
import * as Memory from "../../bench/transport/memory.ts"
import * as Sizes from "../../bench/transport/sizes.ts"
import { Bakery } from "../kit/bakery.ts"
import * as FakeTracer from "../kit/FakeTracer.ts"
import * as Heap from "../kit/heap.ts"
import * as Wire from "../kit/wire.ts"

/** Counts only: nothing here depends on how fast the machine is. */
const name = "projects/p/locations/l/operations/o"

const client = (
  endpoint: string,
  http: typeof FetchHttpClient.layer | ReturnType<typeof NodeTransport.layer>
) =>
  Operations.layer(Bakery, { endpoint }).pipe(
    Layer.provide(Credentials.layerToken(Redacted.make("token"))),
    Layer.provide(http)
  )

describe("what a call may cost", () => {
  it.scopedLive("[5] one request and one span, in one trace header of none", () =>
    Effect.gen(function*() {
      const wire = yield* Wire.serve((_, response) => Wire.json(response, { name, done: true }))
      for (const http of [NodeTransport.layer(), FetchHttpClient.layer]) {
        const { layer, spans } = FakeTracer.make()
        const before = wire.requests.length
        yield* Effect.flatMap(Bakery, (bakery) => bakery.get({ name })).pipe(
          Effect.provide(client(wire.origin, http)),
          Effect.provide(layer)
        )
        assert.strictEqual(wire.requests.length - before, 1)
        assert.deepStrictEqual(spans.map((span) => span.name), ["Operations.get"])
      }
      const sent = wire.requests.flatMap(({ head }) => head)
      assert.isFalse(sent.some((line) => /^(b3|traceparent|tracestate):/.test(line)))
    }))

  it.scopedLive("a consumer that stops in page 2 costs two requests", () =>
    Effect.gen(function*() {
      const wire = yield* Wire.serve((_, response) =>
        Wire.json(response, {
          operations: [{ name, done: true }, { name, done: true }],
          nextPageToken: String(wire.requests.length)
        })
      )
      const seen = yield* Effect.flatMap(Bakery, (bakery) =>
        Stream.runCount(Stream.take(bakery.list({ name: "projects/p/locations/l" }), 3))).pipe(
          Effect.provide(client(wire.origin, NodeTransport.layer()))
        )
      assert.strictEqual(seen, 3)
      assert.strictEqual(wire.requests.length, 2)
    }))

  it.scopedLive("bytes that a call leaves on the heap", () =>
    Effect.gen(function*() {
      const wire = yield* Wire.serve((_, response) => Wire.json(response, { name, done: true }))
      const calls = 500
      const used = Effect.promise(Heap.used)
      yield* Effect.gen(function*() {
        const bakery = yield* Bakery
        const many = Effect.replicateEffect(bakery.get({ name }), calls, { discard: true })
        let least = Infinity
        // The server and its sockets live in this process, too: the best of five passes.
        for (let pass = 0; pass < 5; pass++) {
          wire.requests.length = 0
          const before = yield* used
          yield* many
          wire.requests.length = 0
          least = Math.min(least, ((yield* used) - before) / calls)
        }
        assert.isBelow(least, 400)
      }).pipe(Effect.provide(client(wire.origin, NodeTransport.layer())))
    }))
})

describe("what a wait may cost", () => {
  it.live("bytes on the heap above a fiber that sleeps", () =>
    Effect.gen(function*() {
      const { sleeping, waiting } = yield* Effect.promise(() =>
        Memory.perWait({ count: 2000, collect: Heap.collect })
      )
      assert.isAbove(sleeping, 1000)
      assert.isBelow(waiting - sleeping, 8 * 1024)
    }))
})

describe("what an import may cost", () => {
  it.live("no other service, and bytes of our own, for a client of one", () =>
    Effect.promise(async () => {
      const { gzip, largest, modules } = await Sizes.own()
      const { share, whole } = await Sizes.withEffect()
      const services = modules.filter((path) => path.includes("/services/"))
      assert.deepStrictEqual(
        services.map((path) => path.replace(/.*services\//, "")).filter((path) =>
          path.endsWith("v1.ts")
        ),
        ["networkconnectivity/v1.ts"]
      )
      // docs/package-size.md explains each rise.
      assert.isAtMost(gzip, 31_000)
      assert.isAtMost(share.gzip / whole.gzip, 0.25)
      // The sources of tokens are not loaded; what writes the request of a start is loaded, and dropped by a bundler.
      const isOf = (path: string) => /\/(tokenCache|Credentials)\.ts$/.test(path)
      assert.deepStrictEqual(modules.filter(isOf), [])
      assert.isTrue(modules.some((path) => path.endsWith("/start/request.ts")))
      assert.isFalse(largest.some(([path]) => path.endsWith("/start/request.ts")))
    }))

  it.live("the barrel resolves in a browser", () =>
    Effect.promise(async () => {
      assert.deepStrictEqual(await Sizes.unresolved(), [])
    }))
})
