import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import type { ErrorCode } from "effect-lro/Code"
import type { RpcError } from "effect-lro/LroError"
import * as LroError from "effect-lro/LroError"
import * as Operations from "effect-lro/Operations"
import * as Status from "effect-lro/Status"
import { binding, http, name, url } from "../kit/bakery.ts"
import * as Codes from "../kit/codes.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"
import { failed, malformed, rpc, text } from "../kit/replies.ts"

const classes: { readonly [C in ErrorCode]: new(...args: never) => RpcError } = {
  CANCELLED: LroError.Cancelled,
  UNKNOWN: LroError.Unknown,
  INVALID_ARGUMENT: LroError.InvalidArgument,
  DEADLINE_EXCEEDED: LroError.DeadlineExceeded,
  NOT_FOUND: LroError.NotFound,
  ALREADY_EXISTS: LroError.AlreadyExists,
  PERMISSION_DENIED: LroError.PermissionDenied,
  RESOURCE_EXHAUSTED: LroError.ResourceExhausted,
  FAILED_PRECONDITION: LroError.FailedPrecondition,
  ABORTED: LroError.Aborted,
  OUT_OF_RANGE: LroError.OutOfRange,
  UNIMPLEMENTED: LroError.Unimplemented,
  INTERNAL: LroError.Internal,
  UNAVAILABLE: LroError.Unavailable,
  DATA_LOSS: LroError.DataLoss,
  UNAUTHENTICATED: LroError.Unauthenticated
}

