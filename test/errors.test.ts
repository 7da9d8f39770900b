import { assert, describe, it } from "@effect/vitest"
import { Cause, DateTime, Duration, Effect, Layer, Option, ParseResult, Schema } from "effect"
import * as Code from "../src/Code.ts"
import * as Credentials from "../src/Credentials.ts"
import * as LroError from "../src/LroError.ts"
import { OperationRef } from "../src/OperationRef.ts"
import * as Operations from "../src/Operations.ts"
import { make as makeRpcError } from "../src/RpcError.ts"
import * as Status from "../src/Status.ts"
import { bake, binding, http, name, parent, url } from "./utils/bakery.ts"
import * as FakeHttp from "./utils/FakeHttp.ts"

const get = "google.longrunning.Operations.GetOperation"
const rpcType = "type.googleapis.com/google.rpc"
const operation = new OperationRef({
  service: "bakery.googleapis.com",
  version: "v1",
  endpoint: "https://eu-bakery.googleapis.com",
  name,
  method: "example.bakery.v1.Bakery.Bake",
  startedAt: DateTime.unsafeMake(1_700_000_000_123),
  requestId: "9c1b6f0e-3e0a-4a53-8d0a-0d8d5a7f9e11"
})

/** One of each detail type, as JSON. */
const details = [
  {
    "@type": `${rpcType}.ErrorInfo`,
    reason: "R",
    domain: "d.googleapis.com",
    metadata: { k: "v" }
  },
  { "@type": `${rpcType}.RetryInfo`, retryDelay: "45.837906927s" },
  { "@type": `${rpcType}.DebugInfo`, stackEntries: ["a", "b"], detail: "x" },
  {
    "@type": `${rpcType}.QuotaFailure`,
    violations: [{
      subject: "project:p",
      description: "d",
      quotaMetric: "m",
      quotaDimensions: { region: "r" },
      quotaValue: "9007199254740993",
      futureQuotaValue: "5"
    }]
  },
  {
    "@type": `${rpcType}.PreconditionFailure`,
    violations: [{ type: "TOS", subject: "s", description: "d" }]
  },
  {
    "@type": `${rpcType}.BadRequest`,
    fieldViolations: [{
      field: "hub.name",
      description: "d",
      localizedMessage: { locale: "de", message: "nein" }
    }]
  },
  { "@type": `${rpcType}.RequestInfo`, requestId: "req-1", servingData: "s" },
  {
    "@type": `${rpcType}.ResourceInfo`,
    resourceType: "t",
    resourceName: "n",
    owner: "o",
    description: "d"
  },
  {
    "@type": `${rpcType}.Help`,
    links: [{ description: "Read", url: "https://help" }, { url: "https://two" }]
  },
  { "@type": `${rpcType}.LocalizedMessage`, locale: "en-US", message: "Please wait." },
  { "@type": "type.googleapis.com/other.Type", x: [1, { y: null }] },
  { reason: "without a type" }
]
const status = (code: Code.ErrorCode) =>
  Status.fromUnknown({ code: Code.toNumber(code), message: "The server said no.", details })

const rpcError = (code: Code.ErrorCode) =>
  makeRpcError(code, {
    method: get,
    operation,
    status: status(code),
    httpStatus: Code.httpStatus(code),
    codeFrom: "body",
    retryAfter: Duration.millis(45_838),
    attempts: 3,
    seenBefore: true
  })

