// @effect-diagnostics multipleEffectProvide:off
import { HttpClient, HttpClientError } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Layer, Redacted, Schema, Stream, TestClock } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as LroError from "effect-lro/LroError"
import * as Operations from "effect-lro/Operations"
import { inspect } from "node:util"
import { bake, binding, http, name, parent } from "../kit/bakery.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"
import * as FakeTracer from "../kit/FakeTracer.ts"
import * as Logs from "../kit/logs.ts"

type Client = Operations.ClientOf<typeof binding>

const token = "ya29.canary-token-a0AfH6SMBxyz"
const apiKey = "AIzaSyCanaryKeyCanaryKeyCanaryKey012345"
const extra = "canary-extra-header-value"
const canaries = [token, apiKey, extra]

const clean = (text: string, where: string) => {
  for (const canary of canaries) assert.isFalse(text.includes(canary), `${where}: ${text}`)
}

const sources: ReadonlyArray<readonly [kind: string, layer: Layer.Layer<Credentials.Credentials>]> =
  [
    ["token", Layer.orDie(Credentials.layerToken(Redacted.make(token)))],
    ["apiKey", Layer.orDie(Credentials.layerApiKey(Redacted.make(apiKey)))]
  ]

/** An error of a transport that quotes the whole request in every place it has. */
const leaky = (request: FakeHttp.Call, code?: string) => {
  const all = `${request.verb} ${request.url} ${JSON.stringify(request.headers)}`
  const inner = Object.assign(new Error(all), { code: code ?? all, headers: request.headers })
  return Effect.fail(new FakeHttp.Broken(new TypeError(all, { cause: inner })))
}

const failures: ReadonlyArray<readonly [what: string, handler: FakeHttp.Handler]> = [
  ["a refused connection", (call) => leaky(call, "ECONNREFUSED")],
  ["a reset connection", (call) => leaky(call, "ECONNRESET")],
  ["a bad certificate", (call) => leaky(call, "CERT_HAS_EXPIRED")],
  ["an error without a code", (call) => leaky(call)],
  ["a text as its cause", (call) => Effect.fail(new FakeHttp.Broken(JSON.stringify(call.headers)))],
  ["a truncated body", () => FakeHttp.truncated("{\"na", "ECONNRESET")],
  ["a hanging server", () => Effect.never],
  ["503", () => FakeHttp.failure(503, "UNAVAILABLE")],
  ["401", () => FakeHttp.failure(401, "UNAUTHENTICATED")],
  ["HTML", () => FakeHttp.html(502)],
  ["a redirect", () => new Response(null, { status: 302, headers: { location: "https://x" } })],
  ["a wrong endpoint", () => FakeHttp.html(404)],
  ["a large body", () => new Response("x".repeat(2_000))],
  ["broken JSON", () => new Response("{\"name\"")]
]

const calls: ReadonlyArray<
  (client: Client) => Effect.Effect<unknown, LroError.WaitError | LroError.ListError>
> = [
  (client) => client.get({ name }),
  (client) => client.cancel({ name }),
  (client) => Stream.runDrain(client.list({ name: parent })),
  (client) => client.start(bake, { parent, cake: {} }),
  (client) => client.untilDone(name, { maxOutage: 0 })
]

/** Every way in which an error is shown. */
const shown = (error: LroError.CallError | LroError.PageTokenError | LroError.WaitError) => {
  const cause = Cause.fail(error)
  return {
    string: String(error),
    message: error.message,
    stack: error.stack ?? "",
    json: JSON.stringify(error),
    inspect: inspect(error, { depth: 10, showHidden: true }),
    pretty: Cause.pretty(cause),
    prettyWithCause: Cause.pretty(cause, { renderErrorCause: true }),
    causeJson: JSON.stringify(cause),
    causeInspect: inspect(cause, { depth: 10 }),
    squashed: inspect(Cause.squash(cause), { depth: 10 }),
    exit: JSON.stringify(Exit.fail(error))
  }
}

describe.each(sources)("no secret of a %s", (kind, credentials) => {
  it.effect.each(failures)("after %s is in the error, the log or a span", ([what, handler]) => {
    const logs: Array<string> = []
    const keep = (line: unknown) =>
      void logs.push(typeof line === "string" ? line : inspect(line, { depth: 10 }))
    const tracer = FakeTracer.make()
    return Effect.gen(function*() {
      const client = yield* Operations.make(binding, {
        headers: { "x-extra": extra },
        maxResponseBytes: 1_000,
        retry: { attempts: 2, initial: 0 }
      })
      for (const call of calls) {
        const fiber = yield* call(client).pipe(
          Effect.tapErrorCause((cause) => Effect.logError("it failed", cause)),
          Effect.withSpan("caller"),
          Effect.flip,
          Effect.fork
        )
        yield* TestClock.adjust("2 minutes")
        const error = yield* Fiber.join(fiber)
        for (const [form, text] of Object.entries(shown(error))) clean(text, `${what}, ${form}`)
        const encoded = yield* Schema.encode(Schema.parseJson(
          Schema.Union(LroError.WaitErrorSchema, LroError.ListErrorSchema)
        ))(error)
        clean(encoded, `${what}, encoded`)
      }
      assert.isAbove(logs.length, calls.length)
      for (const line of logs) clean(line, `${what}, log`)
      for (const { attributes, name } of tracer.spans) {
        clean(inspect([...attributes], { depth: 10 }), `${what}, span ${name}`)
      }
      // The secret was sent: its absence elsewhere means something.
      const sent = inspect(yield* FakeHttp.calls, { depth: 10 })
      assert.isTrue(sent.includes(kind === "token" ? token : apiKey))
      assert.isTrue(sent.includes(extra))
      assert.isFalse(
        (yield* FakeHttp.calls).some((call) => canaries.some((canary) => call.url.includes(canary)))
      )
    }).pipe(
      Effect.provide(http(handler, { credentials })),
      Logs.instead(
        Logs.written("text", keep),
        Logs.written("logfmt", keep),
        Logs.written("json", keep),
        Logs.written("structured", keep)
      ),
      Logs.all,
      Effect.provide(tracer.layer)
    )
  })
})

describe("a foreign error", () => {
  it.effect("is reduced to plain data", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding, { retry: "none" })
      const error = yield* Effect.flip(client.get({ name }))
      assert.strictEqual(error._tag, "TransportError")
      if (error._tag !== "TransportError") return
      assert.deepStrictEqual({ ...error.cause }, {
        name: "Error",
        code: "ECONNRESET",
        message: "ECONNRESET"
      })
      assert.isFalse(
        Object.values(error).some((value) => value instanceof HttpClientError.RequestError)
      )
    }).pipe(Effect.provide(http((call) => leaky(call, "ECONNRESET")))))

  it.effect("of a client that the user made is no defect", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding, {
        retry: "none",
        transformClient: HttpClient.mapRequestEffect((request) =>
          Effect.fail(
            new HttpClientError.RequestError({ request, reason: "Encode", description: token })
          )
        )
      })
      const error = yield* Effect.flip(client.get({ name }))
      assert.strictEqual(error._tag, "TransportError")
      for (const [form, text] of Object.entries(shown(error))) clean(text, form)
    }).pipe(Effect.provide(http(() => FakeHttp.json({})))))
})
