// @effect-diagnostics multipleEffectProvide:off
import { FetchHttpClient, HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Tracer } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as NodeTransport from "effect-lro/NodeTransport"
import * as Operations from "effect-lro/Operations"
import { Bakery } from "../kit/bakery.ts"
import * as FakeTracer from "../kit/FakeTracer.ts"
import * as Wire from "../kit/wire.ts"

const name = "projects/p/locations/l/operations/o"
const parent = "projects/p/locations/l"

const client = (
  endpoint: string,
  http: typeof FetchHttpClient.layer | ReturnType<typeof NodeTransport.layer>,
  options: Operations.LayerOptions
) =>
  Operations.layer(Bakery, { endpoint, ...options }).pipe(
    Layer.provide(Credentials.layerToken(Redacted.make("token"))),
    Layer.provide(http)
  )

const traceHeaders = (request: { readonly head: ReadonlyArray<string> } | undefined) =>
  request?.head.filter((line) => /^(b3|traceparent|tracestate|x-b3-[^:]*):/i.test(line))

const transports = [
  ["NodeTransport", NodeTransport.layer()],
  ["fetch", FetchHttpClient.layer]
] as const

describe("[5] trace headers", () => {
  it.scopedLive.each(transports)(
    "are sent on request, W3C, over %s",
    ([, http]) =>
      Effect.gen(function*() {
        const wire = yield* Wire.serve((request, response) =>
          Wire.json(
            response,
            request.url?.endsWith("/operations") === true ? {} : { name, done: true }
          )
        )
        const { layer, spans } = FakeTracer.native()
        yield* Effect.gen(function*() {
          const bakery = yield* Bakery
          yield* bakery.get({ name })
          yield* bakery.listPage({ name: parent })
          yield* bakery.cancel({ name })
          yield* bakery.untilDone(name)
        }).pipe(
          Effect.provide(client(wire.origin, http, { traceparent: true })),
          Effect.provide(layer)
        )
        assert.strictEqual(wire.requests.length, 4)
        const sent = wire.requests.map(traceHeaders)
        const own = spans.map((span) => [`traceparent: 00-${span.traceId}-${span.spanId}-01`])
        for (const [i, spanName] of ["get", "listPage", "cancel"].entries()) {
          assert.strictEqual(spans[i]?.name, `Operations.${spanName}`)
          assert.deepStrictEqual(sent[i], own[i])
        }
        // The poll of a wait is a root of its own.
        const poll = spans.findIndex((span) => span.name === "Operations.poll")
        assert.deepStrictEqual(sent[3], own[poll])
        assert.match(sent[3]?.[0] ?? "", /^traceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
      })
  )

  it.scopedLive("are of the caller's span where no tracer is installed", () =>
    Effect.gen(function*() {
      const wire = yield* Wire.serve((_, response) => Wire.json(response, { name, done: true }))
      const span = (traceId: string, sampled: boolean) =>
        Tracer.externalSpan({ spanId: "00f067aa0ba902b7", traceId, sampled })
      const traceId = "4bf92f3577b34da6a3ce929d0e0e4736"
      yield* Effect.gen(function*() {
        const { get } = yield* Bakery
        yield* Effect.withParentSpan(get({ name }), span(traceId, true))
        yield* Effect.withParentSpan(get({ name }), span(traceId, false))
        yield* Effect.withParentSpan(get({ name }), span("0".repeat(32), true))
        yield* Effect.withParentSpan(get({ name }), span("noop", true))
        yield* get({ name })
        const headers = { TraceParent: "00-mine" }
        yield* Effect.withParentSpan(get({ name }, { headers }), span(traceId, true))
      }).pipe(Effect.provide(client(wire.origin, NodeTransport.layer(), { traceparent: true })))
      assert.deepStrictEqual(wire.requests.map(traceHeaders), [
        [`traceparent: 00-${traceId}-00f067aa0ba902b7-01`],
        [`traceparent: 00-${traceId}-00f067aa0ba902b7-00`],
        [],
        [],
        [],
        ["traceparent: 00-mine"]
      ])
    }))

  it.scopedLive.each(transports)(
    "are not sent by default, over %s",
    ([, http]) =>
      Effect.gen(function*() {
        const wire = yield* Wire.serve((_, response) => Wire.json(response, { name, done: true }))
        const { layer } = FakeTracer.native()
        yield* Effect.flatMap(Bakery, (bakery) => bakery.get({ name })).pipe(
          Effect.withSpan("caller"),
          Effect.provide(client(wire.origin, http, {})),
          Effect.provide(layer)
        )
        assert.deepStrictEqual(wire.requests.map(traceHeaders), [[]])
      })
  )
})

describe("platform's own span", () => {
  const traced: Operations.LayerOptions = {
    transformClient: HttpClient.withTracerDisabledWhen(() => false)
  }
  it.scopedLive.each(transports)(
    "is made when the caller asks for both, over %s",
    ([, http]) =>
      Effect.gen(function*() {
        const wire = yield* Wire.serve((_, response) => Wire.json(response, { name, done: true }))
        const { layer, spans } = FakeTracer.make()
        yield* Effect.flatMap(Bakery, (bakery) => bakery.get({ name })).pipe(
          Effect.provide(client(wire.origin, http, traced)),
          Effect.provide(layer)
        )
        assert.deepStrictEqual(spans.map((span) => span.name), [
          "Operations.get",
          "http.client GET"
        ])
        assert.deepStrictEqual(wire.requests.map(traceHeaders), [[]])
      })
  )
})