const cause = new LroError.ForeignCause({
  name: "Error",
  code: "ECONNRESET",
  message: "ECONNRESET"
})
const raw = { name, done: true, metadata: { "@type": "x/y", percent: 1 }, response: [1, null] }
const sixteen = Code.errors.map(rpcError)
const callErrors: ReadonlyArray<LroError.CallError> = [
  ...sixteen,
  new LroError.TransportError({
    method: get,
    operation,
    reason: "Reset",
    sent: "maybe",
    host: "bakery.googleapis.com",
    attempts: 3,
    hint: "look for it",
    cause
  }),
  new LroError.MalformedResponse({
    method: get,
    reason: "NotJson",
    httpStatus: 200,
    url,
    description: "content-type text/html",
    attempts: 1
  }),
  new LroError.CredentialsError({
    method: get,
    operation,
    reason: "Rejected",
    transient: false,
    description: "revoked",
    cause
  }),
  new LroError.InvalidRequest({
    method: get,
    argument: "name",
    problem: "is empty",
    expected: ["a/*"],
    hint: "a/b"
  })
]
const pageTokenError = new LroError.PageTokenError({
  method: get,
  reason: "cycle",
  page: 7,
  parent
})
const outcomes: ReadonlyArray<LroError.OutcomeError> = [
  new LroError.OperationFailed({
    operation,
    code: "ABORTED",
    status: status("ABORTED"),
    metadata: raw.metadata
  }),
  new LroError.OperationCancelled({ operation, status: status("CANCELLED") }),
  new LroError.MissingResult({ operation, raw: { name, done: true } }),
  new LroError.ResultDecodeError({ operation, raw, problem: "Expected string" })
]
const waitTimeouts = [
  new LroError.WaitTimeout({
    operation,
    reason: "deadline",
    last: { name, done: false },
    polls: 12,
    elapsed: Duration.minutes(5),
    lastError: rpcError("UNAVAILABLE")
  }),
  new LroError.WaitTimeout({ operation, reason: "schedule", polls: 0, elapsed: Duration.zero })
]
const settings = new LroError.InvalidSettings({ setting: "endpoint", problem: "is not a URL" })
const all: ReadonlyArray<LroError.LroError> = [
  ...callErrors,
  pageTokenError,
  ...outcomes,
  ...waitTimeouts,
  settings
]

/** The fields of an error; one that is undefined counts as absent. */
const fields = (u: object): unknown =>
  Object.fromEntries(
    Object.entries(u).filter(([, value]) => value !== undefined).map(([key, value]) => [
      key,
      value instanceof OperationRef ? fields(value) : value
    ])
  )

const assertRoundTrip = <A extends Error, I>(schema: Schema.Schema<A, I>, error: A) =>
  Effect.gen(function*() {
    const text = yield* Schema.encode(Schema.parseJson(schema))(error)
    const back = yield* Schema.decode(Schema.parseJson(schema))(text)
    assert.strictEqual(back.constructor, error.constructor)
    assert.deepStrictEqual(fields(back), fields(error))
    assert.strictEqual(back.message, error.message)
    assert.strictEqual(yield* Schema.encode(Schema.parseJson(schema))(back), text)
  })

describe("Schemas", () => {
  it.effect.each(sixteen)("$_tag crosses a boundary as JSON", (error) =>
    Effect.gen(function*() {
      assert.strictEqual(error.status.details.length, 10)
      assert.strictEqual(error.status.otherDetails.length, 2)
      yield* assertRoundTrip(
        error.constructor as unknown as Schema.Schema<LroError.RpcError, unknown>,
        error
      )
      yield* assertRoundTrip(LroError.RpcErrorSchema, error)
      yield* assertRoundTrip(LroError.CallErrorSchema, error)
      yield* assertRoundTrip(LroError.ListErrorSchema, error)
      yield* assertRoundTrip(LroError.WaitErrorSchema, error)
    }))

  it.effect("so do the others, by the Schema of each of their unions", () =>
    Effect.gen(function*() {
      for (const error of callErrors) {
        yield* assertRoundTrip(LroError.CallErrorSchema, error)
        yield* assertRoundTrip(LroError.WaitErrorSchema, error)
      }
      yield* assertRoundTrip(LroError.ListErrorSchema, pageTokenError)
      for (const error of outcomes) {
        yield* assertRoundTrip(LroError.OutcomeErrorSchema, error)
        yield* assertRoundTrip(LroError.WaitErrorSchema, error)
      }
      for (const error of waitTimeouts) yield* assertRoundTrip(LroError.WaitErrorSchema, error)
      yield* assertRoundTrip(LroError.InvalidSettings, settings)
    }))

  it.effect("an error that came over HTTP crosses too", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const error = yield* Effect.flip(client.get({ name }))
      assert.deepStrictEqual(
        LroError.isRpcError(error) && error.retryAfter,
        Duration.millis(Number.MAX_SAFE_INTEGER)
      )
      yield* assertRoundTrip(LroError.CallErrorSchema, error)
    }).pipe(Effect.provide(http(() =>
      FakeHttp.failure(503, "UNAVAILABLE", { details, headers: { "retry-after": "9".repeat(400) } })
    ))))

  it.effect("a Schema refuses the members of another union", () =>
    Effect.gen(function*() {
      const encoded = yield* Schema.encode(LroError.InvalidSettings)(settings)
      for (
        const schema of [
          LroError.CallErrorSchema,
          LroError.ListErrorSchema,
          LroError.WaitErrorSchema
        ]
      ) {
        const error = yield* Effect.flip(
          Schema.decodeUnknown(schema as Schema.Schema<unknown, unknown>)(encoded)
        )
        assert.instanceOf(error, ParseResult.ParseError)
      }
    }))
})

