/** The faults, and what each leads to: the source of the tests and of the table in docs/reliability.md. */
import { Headers } from "@effect/platform"
import { Effect, Option } from "effect"
import type * as Credentials from "effect-lro/Credentials"
import { CredentialsError } from "effect-lro/LroError"
import type { Certificate } from "../kit/trust.ts"
import * as Expect from "./expectations.ts"
import type { Reply } from "./FaultServer.ts"
import * as Replies from "./replies.ts"
import { canaries } from "./witness.ts"

type Substitute = (failing: () => boolean) => Partial<Credentials.Service>

export interface Fault {
  readonly name: string
  readonly reply: Reply
  readonly expected: Expect.Expected
  /** The time-out of an attempt in milliseconds. @default 10_000 */
  readonly timeout?: number
  /** The fault is a course of replies: there is no recovery from it to test. */
  readonly lasting?: boolean
  /** The connection is refused. */
  readonly refused?: boolean
  /** The host's name does not resolve. */
  readonly unresolved?: boolean
  /** There is TLS, and from the fault on this certificate. */
  readonly certificate?: Certificate
  /** The row of the table that it shares with its neighbours. */
  readonly group?: string
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfter?: number
  /** Replaces parts of the credentials; `failing` says whether the fault holds for this call. */
  readonly credentials?: Substitute
  /** What the wall clock jumps by when the fault is met, in milliseconds. */
  readonly jump?: number
  /** A deadline of waits, in milliseconds. */
  readonly deadline?: number
  readonly maxPages?: number
}

export interface Section {
  readonly title: string
  readonly faults: ReadonlyArray<Fault>
}

const { cell, fails, fatal, harmless, misshapen, ok, outcome, retried, tolerated, unexpected } =
  Expect

/** No cell waits for it: see `expire` in cells.ts. */
const short = 5000

const connections: Section = {
  title: "Connections",
  faults: [
    {
      name: "a host's name that does not resolve",
      reply: Replies.hang,
      unresolved: true,
      expected: Expect.unsent("TransportError Dns")
    },
    {
      name: "connection refused",
      reply: Replies.hang,
      refused: true,
      expected: Expect.unsent("TransportError Refused")
    },
    {
      name: "reset before the headers",
      reply: Replies.reset,
      expected: retried("TransportError Reset")
    },
    {
      name: "closed before the headers",
      reply: Replies.hangUp,
      expected: retried("TransportError Reset")
    },
    {
      name: "reset in the body",
      reply: Replies.cut(Replies.reset),
      expected: retried("TransportError Truncated")
    },
    {
      name: "body shorter than its content-length",
      reply: Replies.cut(Replies.hangUp),
      expected: retried("TransportError Truncated")
    },
    {
      name: "chunked body without its end",
      reply: Replies.cutChunk,
      expected: retried("TransportError Truncated")
    },
    {
      name: "body longer than its content-length",
      reply: Replies.overlong,
      expected: harmless
    },
    {
      name: "half of the body, with a content-length that fits",
      reply: Replies.halfJson,
      expected: Expect.withCells(unexpected("MalformedResponse NotJson"), {
        cancel: cell(ok(1)),
        delete: cell(ok(1))
      })
    },
    {
      name: "no reply at all",
      reply: Replies.hang,
      timeout: short,
      expected: retried("TransportError Timeout")
    },
    {
      name: "a byte a second",
      reply: Replies.drip,
      timeout: short,
      expected: retried("TransportError Timeout")
    },
    {
      name: "headers that never end, slowly",
      reply: Replies.endlessHeaders(100, 10),
      timeout: short,
      expected: retried("TransportError Timeout")
    },
    {
      name: "headers that never end, fast",
      reply: Replies.endlessHeaders(1, 4000),
      expected: retried("TransportError Other")
    },
    {
      name: "status 156, and nothing after it",
      reply: Replies.status(156),
      timeout: short,
      expected: retried("TransportError Timeout")
    }
  ]
}

const unreadable = Expect.withCells(unexpected("MalformedResponse InvalidUtf8"), {
  cancel: cell(ok(1)),
  delete: cell(ok(1))
})

