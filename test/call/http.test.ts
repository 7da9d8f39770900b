// @effect-diagnostics preferSucceedSomeOrNone:off
// @effect-diagnostics multipleEffectProvide:off
import { FetchHttpClient, Headers, HttpClient, HttpClientRequest } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Option, Redacted } from "effect"
import * as Credentials from "effect-lro/Credentials"
import { InvalidRequest } from "effect-lro/LroError"
import * as Operations from "effect-lro/Operations"
import packageJson from "../../package.json" with { type: "json" }
import { bake, binding, http, name, parent, parentUrl, running, url } from "../kit/bakery.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"
import * as FakeTracer from "../kit/FakeTracer.ts"

type Client = Operations.ClientOf<typeof binding>

/** Every method that sends something, with a request of its own. */
const methods: ReadonlyArray<
  readonly [
    method: string,
    call: (client: Client, options?: Operations.CallOptions) => Effect.Effect<unknown, unknown>,
    request: string
  ]
> = [
  ["get", (client, options) => client.get({ name }, options), `GET ${url}`],
  [
    "listPage",
    (client, options) => client.listPage({ name: parent }, options),
    `GET ${parentUrl}/operations`
  ],
  ["cancel", (client, options) => client.cancel({ name }, options), `POST ${url}:cancel`],
  ["delete", (client, options) => client.delete({ name }, options), `DELETE ${url}`],
  ["wait", (client, options) => client.wait({ name }, options), `POST ${url}:wait`],
  [
    "start",
    (client, options) => client.start(bake, { parent, cake: {} }, options),
    `POST ${parentUrl}/cakes`
  ]
]

const always = {
  accept: "application/json",
  authorization: "Bearer token",
  "user-agent": `effect-lro/${packageJson.version}`,
  "x-goog-api-client":
    `gl-node/${process.versions.node} gccl/${packageJson.version} rest/effect-platform`
}
const jsonBody = { "content-type": "application/json", "content-length": "2" }

const lines = Effect.map(FakeHttp.calls, (all) => all.map(({ url, verb }) => `${verb} ${url}`))
const sentHeaders = Effect.map(FakeHttp.calls, (all) => all.map(({ headers }) => ({ ...headers })))

/** Credentials that return these headers, and remember what they were asked for. */
const spy = (headers: Headers.Input) => {
  const asked: Array<Credentials.HeadersRequest> = []
  const layer = Layer.succeed(
    Credentials.Credentials,
    Credentials.Credentials.of({
      kind: "token",
      headers: (request) => Effect.sync(() => (asked.push(request), Headers.fromInput(headers))),
      refresh: () => Effect.succeedNone,
      universeDomain: Effect.succeed(Option.none())
    })
  )
  return { asked, layer }
}

