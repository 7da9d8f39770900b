// @effect-diagnostics multipleEffectProvide:off
/** What hostile input does to a program beyond the calls of the fault matrix: to its spans, headers, errors and logs. */
import { FetchHttpClient, Headers, HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import {
  Cause,
  Effect,
  Either,
  Equal,
  Exit,
  Layer,
  Option,
  Redacted,
  Schedule,
  Schema,
  type Scope,
  Stream
} from "effect"
import * as Code from "effect-lro/Code"
import * as Credentials from "effect-lro/Credentials"
import * as GoogleAuth from "effect-lro/GoogleAuth"
import * as LroError from "effect-lro/LroError"
import * as MetadataServer from "effect-lro/MetadataServer"
import * as Operation from "effect-lro/Operation"
import * as Operations from "effect-lro/Operations"
import * as Polling from "effect-lro/Polling"
import * as ServiceAccount from "effect-lro/ServiceAccount"
import * as Status from "effect-lro/Status"
import { inspect } from "node:util"
import { bake, binding, http, name, parent } from "../kit/bakery.ts"
import * as Errors from "../kit/errors.ts"
import * as FakeGoogle from "../kit/fakeGoogle.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"
import * as FakeTracer from "../kit/FakeTracer.ts"
import { external, request as tokenRequest, serviceAccount } from "../kit/googleFixtures.ts"
import * as Logs from "../kit/logs.ts"
import { withTime } from "../kit/services.ts"
import { VirtualClock } from "../kit/VirtualClock.ts"
import * as Wire from "../kit/wire.ts"
import { names, transports } from "../matrix/transports.ts"
import * as Witness from "../matrix/witness.ts"

const reply = (text: string, status = 200) => () =>
  new Response(text, { status, headers: { "content-type": "application/json" } })

describe.each(names)("on %s", (transport) => {
  const client = (endpoint: string, options: Operations.LayerOptions = {}) =>
    Operations.make(binding, { endpoint, retry: "none", ...options })
  const withToken = (token: string) =>
    Layer.succeed(Credentials.Credentials, {
      kind: "token",
      headers: () => Effect.succeed(Headers.fromInput({ authorization: `Bearer ${token}` })),
      refresh: () => Effect.succeedNone,
      universeDomain: Effect.succeedNone
    })
  const good = withToken("good")

  describe.each(["a\r\nx-evil: 1", "проект", "tok\n"])("a header value like %j", (value) => {
    it.scopedLive("is refused wherever it comes from, and no connection is made", () =>
      Effect.gen(function*() {
        const wire = yield* Wire.serve((_, response) => Wire.json(response, { name, done: true }))
        const of = (options: Operations.LayerOptions) => Effect.flip(client(wire.origin, options))
        for (const options of [{ quotaProject: value }, { headers: { "x-own": value } }]) {
          const refused = yield* of(options).pipe(Effect.provide(good))
          assert.strictEqual(refused._tag, "InvalidSettings")
          const { get } = yield* client(wire.origin).pipe(Effect.provide(good))
          const error = yield* Effect.flip(get({ name }, options))
          assert.strictEqual(error._tag, "InvalidRequest")
        }
        for (const [method, call] of Object.entries(calls)) {
          const bakery = yield* client(wire.origin).pipe(Effect.provide(withToken(value)))
          const error = yield* Effect.flip(call(bakery))
          assert.strictEqual(error._tag, "CredentialsError", method)
        }
        // What is good gets through.
        const { get } = yield* client(wire.origin).pipe(Effect.provide(good))
        assert.strictEqual(wire.connections.length, 0)
        yield* get({ name }, { quotaProject: "q", headers: { "x-own": "a b" } })
        assert.strictEqual(wire.requests.length, 1)
      }).pipe(Effect.provide(transports[transport])))
  })

  it.scopedLive.each([301, 302, 303, 307, 308])(
    "a %i of the metadata server is not followed",
    (status) =>
      Effect.gen(function*() {
        const other = yield* FakeGoogle.make()
        const port = other.url.replace("127.0.0.1", "localhost")
        for (const location of [other.url, port]) {
          const google = yield* FakeGoogle.make(({ path }) => ({
            status,
            headers: { location: `${location}${path}`, "metadata-flavor": "Google" },
            body: {}
          }))
          const service = yield* MetadataServer.make({ host: google.host })
          const error = yield* Effect.flip(service.headers(tokenRequest))
          assert.strictEqual(error.reason, "Unavailable")
          assert.strictEqual((yield* Effect.flip(service.universeDomain)).reason, "Unavailable")
          assert.strictEqual(google.received.length, 2)
        }
        assert.deepStrictEqual(other.received, [])
      }).pipe(Effect.provide(transports[transport]))
  )

  describe("trace headers", () => {
    const sent = (options: Operations.LayerOptions) =>
      Effect.gen(function*() {
        const wire = yield* Wire.serve((_, response) => Wire.json(response, { name, done: true }))
        const { get } = yield* client(wire.origin, options)
        yield* Effect.withSpan(get({ name }), "caller")
        return (wire.requests[0]?.head ?? []).filter((line) => /^(b3|traceparent):/i.test(line))
          .map((line) => line.split(":")[0]).sort()
      }).pipe(Effect.provide([transports[transport], good]))
    const propagating = HttpClient.withTracerPropagation(true)

    it.scopedLive("are none by default, with or without a tracer", () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* sent({}), [])
        assert.deepStrictEqual(yield* Effect.provide(sent({}), FakeTracer.make().layer), [])
      }))

    it.scopedLive.each([false, true])(
      "of a client that switches them on itself are sent, with `traceparent: %s`",
      (traceparent) =>
        Effect.gen(function*() {
          const own = traceparent ? ["traceparent"] : []
          // Platform sends them with its span only.
          assert.deepStrictEqual(yield* sent({ transformClient: propagating, traceparent }), own)
          const transformClient = (client: HttpClient.HttpClient) =>
            propagating(HttpClient.withTracerDisabledWhen(client, () => false))
          assert.deepStrictEqual(yield* sent({ transformClient, traceparent }), [
            "b3",
            "traceparent"
          ])
        })
    )
  })

  describe("platform's own span", () => {
    const key = "AIzaSy-canary-key"
    it.scopedLive("is not made; where the caller makes it, it has no secret", () =>
      Effect.gen(function*() {
        const echoed = {
          "x-goog-api-key": key,
          "x-request": "r",
          "content-type": "application/json"
        }
        const wire = yield* Wire.serve((_, response) =>
          Wire.json(response, { name, done: true }, echoed)
        )
        const credentials = Layer.orDie(Credentials.layerApiKey(Redacted.make(key)))
        for (const isOn of [false, true]) {
          const { layer, spans } = FakeTracer.make()
          yield* Effect.gen(function*() {
            const { get } = yield* client(wire.origin, {
              errorFormat: "2",
              transformClient: isOn
                ? HttpClient.withTracerDisabledWhen(() => false)
                : (client) => client
            })
            yield* get({ name })
          }).pipe(Effect.provide([transports[transport], credentials, layer]))
          const http = spans.filter((span) => span.name.startsWith("http.client"))
          assert.strictEqual(http.length, isOn ? 1 : 0)
          for (const span of spans) {
            assert.notInclude(inspect([...span.attributes], { depth: 10 }), "canary")
          }
        }
      }))
  })
})