const bodies: Section = {
  title: "Bodies of a 200",
  faults: [
    {
      name: "HTML",
      reply: Replies.html(200),
      expected: unexpected("MalformedResponse NotJson")
    },
    { name: "empty", reply: Replies.text(""), expected: misshapen("Empty", "Empty") },
    {
      name: "`null`",
      reply: Replies.text("null"),
      expected: misshapen("NotAnOperation", "NotAPage")
    },
    {
      name: "an array",
      reply: Replies.text("[]"),
      expected: misshapen("NotAnOperation", "NotAPage")
    },
    {
      name: "a string",
      reply: Replies.text("\"x\""),
      expected: misshapen("NotAnOperation", "NotAPage")
    },
    {
      name: "invalid UTF-8",
      reply: Replies.bytes(
        200,
        { "content-type": "application/json" },
        () => Buffer.from("{\"name\":\"\xff\xfe\",\"done\":true}", "latin1")
      ),
      expected: unreadable
    },
    {
      name: "a byte order mark",
      reply: Replies.bytes(
        200,
        { "content-type": "application/json" },
        (exchange) => `\ufeff${JSON.stringify(Replies.honest(exchange))}`
      ),
      expected: harmless
    },
    {
      name: "JSON as `text/html`",
      reply: Replies.bytes(
        200,
        { "content-type": "text/html" },
        (exchange) => JSON.stringify(Replies.honest(exchange))
      ),
      expected: harmless
    },
    {
      name: "gzip, unasked",
      reply: Replies.gzipped((exchange) => JSON.stringify(Replies.honest(exchange))),
      expected: { fetch: harmless, undici: unreadable, node: unreadable, own: harmless }
    },
    {
      name: "gzip that is none",
      reply: Replies.bytes(
        200,
        { "content-type": "application/json", "content-encoding": "gzip" },
        (exchange) => JSON.stringify(Replies.honest(exchange))
      ),
      expected: {
        fetch: retried("TransportError Truncated"),
        undici: harmless,
        node: harmless,
        own: retried("TransportError Truncated")
      }
    },
    {
      name: "gzip bomb",
      reply: Replies.gzipBomb,
      expected: {
        fetch: fatal("MalformedResponse TooLarge"),
        undici: unreadable,
        node: unreadable,
        own: fatal("MalformedResponse TooLarge")
      }
    },
    {
      name: "64 MiB, limit 1 MiB",
      reply: Replies.hugeBody,
      expected: fatal("MalformedResponse TooLarge")
    },
    {
      name: "endless, limit 1 MiB",
      reply: Replies.endlessBody,
      expected: fatal("MalformedResponse TooLarge")
    }
  ]
}

const encryption: Section = {
  title: "TLS",
  faults: ([
    ["unknown", "a certificate that nobody vouches for"],
    ["expired", "an expired certificate"],
    ["otherHost", "the certificate of another host"]
  ] as const).map(([certificate, name]): Fault => ({
    name,
    certificate,
    reply: Replies.json(Replies.honest),
    expected: fatal("TransportError Tls")
  }))
}

const redirects: Section = {
  title: "Redirects",
  faults: ([
    ["sameOrigin", "302 to the same origin"],
    ["otherPort", "302 to another port"],
    ["otherHost", "302 to another host"]
  ] as const).map(([to, name]): Fault => ({
    name,
    reply: Replies.redirect(to),
    expected: fatal("MalformedResponse Redirect")
  })).concat(
    [301, 303, 307, 308].map((status): Fault => ({
      name: `${status} to another host`,
      reply: Replies.redirect("otherHost", status),
      expected: fatal("MalformedResponse Redirect")
    })),
    [{
      name: "302 from https to http",
      certificate: "good",
      reply: Replies.redirect("otherHost"),
      expected: fatal("MalformedResponse Redirect")
    }]
  )
}

