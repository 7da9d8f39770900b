/**
 * The one judge of replies: what the method returns, or the error that the reply is. Whom the error is about is added where the call
 * ends.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { type CallError, ForeignCause, MalformedResponse, TransportError } from "../../CallError.ts"
import * as RpcError from "../../RpcError.ts"
import { inWords } from "../base/inWords.ts"
import * as Json from "../base/json.ts"
import { ofTransport } from "../errors/foreignCause.ts"
import * as ErrorBody from "../wire/errorBody.ts"
import type { Broken, Received } from "../wire/exchange.ts"
import * as Redaction from "../wire/redaction.ts"
import * as TransportFailure from "../wire/transportFailure.ts"
import type { Attempt } from "./attempt.ts"
import { regionalHint } from "./regional.ts"

/** What takes the secrets of a call out of what is said about it. Made where something is said: most calls end without. */
const redaction = <A>({ credentials, rejected }: Attempt<A>): Redaction.Redaction =>
  Redaction.make([credentials, rejected].filter((headers) => headers !== undefined))

/**
 * @internal
 */
export const interpret = <A>(
  attempt: Attempt<A>,
  received: Received
): Effect.Effect<A, CallError> => {
  const { status, text } = received
  if (status >= 200 && status < 300) return success(attempt, received)
  if (status === 0 || (status >= 300 && status < 400)) {
    return malformed(attempt, status, "Redirect", "redirects are never followed")
  }
  const json = Json.parseJson(text)?.value
  const body = ErrorBody.parse(json, text, status, redaction(attempt))
  const hint = ["INVALID_ARGUMENT", "NOT_FOUND"].includes(body.code)
    ? regionalHint(attempt)
    : undefined
  if ((status === 404 || status === 405) && !body.googleBody) {
    const advice = hint === undefined ? "" : `; ${hint}`
    return malformed(
      attempt,
      status,
      "WrongEndpoint",
      `no method of this API is here: check the endpoint and the version${advice}`
    )
  }
  return Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const retryAfter = ErrorBody.retryAfter(
      body.fields.status,
      received.headers["retry-after"]?.toString(),
      now
    )
    return Effect.fail(
      RpcError.make(body.code, {
        method: attempt.call.method,
        ...body.fields,
        httpStatus: status,
        quotaProject: attempt.headers[quotaHeader] ?? attempt.credentials?.[quotaHeader],
        retryAfter: retryAfter === undefined ? undefined : Duration.millis(retryAfter),
        attempts: attempt.number,
        hint: attempt.settings.binding.operationFormat?.advice?.(body.fields.status, status) ?? hint
      })
    )
  })
}

const success = <A>(attempt: Attempt<A>, received: Received): Effect.Effect<A, CallError> => {
  const { isUtf8, status, text } = received
  const { raw, read } = attempt.call
  if (raw !== undefined && isUtf8) return Effect.succeed(raw(received))
  if (text === "") {
    return read === undefined
      ? nothing
      : malformed(attempt, status, "Empty", "the reply has no body")
  }
  const json = isUtf8 ? (read?.json ?? Json.parseJson)(text) : undefined
  if (json === undefined) {
    const type = contentType(received, redaction(attempt))
    // What an API answers to these is not read; a page of a proxy is no answer.
    return raw === undefined && read === undefined &&
        type.startsWith("content-type application/json")
      ? nothing
      : malformed(attempt, status, isUtf8 ? "NotJson" : "InvalidUtf8", type)
  }
  if (read === undefined) return nothing
  const { call, number: attempts, url } = attempt
  let made: Redaction.Redaction | undefined
  // A page may hold a thousand failed operations.
  const clean = (json: unknown) => (made ??= redaction(attempt)).json(json)
  const parsed = read.parse(json.value, { call, url, httpStatus: status, attempts, clean })
  return typeof parsed === "string"
    ? malformed(attempt, status, read.otherwise, parsed)
    : Effect.succeed(parsed)
}

/** The reply of a call whose reply is not read. */
const nothing = Effect.succeed<never>(undefined as never)

const contentType = ({ headers }: Received, { text }: Redaction.Redaction): string =>
  `content-type ${text(String(headers["content-type"] ?? "none")).slice(0, 100)}`

const quotaHeader = "x-goog-user-project"

const malformed = <A>(
  { call, number, url }: Attempt<A>,
  httpStatus: number,
  reason: MalformedResponse["reason"],
  description: string
) =>
  Effect.fail(
    new MalformedResponse({
      method: call.method,
      reason,
      httpStatus,
      url: url.split("?")[0] ?? "",
      description,
      attempts: number
    })
  )

/**
 * No whole reply came.
 *
 * @internal
 */
export const interpretBroken = <A>(
  attempt: Attempt<A>,
  { cause, httpStatus, reason, unsent }: Broken
): Effect.Effect<never, CallError> => {
  if (reason === "TooLarge") {
    const { maxResponseBytes } = attempt.settings
    return malformed(attempt, httpStatus ?? 200, "TooLarge", `more than ${maxResponseBytes} bytes`)
  }
  const timedOut = reason === "Timeout" || reason === "Busy"
  const [why, sent] = timedOut || reason === "Interrupted"
    ? [reason, "maybe"] as const
    : TransportFailure.classify(cause, httpStatus !== undefined)
  const within = inWords(attempt.timeoutMillis)
  return Effect.fail(
    new TransportError({
      method: attempt.call.method,
      reason: why,
      sent: unsent ? "no" : sent,
      host: attempt.host,
      attempts: attempt.number,
      cause: timedOut
        ? new ForeignCause({
          name: why,
          message: `no ${why === "Busy" ? "free connection" : "whole reply"} within ${within}`
        })
        : ofTransport(cause, redaction(attempt).text)
    })
  )
}