describe("guards", () => {
  it("sort every error into its unions, and nothing else", () => {
    const memberships = (u: unknown) => [
      LroError.isLroError(u),
      LroError.isRpcError(u),
      LroError.isCallError(u),
      LroError.isListError(u),
      LroError.isOutcomeError(u),
      LroError.isWaitError(u)
    ]
    for (const error of sixteen) {
      assert.deepStrictEqual(memberships(error), [true, true, true, true, false, true], error._tag)
    }
    for (const error of callErrors.slice(16)) {
      assert.deepStrictEqual(memberships(error), [true, false, true, true, false, true], error._tag)
    }
    assert.deepStrictEqual(memberships(pageTokenError), [true, false, false, true, false, false])
    for (const error of outcomes) {
      assert.deepStrictEqual(
        memberships(error),
        [true, false, false, false, true, true],
        error._tag
      )
    }
    for (const error of waitTimeouts) {
      assert.deepStrictEqual(memberships(error), [true, false, false, false, false, true])
    }
    assert.deepStrictEqual(memberships(settings), [true, false, false, false, false, false])
    const others = [undefined, null, 1, "NOT_FOUND", {}, new Error("x"), { _tag: "NOT_FOUND" }, {
      _tag: "WaitTimeout"
    }]
    for (const other of others) {
      assert.deepStrictEqual(memberships(other), [false, false, false, false, false, false])
    }
  })

  it("failedWith refines an OperationFailed by its code", () => {
    const [failed] = outcomes
    assert.isTrue(LroError.failedWith("ABORTED")(failed))
    assert.isFalse(LroError.failedWith("INTERNAL")(failed))
    assert.isFalse(LroError.failedWith("ABORTED")(rpcError("ABORTED")))
  })

  it("isRetryable follows AIP-194", () => {
    assert.deepStrictEqual(sixteen.filter(LroError.isRetryable).map((error) => error._tag), [
      "UNAVAILABLE"
    ])
    const transport = (reason: LroError.TransportError["reason"]) =>
      new LroError.TransportError({ method: get, reason, sent: "no", host: "h", attempts: 1 })
    assert.isTrue(LroError.isRetryable(transport("Dns")))
    assert.isFalse(LroError.isRetryable(transport("Tls")))
    const bare = (httpStatus: number) =>
      makeRpcError("INTERNAL", {
        method: get,
        status: status("INTERNAL"),
        httpStatus,
        codeFrom: "httpStatus",
        attempts: 1
      })
    const retryable = [400, 408, 429, 500, 501, 502, 503, 504, 505].filter((code) =>
      LroError.isRetryable(bare(code))
    )
    assert.deepStrictEqual(retryable, [408, 502, 503, 504])
  })

  it.effect("catchTag sorts by code, and identity is the type id", () =>
    Effect.gen(function*() {
      const caught = yield* Effect.fail<LroError.CallError>(rpcError("UNIMPLEMENTED")).pipe(
        Effect.catchTag("UNIMPLEMENTED", (error) => Effect.succeed(error.status.code))
      )
      assert.strictEqual(caught, 12)
    }))

  it("no error shows its type id, and each has its own name, message and stack", () => {
    for (const error of all) {
      assert.isFalse(Object.keys(error).some((key) => key.startsWith("~")), error._tag)
      assert.isFalse(
        ["name", "message", "stack"].some((key) => Object.keys(error).includes(key)),
        error._tag
      )
      assert.strictEqual(error.name, error._tag)
      assert.include(error.stack ?? "", error.message)
      assert.notInclude(error.message, "\n")
      assert.notInclude(error.message, "undefined")
    }
    assert.strictEqual(new Set(all.map((error) => error._tag)).size, all.length - 1)
  })

  it("the message for users is the server's", () => {
    assert.deepStrictEqual(LroError.userMessage(rpcError("ABORTED")), Option.some("Please wait."))
    const plain = makeRpcError("ABORTED", {
      method: get,
      status: Status.make({ code: "ABORTED", message: "m" }),
      httpStatus: 409,
      codeFrom: "body",
      attempts: 1
    })
    assert.deepStrictEqual(LroError.userMessage(plain), Option.none())
  })
})