const errorInfo = (reason: string, metadata: object = {}) => ({
  "@type": "type.googleapis.com/google.rpc.ErrorInfo",
  reason,
  domain: "googleapis.com",
  metadata
})
const retryInfo = (retryDelay: unknown) => ({
  "@type": "type.googleapis.com/google.rpc.RetryInfo",
  retryDelay
})
const farAway = "Tue, 31 Dec 2999 23:59:59 GMT"

/** What a server may say of when to come back, and how long that is in milliseconds from an instant on; 0 is no hint. */
export const hints: ReadonlyArray<{
  readonly name: string
  readonly details?: ReadonlyArray<unknown>
  readonly headers?: Record<string, string>
  readonly millis: (now: number) => number
}> = [
  {
    name: "RetryInfo 45.837906927s",
    details: [retryInfo("45.837906927s")],
    millis: () => 45_837.906927
  },
  { name: "Retry-After: 7", headers: { "retry-after": "7" }, millis: () => 7000 },
  {
    name: "Retry-After as a date",
    headers: { "retry-after": farAway },
    millis: (now) => Date.parse(farAway) - now
  },
  { name: "Retry-After: 10^10", headers: { "retry-after": "10000000000" }, millis: () => 1e13 },
  { name: "Retry-After: -5", headers: { "retry-after": "-5" }, millis: () => 0 },
  {
    name: "Retry-After that is rubbish",
    details: [retryInfo({ odd: 1 })],
    headers: { "retry-after": "soon; maybe" },
    millis: () => 0
  },
  {
    name: "RetryInfo 2s and Retry-After: 9",
    details: [retryInfo("2s")],
    headers: { "retry-after": "9" },
    millis: () => 9000
  }
]

const busy = ({ details, headers, millis, name }: typeof hints[number]): Fault => {
  const hint = millis(Date.now())
  return {
    name: `429 with ${name}`,
    reply: Replies.failure(429, "RESOURCE_EXHAUSTED", details, headers),
    expected: tolerated("RESOURCE_EXHAUSTED"),
    ...(hint === 0 ? {} : { retryAfter: hint })
  }
}
const v1 = (code: number, reason: string) =>
  Replies.json(() => ({
    error: { code, message: "no luck", errors: [{ domain: "usageLimits", reason, message: "no" }] }
  }), code)

const fresh = { authorization: `Bearer ${canaries.fresh}` }
const refreshable = {
  refresh: () => Effect.succeedSome(Headers.fromInput(fresh))
}
const unavailable = new CredentialsError({
  reason: "Unavailable",
  transient: true,
  description: "the token server failed"
})
const again = Expect.withCells(fatal("UNAUTHENTICATED", 2), {})
const onceRenewed: Expect.Row = Object.fromEntries(
  Expect.methods.map((method) => [method, { ...again[method], once: ok(2) }])
) as Expect.Row

