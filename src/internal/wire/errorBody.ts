import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Code from "../../Code.ts"
import type { RpcError } from "../../RpcError.ts"
import * as Status from "../../Status.ts"
import { isObject } from "../base/json.ts"
import type { Redaction } from "./redaction.ts"

/**
 * What an HTTP error reply says.
 *
 * @internal
 */
export interface ErrorBody {
  readonly code: Code.ErrorCode
  /** The reply has a Google error: neither HTML nor nothing. */
  readonly googleBody: boolean
  /** What becomes of it in the error, as it is. */
  readonly fields: Pick<RpcError, "codeFrom" | "sentStatus" | "status">
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

/** The first reason and domain of a v1 body. */
const firstOf = (errors: unknown) => {
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined
  return isObject(first) && typeof first["reason"] === "string"
    ? {
      reason: first["reason"],
      domain: typeof first["domain"] === "string" ? first["domain"] : ""
    }
    : undefined
}

/** What reasons of a v1 body say that its HTTP status does not: `conflict` and `alreadyExists` are both a 409. */
const reasons: ReadonlyArray<readonly [reasons: RegExp, code: Code.ErrorCode]> = [
  [/^(alreadyExists|duplicate|instanceAlreadyExists)$/, "ALREADY_EXISTS"],
  [/^(operationInProgress|conflict)$/, "ABORTED"],
  [/^(quota|limit)Exceeded$/, "RESOURCE_EXHAUSTED"],
  [
    /^(resourceNotReady|resourceInUseByAnotherResource|conditionNotMet|failedPrecondition)$/,
    "FAILED_PRECONDITION"
  ],
  [/^(notFound|(operation|instance)DoesNotExist)$/, "NOT_FOUND"]
]

/**
 * Reads the body of an HTTP error. The code is `error.status` where that is a known name, else that of a reason of a v1 body; `UNKNOWN` where
 * it is another name or a number, else it follows from the HTTP status; `error.code` of an HTTP body is an HTTP status, never a google.rpc number.
 *
 * @internal
 */
export const parse = (
  json: unknown,
  text: string,
  httpStatus: number,
  redaction: Redaction
): ErrorBody => {
  const error = errorObject(redaction.json(json))
  const named = error?.["status"]
  const isOdd = typeof named === "number" ||
    (typeof named === "string" && named !== "" && !Code.isCode(named))
  const fromStatus = Code.fromHttpStatus(httpStatus)
  const first = firstOf(error?.["errors"])
  const byReason = first && reasons.find(([pattern]) => pattern.test(first.reason))?.[1]
  const code = Code.isErrorCode(named)
    ? named
    : byReason ?? (isOdd || fromStatus === "OK" ? "UNKNOWN" : fromStatus)
  const details: unknown = error?.["details"]
  const known = Array.isArray(details) && details.length > 0
    ? details
    : first && [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", ...first }]
  return {
    code,
    googleBody: error !== undefined,
    fields: {
      codeFrom: error === undefined ? "httpStatus" : isOdd ? "unknownStatus" : "body",
      sentStatus: isOdd ? named : undefined,
      status: Status.fromUnknown({
        code: Number.isSafeInteger(named) ? named : Code.toNumber(code),
        message: error === undefined ? excerpt(text, redaction) : messageOf(error),
        details: known
      })
    }
  }
}

/** Some services send a text beside the message. */
const messageOf = ({ detail, message }: { readonly [key: string]: unknown }): string =>
  [message, detail].filter((text) => typeof text === "string" && text !== "").join("; ")

/** Numbers only: what a name stands for is known to the redaction. */
const unescaped = (html: string): string =>
  html.replace(/&#(x?)([\da-f]{1,6});/gi, (all, hex, digits) => {
    const code = Number.parseInt(digits, hex ? 16 : 10)
    return code <= 0x10ffff ? String.fromCodePoint(code) : all
  })

/** The text of an HTML page, at most 200 characters. No cut leaves a part of a secret that is then not known as one. */
const excerpt = (html: string, redaction: Redaction): string => {
  const text = redaction.text(html).slice(0, 4096)
    .replace(/<(style|script|title)[^]*?<\/\1>/gi, " ").replace(/<[^>]*>/g, " ")
  return redaction.text(unescaped(text)).replace(/\s+/g, " ").trim().slice(0, 200)
}

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
  // oxlint-disable-next-line no-restricted-globals -- a date that is given, not the clock
  const at = Date.parse(header)
  return Number.isNaN(at) ? 0 : Math.max(0, at - now)
}
