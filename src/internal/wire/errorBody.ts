import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Code from "../../Code.ts"
import * as Status from "../../Status.ts"
import { isObject } from "../base/json.ts"

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