type Client = Operations.ClientOf<typeof binding>
const calls: Readonly<
  Record<
    "get" | "list" | "cancel" | "delete" | "start" | "poll",
    (client: Client) => Effect.Effect<unknown, LroError.WaitError | LroError.ListError>
  >
> = {
  get: (client) => client.get({ name }),
  list: (client) => Stream.runDrain(client.list({ name: parent })),
  cancel: (client) => client.cancel({ name }),
  delete: (client) => client.delete({ name }),
  start: (client) => client.start(bake, { parent, cake: {} }),
  poll: (client) => client.untilDone(name)
}

interface Tree extends ReadonlyArray<Tree> {}

describe("trapped payloads", () => {
  const encodeJson = Schema.encodeSync(Schema.parseJson(LroError.WaitErrorSchema))
  const deep = "[".repeat(100_000) + "]".repeat(100_000)
  const operation = (fields: string) => `{"name":"${name}",${fields}}`
  const failing: ReadonlyArray<readonly [tag: string, fields: string]> = [
    ["WaitTimeout", `"metadata":${deep}`],
    ["OperationFailed", `"done":true,"metadata":${deep},"error":{"code":10,"details":[${deep}]}`],
    ["OperationCancelled", `"done":true,"metadata":${deep},"error":{"code":1,"details":[${deep}]}`],
    ["MissingResult", `"done":true,"metadata":${deep}`],
    ["ResultDecodeError", `"done":true,"metadata":${deep},"response":${deep}`],
    ["ABORTED", ""]
  ]

  it.live.each(failing)("an error of 100,000 levels can be shown: %s", ([tag, fields]) => {
    const body = tag === "ABORTED"
      ? reply(`{"error":{"status":"ABORTED","details":[${deep}]}}`, 409)
      : reply(operation(fields))
    return Effect.gen(function*() {
      const bakery = yield* Operations.make(binding)
      const witness = Witness.make()
      const wait = bakery.untilDone(name, {
        response: Schema.Struct({ flavour: Schema.String }),
        // One poll is enough for each.
        schedule: Schedule.stop
      })
      // A defect of a logger would end it otherwise.
      const error = yield* Effect.flip(witness.watch(wait))
      assert.strictEqual(error._tag, tag)
      const cause = Cause.fail(error)
      for (
        const show of [
          () => JSON.stringify(error),
          () => JSON.stringify(cause),
          () => encodeJson(error),
          () => inspect(error, { depth: Infinity, showHidden: true }),
          () => inspect(Witness.cloned(error), { depth: Infinity }),
          () => Cause.pretty(cause, { renderErrorCause: true })
        ]
      ) assert.isBelow(show().length, 10_000)
    }).pipe(Effect.provide(http(body)))
  })

  it.live("an operation of 100,000 levels is got, looked at and logged", () =>
    Effect.gen(function*() {
      const bakery = yield* Operations.make(binding)
      const running = yield* bakery.get({ name })
      const again = yield* bakery.get({ name })
      assert.isFalse(Equal.equals(running, again))
      assert.strictEqual(Operation.state(running)._tag, "Running")
      const percent = Schema.Struct({ percent: Schema.Number })
      const metadata = Option.getOrThrow(Operation.metadata(running, percent))
      assert.propertyVal(metadata, "problem", "nested too deeply")
      const lines: Array<string> = []
      const keep = (line: unknown) => void lines.push(typeof line)
      for (const format of ["text", "logfmt", "structured"] as const) {
        yield* Logs.instead(Logs.written(format, keep))(Effect.logError(running))
      }
      assert.deepStrictEqual(lines, ["string", "string", "object"])
    }).pipe(Effect.provide(http(reply(operation(`"metadata":{"percent":${deep}}`))))))

  it.live("metadata of 100,000 levels ends no wait that would decode it", () =>
    Effect.gen(function*() {
      const bakery = yield* Operations.make(binding)
      const started = yield* bakery.start(bake, { parent, cake: {} })
      const state = yield* bakery.untilFinal(started, { schedule: Polling.fixed(1) })
      assert.propertyVal(Option.getOrThrow(state.metadata), "_tag", "Undecodable")
    }).pipe(
      Effect.provide(
        http((_, index) => reply(operation(`"metadata":{"percent":${deep}},"done":${index > 2}`))())
      )
    ))

  it.live("a response of 100,000 levels is an error for every Schema, and one of 90 is not", () =>
    Effect.gen(function*() {
      const bakery = yield* Operations.make(binding)
      const of = (id: string, flavour: Schema.Schema.AnyNoContext) =>
        Effect.either(bakery.untilDone(`${name}-${id}`, { response: Schema.Struct({ flavour }) }))
      const tree: Schema.Schema<Tree> = Schema.Array(Schema.suspend(() => tree))
      for (const flavour of [tree, Schema.Array(Schema.String), Schema.Unknown]) {
        const result = yield* of("deep", flavour)
        assert(Either.isLeft(result) && result.left._tag === "ResultDecodeError")
        assert.strictEqual(result.left.problem, "nested too deeply")
      }
      const result = yield* of("fit", tree)
      assert.isTrue(Either.isRight(result))
      // Who needs it all the same has it.
      const { response } = yield* bakery.untilDone(`${name}-deep`)
      assert.isTrue(Option.isSome(response))
    }).pipe(Effect.provide(http((call) => {
      const flavour = call.url.includes("-fit") ? "[".repeat(90) + "]".repeat(90) : deep
      return reply(operation(`"done":true,"response":{"flavour":${flavour}}`))()
    }))))

  const evil = `{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}`
  const info = `{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"R","domain":"d",` +
    `"metadata":{"__proto__":"polluted","constructor":"c"}}`
  const polluting = operation(
    `"__proto__":{"polluted":1},"done":true,"metadata":${evil},"error":{"code":10,"details":[${info},${evil}]}`
  )

  /** Nothing that JSON.parse would not have made. */
  const assertOwn = (value: unknown) => {
    assert.deepStrictEqual(Object.keys(value as object), ["__proto__", "constructor"])
    assert.strictEqual(JSON.stringify(value), evil)
    assert.strictEqual(Object.getPrototypeOf(value), Object.prototype)
  }

  it.effect("set no prototype: of metadata, of details, of a copy that crossed a boundary", () =>
    Effect.gen(function*() {
      const bakery = yield* Operations.make(binding)
      const got = yield* bakery.get({ name })
      assert.deepStrictEqual(Object.keys(got), ["name", "done", "metadata", "error"])
      assert.strictEqual(Object.getPrototypeOf(got), Object.prototype)
      assertOwn(got.metadata)
      const error = yield* Effect.flip(bakery.untilDone(name))
      const { WaitErrorSchema } = LroError
      const json: unknown = JSON.parse(
        JSON.stringify(yield* Schema.encode(WaitErrorSchema)(error))
      )
      for (const each of [error, yield* Schema.decodeUnknown(WaitErrorSchema)(json)]) {
        assert(each._tag === "OperationFailed")
        assertOwn(each.metadata)
        assertOwn(each.status.otherDetails[0])
        const { metadata } = Option.getOrThrow(Status.detail(each.status, "ErrorInfo"))
        assert.deepStrictEqual(Object.keys(metadata), ["__proto__", "constructor"])
        assert.strictEqual(Object.getPrototypeOf(metadata), Object.prototype)
      }
      assert.notProperty({}, "polluted")
    }).pipe(Effect.provide(http(reply(polluting)))))

  it.effect("are no operation where only a prototype would make them one", () =>
    Effect.gen(function*() {
      const { get } = yield* Operations.make(binding)
      const error = yield* Effect.flip(get({ name }))
      assert.propertyVal(error, "reason", "NotAnOperation")
    }).pipe(Effect.provide(http(reply(`{"__proto__":{"name":"${name}","done":true}}`)))))
})