const statuses: Section = {
  title: "HTTP statuses",
  faults: [
    {
      name: "400 INVALID_ARGUMENT",
      reply: Replies.failure(400, "INVALID_ARGUMENT"),
      expected: fatal("INVALID_ARGUMENT")
    },
    {
      name: "401 of a token that has expired, and the credentials can be renewed",
      reply: Replies.failure(401, "UNAUTHENTICATED"),
      credentials: () => refreshable,
      expected: onceRenewed
    },
    {
      name: "401, and they cannot",
      reply: Replies.failure(401, "UNAUTHENTICATED"),
      expected: fatal("UNAUTHENTICATED")
    },
    {
      name: "403 permission",
      reply: Replies.failure(403, "PERMISSION_DENIED", [errorInfo("IAM_PERMISSION_DENIED")]),
      expected: fatal("PERMISSION_DENIED")
    },
    {
      name: "403 rate limit, v1 reason",
      reply: v1(403, "rateLimitExceeded"),
      expected: tolerated("PERMISSION_DENIED")
    },
    {
      name: "403 user rate limit, v1 reason",
      reply: v1(403, "userRateLimitExceeded"),
      expected: tolerated("PERMISSION_DENIED")
    },
    {
      name: "403 rate limit, ErrorInfo",
      reply: Replies.failure(403, "PERMISSION_DENIED", [errorInfo("RATE_LIMIT_EXCEEDED")]),
      expected: tolerated("PERMISSION_DENIED")
    },
    { name: "404 JSON", reply: Replies.failure(404, "NOT_FOUND"), expected: fatal("NOT_FOUND") },
    {
      name: "404 HTML",
      reply: Replies.html(404),
      expected: fatal("MalformedResponse WrongEndpoint")
    },
    {
      name: "405 HTML",
      reply: Replies.html(405),
      expected: fatal("MalformedResponse WrongEndpoint")
    },
    {
      name: "408 HTML",
      reply: Replies.html(408),
      expected: retried("FAILED_PRECONDITION")
    },
    {
      name: "408 JSON",
      reply: Replies.json(() => ({ error: { code: 408, message: "too slow" } }), 408),
      expected: tolerated("FAILED_PRECONDITION")
    },
    { name: "409 ABORTED", reply: Replies.failure(409, "ABORTED"), expected: fatal("ABORTED") },
    {
      name: "409 ALREADY_EXISTS",
      reply: Replies.failure(409, "ALREADY_EXISTS"),
      expected: fatal("ALREADY_EXISTS")
    },
    { name: "416", reply: Replies.failure(416, "OUT_OF_RANGE"), expected: fatal("OUT_OF_RANGE") },
    ...hints.map(busy),
    {
      name: "429, the quota of a day",
      reply: Replies.failure(429, "RESOURCE_EXHAUSTED", [{
        "@type": "type.googleapis.com/google.rpc.QuotaFailure",
        violations: [{ quotaId: "ReadsPerDay", description: "per day" }]
      }]),
      expected: fatal("RESOURCE_EXHAUSTED")
    },
    { name: "499", reply: Replies.failure(499, "CANCELLED"), expected: fatal("CANCELLED") },
    {
      name: "500 INTERNAL",
      reply: Replies.failure(500, "INTERNAL"),
      expected: unexpected("INTERNAL")
    },
    { name: "500 HTML", reply: Replies.html(500), expected: unexpected("INTERNAL") },
    {
      name: "501",
      reply: Replies.failure(501, "UNIMPLEMENTED"),
      expected: fatal("UNIMPLEMENTED")
    },
    { name: "502 HTML", reply: Replies.html(502), expected: retried("INTERNAL") },
    {
      name: "503 UNAVAILABLE",
      reply: Replies.failure(503, "UNAVAILABLE"),
      expected: retried("UNAVAILABLE")
    },
    { name: "503 HTML", reply: Replies.html(503), expected: retried("UNAVAILABLE") },
    { name: "503 empty", reply: Replies.text("", 503), expected: retried("UNAVAILABLE") },
    {
      name: "503 with RetryInfo 0.02s",
      reply: Replies.failure(503, "UNAVAILABLE", [retryInfo("0.02s")]),
      retryAfter: 20,
      expected: retried("UNAVAILABLE")
    },
    {
      name: "503 with Retry-After: 3600",
      reply: Replies.failure(503, "UNAVAILABLE", [], { "retry-after": "3600" }),
      retryAfter: 3_600_000,
      expected: tolerated("UNAVAILABLE")
    },
    {
      name: "504 DEADLINE_EXCEEDED",
      reply: Replies.failure(504, "DEADLINE_EXCEEDED"),
      expected: tolerated("DEADLINE_EXCEEDED")
    },
    { name: "504 HTML", reply: Replies.html(504), expected: retried("DEADLINE_EXCEEDED") },
    { name: "status 999", reply: Replies.status(999), expected: unexpected("UNKNOWN") },
    {
      name: "502, a page that quotes the request",
      reply: Replies.echo(502),
      expected: retried("INTERNAL")
    },
    {
      name: "403, a message that quotes the token",
      reply: Replies.quote,
      expected: fatal("PERMISSION_DENIED")
    }
  ]
}

const levels = 200_000
const deep = "[".repeat(levels) + "]".repeat(levels)

