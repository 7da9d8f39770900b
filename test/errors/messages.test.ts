import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Layer } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as LroError from "effect-lro/LroError"
import * as Operations from "effect-lro/Operations"
import { make as makeRpcError } from "effect-lro/RpcError"
import * as Status from "effect-lro/Status"
import { bake, binding, http, name, parent, url } from "../kit/bakery.ts"
import {
  callErrors,
  get,
  operation,
  outcomes,
  pageTokenError,
  results,
  rpcError,
  rpcType,
  settings,
  waitTimeouts
} from "../kit/errors.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"

describe("messages", () => {
  it("are these", () => {
    const said = "The server said no.; m project:p: d; TOS s: d; 1 more violation; " +
      "the operation was seen earlier: it expired or was deleted; " +
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
      `${name} failed: ABORTED; The server said no.; m project:p: d; TOS s: d; 1 more violation`,
      `${name} was cancelled; The server said no.; m project:p: d; TOS s: d; 1 more violation`
    ])
    assert.deepStrictEqual(results.map((error) => error.message), [
      `${name} SUCCEEDED; it has no response; don't start it again`,
      `${name} SUCCEEDED; its response can't be read at \`a.b\`; don't start it again: Expected string`
    ])
    assert.deepStrictEqual(waitTimeouts.map((error) => error.message), [
      `${name} still runs after 5m (12 polls): the deadline passed; last failed poll: UNAVAILABLE`,
      `${name} is not known to be done after 0 (0 polls): the poll schedule ended`
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

  it.effect("[12] a disabled service: which API to enable, where", () =>
    Effect.gen(function*() {
      const message = "Bakery API has not been used in project 42 before or it is disabled."
      assert.strictEqual(
        yield* printed(403, { message, details: [help, disabled("projects/42")] }),
        `${get}: PERMISSION_DENIED (${name}); ${message}; enable the API bakery.googleapis.com for ` +
          `projects/42: ${activationUrl}; reason SERVICE_DISABLED (googleapis.com)`
      )
    }))

  it.effect("[12] user credentials without a quota project: which setting", () =>
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

  const denied = {
    message: "Caller does not have required permission to use project q.",
    details: [{
      "@type": `${rpcType}.ErrorInfo`,
      reason: "USER_PROJECT_DENIED",
      domain: "googleapis.com",
      metadata: { service: "bakery.googleapis.com", consumer: "projects/q" }
    }]
  }

  it.effect("[12] a quota project that the caller may not use: another one, or the permission", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding, { quotaProject: "q" })
      const remedy = "name another quota project than q, or grant serviceusage.services.use on it"
      const error = yield* Effect.flip(client.get({ name }))
      assert.strictEqual(
        error.message,
        `${get}: PERMISSION_DENIED (${name}); ${denied.message}; ${remedy}; ` +
          "reason USER_PROJECT_DENIED (googleapis.com)"
      )
      const ofCall = yield* Effect.flip(client.get({ name }, { quotaProject: "other" }))
      assert.include(ofCall.message, "than other, or grant")
      // None was named: then one is.
      assert.include(yield* printed(403, denied), quotaRemedy)
    }).pipe(Effect.provide(http(() => FakeHttp.failure(403, "PERMISSION_DENIED", denied)))))

  it.effect("[12] older refusals name the project in their text only", () =>
    Effect.gen(function*() {
      const text = (project: number) =>
        `Bakery API has not been used in project ${project} before or it is disabled.`
      const of = (project: number) => printed(403, { message: text(project), details: [] })
      const about = `${get}: PERMISSION_DENIED (${name})`
      assert.strictEqual(
        yield* of(764086051850),
        `${about}; ${text(764086051850)}; ${quotaRemedy}`
      )
      assert.strictEqual(
        yield* of(42),
        `${about}; ${text(42)}; enable the API of this service for projects/42`
      )
    }))

  it.effect("[12] the first two violations, and how many more", () =>
    Effect.gen(function*() {
      const violations = (count: number) =>
        Array.from({ length: count }, (_, i) => ({ field: `f[${i}]`, description: "is\nwrong" }))
      const of = (count: number) =>
        printed(400, {
          message: "m",
          details: [{ "@type": `${rpcType}.BadRequest`, fieldViolations: violations(count) }]
        })
      const about = `${get}: PERMISSION_DENIED (${name}); m`
      const two = `${about}; f[0]: is wrong; f[1]: is wrong`
      assert.strictEqual(yield* of(0), about)
      assert.strictEqual(yield* of(1), `${about}; f[0]: is wrong`)
      assert.strictEqual(yield* of(2), two)
      assert.strictEqual(yield* of(3), `${two}; 1 more violation`)
      assert.strictEqual(yield* of(9), `${two}; 7 more violations`)
    }))

  it.effect.each(["x", "é", "漢", "😀", " \n", "a b "])(
    "[12] at most 2 kB of it are printed, and what says most stays: %j",
    (char) =>
      Effect.gen(function*() {
        const long = char.repeat(1_000_000)
        const message = yield* printed(403, {
          message: long,
          details: [
            {
              "@type": `${rpcType}.ErrorInfo`,
              reason: "R",
              domain: "d",
              metadata: { uid: long }
            },
            {
              "@type": `${rpcType}.BadRequest`,
              fieldViolations: [{ field: "f", description: long }]
            },
            { "@type": `${rpcType}.Help`, links: [{ description: long, url: long }] },
            { "@type": `${rpcType}.RequestInfo`, requestId: long }
          ]
        })
        assert.isAtMost(new TextEncoder().encode(message).length, 2048)
        assert.isFalse(/[\ud800-\udbff](?![\udc00-\udfff])/.test(message))
        for (const part of ["PERMISSION_DENIED", name, "; f:", "reason R (d)"]) {
          assert.include(message, part)
        }
      })
  )

  it("[12] those of outcomes and refusals are as short, whatever of the server's they quote", () => {
    const long = "long ".repeat(100_000)
    const status = Status.make({ code: 3, message: long })
    for (
      const { message } of [
        new LroError.OperationFailed({ operation, code: "INVALID_ARGUMENT", status }),
        new LroError.OperationCancelled({ operation, status }),
        new LroError.ResultDecodeError({
          operation,
          raw: { name, done: true },
          path: long,
          problem: long
        }),
        new LroError.InvalidRequest({ method: get, argument: long, problem: "is a function" }),
        new LroError.InvalidRequest({ method: get, argument: "ref", problem: long })
      ]
    ) assert.isAtMost(new TextEncoder().encode(message).length, 2048)
  })

  it.effect.each([
    [{ uid: "uid-1", service: "bakery.googleapis.com" }, "uid-2"],
    [{ service: "bakery.googleapis.com" }, "uid-1"]
  ])(
    "[12] VPC Service Controls: the unique identifier, from the metadata or the violation",
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

  it.effect("[12] VPC Service Controls: the unique identifier, from the text when nothing else has it", () =>
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