describe("an error body", () => {
  it.effect.each(Codes.errors)(
    "with status %s is that class, code %i, HTTP %i",
    ([code, number, httpStatus]) =>
      Effect.gen(function*() {
        const error = yield* rpc(() => FakeHttp.failure(httpStatus, code, { message: "no" }))
        assert.strictEqual(error._tag, code)
        assert.isTrue(error instanceof classes[code])
        assert.deepStrictEqual(error.status, {
          code: number,
          message: "no",
          details: [],
          otherDetails: []
        })
        assert.strictEqual(error.httpStatus, httpStatus)
        assert.strictEqual(error.codeFrom, "body")
        assert.strictEqual(error.attempts, 1)
        assert.strictEqual(error.method, "google.longrunning.Operations.GetOperation")
        assert.strictEqual(error.operation?.name, name)
      })
  )

  const e = { code: 409, message: "m" }
  it.effect.each(
    [
      [
        "the name wins over the HTTP status",
        400,
        { error: { ...e, status: "ALREADY_EXISTS" } },
        "ALREADY_EXISTS",
        "m"
      ],
      ["in an array", 409, [{ error: { ...e, status: "ABORTED" } }], "ABORTED", "m"],
      [
        "without a wrapper",
        404,
        { code: 404, message: "m", status: "NOT_FOUND" },
        "NOT_FOUND",
        "m"
      ],
      [
        "without a wrapper, in an array",
        404,
        [{ code: 5, message: "m", status: "NOT_FOUND" }],
        "NOT_FOUND",
        "m"
      ],
      [
        "of format 1 with a status",
        409,
        { error: { ...e, errors: [], status: "ALREADY_EXISTS" } },
        "ALREADY_EXISTS",
        "m"
      ],
      ["of format 1 without a status", 409, { error: { ...e, errors: [] } }, "ABORTED", "m"],
      [
        "with a text beside its message",
        403,
        { error: { ...e, status: "PERMISSION_DENIED", detail: "d" } },
        "PERMISSION_DENIED",
        "m; d"
      ],
      [
        "with a text instead of its message",
        403,
        { error: { code: 403, detail: "d" } },
        "PERMISSION_DENIED",
        "d"
      ],
      ["with the status OK", 500, { error: { ...e, status: "OK" } }, "INTERNAL", "m"],
      [
        "with a google.rpc number as its code",
        404,
        { error: { code: 7, message: "m" } },
        "NOT_FOUND",
        "m"
      ],
      [
        "of OAuth",
        400,
        { error: "invalid_grant", error_description: "Bad" },
        "INVALID_ARGUMENT",
        "invalid_grant: Bad"
      ],
      ["of OAuth, short", 401, { error: "invalid_token" }, "UNAUTHENTICATED", "invalid_token"],
      [
        "without a message",
        403,
        { error: { code: 403, status: "PERMISSION_DENIED" } },
        "PERMISSION_DENIED",
        ""
      ],
      ["that is an empty object", 409, { error: {} }, "ABORTED", ""]
    ] as const
  )("%s (HTTP %i, %j) is %s", ([, httpStatus, body, code, message]) =>
    Effect.gen(function*() {
      const error = yield* rpc(() => FakeHttp.json(body, { status: httpStatus }))
      assert.strictEqual(error._tag, code)
      assert.strictEqual(error.httpStatus, httpStatus)
      assert.strictEqual(error.codeFrom, "body")
      assert.strictEqual(error.status.message, message)
    }))

  it.effect.each(
    [
      [403, "NEW_CODE", 2],
      [500, "Internal error", 2],
      [500, 14, 14],
      [404, 5, 5],
      [500, 123, 123],
      [500, -1, -1],
      [500, 1.5, 2]
    ] as const
  )(
    "[11] HTTP %i with the status %j is UNKNOWN and keeps it",
    ([httpStatus, sent, number]) =>
      Effect.gen(function*() {
        const error = yield* rpc(() =>
          FakeHttp.json({ error: { ...e, status: sent } }, { status: httpStatus })
        )
        assert.strictEqual(error._tag, "UNKNOWN")
        assert.strictEqual(error.codeFrom, "unknownStatus")
        assert.strictEqual(error.sentStatus, sent)
        assert.strictEqual(error.status.code, number)
        assert.include(error.message, `: UNKNOWN, status ${sent} (`)
        assert.isFalse(LroError.isRetryable(error))
      })
  )

  it.effect("of format 1 gives its first reason and domain as ErrorInfo", () =>
    Effect.gen(function*() {
      const error = yield* rpc(() =>
        FakeHttp.json({
          error: {
            code: 403,
            message: "Rate Limit Exceeded",
            errors: [
              {
                domain: "usageLimits",
                reason: "rateLimitExceeded",
                message: "Rate Limit Exceeded"
              },
              { domain: "other", reason: "other" }
            ]
          }
        }, { status: 403 })
      )
      assert.strictEqual(error._tag, "PERMISSION_DENIED")
      const info = Option.getOrThrow(Status.detail(error.status, "ErrorInfo"))
      assert.deepStrictEqual([info.reason, info.domain], ["rateLimitExceeded", "usageLimits"])
    }))

  it.effect("keeps every detail, also those that cannot be read", () =>
    Effect.gen(function*() {
      const rpcType = "type.googleapis.com/google.rpc"
      const details = [
        { "@type": `${rpcType}.ErrorInfo`, reason: "R", domain: "d", metadata: { a: "b" } },
        { "@type": `${rpcType}.Help`, links: [{ description: "Help", url: "https://help" }] },
        { "@type": "type.googleapis.com/other.Type", x: 1 },
        { reason: "no type" },
        { "@type": `${rpcType}.RetryInfo`, retryDelay: "soon" },
        "text",
        null
      ]
      const error = yield* rpc(() => FakeHttp.failure(403, "PERMISSION_DENIED", { details }))
      assert.deepStrictEqual(error.status.details.map((detail) => detail._tag), [
        "ErrorInfo",
        "Help"
      ])
      assert.deepStrictEqual(error.status.otherDetails, details.slice(2))
    }))

  it.effect("cannot set a prototype", () =>
    Effect.gen(function*() {
      const hostile =
        "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"R\",\"domain\":\"d\"," +
        "\"metadata\":{\"__proto__\":\"polluted\",\"constructor\":\"c\"}}"
      const error = yield* rpc(text(
        `{"__proto__":{"polluted":1},"error":{"code":400,"status":"ABORTED","message":"m","details":[${hostile}]}}`,
        { status: 400 }
      ))
      const info = Option.getOrThrow(Status.detail(error.status, "ErrorInfo"))
      assert.strictEqual(Object.getPrototypeOf(info.metadata), Object.prototype)
      assert.deepStrictEqual(Object.entries(info.metadata), [
        ["__proto__", "polluted"],
        ["constructor", "c"]
      ])
      assert.isFalse("polluted" in {})
    }))
})