const errorBodies: Section = {
  title: "Error bodies",
  faults: [
    { name: "v1", reply: v1(403, "forbidden"), expected: fatal("PERMISSION_DENIED") },
    {
      name: "in an array",
      reply: Replies.json(
        () => [{ error: { code: 400, status: "OUT_OF_RANGE", message: "no" } }],
        400
      ),
      expected: fatal("OUT_OF_RANGE")
    },
    {
      name: "without a wrapper",
      reply: Replies.json(() => ({ code: 404, status: "NOT_FOUND", message: "no" }), 404),
      expected: fatal("NOT_FOUND")
    },
    {
      name: "of OAuth: `error` is a string",
      reply: Replies.json(() => ({ error: "invalid_grant", error_description: "no" }), 400),
      expected: fatal("INVALID_ARGUMENT")
    },
    {
      name: "a status that nobody knows",
      reply: Replies.json(() => ({ error: { code: 409, status: "SHY", message: "no" } }), 409),
      expected: unexpected("UNKNOWN")
    },
    {
      name: "details of an unknown type",
      reply: Replies.failure(400, "ABORTED", [{
        "@type": "type.googleapis.com/example.Odd",
        x: 1
      }]),
      expected: fatal("ABORTED")
    },
    {
      name: "details without `@type`",
      reply: Replies.failure(400, "ABORTED", [{ reason: "X" }, null, 7]),
      expected: fatal("ABORTED")
    },
    {
      name: "details of a wrong shape",
      reply: Replies.failure(400, "ABORTED", [{
        ...errorInfo("X"),
        reason: { a: 1 },
        metadata: 3
      }]),
      expected: fatal("ABORTED")
    },
    {
      name: "details that are no list",
      reply: Replies.json(
        () => ({ error: { status: "ABORTED", message: 4, details: "none" } }),
        409
      ),
      expected: fatal("ABORTED")
    },
    {
      name: "`__proto__` and `constructor` in the details",
      reply: Replies.text(
        `{"error":{"status":"ABORTED","message":"no","__proto__":{"polluted":1},"details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"X","domain":"x","metadata":{"__proto__":"polluted","constructor":"polluted"}}]}}`,
        409
      ),
      expected: fatal("ABORTED")
    },
    {
      name: "details of 200,000 levels",
      reply: Replies.text(`{"error":{"status":"ABORTED","message":"no","details":${deep}}}`, 409),
      expected: fatal("ABORTED")
    },
    {
      name: "nothing but 200,000 levels, as an error",
      reply: Replies.text(deep, 400),
      expected: fatal("INVALID_ARGUMENT")
    }
  ]
}

const endsWith = (name: string, error: unknown, what: string): Fault => ({
  name,
  reply: Replies.shown({ response: undefined, error }),
  expected: outcome(what)
})
const endless = cell(ok(2), fails("WaitTimeout deadline", undefined))

