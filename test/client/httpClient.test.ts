import {
  HttpClient,
  HttpClientError,
  HttpClientRequest,
  HttpClientResponse
} from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Schema, TestClock } from "effect"
import * as LroError from "effect-lro/LroError"
import * as OperationRef from "effect-lro/OperationRef"
import * as Operations from "effect-lro/Operations"
import { bake, Bakery, Cake, http, name } from "../kit/bakery.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"

const cakePath = "/v1/projects/p/locations/l/cakes/c"

/** A program with the `HttpClient` of the bakery, and what it sent. */
const asked = <A, E>(
  handler: FakeHttp.Handler,
  use: (client: HttpClient.HttpClient) => Effect.Effect<A, E>,
  options: Operations.LayerOptions = {}
) =>
  Effect.gen(function*() {
    const client = yield* Operations.httpClient(Bakery)
    const result = yield* Effect.either(use(client))
    return { result, calls: yield* FakeHttp.calls }
  }).pipe(
    Effect.provide(Layer.provideMerge(Operations.layer(Bakery, options), http(handler)))
  )

const ok: FakeHttp.Handler = () => FakeHttp.json({ flavour: "plum" })

describe("[4] [5] [6] the HttpClient of a client", () => {
  it.effect("sends what the client sends, with what is asked besides", () =>
    Effect.gen(function*() {
      const { calls, result } = yield* asked(ok, (client) =>
        client.execute(
          HttpClientRequest.patch(`${cakePath}?a=1`).pipe(
            HttpClientRequest.setUrlParam("updateMask", "flavour,box"),
            HttpClientRequest.setHeader("x-goog-fieldmask", "flavour"),
            HttpClientRequest.bodyUnsafeJson({ flavour: "ä" })
          )
        ).pipe(Effect.flatMap(HttpClientResponse.schemaBodyJson(Cake))), { quotaProject: "payer" })
      assert.deepInclude(calls[0] ?? {}, {
        verb: "PATCH",
        url: `https://bakery.googleapis.com${cakePath}?a=1&updateMask=flavour%2Cbox`,
        body: "{\"flavour\":\"ä\"}"
      })
      const { headers } = calls[0] ?? {}
      assert.deepStrictEqual(Object.keys(headers ?? {}).sort(), [
        "accept",
        "authorization",
        "content-length",
        "content-type",
        "user-agent",
        "x-goog-api-client",
        "x-goog-fieldmask",
        "x-goog-user-project"
      ])
      assert.strictEqual(headers?.["authorization"], "Bearer token")
      assert.strictEqual(headers?.["x-goog-user-project"], "payer")
      assert.deepStrictEqual((yield* result).flavour, "plum")
    }))

  it.effect("gives the reply as it came: status, headers and text", () =>
    Effect.gen(function*() {
      const text = "{\"flavour\":\"plum\",\"n\":12345678901234567890}"
      const { result } = yield* asked(
        () => new Response(text, { status: 201, headers: { etag: "\"7\"" } }),
        (client) =>
          Effect.flatMap(client.get(cakePath), (response) =>
            Effect.map(response.text, (body) => [response.status, response.headers["etag"], body]))
      )
      assert.deepStrictEqual(yield* result, [201, "\"7\"", text])
    }))

  it.effect("takes a reply without a body", () =>
    Effect.gen(function*() {
      const { result } = yield* asked(
        () => new Response(null, { status: 204 }),
        (client) => Effect.map(client.del(cakePath), ({ status }) => status)
      )
      assert.strictEqual(yield* result, 204)
    }))

  it.effect("asks the endpoint of the layer, by the location in the path where that decides", () =>
    Effect.gen(function*() {
      const endpoint = (location: string | undefined) =>
        location === undefined
          ? "https://bakery.googleapis.com"
          : `https://${location}-bakery.googleapis.com`
      const { calls } = yield* asked(
        ok,
        (client) => Effect.zip(client.get(cakePath), client.get("/v1/things/t")),
        { endpoint }
      )
      assert.deepStrictEqual(calls.map(({ url }) => url), [
        `https://l-bakery.googleapis.com${cakePath}`,
        "https://bakery.googleapis.com/v1/things/t"
      ])
    }))

  it.effect.each([
    `https://bakery.googleapis.com${cakePath}`,
    `https://eu-bakery.googleapis.com${cakePath}`,
    `https://bakery.eu.rep.googleapis.com${cakePath}`
  ])("asks a host of the service: %s", (url) =>
    Effect.gen(function*() {
      const { calls } = yield* asked(ok, (client) => client.get(url))
      assert.deepStrictEqual(calls.map((call) => call.url), [url])
    }))

  it.effect.each([
    `https://evil.example${cakePath}`,
    `http://bakery.googleapis.com${cakePath}`,
    `https://user:pass@bakery.googleapis.com${cakePath}`,
    `https://bakery.googleapis.com.evil.example${cakePath}`,
    `https://storage.googleapis.com${cakePath}`,
    "https://bakery.googleapis.com",
    "//evil.example/v1/x",
    "/v1/../x",
    "/v1//x",
    "/v1/%2e%2e/x",
    "/\\evil.example/x",
    "/v1/x y",
    "/v1/x#y",
    "@evil.example/v1",
    ".evil.example/v1",
    "v1/projects/p",
    ""
  ])("[4] sends nothing to %j", (url) =>
    Effect.gen(function*() {
      const { calls, result } = yield* asked(ok, (client) => client.get(url))
      assert.deepStrictEqual(calls, [])
      const error = yield* Effect.flip(result)
      assert.instanceOf(error, HttpClientError.RequestError)
      assert.strictEqual(error.reason, "InvalidUrl")
      assert.instanceOf(error.cause, LroError.InvalidRequest)
    }))

  it.effect("[4] says that a path has to be encoded", () =>
    Effect.gen(function*() {
      const { result } = yield* asked(ok, (client) => client.get("/v1/x y"))
      assert.include((yield* Effect.flip(result)).message, "a character that is to be encoded")
    }))

  it.effect.each<
    readonly [
      string,
      (request: HttpClientRequest.HttpClientRequest) => HttpClientRequest.HttpClientRequest,
      string
    ]
  >([
    [
      "a reserved header",
      HttpClientRequest.bearerToken("mine"),
      "names the reserved header authorization"
    ],
    [
      "a framing header",
      HttpClientRequest.setHeader("host", "x"),
      "names the reserved header host"
    ],
    ["text", HttpClientRequest.bodyText("x"), "is not JSON"],
    ["a form", HttpClientRequest.bodyFormData(new FormData()), "is not JSON"],
    ["another verb", HttpClientRequest.setMethod("HEAD"), "is HEAD"]
  ])("[39] sends nothing with %s", ([, change, problem]) =>
    Effect.gen(function*() {
      const { calls, result } = yield* asked(
        ok,
        (client) => client.execute(change(HttpClientRequest.post(cakePath)))
      )
      assert.deepStrictEqual(calls, [])
      const error = yield* Effect.flip(result)
      assert.instanceOf(error, HttpClientError.RequestError)
      assert.include(error.message, problem)
    }))
})