describe("headers", () => {
  it.effect("[5] are exactly these, with and without a body, and no trace header among them", () => {
    const tracer = FakeTracer.make()
    return Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      for (const [, call] of methods) yield* call(client)
      assert.deepStrictEqual(yield* lines, methods.map(([, , request]) => request))
      assert.deepStrictEqual(yield* sentHeaders, [
        always,
        always,
        { ...always, ...jsonBody },
        always,
        { ...always, ...jsonBody },
        { ...always, ...jsonBody }
      ])
      assert.isAbove(tracer.spans.length, methods.length)
    }).pipe(
      Effect.withSpan("caller"),
      Effect.provide(http(running)),
      Effect.provide(tracer.layer)
    )
  })

  it.effect("[5] an API key goes into its header and never into the URL", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      yield* client.get({ name })
      const { authorization: _, ...rest } = always
      assert.deepStrictEqual(yield* sentHeaders, [{ ...rest, "x-goog-api-key": "AIzaKey" }])
      assert.deepStrictEqual(yield* lines, [`GET ${url}`])
    }).pipe(Effect.provide(
      http(running, { credentials: Layer.orDie(Credentials.layerApiKey(Redacted.make("AIzaKey"))) })
    )))

  it.effect("no credentials add no header", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      yield* client.get({ name })
      const { authorization: _, ...rest } = always
      assert.deepStrictEqual(yield* sentHeaders, [rest])
    }).pipe(Effect.provide(http(running, { credentials: Credentials.layerNone }))))

  it.effect("[6] the quota project is the call's, else the layer's, else the environment's, else the credentials'", () => {
    const { layer } = spy({ authorization: "Bearer token", "x-goog-user-project": "of-file" })
    const quota = (
      variables: { readonly [name: string]: string },
      inLayer: string | undefined,
      inCall: string | undefined
    ) =>
      Effect.gen(function*() {
        const client = yield* Operations.make(binding, { quotaProject: inLayer })
        for (const [, call] of methods) yield* call(client, { quotaProject: inCall })
        const found = new Set(
          (yield* FakeHttp.calls).map((call) => call.headers["x-goog-user-project"])
        )
        assert.strictEqual(found.size, 1)
        return [...found][0]
      }).pipe(Effect.provide(http(running, { credentials: layer, variables })))
    return Effect.gen(function*() {
      const variables = { GOOGLE_CLOUD_QUOTA_PROJECT: "of-environment" }
      assert.strictEqual(yield* quota(variables, "of-layer", "of-call"), "of-call")
      assert.strictEqual(yield* quota(variables, "of-layer", undefined), "of-layer")
      assert.strictEqual(yield* quota(variables, undefined, undefined), "of-environment")
      assert.strictEqual(yield* quota({}, undefined, undefined), "of-file")
    })
  })

  it.effect.each(methods)(
    "of a caller's own are sent with %s; the call's win over the layer's",
    ([, call]) =>
      Effect.gen(function*() {
        const client = yield* Operations.make(binding, {
          headers: { "X-Layer": "a", "X-Both": "layer", Accept: "text/html" }
        })
        yield* call(client, { headers: { "x-both": "call", "X-Call": "b", ACCEPT: "text/html" } })
        const [headers] = yield* sentHeaders
        assert.strictEqual(headers?.["x-layer"], "a")
        assert.strictEqual(headers?.["x-both"], "call")
        assert.strictEqual(headers?.["x-call"], "b")
        assert.strictEqual(headers?.["accept"], "application/json")
      }).pipe(Effect.provide(http(running)))
  )

  it.effect.each(
    [
      [{ Authorization: "Bearer other" }, "names the reserved header authorization"],
      [{ "X-Goog-Api-Key": "k" }, "names the reserved header x-goog-api-key"],
      [{ "x-goog-user-project": "p" }, "names the reserved header x-goog-user-project"],
      [{ "x-goog-api-client": "c" }, "names the reserved header x-goog-api-client"],
      [{ "USER-AGENT": "u" }, "names the reserved header user-agent"],
      [{ "x-goog-request-params": "r" }, "names the reserved header x-goog-request-params"],
      [{ "Transfer-Encoding": "chunked" }, "names the reserved header transfer-encoding"],
      [{ Expect: "100-continue" }, "names the reserved header expect"],
      [{ "keep-alive": "timeout=5" }, "names the reserved header keep-alive"],
      [{ Upgrade: "h2c" }, "names the reserved header upgrade"],
      [{ TE: "trailers" }, "names the reserved header te"],
      [{ Trailer: "x" }, "names the reserved header trailer"],
      [{ Host: "example.com" }, "names the reserved header host"],
      [{ "Content-Length": "0" }, "names the reserved header content-length"],
      [{ Connection: "close" }, "names the reserved header connection"],
      [{ "Proxy-Authorization": "Basic x" }, "names the reserved header proxy-authorization"],
      [{ "proxy-connection": "close" }, "names the reserved header proxy-connection"],
      [{ "x y": "v" }, "has a header name that HTTP does not allow"],
      [{ "": "v" }, "has a header name that HTTP does not allow"],
      [{ "x-a": "v\r\nauthorization: x" }, "has a value for x-a that HTTP does not allow"],
      [{ "x-a": "проект" }, "has a value for x-a that HTTP does not allow"],
      [{ "x-a": "trailing " }, "has a value for x-a that HTTP does not allow"]
    ] as const
  )(
    "[5, 39] %j are refused for a layer and for every call",
    ([headers, problem]) =>
      Effect.gen(function*() {
        const settings = yield* Effect.flip(Operations.make(binding, { headers: { ...headers } }))
        assert.strictEqual(settings._tag, "InvalidSettings")
        assert.strictEqual(settings.message, `\`headers\` ${problem}`)
        const client = yield* Operations.make(binding)
        for (const [method, call] of methods) {
          const error = yield* Effect.flip(call(client, { headers: { ...headers } }))
          assert.instanceOf(error, InvalidRequest, method)
          assert.strictEqual((error as InvalidRequest).argument, "headers")
          assert.strictEqual((error as InvalidRequest).problem, problem)
        }
        assert.deepStrictEqual(yield* FakeHttp.calls, [])
      }).pipe(Effect.provide(http(running)))
  )

  it.effect.each(
    [
      [{ quotaProject: "" }, "quotaProject", "cannot be sent as a header"],
      [{ quotaProject: "a\nb" }, "quotaProject", "cannot be sent as a header"],
      [{ timeout: 0 }, "timeout", "is not longer than zero"],
      [{ timeout: "-1 seconds" }, "timeout", "is not longer than zero"],
      [{ retry: { attempts: 0 } }, "retry", "has `attempts` that are not a whole number from 1"],
      [{ retry: { attempts: 1.5 } }, "retry", "has `attempts` that are not a whole number from 1"],
      [{ retry: { multiplier: 0.5 } }, "retry", "has a `multiplier` below 1"],
      [{ retry: { multiplier: Number.NaN } }, "retry", "has a `multiplier` below 1"]
    ] as const
  )(
    "the option %j is refused for every call",
    ([options, argument, problem]) =>
      Effect.gen(function*() {
        const client = yield* Operations.make(binding)
        for (const [method, call] of methods) {
          const error = yield* Effect.flip(call(client, options))
          assert.instanceOf(error, InvalidRequest, method)
          assert.strictEqual((error as InvalidRequest).argument, argument)
          assert.strictEqual((error as InvalidRequest).problem, problem)
        }
        assert.deepStrictEqual(yield* FakeHttp.calls, [])
      }).pipe(Effect.provide(http(running)))
  )
})