const operations: Section = {
  title: "Operations",
  faults: [
    { name: "done, without a name", reply: Replies.shown({ name: undefined }), expected: harmless },
    {
      name: "running, without a name",
      reply: Replies.shown({ name: undefined, done: false, response: undefined, metadata: {} }),
      deadline: 5000,
      expected: Expect.withCells(harmless, {
        start: cell(fails("MalformedResponse NotAnOperation", 1)),
        poll: endless
      })
    },
    {
      name: "another name",
      reply: Replies.shown({ name: "projects/x/locations/y/operations/z" }),
      expected: harmless
    },
    {
      name: "`done` as a string",
      reply: Replies.shown({ done: "true" }),
      expected: misshapen("NotAnOperation", "NotAPage")
    },
    {
      name: "`error` as a string",
      reply: Replies.shown({ error: "boom" }),
      expected: misshapen("NotAnOperation", "NotAPage")
    },
    endsWith("error code 0", { code: 0, message: "no" }, "OperationFailed UNKNOWN"),
    endsWith("error without a code", {}, "OperationFailed UNKNOWN"),
    endsWith("error code 1", { code: 1 }, "OperationCancelled"),
    endsWith("error code 17", { code: 17, message: "no" }, "OperationFailed UNKNOWN"),
    endsWith("error code 123", { code: 123, message: "no" }, "OperationFailed UNKNOWN"),
    endsWith("error code -1", { code: -1, message: "no" }, "OperationFailed UNKNOWN"),
    endsWith("error code as a string", { code: "5" }, "OperationFailed NOT_FOUND"),
    endsWith("error code as a name", { code: "ABORTED" }, "OperationFailed ABORTED"),
    {
      name: "both error and response",
      reply: Replies.shown({ error: { code: 5 } }),
      expected: outcome("OperationFailed NOT_FOUND")
    },
    {
      name: "an error, and not done",
      reply: Replies.shown({ done: false, response: undefined, error: { code: 5 } }),
      deadline: 5000,
      expected: Expect.withCells(harmless, { poll: endless })
    },
    {
      name: "done, with neither",
      reply: Replies.shown({ response: undefined }),
      expected: harmless
    },
    {
      name: "metadata that is no object",
      reply: Replies.shown({ metadata: "half" }),
      expected: harmless
    },
    {
      name: "metadata of 200,000 levels",
      reply: Replies.bytes(
        200,
        { "content-type": "application/json" },
        (exchange) =>
          JSON.stringify(Replies.showing(exchange, { metadata: "deep" })).replace("\"deep\"", deep)
      ),
      expected: harmless
    },
    {
      name: "a response of 200,000 levels",
      reply: Replies.bytes(
        200,
        { "content-type": "application/json" },
        (exchange) =>
          JSON.stringify(Replies.showing(exchange, { response: "deep" })).replace("\"deep\"", deep)
      ),
      expected: harmless
    },
    {
      name: "nothing but 200,000 levels",
      reply: Replies.text(deep),
      expected: misshapen("NotAnOperation", "NotAPage")
    },
    {
      name: "`__proto__` and `constructor` as keys",
      reply: Replies.bytes(
        200,
        { "content-type": "application/json" },
        (exchange) =>
          JSON.stringify(Replies.showing(exchange, { metadata: "odd" })).replaceAll(
            "\"odd\"",
            "{\"__proto__\":{\"polluted\":1},\"constructor\":{\"prototype\":{\"polluted\":1}}},\"__proto__\":{\"polluted\":1}"
          )
      ),
      expected: harmless
    }
  ]
}

const page = (
  next: (token: string) => unknown,
  items: (token: string) => number = () => 1
): Reply =>
  Replies.json((exchange) =>
    exchange.kind === "list"
      ? {
        operations: Array.from({ length: items(exchange.rest) }, () =>
          Replies.operation(exchange.id)),
        nextPageToken: next(exchange.rest)
      }
      : { ...Replies.honest(exchange), nextPageToken: next("") }
  )
const tokenError = (reason: string, list1: number, listN = list1) =>
  Expect.pages(fails(`PageTokenError ${reason}`, list1), fails(`PageTokenError ${reason}`, listN))
const cycle = (period: number): Fault => ({
  name: `page tokens that repeat after ${period} pages`,
  group: "page tokens that repeat after 2 to 50 pages, each period",
  lasting: true,
  reply: page((token) => `c${/^c\d+$/.test(token) ? (Number(token.slice(1)) + 1) % period : 0}`),
  expected: tokenError("cycle", period + 1)
})

const pages: Section = {
  title: "Pages",
  faults: [
    { name: "page token `null`", reply: page(() => null), expected: harmless },
    { name: "page token empty", reply: page(() => ""), expected: harmless },
    {
      name: "page token that is a number",
      reply: page(() => 5),
      expected: Expect.pages(
        fails("MalformedResponse NotAPage", 1),
        fails("MalformedResponse NotAPage", 1)
      )
    },
    {
      name: "the same page token again",
      lasting: true,
      reply: page((token) => token === "" ? "t" : token),
      expected: tokenError("repeated", 2, 1)
    },
    ...Array.from({ length: 49 }, (_, index) => cycle(index + 2)),
    {
      name: "new page tokens for ever, cap 20",
      lasting: true,
      maxPages: 20,
      reply: page((token) => `${token}x`),
      expected: tokenError("pageCap", 20, 19)
    },
    {
      name: "100 empty pages before an item",
      lasting: true,
      reply: page(
        (token) => {
          const at = token.startsWith("e") ? Number(token.slice(1)) : 0
          return at === 100 ? "" : `e${at + 1}`
        },
        (token) => token === "e100" ? 1 : 0
      ),
      expected: Expect.pages(ok(101), ok(101))
    }
  ]
}