describe("a name from the server", () => {
  it.live.each([
    "projects/p/locations/l/operations/..",
    "../../secret",
    "a?alt=media",
    "https://evil.test/v1/o"
  ])(
    "like %j starts no request",
    (hostile) =>
      Effect.gen(function*() {
        const bakery = yield* Operations.make(binding)
        // [1] An operation runs: the error says so, and carries the reference.
        const starts: ReadonlyArray<Effect.Effect<unknown, LroError.WaitError>> = [
          bakery.start(bake, { parent, cake: {} }),
          bakery.run(bake, { parent, cake: {} })
        ]
        for (const start of starts) {
          const error = yield* Effect.flip(start)
          assert.instanceOf(error, LroError.MalformedResponse)
          const { message, operation, reason } = error as LroError.MalformedResponse
          assert.strictEqual(reason, "UnusableName")
          assert.strictEqual(operation?.name, hostile)
          assert.strictEqual(operation?.method, bake.rpc)
          assert.include(message, `(${hostile}): UnusableName`)
          assert.include(message, "the operation runs, and its name cannot be polled: it ")
        }
        const [listed] = yield* Stream.runCollect(bakery.list({ name: parent }))
        const soon = { schedule: Polling.fixed(1) }
        const before = (yield* FakeHttp.calls).length
        const target = listed ?? assert.fail()
        const waits: ReadonlyArray<Effect.Effect<unknown, LroError.WaitError>> = [
          bakery.untilDone(target, soon),
          Stream.runDrain(bakery.watch(target, soon))
        ]
        for (const wait of waits) {
          assert.strictEqual((yield* Effect.flip(wait))._tag, "InvalidRequest")
        }
        assert.strictEqual((yield* FakeHttp.calls).length, before)
      }).pipe(Effect.provide(http(({ verb }) =>
        FakeHttp.json(verb === "POST" ? { name: hostile } : { operations: [{ name: hostile }] })
      )))
  )
})