describe("[14] [16] what the HttpClient of a client repeats", () => {
  const counted = (verb: "get" | "post", handler: FakeHttp.Handler) =>
    Effect.gen(function*() {
      const fiber = yield* Effect.fork(asked(handler, (client) => client[verb](cakePath)))
      yield* TestClock.adjust("5 minutes")
      const { calls, result } = yield* fiber
      return [calls.length, result._tag] as const
    })
  const down: FakeHttp.Handler = (_, index) => index < 2 ? FakeHttp.html(503) : ok(_, index)

  it.effect("a GET, and nothing else that may have arrived", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* counted("get", down), [3, "Right"])
      assert.deepStrictEqual(yield* counted("post", down), [1, "Left"])
      const refusedOnce: FakeHttp.Handler = (call, index) =>
        index === 0 ? FakeHttp.broken("ECONNREFUSED") : ok(call, index)
      assert.deepStrictEqual(yield* counted("post", refusedOnce), [2, "Right"])
    }))
})

describe("[12] what the HttpClient of a client fails with", () => {
  const failing = (handler: FakeHttp.Handler) =>
    Effect.flatMap(
      asked(handler, (client) => client.get(cakePath), { retry: "none" }),
      ({ result }) => Effect.flip(result)
    )

  it.effect("is the status, with the typed error as its cause", () =>
    Effect.gen(function*() {
      const error = yield* failing(() => FakeHttp.failure(404, "NOT_FOUND", { message: "no cake" }))
      assert.instanceOf(error, HttpClientError.ResponseError)
      assert.strictEqual(error.reason, "StatusCode")
      assert.strictEqual(error.response.status, 404)
      assert.instanceOf(error.cause, LroError.NotFound)
      assert.include(error.message, `GET ${cakePath}: NOT_FOUND; no cake`)
    }))

  it.effect("is a transport error, a reply that is no text, or credentials", () =>
    Effect.gen(function*() {
      const lost = yield* failing(() => FakeHttp.broken("ECONNRESET"))
      assert.instanceOf(lost, HttpClientError.RequestError)
      assert.strictEqual(lost.reason, "Transport")
      assert.instanceOf(lost.cause, LroError.TransportError)
      const bytes = yield* failing(() => new Response(new Uint8Array([0xff, 0xfe, 0xff])))
      assert.instanceOf(bytes, HttpClientError.ResponseError)
      assert.strictEqual(bytes.reason, "Decode")
      assert.instanceOf(bytes.cause, LroError.MalformedResponse)
    }))

  it.effect("is that there is nothing to send with, for a fake", () =>
    Effect.gen(function*() {
      const client = yield* Operations.httpClient(Bakery)
      const error = yield* Effect.flip(client.get(cakePath))
      assert.include(error.message, "was made without a layer")
    }).pipe(Effect.provide(Operations.layerTest(Bakery, {}))))
})