describe("messages", () => {
  it("are these", () => {
    const said =
      "The server said no.; the operation was seen earlier: it expired or was deleted; " +
      "reason R (d.googleapis.com); Read https://help; request req-1; 3 attempts"
    assert.strictEqual(rpcError("NOT_FOUND").message, `${get}: NOT_FOUND (${name}); ${said}`)
    assert.deepStrictEqual(callErrors.slice(16).map((error) => error.message), [
      `${get} (${name}): Reset at bakery.googleapis.com: ECONNRESET; the request may have been sent; ` +
      "look for it; 3 attempts",
      `${get}: NotJson, HTTP 200 of ${url}: content-type text/html`,
      `${get} (${name}): credentials Rejected: revoked: ECONNRESET`,
      `${get}: \`name\` is empty; expected a/*; did you mean a/b`
    ])
    assert.strictEqual(
      pageTokenError.message,
      `${get}: the server returned an earlier page token, page 7 of ${parent}`
    )
    assert.deepStrictEqual(outcomes.map((error) => error.message), [
      `${name} failed: ABORTED; The server said no.`,
      `${name} was cancelled; The server said no.`,
      `${name} is done without a response`,
      `${name} succeeded with a response that does not fit: Expected string`
    ])
    assert.deepStrictEqual(waitTimeouts.map((error) => error.message), [
      `${name} still runs after 5m (12 polls): the deadline passed; last failed poll: UNAVAILABLE`,
      `${name} still runs after 0 (0 polls): the poll schedule ended`
    ])
    assert.strictEqual(settings.message, "`endpoint` is not a URL")
  })

  it("are one line, whatever the server sends", () => {
    const wild = makeRpcError("INTERNAL", {
      method: get,
      status: Status.fromUnknown({
        code: 13,
        message: "one\n  two\r\n\tthree",
        details: [
          { "@type": `${rpcType}.Help`, links: [{ description: "a\nb", url: "https://x\ny" }] },
          { "@type": `${rpcType}.ErrorInfo`, reason: "R\nR", domain: "d\nd" },
          { "@type": `${rpcType}.RequestInfo`, requestId: "r\nr" }
        ]
      }),
      httpStatus: 500,
      codeFrom: "body",
      attempts: 1
    })
    assert.strictEqual(
      wild.message,
      `${get}: INTERNAL; one two three; reason R R (d d); a b https://x y; request r r`
    )
  })

  it("leave out what is empty", () => {
    const bare = makeRpcError("ABORTED", {
      method: get,
      status: Status.fromUnknown({
        code: 10,
        details: [
          { "@type": `${rpcType}.ErrorInfo` },
          { "@type": `${rpcType}.Help` },
          { "@type": `${rpcType}.RequestInfo` }
        ]
      }),
      httpStatus: 409,
      codeFrom: "body",
      attempts: 1
    })
    assert.strictEqual(bare.message, `${get}: ABORTED`)
    const format1 = new LroError.PermissionDenied({
      ...bare,
      status: Status.fromUnknown({
        details: [{ "@type": `${rpcType}.ErrorInfo`, reason: "rateLimitExceeded" }]
      })
    })
    assert.strictEqual(format1.message, `${get}: PERMISSION_DENIED; reason rateLimitExceeded`)
  })

  it("a code that google.rpc.Code does not have keeps its number", () => {
    const failed = new LroError.OperationFailed({
      operation,
      code: "UNKNOWN",
      status: Status.make({ code: 123, message: "new" })
    })
    assert.strictEqual(failed.message, `${name} failed: UNKNOWN (code 123); new`)
  })

  /** What a get that is refused like this prints. */
  const printed = (
    httpStatus: number,
    error: { readonly message: string; readonly details: ReadonlyArray<unknown> }
  ) =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      return (yield* Effect.flip(client.get({ name }))).message
    }).pipe(
      Effect.provide(http(() => FakeHttp.failure(httpStatus, "PERMISSION_DENIED", error)))
    )

  const activationUrl =
    "https://console.developers.google.com/apis/api/bakery.googleapis.com/overview?project=42"
  const help = {
    "@type": `${rpcType}.Help`,
    links: [{ description: "Google developers console API activation", url: activationUrl }]
  }
  const disabled = (consumer: string) => ({
    "@type": `${rpcType}.ErrorInfo`,
    reason: "SERVICE_DISABLED",
    domain: "googleapis.com",
    metadata: {
      service: "bakery.googleapis.com",
      consumer,
      serviceTitle: "Bakery API",
      activationUrl
    }
  })
  const quotaRemedy =
    "set the quota project: `quotaProject` of the call, the layer or GoogleAuth, or " +
    "GOOGLE_CLOUD_QUOTA_PROJECT"

  it.effect("a disabled service: which API to enable, where", () =>
    Effect.gen(function*() {
      const message = "Bakery API has not been used in project 42 before or it is disabled."
      assert.strictEqual(
        yield* printed(403, { message, details: [help, disabled("projects/42")] }),
        `${get}: PERMISSION_DENIED (${name}); ${message}; enable the API bakery.googleapis.com for ` +
          `projects/42: ${activationUrl}; reason SERVICE_DISABLED (googleapis.com); ` +
          `Google developers console API activation ${activationUrl}`
      )
    }))

  it.effect("user credentials without a quota project: which setting", () =>
    Effect.gen(function*() {
      const message =
        "Your application is authenticating by using local Application Default Credentials. " +
        "The bakery.googleapis.com API requires a quota project, which is not set by default."
      const end =
        `reason SERVICE_DISABLED (googleapis.com); Google developers console API activation ${activationUrl}`
      assert.strictEqual(
        yield* printed(403, { message, details: [help, disabled("projects/764086051850")] }),
        `${get}: PERMISSION_DENIED (${name}); ${message}; ${quotaRemedy}; ${end}`
      )
      // The older text does not mention quota; the consumer is gcloud's own project.
      const older = "Bakery API has not been used in project 764086051850 before or it is disabled."
      assert.strictEqual(
        yield* printed(403, { message: older, details: [help, disabled("projects/764086051850")] }),
        `${get}: PERMISSION_DENIED (${name}); ${older}; ${quotaRemedy}; ${end}`
      )
    }))

  it.effect("a quota project that the caller may not use: the same setting", () =>
    Effect.gen(function*() {
      const message = "Caller does not have required permission to use project q."
      const info = {
        "@type": `${rpcType}.ErrorInfo`,
        reason: "USER_PROJECT_DENIED",
        domain: "googleapis.com",
        metadata: { service: "bakery.googleapis.com", consumer: "projects/q" }
      }
      assert.strictEqual(
        yield* printed(403, { message, details: [info] }),
        `${get}: PERMISSION_DENIED (${name}); ${message}; ${quotaRemedy}; ` +
          "reason USER_PROJECT_DENIED (googleapis.com)"
      )
    }))

  it.effect.each([
    [{ uid: "uid-1", service: "bakery.googleapis.com" }, "uid-2"],
    [{ service: "bakery.googleapis.com" }, "uid-1"]
  ])(
    "VPC Service Controls: the unique identifier, from the metadata or the violation",
    ([metadata, description]) =>
      Effect.gen(function*() {
        const message =
          "Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: uid-1"
        const refusal = [
          {
            "@type": `${rpcType}.PreconditionFailure`,
            violations: [{ type: "VPC_SERVICE_CONTROLS", description }]
          },
          {
            "@type": `${rpcType}.ErrorInfo`,
            reason: "SECURITY_POLICY_VIOLATED",
            domain: "googleapis.com",
            metadata
          }
        ]
        assert.strictEqual(
          yield* printed(403, { message, details: refusal }),
          `${get}: PERMISSION_DENIED (${name}); ${message}; VPC Service Controls unique identifier uid-1; ` +
            "reason SECURITY_POLICY_VIOLATED (googleapis.com)"
        )
      })
  )

  it.effect("VPC Service Controls: the unique identifier, from the text when nothing else has it", () =>
    Effect.gen(function*() {
      const message =
        "Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: uid-1."
      const violation = { type: "VPC_SERVICE_CONTROLS" }
      const details = [{ "@type": `${rpcType}.PreconditionFailure`, violations: [violation] }]
      assert.strictEqual(
        yield* printed(403, { message, details }),
        `${get}: PERMISSION_DENIED (${name}); ${message}; VPC Service Controls unique identifier uid-1`
      )
    }))
})