describe("[29] credential JSON that leads elsewhere", () => {
  it.scoped.each([
    "http://169.254.169.254/token",
    "file:///etc/passwd",
    "https://user:pw@sts.evil.test",
    "//evil.test"
  ])(
    "is refused before anything is asked: %s",
    (url) =>
      Effect.gen(function*() {
        let asked = 0
        const fetchImplementation = () => {
          asked++
          return Promise.reject(new TypeError("no"))
        }
        const source = { file: "/etc/passwd" }
        for (
          const credentials of [
            external(source, { token_url: url }),
            external(source, { service_account_impersonation_url: url }),
            { ...serviceAccount, token_uri: url }
          ]
        ) {
          const error = yield* Effect.flip(GoogleAuth.make({ credentials, fetchImplementation }))
          assert.strictEqual(error.setting, "credentials")
          assert.notInclude(error.message, "pw")
        }
        assert.strictEqual(asked, 0)
      })
  )
})

describe("every class of errors", () => {
  const { key, token } = Witness.canaries
  const secret = Layer.succeed(Credentials.Credentials, {
    kind: "token",
    headers: () =>
      Effect.succeed(
        Headers.fromInput({ authorization: `Bearer ${token}`, "x-goog-api-key": key })
      ),
    refresh: () => Effect.succeedNone,
    universeDomain: Effect.succeedNone
  })
  const quoted = (call: FakeHttp.Call) => JSON.stringify(call.headers)
  const operation = (fields: object) => () => FakeHttp.json({ name, ...fields })
  const response = Schema.Struct({ flavour: Schema.String })
  const wait = (options: { readonly deadline?: number } = {}) => (client: Client) =>
    client.untilDone(name, { ...options, response })
  type Case = readonly [
    tag: string,
    handler: FakeHttp.Handler,
    call: (
      client: Client
    ) => Effect.Effect<
      unknown,
      LroError.LroError,
      Credentials.Credentials | HttpClient.HttpClient | Scope.Scope
    >
  ]

  const cases: ReadonlyArray<Case> = [
    ...Code.errors.map((code): Case => [
      code,
      (call) =>
        FakeHttp.failure(Code.httpStatus(code), code, {
          message: `you sent ${quoted(call)}`,
          details: [{ "@type": "type.googleapis.com/google.rpc.DebugInfo", detail: quoted(call) }, {
            "@type": "x/y",
            quoted: call.headers
          }],
          headers: { "x-echo": quoted(call) }
        }),
      calls.get
    ]),
    [
      "TransportError",
      (call) =>
        Effect.fail(new FakeHttp.Broken(Object.assign(new Error(quoted(call)), call.headers))),
      calls.get
    ],
    ["MalformedResponse", (call) => FakeHttp.html(404, `<p>${quoted(call)}`), calls.get],
    ["CredentialsError", () => FakeHttp.json({}), () =>
      Effect.flatMap(
        Credentials.makeTokenEffect(Effect.fail({ message: `Bearer ${token} was refused` })),
        (service) => service.headers({ scopes: [], host: "x.test" })
      )],
    [
      "InvalidRequest",
      () => FakeHttp.json({}),
      (client) => client.get({ name }, { headers: { "x-own": `${token}\n` } })
    ],
    [
      "PageTokenError",
      () => FakeHttp.json({ nextPageToken: Witness.canaries.pageToken }),
      (client) =>
        Stream.runDrain(client.list({ name: parent, pageToken: Witness.canaries.pageToken }))
    ],
    ["OperationFailed", operation({ done: true, error: { code: 10 } }), wait()],
    ["OperationCancelled", operation({ done: true, error: { code: 1 } }), wait()],
    ["MissingResult", operation({ done: true }), wait()],
    ["ResultDecodeError", operation({ done: true, response: { flavour: 1 } }), wait()],
    [
      "WaitTimeout",
      (call, index) =>
        index === 0
          ? FakeHttp.json({ name })
          : FakeHttp.failure(503, "UNAVAILABLE", { message: quoted(call) }),
      (client) =>
        client.untilDone(name, {
          deadline: "1 minute",
          maxOutage: "1 hour",
          retry: "none",
          schedule: Polling.fixed("5 seconds")
        }).pipe(withTime(new VirtualClock()))
    ],
    [
      "InvalidSettings",
      () => FakeHttp.json({}),
      () =>
        Operations.make(binding, {
          endpoint: `https://user:${token}@x.test`,
          headers: { "x-own": `${key}\n` }
        })
    ]
  ]

  it("is here", () => {
    const all = [...new Set(Errors.all.map(({ _tag }) => _tag))]
    assert.deepStrictEqual(cases.map(([tag]) => tag).sort(), all.sort())
  })

  it.scopedLive.each(cases)(
    "shows no secret: %s",
    ([tag, handler, call]) =>
      Effect.gen(function*() {
        const witness = Witness.make()
        const client = yield* Operations.make(binding, { retry: "none" })
        const exit = yield* Effect.exit(witness.watch(call(client)))
        assert(Exit.isFailure(exit))
        const error = Option.getOrThrow(Cause.failureOption(exit.cause))
        assert.strictEqual(error._tag, tag)
        witness.note(Witness.shownFailure(exit.cause))
        const copy = Witness.cloned(error)
        assert.instanceOf(copy, Error)
        witness.note(Witness.shown(copy))
        assert.isAbove(witness.texts.length, 20)
        assert.deepStrictEqual(witness.texts.flatMap(Witness.leaks), [])
      }).pipe(Effect.provide(http(handler, { credentials: secret })))
  )
})