describe("credentials", () => {
  const cloudPlatform = "https://www.googleapis.com/auth/cloud-platform"
  it.effect.each(
    [
      [["https://www.googleapis.com/auth/x", cloudPlatform], undefined, [cloudPlatform]],
      [["https://www.googleapis.com/auth/x", "https://www.googleapis.com/auth/y"], undefined, [
        "https://www.googleapis.com/auth/x"
      ]],
      [[], undefined, [cloudPlatform]],
      [[cloudPlatform], ["https://www.googleapis.com/auth/y"], [
        "https://www.googleapis.com/auth/y"
      ]]
    ] as const
  )("[7] published scopes %j and scopes of the layer %j ask for %j", ([scopes, own, expected]) => {
    const { asked, layer } = spy({ authorization: "Bearer token" })
    return Effect.gen(function*() {
      const client = yield* Operations.make({ ...binding, scopes: [...scopes] }, {
        scopes: own,
        endpoint: "https://eu.bakery.googleapis.com:8443/x"
      })
      yield* client.get({ name })
      assert.deepStrictEqual(asked, [{
        scopes: [...expected],
        host: "eu.bakery.googleapis.com:8443"
      }])
    }).pipe(Effect.provide(http(running, { credentials: layer })))
  })
})

describe("the query", () => {
  it.effect.each(methods)(
    "[5] $.xgafv of the layer and of the call is sent with %s",
    ([, call, request]) =>
      Effect.gen(function*() {
        const silent = yield* Operations.make(binding)
        const old = yield* Operations.make(binding, { errorFormat: "1" })
        yield* call(silent)
        yield* call(silent, { errorFormat: "2" })
        yield* call(old)
        yield* call(old, { errorFormat: "2" })
        assert.deepStrictEqual(yield* lines, [
          request,
          `${request}?$.xgafv=2`,
          `${request}?$.xgafv=1`,
          `${request}?$.xgafv=2`
        ])
      }).pipe(Effect.provide(http(running)))
  )

  it.effect("[5] $.xgafv joins the method's own parameters", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding, { errorFormat: "2" })
      yield* client.listPage({ name: parent, filter: "done=false", pageSize: 5 })
      yield* client.start(bake, { parent, cakeId: "a&b", cake: {} })
      assert.deepStrictEqual(yield* lines, [
        `GET ${parentUrl}/operations?filter=done%3Dfalse&pageSize=5&$.xgafv=2`,
        `POST ${parentUrl}/cakes?cakeId=a%26b&$.xgafv=2`
      ])
    }).pipe(Effect.provide(http(running))))

  it.effect("[5] a list sends its parameters encoded, and leaves out what is not given", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      yield* client.listPage({ name: parent, pageToken: "", filter: undefined })
      yield* client.listPage({
        name: parent,
        filter: "a=\"é+&#\" AND b",
        pageSize: 0,
        pageToken: "t+/=&#%",
        returnPartialSuccess: true
      })
      const [, second] = yield* FakeHttp.calls
      assert.deepStrictEqual(yield* lines, [
        `GET ${parentUrl}/operations`,
        `GET ${parentUrl}/operations?filter=a%3D%22%C3%A9%2B%26%23%22%20AND%20b&pageSize=0` +
        "&pageToken=t%2B%2F%3D%26%23%25&returnPartialSuccess=true"
      ])
      const { searchParams } = new URL(second?.url ?? "")
      assert.strictEqual(searchParams.get("filter"), "a=\"é+&#\" AND b")
      assert.strictEqual(searchParams.get("pageToken"), "t+/=&#%")
    }).pipe(Effect.provide(http(running))))
})