describe("every CallError", () => {
  const refusing = Layer.succeed(
    Credentials.Credentials,
    Credentials.Credentials.of({
      ...Credentials.none,
      headers: () =>
        Effect.fail(
          new LroError.CredentialsError({
            reason: "Unavailable",
            transient: true,
            description: "down"
          })
        )
    })
  )
  const cases: ReadonlyArray<
    readonly [
      tag: string,
      step: () => ReturnType<FakeHttp.Handler>,
      options?: Operations.CallOptions
    ]
  > = [
    ["RESOURCE_EXHAUSTED", () => FakeHttp.failure(429, "RESOURCE_EXHAUSTED")],
    ["INTERNAL", () => FakeHttp.html(500)],
    ["TransportError", () => FakeHttp.broken("CERT_HAS_EXPIRED")],
    ["TransportError", () => FakeHttp.truncated("{", "ECONNRESET")],
    ["MalformedResponse", () => FakeHttp.html(200)],
    ["MalformedResponse", () => FakeHttp.html(404)],
    ["MalformedResponse", () => new Response("x".repeat(2_000))],
    ["InvalidRequest", () => FakeHttp.json({}), { headers: { authorization: "x" } }],
    ["InvalidRequest", () => FakeHttp.json({}), { timeout: 0 }]
  ]

  it.effect.each(cases)(
    "%s has the method, and the operation where a name was given",
    ([tag, step, options]) =>
      Effect.gen(function*() {
        const client = yield* Operations.make(binding, {
          retry: "none",
          maxResponseBytes: 1_000,
          endpoint: "https://eu-bakery.googleapis.com"
        })
        const named = {
          GetOperation: client.get({ name }, options),
          CancelOperation: client.cancel({ name }, options),
          DeleteOperation: client.delete({ name }, options),
          WaitOperation: client.wait({ name }, options)
        }
        for (
          const [rpc, call] of Object.entries<Effect.Effect<unknown, LroError.CallError>>(named)
        ) {
          const error = yield* Effect.flip(call)
          assert.strictEqual(error._tag, tag)
          assert.strictEqual(error.method, `google.longrunning.Operations.${rpc}`)
          assert.strictEqual(error.operation?.name, name)
          assert.strictEqual(error.operation?.service, "bakery.googleapis.com")
          assert.strictEqual(error.operation?.version, "v1")
          assert.strictEqual(error.operation?.endpoint, "https://eu-bakery.googleapis.com")
          assert.include(error.message, name)
        }
        const list = yield* Effect.flip(client.listPage({ name: parent }, options))
        assert.strictEqual(list._tag, tag)
        assert.strictEqual(list.method, "google.longrunning.Operations.ListOperations")
        const start = yield* Effect.flip(client.start(bake, { parent, cake: {} }, options))
        assert.strictEqual(start._tag, tag)
        assert.strictEqual(start.method, "example.bakery.v1.Bakery.Bake")
      }).pipe(Effect.provide(http(step)))
  )

  it.effect("also one of the credentials, and its message says so", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const error = yield* Effect.flip(client.get({ name }))
      assert.strictEqual(error.message, `${get} (${name}): credentials Unavailable: down`)
      assert.strictEqual(
        Cause.pretty(Cause.fail(error)).split("\n")[0],
        `CredentialsError: ${error.message}`
      )
    }).pipe(Effect.provide(http(() => FakeHttp.json({}), { credentials: refusing }))))
})