describe("a service of credentials", () => {
  const secrets = [Witness.canaries.token, ...serviceAccount.private_key.split("\n").slice(1, -2)]

  /** Everything that can be reached from a value by its properties, hidden ones too. */
  const reached = (value: unknown, seen = new Set<unknown>()): Set<unknown> => {
    if (seen.has(value)) return seen
    seen.add(value)
    if ((typeof value === "object" && value !== null) || typeof value === "function") {
      for (const key of Reflect.ownKeys(value)) {
        reached(Object.getOwnPropertyDescriptor(value, key)?.value, seen)
      }
    }
    return seen
  }
  const found = (value: unknown) =>
    [...reached(value)].filter((each) =>
      (typeof each === "string" && secrets.some((secret) => each.includes(secret))) ||
      each instanceof CryptoKey
    )

  it("where there is a secret, it is found", () => {
    assert.strictEqual(found({ a: [() => 1, { b: `x ${Witness.canaries.token}` }] }).length, 1)
    assert.isAbove(found(serviceAccount).length, 0)
  })

  it.scopedLive("holds no secret that its properties lead to, before and after use", () =>
    Effect.gen(function*() {
      const token = Redacted.make(Witness.canaries.token)
      const google = yield* FakeGoogle.make(() => ({
        headers: { "metadata-flavor": "Google" },
        body: { access_token: Witness.canaries.token, expires_in: 3599 }
      }))
      yield* FakeGoogle.environment()
      const makers: Record<string, Effect.Effect<Credentials.Service, unknown, Scope.Scope>> = {
        makeToken: Credentials.makeToken(token),
        makeApiKey: Credentials.makeApiKey(token),
        makeTokenEffect: Credentials.makeTokenEffect(Effect.succeed({ token })),
        ServiceAccount: ServiceAccount.make(Redacted.make(JSON.stringify(serviceAccount))),
        MetadataServer: MetadataServer.make({ host: google.host }).pipe(
          Effect.provide(FetchHttpClient.layer)
        ),
        GoogleAuth: GoogleAuth.make({
          credentials: serviceAccount,
          fetchImplementation: google.fetch
        })
      }
      for (const [what, make] of Object.entries(makers)) {
        const service = yield* make
        assert.deepStrictEqual(found(service), [], what)
        const headers = yield* service.headers(tokenRequest)
        assert.isAtLeast(Object.keys(headers).length, 1)
        assert.deepStrictEqual(found(service), [], what)
      }
    }))
})
