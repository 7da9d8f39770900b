import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Option } from "effect"
import type { ErrorCode } from "../src/Code.ts"
import {
  type CallError,
  isRpcError,
  type MalformedResponse,
  type RpcError
} from "../src/LroError.ts"
import * as LroError from "../src/LroError.ts"
import * as Operations from "../src/Operations.ts"
import * as Status from "../src/Status.ts"
import { bake, binding, http, name, parent, url } from "./utils/bakery.ts"
import * as FakeHttp from "./utils/FakeHttp.ts"

type Client = Operations.ClientOf<typeof binding>
const once: Operations.CallOptions = { retry: "none" }

/** What a call makes of one reply. */
const reply = <A>(
  response: () => Response,
  call: (client: Client) => Effect.Effect<A, CallError>,
  options: Operations.LayerOptions = {}
) =>
  Effect.flatMap(Operations.make(binding, options), (client) => Effect.either(call(client))).pipe(
    Effect.provide(http(response))
  )

const got = (response: () => Response, options?: Operations.LayerOptions) =>
  reply(response, (client) => client.get({ name }, once), options)

const failed = (response: () => Response, options?: Operations.LayerOptions) =>
  Effect.map(got(response, options), (result) => Option.getOrThrow(Either.getLeft(result)))

const rpc = (response: () => Response) =>
  Effect.map(failed(response), (error) => {
    assert.isTrue(isRpcError(error), error.message)
    return error as RpcError
  })

const malformed = (error: CallError): MalformedResponse => {
  assert.strictEqual(error._tag, "MalformedResponse", error.message)
  return error as MalformedResponse
}

const text = (body: BodyInit | null, init: ResponseInit = {}) => () => new Response(body, init)
const ok = (json: unknown) => () => FakeHttp.json(json)

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
  it.effect.each(
    [
      ["CANCELLED", 1, 499],
      ["UNKNOWN", 2, 500],
      ["INVALID_ARGUMENT", 3, 400],
      ["DEADLINE_EXCEEDED", 4, 504],
      ["NOT_FOUND", 5, 404],
      ["ALREADY_EXISTS", 6, 409],
      ["PERMISSION_DENIED", 7, 403],
      ["RESOURCE_EXHAUSTED", 8, 429],
      ["FAILED_PRECONDITION", 9, 400],
      ["ABORTED", 10, 409],
      ["OUT_OF_RANGE", 11, 400],
      ["UNIMPLEMENTED", 12, 501],
      ["INTERNAL", 13, 500],
      ["UNAVAILABLE", 14, 503],
      ["DATA_LOSS", 15, 500],
      ["UNAUTHENTICATED", 16, 401]
    ] as const
  )(
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
        "with an unknown status",
        403,
        { error: { ...e, status: "NEW_CODE" } },
        "PERMISSION_DENIED",
        "m"
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
    "HTTP %i is a wrong endpoint and never NOT_FOUND",
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
    "HTTP %i is a redirect that is not followed",
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

describe("a reply that succeeded", () => {
  it.effect("may begin with a byte order mark and have unknown fields", () =>
    Effect.gen(function*() {
      const body = `\ufeff ${
        JSON.stringify({ name, done: null, metadata: { a: 1 }, extra: [1] })
      }\n`
      assert.deepStrictEqual(
        yield* got(text(body)),
        Either.right({ name, done: false, metadata: { a: 1 } })
      )
    }))

  it.effect.each(
    [
      ["empty", text(null), "Empty", "the reply has no body"],
      ["204", text(null, { status: 204 }), "Empty", "the reply has no body"],
      ["white space", text("  \n"), "NotJson", "content-type text/plain;charset=UTF-8"],
      ["HTML", () => FakeHttp.html(200), "NotJson", "content-type text/html"],
      ["truncated JSON", text("{\"name\":\"a"), "NotJson", "content-type text/plain;charset=UTF-8"],
      ["no content type", text(new TextEncoder().encode("x")), "NotJson", "content-type none"],
      [
        "invalid UTF-8",
        text(new Uint8Array([0x22, 0xc3, 0x28, 0x22])),
        "InvalidUtf8",
        "content-type none"
      ],
      ["null", ok(null), "NotAnOperation", "the reply is not an object"],
      ["an array", ok([{ name }]), "NotAnOperation", "the reply is not an object"],
      ["a string", ok("x"), "NotAnOperation", "the reply is not an object"],
      ["an empty object", ok({}), "NotAnOperation", "the object has no field of an operation"],
      [
        "an error body",
        ok({ error: { code: 404 } }),
        "NotAnOperation",
        "the object has no field of an operation"
      ],
      ["done as a string", ok({ name, done: "true" }), "NotAnOperation", "`done` is not a boolean"],
      ["done as a number", ok({ name, done: 1 }), "NotAnOperation", "`done` is not a boolean"],
      [
        "a name that is a number",
        ok({ name: 7, done: true }),
        "NotAnOperation",
        "`name` is not a string"
      ],
      [
        "an error that is a text",
        ok({ name, done: true, error: "no" }),
        "NotAnOperation",
        "`error` is not an object"
      ]
    ] as const
  )(
    "%s is refused by get, wait and start",
    ([, response, reason, description]) =>
      Effect.gen(function*() {
        const calls: ReadonlyArray<(client: Client) => Effect.Effect<unknown, CallError>> = [
          (client) => client.get({ name }),
          (client) => client.wait({ name }),
          (client) => client.start(bake, { parent, cake: {} })
        ]
        for (const call of calls) {
          const result = yield* reply(response, call)
          const error = malformed(Option.getOrThrow(Either.getLeft(result)))
          assert.strictEqual(error.reason, reason)
          assert.strictEqual(error.description, description)
          assert.strictEqual(error.httpStatus, response().status)
          assert.strictEqual(error.attempts, 1)
        }
      })
  )

  it.effect.each(
    [
      ["{}", ok({})],
      ["an operation", ok({ name, done: true })],
      ["nothing", text(null)],
      ["204", text(null, { status: 204 })],
      ["null", ok(null)]
    ] as const
  )("%s is fine for cancel and delete", ([, response]) =>
    Effect.gen(function*() {
      assert.deepStrictEqual(
        yield* reply(response, (client) => client.cancel({ name })),
        Either.void
      )
      assert.deepStrictEqual(
        yield* reply(response, (client) => client.delete({ name })),
        Either.void
      )
    }))

  it.effect("HTML is not taken for a success of cancel and delete", () =>
    Effect.gen(function*() {
      for (
        const call of [
          (client: Client) => client.cancel({ name }),
          (client: Client) => client.delete({ name })
        ]
      ) {
        const result = yield* reply(() => FakeHttp.html(200, "<p>Log in"), call)
        assert.strictEqual(malformed(Option.getOrThrow(Either.getLeft(result))).reason, "NotJson")
      }
    }))

  it.effect("the URL in the error has no query", () =>
    Effect.gen(function*() {
      const error = malformed(
        yield* failed(ok(null), { errorFormat: "2", endpoint: "https://x.example/y" })
      )
      assert.strictEqual(error.url, `https://x.example/y/v1/${name}`)
      assert.strictEqual(
        error.message,
        `google.longrunning.Operations.GetOperation (${name}): NotAnOperation, HTTP 200 of ` +
          `https://x.example/y/v1/${name}: the reply is not an object`
      )
    }))

  it.effect("the attempt that brought it is counted", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding, { retry: { initial: 0 } })
      const error = malformed(yield* Effect.flip(client.get({ name })))
      assert.strictEqual(error.reason, "NotAnOperation")
      assert.strictEqual(error.httpStatus, 203)
      assert.strictEqual(error.attempts, 2)
    }).pipe(Effect.provide(http((_, index) =>
      index === 0 ? FakeHttp.failure(503, "UNAVAILABLE") : FakeHttp.json([], { status: 203 })
    ))))

  it.effect("JSON nested 100,000 deep is passed on unread", () =>
    Effect.gen(function*() {
      const deep = "[".repeat(100_000) + "]".repeat(100_000)
      const result = yield* got(text(`{"name":"${name}","metadata":${deep}}`))
      assert.isTrue(Either.isRight(result) && Array.isArray(result.right.metadata))
    }))
})