describe("[23] a reference to what another client started", () => {
  it.effect("is what the start of a method would have given", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(1_000)
      const ref = yield* OperationRef.fromName(bake, name, { requestId: "r" })
      assert.deepStrictEqual(yield* Schema.encode(OperationRef.OperationRef)(ref), {
        service: "bakery.googleapis.com",
        version: "v1",
        name,
        method: "example.bakery.v1.Bakery.Bake",
        startedAt: "1970-01-01T00:00:01.000Z",
        requestId: "r"
      })
    }))

  it.effect("is waited for", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const ref = yield* OperationRef.fromName(bake, name)
      const cake = yield* bakery.untilDone(ref, { method: bake, response: Cake })
      assert.deepStrictEqual(cake, { flavour: "plum" })
      const calls = yield* FakeHttp.calls
      assert.deepStrictEqual(calls.map(({ url }) => url), [
        `https://bakery.googleapis.com/v1/${name}:wait`
      ])
    }).pipe(
      Effect.provide(
        Layer.provideMerge(
          Operations.layer(Bakery),
          http(() => FakeHttp.json({ name, done: true, response: { flavour: "plum" } }))
        )
      )
    ))

  it.effect("is refused at a foreign endpoint", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const ref = yield* OperationRef.fromName(bake, name, { endpoint: "https://evil.example" })
      assert.instanceOf(yield* Effect.flip(bakery.untilDone(ref)), LroError.InvalidRequest)
      assert.deepStrictEqual(yield* FakeHttp.calls, [])
    }).pipe(Effect.provide(Layer.provideMerge(Operations.layer(Bakery), http(ok)))))
})