describe("an HTTP error without a Google error body", () => {
  const table = [
    [400, "INVALID_ARGUMENT"],
    [401, "UNAUTHENTICATED"],
    [402, "FAILED_PRECONDITION"],
    [403, "PERMISSION_DENIED"],
    [408, "FAILED_PRECONDITION"],
    [409, "ABORTED"],
    [410, "FAILED_PRECONDITION"],
    [412, "FAILED_PRECONDITION"],
    [413, "FAILED_PRECONDITION"],
    [416, "OUT_OF_RANGE"],
    [429, "RESOURCE_EXHAUSTED"],
    [499, "CANCELLED"],
    [500, "INTERNAL"],
    [501, "UNIMPLEMENTED"],
    [502, "INTERNAL"],
    [503, "UNAVAILABLE"],
    [504, "DEADLINE_EXCEEDED"],
    [599, "INTERNAL"]
  ] as const

  it.effect.each(table)(
    "HTTP %i is %s, whatever the body",
    ([httpStatus, code]) =>
      Effect.gen(function*() {
        const init = { status: httpStatus }
        for (
          const response of [
            text(null, init),
            text("", init),
            () => FakeHttp.html(httpStatus),
            text("{\"error\":{\"code\":", init),
            text("null", init),
            text("[]", init),
            text("{\"message\":\"no\"}", init),
            text(new Uint8Array([0xff, 0xfe]), init)
          ]
        ) {
          const error = yield* rpc(response)
          assert.strictEqual(error._tag, code)
          assert.strictEqual(error.httpStatus, httpStatus)
          assert.strictEqual(error.codeFrom, "httpStatus")
          assert.deepStrictEqual(error.status.details, [])
        }
      })
  )

  it.effect("an HTML page is cut to its text", () =>
    Effect.gen(function*() {
      const page =
        "<html><head><title>Error 502</title><style>p{}</style><script>x()</script></head>" +
        `<body><p>The server\n encountered <b>a temporary error</b>.${"x".repeat(5_000)}`
      const error = yield* rpc(() => FakeHttp.html(502, page))
      assert.strictEqual(error.status.message.length, 200)
      assert.isTrue(error.status.message.startsWith("The server encountered a temporary error ."))
      const short = yield* rpc(() => FakeHttp.html(502))
      assert.strictEqual(
        short.message,
        "google.longrunning.Operations.GetOperation: INTERNAL, HTTP 502 without a Google error body " +
          `(${name}); Please try again.`
      )
    }))

  it.effect.each([404, 405])(
    "[10] HTTP %i is a wrong endpoint and never NOT_FOUND",
    (httpStatus) =>
      Effect.gen(function*() {
        for (
          const response of [
            () => FakeHttp.html(httpStatus),
            text("", { status: httpStatus }),
            text("{}", { status: httpStatus })
          ]
        ) {
          const error = malformed(yield* failed(response))
          assert.strictEqual(error.reason, "WrongEndpoint")
          assert.strictEqual(error.httpStatus, httpStatus)
          assert.strictEqual(error.url, url)
          assert.strictEqual(
            error.message,
            `google.longrunning.Operations.GetOperation (${name}): WrongEndpoint, HTTP ${httpStatus} of ` +
              `${url}: no method of this API is here: check the endpoint and the version`
          )
        }
        const json = yield* rpc(() => FakeHttp.failure(httpStatus, "NOT_FOUND"))
        assert.strictEqual(json._tag, "NOT_FOUND")
      })
  )

  it.effect.each([300, 301, 302, 303, 304, 307, 308])(
    "[9] HTTP %i is a redirect that is not followed",
    (status) =>
      Effect.gen(function*() {
        const client = yield* Operations.make(binding)
        const error = malformed(yield* Effect.flip(client.get({ name })))
        assert.strictEqual(error.reason, "Redirect")
        assert.strictEqual(error.httpStatus, status)
        assert.strictEqual((yield* FakeHttp.calls).length, 1)
      }).pipe(Effect.provide(http(text(null, {
        status,
        headers: { location: "https://evil.example/" }
      }))))
  )
})