describe("paths of list", () => {
  const listAt = (template: string, request: Operations.ListRequest) =>
    Effect.gen(function*() {
      const client = yield* Operations.make({
        service: "bakery.googleapis.com",
        version: "v1",
        scopes: [],
        methods: { list: { verb: "GET", templates: [template] } }
      })
      yield* client.listPage(request)
      return (yield* lines)[0]
    }).pipe(Effect.provide(http(running)))

  it.effect.each(
    [
      ["/v1/{name=users/*}/operations", "users/u", "/v1/users/u/operations"],
      [
        "/v1/{name=projects/*/locations/*}/operations",
        "projects/p/locations/-",
        "/v1/projects/p/locations/-/operations"
      ],
      [
        "/v1/{name=projects/*/instances/*/operations}",
        "projects/p/instances/i/operations",
        "/v1/projects/p/instances/i/operations"
      ],
      ["/v1/{name=operations}", "operations", "/v1/operations"],
      ["/v1/operations", "", "/v1/operations"],
      [
        "/v1/operations",
        "services/s/operations/o=1",
        "/v1/operations?name=services%2Fs%2Foperations%2Fo%3D1"
      ]
    ] as const
  )("%s with %j is GET %s", ([template, name, path]) =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* listAt(template, { name }),
        `GET https://bakery.googleapis.com${path}`
      )
    }))
})

describe("bodies", () => {
  it.effect("[3] a binding without a body sends none and no content type", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make({
        ...binding,
        methods: {
          cancel: {
            verb: "POST",
            templates: ["/v1/{name=projects/*/locations/*/operations/*}:cancel"]
          },
          wait: Operations.waitRule({
            verb: "POST",
            templates: ["/v1/{name=projects/*/locations/*/operations/*}:wait"]
          })
        }
      })
      yield* client.cancel({ name })
      yield* client.wait({ name })
      yield* client.wait({ name, timeout: "10 seconds" })
      const calls = yield* FakeHttp.calls
      assert.deepStrictEqual(yield* lines, [
        `POST ${url}:cancel`,
        `POST ${url}:wait`,
        `POST ${url}:wait?timeout=10s`
      ])
      assert.deepStrictEqual(calls.map((call) => call.body), [undefined, undefined, undefined])
      assert.deepStrictEqual(yield* sentHeaders, [always, always, always])
    }).pipe(Effect.provide(http(running))))

  it.effect("[3] a binding with `*` sends an object", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      yield* client.cancel({ name })
      yield* client.wait({ name })
      yield* client.wait({ name, timeout: "1500 millis" })
      yield* client.get({ name })
      yield* client.delete({ name })
      assert.deepStrictEqual(
        (yield* FakeHttp.calls).map((call) => call.body),
        ["{}", "{}", "{\"timeout\":\"1.5s\"}", undefined, undefined]
      )
    }).pipe(Effect.provide(http(running))))
})

describe("the transport", () => {
  /** `fetch` in memory: what it was told. */
  const fetching = (answer: () => Response) => {
    const inits: Array<RequestInit | undefined> = []
    const layer = FetchHttpClient.layer.pipe(Layer.provideMerge(
      Layer.succeed(FetchHttpClient.Fetch, (_, init) => {
        inits.push(init)
        return Promise.resolve(answer())
      })
    ))
    return { inits, layer }
  }

  it.effect("[9] fetch is told not to follow redirects, and keeps the caller's own settings", () => {
    const { inits, layer } = fetching(() => FakeHttp.json({ name }))
    return Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      yield* client.get({ name })
      yield* client.get({ name }).pipe(
        Effect.provideService(FetchHttpClient.RequestInit, { mode: "cors", redirect: "follow" })
      )
      assert.deepStrictEqual(
        inits.map((init) => [init?.redirect, init?.mode]),
        [["manual", undefined], ["manual", "cors"]]
      )
    }).pipe(Effect.provide([layer, Credentials.layerNone, Layer.scope]))
  })

  it.effect("an opaque redirect of a browser is a redirect", () => {
    const { inits, layer } = fetching(() => Response.error())
    return Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const error = yield* Effect.flip(client.get({ name }))
      assert.strictEqual(error._tag, "MalformedResponse")
      assert.include(error.message, "Redirect, HTTP 0 of")
      assert.strictEqual(inits.length, 1)
    }).pipe(Effect.provide([layer, Credentials.layerNone, Layer.scope]))
  })

  it.effect("transformClient sees the finished request, and comes last", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding, {
        errorFormat: "2",
        transformClient: HttpClient.mapRequest((request) => {
          assert.strictEqual(request.url, `${url}?$.xgafv=2`)
          assert.strictEqual(request.headers["authorization"], "Bearer token")
          return HttpClientRequest.setHeader(request, "x-last", "1")
        })
      })
      yield* client.get({ name })
      assert.deepStrictEqual(yield* sentHeaders, [{ ...always, "x-last": "1" }])
    }).pipe(Effect.provide(http(running))))
})