describe("the size limit", () => {
  const body = (size: number) => `"${"x".repeat(size - 2)}"`
  const operation = (size: number) => {
    const rest = JSON.stringify({ name, metadata: "" })
    return JSON.stringify({ name, metadata: "x".repeat(size - rest.length) })
  }
  const chunked = (text: string, pulls: { count: number }, headers: HeadersInit = {}) => () =>
    new Response(
      new ReadableStream({
        pull: (controller) => {
          const chunk = text.slice(pulls.count * 100, ++pulls.count * 100)
          if (chunk === "") controller.close()
          else controller.enqueue(new TextEncoder().encode(chunk))
        }
      }, { highWaterMark: 0 }),
      { headers }
    )

  it.effect.each(
    [
      [
        "declared",
        1_000,
        (pulls: { count: number }) => chunked(operation(1_000), pulls, { "content-length": "1000" })
      ],
      ["not declared", 1_000, (pulls: { count: number }) => chunked(operation(1_000), pulls)],
      [
        "declared as compressed",
        1_000,
        (pulls: { count: number }) =>
          chunked(operation(1_000), pulls, { "content-length": "10", "content-encoding": "gzip" })
      ]
    ] as const
  )("a body of exactly the limit, %s, is read", ([, limit, response]) =>
    Effect.gen(function*() {
      const result = yield* got(response({ count: 0 }), { maxResponseBytes: limit })
      assert.isTrue(Either.isRight(result))
    }))

  it.effect.each(
    [
      ["declared", 2, { "content-length": "1001" }],
      ["not declared", 11, {}],
      ["declared as compressed", 11, { "content-length": "10", "content-encoding": "gzip" }]
    ] as const
  )(
    "a body over the limit, %s, is refused after %i chunks",
    ([, most, headers]) =>
      Effect.gen(function*() {
        const pulls = { count: 0 }
        const endless = chunked(body(100_000), pulls, headers)
        const error = malformed(yield* failed(endless, { maxResponseBytes: 1_000 }))
        assert.strictEqual(error.reason, "TooLarge")
        assert.strictEqual(error.description, "more than 1000 bytes")
        assert.isAtMost(pulls.count, most)
      })
  )

  it.effect("a body longer than it declares is refused", () =>
    Effect.gen(function*() {
      const lying = chunked(operation(2_000), { count: 0 }, { "content-length": "10" })
      const error = malformed(yield* failed(lying, { maxResponseBytes: 1_000 }))
      assert.strictEqual(error.reason, "TooLarge")
    }))

  it.effect("an error page over the limit keeps its HTTP status", () =>
    Effect.gen(function*() {
      const page = () =>
        new Response(body(2_000), { status: 503, headers: { "content-length": "2000" } })
      const error = malformed(yield* failed(page, { maxResponseBytes: 1_000 }))
      assert.deepStrictEqual([error.reason, error.httpStatus], ["TooLarge", 503])
    }))
})