const noToken = (reason: string, poll: Expect.Cell) =>
  Expect.withCells(fatal(`CredentialsError ${reason}`, 0), { poll })

const headersFail = (effect: Effect.Effect<never, CredentialsError>): Substitute => (failing) => ({
  headers: () => Effect.suspend(() => failing() ? effect : Effect.succeed(Headers.fromInput(fresh)))
})

/** A token that no header can carry. */
const odd = (token: string): Substitute => (failing) => ({
  headers: () =>
    Effect.sync(() =>
      Headers.fromInput({ authorization: `Bearer ${failing() ? token : canaries.fresh}` })
    )
})
const honest: Reply = Replies.json(Replies.honest)

const credentials: Section = {
  title: "Credentials and clocks",
  faults: [
    {
      name: "credentials fail, transiently",
      reply: honest,
      credentials: headersFail(Effect.fail(unavailable)),
      expected: noToken("Unavailable", cell(ok(1), fails("CredentialsError Unavailable", 0)))
    },
    {
      name: "credentials are refused for good",
      reply: honest,
      credentials: headersFail(Effect.fail(
        new CredentialsError({
          reason: "Rejected",
          transient: false,
          description: "invalid_grant"
        })
      )),
      expected: fatal("CredentialsError Rejected", 0)
    },
    {
      name: "credentials hang",
      reply: honest,
      timeout: short,
      credentials: headersFail(Effect.never),
      expected: noToken("Timeout", cell(ok(1), fails("CredentialsError Timeout", 0)))
    },
    {
      name: "token expired, and renewing it fails",
      reply: Replies.failure(401, "UNAUTHENTICATED"),
      credentials: () => ({ refresh: () => Effect.fail(unavailable) }),
      expected: tolerated("CredentialsError Unavailable")
    },
    {
      name: "token expired, and renewing it hangs",
      reply: Replies.failure(401, "UNAUTHENTICATED"),
      timeout: short,
      credentials: () => ({ refresh: () => Effect.never }),
      expected: tolerated("CredentialsError Timeout")
    },
    {
      name: "token expired, and another identity comes back",
      lasting: true,
      reply: (exchange) =>
        exchange.headers.authorization === fresh.authorization
          ? Replies.failure(403, "PERMISSION_DENIED")(exchange)
          : Replies.failure(401, "UNAUTHENTICATED")(exchange),
      credentials: () => refreshable,
      expected: fatal("PERMISSION_DENIED", 2)
    },
    {
      name: "credentials of another universe",
      reply: honest,
      credentials: (failing) => ({
        universeDomain: Effect.sync(() => failing() ? Option.some("example.com") : Option.none())
      }),
      expected: fatal("CredentialsError UniverseMismatch", 0)
    },
    {
      name: "a token with a line break",
      reply: honest,
      credentials: odd(`${canaries.fresh}\r\nx-evil: 1`),
      expected: fatal("CredentialsError Invalid", 0)
    },
    {
      name: "a token that is not ASCII",
      reply: honest,
      credentials: odd("проект"),
      expected: fatal("CredentialsError Invalid", 0)
    },
    {
      name: "503, and the clock jumps an hour forward",
      reply: Replies.failure(503, "UNAVAILABLE"),
      jump: 3_600_000,
      expected: retried("UNAVAILABLE")
    },
    {
      name: "503, and the clock jumps an hour back",
      reply: Replies.failure(503, "UNAVAILABLE"),
      jump: -3_600_000,
      expected: retried("UNAVAILABLE")
    }
  ]
}

export const sections: ReadonlyArray<Section> = [
  connections,
  encryption,
  bodies,
  redirects,
  statuses,
  errorBodies,
  operations,
  pages,
  credentials
]
