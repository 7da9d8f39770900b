/**
 * What comes back: an operation, a page, the body of an error, or what a transport raised instead.
 */
import type * as Headers from "@effect/platform/Headers"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Code from "../Code.ts"
import { ForeignCause, type TransportError } from "../LroError.ts"
import type { Operation } from "../Operation.ts"
import type { Page } from "../Operations.ts"
import * as Status from "../Status.ts"
import { isObject } from "./protoJson.ts"

/**
 * JSON, or `undefined` where a text is none.
 *
 * @internal
 */
export const parseJson = (text: string): { readonly value: unknown } | undefined => {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return undefined
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/**
 * Checks the envelope of an operation in one pass; `metadata`, `error` and `response` stay as they are. Returns what is wrong as
 * text.
 *
 * @internal
 */
export const parseOperation = (json: unknown): Operation | string => {
  if (!isObject(json)) return "the reply is not an object"
  const name = json["name"] ?? ""
  const done = json["done"] ?? false
  const { error, metadata, response } = json
  if (typeof name !== "string") return "`name` is not a string"
  if (typeof done !== "boolean") return "`done` is not a boolean"
  if (error !== undefined && error !== null && !isObject(error)) return "`error` is not an object"
  if (name === "" && !("done" in json) && metadata === undefined) {
    return "the object has no field of an operation"
  }
  // No spread: a list decodes a thousand of these per page.
  const operation: Mutable<Operation> = { name, done }
  if (metadata !== undefined) operation.metadata = metadata
  if (error !== undefined && error !== null) operation.error = error
  if (response !== undefined) operation.response = response
  return operation
}

/**
 * Checks a page of operations. Returns what is wrong as text.
 *
 * @internal
 */
export const parsePage = (json: unknown): Page | string => {
  if (!isObject(json)) return "the reply is not an object"
  const items = json["operations"] ?? []
  const token = json["nextPageToken"] ?? ""
  const unreachable = json["unreachable"] ?? []
  if (!Array.isArray(items)) return "`operations` is not an array"
  if (typeof token !== "string") return "`nextPageToken` is not a string"
  if (!Array.isArray(unreachable) || !unreachable.every((item) => typeof item === "string")) {
    return "`unreachable` is not an array of strings"
  }
  const operations: Array<Operation> = []
  for (let i = 0; i < items.length; i++) {
    const parsed = parseOperation(items[i])
    if (typeof parsed === "string") return `\`operations[${i}]\`: ${parsed}`
    operations.push(parsed)
  }
  return { operations, nextPageToken: token, unreachable }
}

/**
 * What an HTTP error reply says.
 *
 * @internal
 */
export interface ErrorBody {
  readonly code: Code.ErrorCode
  readonly codeFrom: "body" | "httpStatus"
  readonly status: Status.Status
}

/**
 * Finds the error object in the shapes that Google's servers send: `{error: {…}}`, wrapped in an array, or bare. An OAuth
 * reply (`{error: "invalid_grant"}`) becomes a message.
 */
const errorObject = (json: unknown): { readonly [key: string]: unknown } | undefined => {
  const body = Array.isArray(json) ? json[0] : json
  if (!isObject(body)) return undefined
  const { error } = body
  if (isObject(error)) return error
  if (typeof error === "string") {
    const description = body["error_description"]
    return { message: typeof description === "string" ? `${error}: ${description}` : error }
  }
  return typeof body["message"] === "string" && ("code" in body || "status" in body)
    ? body
    : undefined
}

/** The first reason and domain of a v1 body, as an ErrorInfo. */
const v1Details = (error: { readonly [key: string]: unknown }): ReadonlyArray<unknown> => {
  const first: unknown = Array.isArray(error["errors"]) ? error["errors"][0] : undefined
  if (!isObject(first) || typeof first["reason"] !== "string") return []
  return [{
    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
    reason: first["reason"],
    domain: typeof first["domain"] === "string" ? first["domain"] : ""
  }]
}

/**
 * Reads the body of an HTTP error. The code is `error.status` where that is a known name, else it follows from the HTTP status;
 * `error.code` of an HTTP body is an HTTP status, never a google.rpc number. Returns `googleBody: false` for anything that is
 * not a Google error (HTML, an empty body).
 *
 * @internal
 */
export const parse = (
  json: unknown,
  text: string,
  httpStatus: number
): ErrorBody & { readonly googleBody: boolean } => {
  const error = errorObject(json)
  const named = error?.["status"]
  const fromBody = typeof named === "string" && Code.isCode(named) && named !== "OK"
    ? named
    : undefined
  const fromStatus = Code.fromHttpStatus(httpStatus)
  const code = fromBody ?? (fromStatus === "OK" ? "UNKNOWN" : fromStatus)
  const details: unknown = error?.["details"]
  const known = Array.isArray(details) && details.length > 0 ? details : v1Details(error ?? {})
  return {
    code,
    codeFrom: error === undefined ? "httpStatus" : "body",
    googleBody: error !== undefined,
    status: Status.fromUnknown({
      code: Code.toNumber(code),
      message: error === undefined ? excerpt(text) : error["message"],
      details: known
    })
  }
}

/** The text of an HTML page, at most 200 characters. */
const excerpt = (text: string): string =>
  text.slice(0, 4096).replace(/<(style|script|title)[^]*?<\/\1>/gi, " ").replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ").trim()
    .slice(0, 200)

/**
 * How long the server asks to wait: the longer of RetryInfo and Retry-After (seconds or an HTTP date). Rubbish, negative values
 * and dates in the past are no hint. In milliseconds.
 *
 * @internal
 */
export const retryAfter = (
  status: Status.Status,
  header: string | undefined,
  now: number
): number | undefined => {
  const info = Option.match(Status.retryDelay(status), {
    onNone: () => 0,
    onSome: Duration.toMillis
  })
  const hint = Math.max(info, header === undefined ? 0 : retryAfterHeader(header.trim(), now))
  return hint > 0 ? Math.min(hint, Number.MAX_SAFE_INTEGER) : undefined
}

/** The two forms of an HTTP date that name GMT; of other texts `Date.parse` guesses. */
const httpDate =
  /^(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?, [\w -]+ [\d:]+ GMT$/

const retryAfterHeader = (header: string, now: number): number => {
  if (/^\d+(\.\d+)?$/.test(header)) return Number(header) * 1000
  if (!httpDate.test(header)) return 0
  const at = Date.parse(header)
  return Number.isNaN(at) ? 0 : Math.max(0, at - now)
}

/**
 * A server, or a proxy's page, may quote the request: takes out what the credentials gave.
 *
 * @internal
 */
export const withoutSecrets = (text: string, credentialHeaders: Headers.Headers): string =>
  Object.entries(credentialHeaders).flatMap(([name, value]) =>
    name === "x-goog-user-project" ? [] : value.split(" ")
  ).reduce(
    // Whatever is shorter is no token, and may be a word.
    (text, secret) => secret.length < 16 ? text : text.replaceAll(secret, "<redacted>"),
    text
  )

type Reason = TransportError["reason"]

const reasons: ReadonlyArray<readonly [pattern: RegExp, reason: Reason, sent: "no" | "maybe"]> = [
  [/^(ENOTFOUND|EAI_\w+)$/, "Dns", "no"],
  [/^(ECONNREFUSED)$/, "Refused", "no"],
  [
    /^(ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL|ENETDOWN|EHOSTDOWN|UND_ERR_CONNECT_TIMEOUT)$/,
    "Unreachable",
    "no"
  ],
  [
    /^(CERT_\w+|ERR_TLS_\w+|ERR_SSL_\w+|DEPTH_ZERO_\w+|SELF_SIGNED_\w+|UNABLE_TO_\w+|HOSTNAME_MISMATCH|EPROTO)$/,
    "Tls",
    "no"
  ],
  [/^(UND_ERR_PRX_\w+|UND_ERR_PROXY\w*)$/, "Proxy", "no"],
  [
    /^(ECONNRESET|EPIPE|ECONNABORTED|UND_ERR_SOCKET|UND_ERR_CLOSED|UND_ERR_DESTROYED)$/,
    "Reset",
    "maybe"
  ],
  [/^(ETIMEDOUT|UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT|ESOCKETTIMEDOUT)$/, "Timeout", "maybe"]
]

const isAnyObject = (u: unknown): u is { readonly [key: string]: unknown } =>
  typeof u === "object" && u !== null

/** Walks `cause` and `errors` (happy eyeballs) to the first error with a known code. */
const known = (u: unknown, depth = 0): readonly [Reason, "no" | "maybe"] | undefined => {
  if (!isAnyObject(u) || depth > 8) return undefined
  const { code, message } = u
  if (typeof code === "string") {
    for (const [pattern, reason, sent] of reasons) {
      if (pattern.test(code)) return [reason, sent]
    }
  }
  if (typeof message === "string" && /proxy (response|tunnel|connect)/i.test(message)) {
    return ["Proxy", "no"]
  }
  const inner = Array.isArray(u["errors"]) ? known(u["errors"][0], depth + 1) : undefined
  return inner ?? known(u["cause"], depth + 1)
}

/** The innermost error with a code, else the innermost with a message. */
const innermost = (u: unknown, depth = 0): { readonly [key: string]: unknown } | undefined => {
  if (!isAnyObject(u) || depth > 8) return undefined
  const next = Array.isArray(u["errors"]) && u["errors"].length > 0 ? u["errors"][0] : u["cause"]
  return innermost(next, depth + 1) ?? (typeof u["message"] === "string" ? u : undefined)
}

/**
 * Classifies what a transport raised before or while a reply was read.
 *
 * @internal
 */
export const classify = (error: unknown, reading: boolean): readonly [Reason, "no" | "maybe"] => {
  const found = known(error)
  if (!reading) return found ?? ["Other", "maybe"]
  return [found?.[0] === "Timeout" ? "Timeout" : "Truncated", "maybe"]
}

/**
 * The name and the code of the innermost error. Its message stays out: transports quote URLs and headers in theirs.
 *
 * @internal
 */
export const sanitise = (error: unknown): ForeignCause => {
  const inner = innermost(error)
  const name = typeof inner?.["name"] === "string" ? inner["name"].slice(0, 100) : "Error"
  const code = inner?.["code"]
  return typeof code === "string" && /^[A-Z][A-Z0-9_]+$/.test(code)
    ? new ForeignCause({ name, code, message: code })
    : new ForeignCause({ name, message: name })
}
