/**
 * Every error of effect-lro, their unions, guards and Schemas.
 *
 * Three events never share a tag: a *call* failed ({@link CallError}), the *operation* failed ({@link OperationFailed},
 * {@link OperationCancelled}), *we* stopped waiting ({@link WaitTimeout}). Interruption stays interruption.
 *
 * Every class is a `Schema.TaggedError`: it crosses RPC, workflow and cluster boundaries. None holds a request, a header or a
 * token; a foreign cause is reduced to its name, code and message.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type { ErrorCode } from "./Code.ts"
import { oneLine, subject } from "./internal/errors/message.ts"
import { OperationSchema } from "./internal/proto/schemas.ts"
import { OperationRef } from "./OperationRef.ts"
import type { RpcError } from "./RpcError.ts"
import { isRpcError, RpcErrorSchema } from "./RpcError.ts"
import * as Status from "./Status.ts"

export {
  /**
   * The sixteen errors of google.rpc.Code, their union, Schema and guard come from `RpcError`.
   *
   * @since 0.1.0
   */
  Aborted,
  /** @since 0.1.0 */
  AlreadyExists,
  /** @since 0.1.0 */
  Cancelled,
  /** @since 0.1.0 */
  DataLoss,
  /** @since 0.1.0 */
  DeadlineExceeded,
  /** @since 0.1.0 */
  FailedPrecondition,
  /** @since 0.1.0 */
  Internal,
  /** @since 0.1.0 */
  InvalidArgument,
  /** @since 0.1.0 */
  isRpcError,
  /** @since 0.1.0 */
  NotFound,
  /** @since 0.1.0 */
  OutOfRange,
  /** @since 0.1.0 */
  PermissionDenied,
  /** @since 0.1.0 */
  ResourceExhausted,
  /** @since 0.1.0 */
  type RpcError,
  /** @since 0.1.0 */
  type RpcErrorEncoded,
  /** @since 0.1.0 */
  RpcErrorSchema,
  /** @since 0.1.0 */
  Unauthenticated,
  /** @since 0.1.0 */
  Unavailable,
  /** @since 0.1.0 */
  Unimplemented,
  /** @since 0.1.0 */
  Unknown,
  /** @since 0.1.0 */
  userMessage
} from "./RpcError.ts"

/**
 * Marks every error of this module that is not one of the sixteen.
 *
 * @since 0.1.0
 * @category type ids
 */
export const TypeId = "~effect-lro/LroError"

/**
 * A foreign error reduced to plain data that holds no secret.
 *
 * @since 0.1.0
 * @category models
 */
export class ForeignCause extends Schema.Class<ForeignCause>("effect-lro/ForeignCause")({
  name: Schema.String,
  code: Schema.optional(Schema.String),
  message: Schema.String
}) {}

/** One class of this module, with its mark. */
const lroError = <Self>() =>
<Tag extends string, Fields extends Schema.Struct.Fields>(
  tag: Tag,
  fields: Fields
) => {
  const Base = Schema.TaggedError<Self>(`effect-lro/${tag}`)(tag, fields)
  Object.defineProperty((Base as { readonly prototype: object }).prototype, TypeId, {
    value: TypeId
  })
  return Base
}

const subjectFields = {
  /** The operation that the call was about, where it is known. */
  operation: Schema.optional(OperationRef),
  /** The parent whose page was asked for, where the call is a list of one. */
  parent: Schema.optional(Schema.String),
  /** The number of that page, from 1, in `list` and `listPages`. */
  page: Schema.optional(Schema.Int)
}

const callFields = {
  /** The full name of the method that was called. */
  method: Schema.String,
  ...subjectFields
}

/**
 * No reply, or not a whole one: the connection failed, broke or took too long.
 *
 * - `sent` is `"no"` when the request cannot have reached the server (DNS, refused connection, TLS handshake, proxy CONNECT),
 *   else `"maybe"`. A start call that may have been sent may have started an operation.
 * - `reason`: `Timeout` is the time-out of one attempt, `Truncated` a body that broke off.
 *
 * @since 0.1.0
 * @category errors
 */
export class TransportError extends lroError<TransportError>()("TransportError", {
  ...callFields,
  reason: Schema.Literal(
    "Dns",
    "Refused",
    "Unreachable",
    "Tls",
    "Proxy",
    "Reset",
    "Timeout",
    "Truncated",
    "Other"
  ),
  sent: Schema.Literal("no", "maybe"),
  /** The host that was called. */
  host: Schema.String,
  /** How many attempts were made, this one included. */
  attempts: Schema.Int,
  /** For a start call of which an attempt may have reached the server: how to find out whether the operation exists. */
  hint: Schema.optional(Schema.String),
  cause: Schema.optional(ForeignCause)
}) {
  /** @since 0.1.0 */
  override get message(): string {
    const what = this.cause === undefined
      ? ""
      : `: ${oneLine(this.cause.code ?? this.cause.message)}`
    const attempts = this.attempts > 1 ? `; ${this.attempts} attempts` : ""
    const sent = this.sent === "no" ? "nothing was sent" : "the request may have been sent"
    const hint = this.hint === undefined ? "" : `; ${this.hint}`
    return `${subject(this)}: ${this.reason} at ${this.host}${what}; ${sent}${hint}${attempts}`
  }
}

/**
 * A reply that is not what the method returns.
 *
 * - `Empty`, `NotJson`, `InvalidUtf8`: the body of a 2xx reply cannot be read as JSON (a captive portal, a proxy).
 * - `NotAnOperation`, `NotAPage`: JSON of another shape.
 * - `TooLarge`: the body exceeds the limit of the layer.
 * - `Redirect`: a 3xx reply; redirects are never followed.
 * - `WrongEndpoint`: 404 or 405 without a Google error body: wrong host, version or path, never a missing operation.
 *
 * @since 0.1.0
 * @category errors
 */
export class MalformedResponse extends lroError<MalformedResponse>()("MalformedResponse", {
  ...callFields,
  reason: Schema.Literal(
    "Empty",
    "NotJson",
    "InvalidUtf8",
    "NotAnOperation",
    "NotAPage",
    "TooLarge",
    "Redirect",
    "WrongEndpoint"
  ),
  httpStatus: Schema.Int,
  /** The URL that was called, without its query. */
  url: Schema.String,
  /** What exactly is wrong. */
  description: Schema.String,
  attempts: Schema.Int,
  /** For a start call that may have been carried out: how to find out whether the operation exists. */
  hint: Schema.optional(Schema.String)
}) {
  /** @since 0.1.0 */
  override get message(): string {
    const hint = this.hint === undefined ? "" : `; ${this.hint}`
    return `${subject(this)}: ${this.reason}, HTTP ${this.httpStatus} of ${this.url}: ${
      oneLine(this.description)
    }${hint}`
  }
}

/**
 * The credentials could not be had. `transient` says whether a later try may succeed: a wait goes on then.
 *
 * @since 0.1.0
 * @category errors
 */
export class CredentialsError extends lroError<CredentialsError>()("CredentialsError", {
  method: Schema.optional(Schema.String),
  ...subjectFields,
  reason: Schema.Literal("Unavailable", "Rejected", "Invalid", "UniverseMismatch", "Timeout"),
  transient: Schema.Boolean,
  description: Schema.String,
  cause: Schema.optional(ForeignCause)
}) {
  /** @since 0.1.0 */
  override get message(): string {
    const what = this.cause === undefined ? "" : `: ${oneLine(this.cause.message)}`
    const call = subject(this)
    return `${call === "" ? "" : `${call}: `}credentials ${this.reason}: ${
      oneLine(this.description)
    }${what}`
  }
}

/**
 * An argument was refused and nothing was sent.
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidRequest extends lroError<InvalidRequest>()("InvalidRequest", {
  ...callFields,
  /** The argument, by its path: `name`, `pageSize`, `hub.name`. */
  argument: Schema.String,
  /** What is wrong with it, as a predicate: `is empty`. */
  problem: Schema.String,
  /** The templates that a resource name has to fit. */
  expected: Schema.optional(Schema.Array(Schema.String)),
  /** What was probably meant. */
  hint: Schema.optional(Schema.String)
}) {
  /** @since 0.1.0 */
  override get message(): string {
    const expected = this.expected === undefined ? "" : `; expected ${this.expected.join(" or ")}`
    const hint = this.hint === undefined ? "" : `; did you mean ${this.hint}`
    return `${subject(this)}: \`${this.argument}\` ${this.problem}${expected}${hint}`
  }
}

/**
 * A list cannot go on: the server repeated a page token (`repeated`, `cycle`), or the page cap was reached (`pageCap`).
 * Pages that arrived before were emitted.
 *
 * @since 0.1.0
 * @category errors
 */
export class PageTokenError extends lroError<PageTokenError>()("PageTokenError", {
  ...callFields,
  reason: Schema.Literal("repeated", "cycle", "pageCap"),
  /** The number of the page that held the token, from 1. */
  page: Schema.Int,
  /** The parent that was listed; empty when the method takes none. */
  parent: Schema.String
}) {
  /** @since 0.1.0 */
  override get message(): string {
    const what = {
      repeated: "the server returned the token of the page again",
      cycle: "the server returned an earlier page token",
      pageCap: "the page cap is reached"
    }[this.reason]
    return `${this.method}: ${what}, page ${this.page}${
      this.parent === "" ? "" : ` of ${this.parent}`
    }`
  }
}

const outcomeFields = {
  /** The operation. */
  operation: OperationRef
}

/**
 * The operation ended with an error. `code` is the canonical code, `status` what the server said.
 *
 * @since 0.1.0
 * @category errors
 */
export class OperationFailed extends lroError<OperationFailed>()("OperationFailed", {
  ...outcomeFields,
  code: Schema.String as Schema.Schema<ErrorCode, string>,
  status: Status.Status,
  /** The metadata of the last state, as received. */
  metadata: Schema.optional(Schema.Unknown)
}) {
  /** @since 0.1.0 */
  override get message(): string {
    const number = this.code === "UNKNOWN" && this.status.code !== 2
      ? ` (code ${this.status.code})`
      : ""
    return `${nameOf(this.operation)} failed: ${this.code}${number}; ${
      oneLine(this.status.message)
    }`
  }
}

/**
 * The operation was cancelled at the server: it ended with `error.code` 1.
 *
 * @since 0.1.0
 * @category errors
 */
export class OperationCancelled extends lroError<OperationCancelled>()("OperationCancelled", {
  ...outcomeFields,
  status: Status.Status,
  /** The metadata of the last state, as received. */
  metadata: Schema.optional(Schema.Unknown)
}) {
  /** @since 0.1.0 */
  override get message(): string {
    return `${nameOf(this.operation)} was cancelled; ${oneLine(this.status.message)}`
  }
}

/**
 * The operation is done and has neither a response nor an error, although a response Schema was given. Without a Schema such
 * an operation has succeeded.
 *
 * @since 0.1.0
 * @category errors
 */
export class MissingResult extends lroError<MissingResult>()("MissingResult", {
  ...outcomeFields,
  /** The operation as received. */
  raw: OperationSchema
}) {
  /** @since 0.1.0 */
  override get message(): string {
    return `${nameOf(this.operation)} is done without a response`
  }
}

/**
 * The operation succeeded and its response does not fit the Schema. Nothing is lost: `raw` holds what the server sent, unless it has
 * more than a hundred levels, which no log could print and `get` still returns.
 *
 * @since 0.1.0
 * @category errors
 */
export class ResultDecodeError extends lroError<ResultDecodeError>()("ResultDecodeError", {
  ...outcomeFields,
  /** The operation as received. */
  raw: OperationSchema,
  /** Where the response does not fit. */
  problem: Schema.String
}) {
  /** @since 0.1.0 */
  override get message(): string {
    return `${nameOf(this.operation)} succeeded with a response that does not fit: ${
      oneLine(this.problem)
    }`
  }
}

/**
 * What may end a call: the sixteen {@link RpcError}s, no reply, a reply that is none, no credentials, a refused argument.
 *
 * @since 0.1.0
 * @category errors
 */
export type CallError =
  | RpcError
  | TransportError
  | MalformedResponse
  | CredentialsError
  | InvalidRequest

const callErrorMembers = [
  TransportError,
  MalformedResponse,
  CredentialsError,
  InvalidRequest
] as const

/**
 * The JSON form of {@link CallErrorSchema}.
 *
 * @since 0.1.0
 * @category schemas
 */
export type CallErrorEncoded =
  | Schema.Schema.Encoded<typeof RpcErrorSchema>
  | Schema.Schema.Encoded<(typeof callErrorMembers)[number]>

/**
 * The Schema of {@link CallError}.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CallErrorSchema: Schema.Schema<CallError, CallErrorEncoded> = Schema.Union(
  RpcErrorSchema,
  ...callErrorMembers
)

/**
 * We stopped waiting; the operation goes on at the server. Wait on with `untilDone(error.operation)`.
 *
 * `reason` is `"deadline"` when the deadline of the wait passed, `"schedule"` when the poll schedule ended.
 *
 * @since 0.1.0
 * @category errors
 */
export class WaitTimeout extends lroError<WaitTimeout>()("WaitTimeout", {
  ...outcomeFields,
  reason: Schema.Literal("deadline", "schedule"),
  /** The last state that was seen, as received. */
  last: Schema.optional(OperationSchema),
  /** How many polls were answered or failed. */
  polls: Schema.Int,
  /** How long the wait took. */
  elapsed: Schema.DurationFromMillis,
  /** The last failure of a poll that the wait tolerated. */
  lastError: Schema.optional(CallErrorSchema)
}) {
  /** @since 0.1.0 */
  override get message(): string {
    const last = this.lastError === undefined ? "" : `; last failed poll: ${this.lastError._tag}`
    const why = this.reason === "deadline" ? "the deadline passed" : "the poll schedule ended"
    const state = this.last === undefined ? "is not known to be done" : "still runs"
    const elapsed = Duration.format(Duration.millis(Math.round(Duration.toMillis(this.elapsed))))
    const polls = this.polls === 1 ? "1 poll" : `${this.polls} polls`
    return `${nameOf(this.operation)} ${state} after ${elapsed} (${polls}): ${why}${last}`
  }
}

const nameOf = (ref: OperationRef): string =>
  ref.name === "" ? `the operation of ${ref.method ?? ref.service}` : ref.name

/**
 * What may end a list.
 *
 * @since 0.1.0
 * @category errors
 */
export type ListError = CallError | PageTokenError

/**
 * The Schema of {@link ListError}.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ListErrorSchema: Schema.Schema<
  ListError,
  CallErrorEncoded | Schema.Schema.Encoded<typeof PageTokenError>
> = /*#__PURE__*/ Schema.Union(CallErrorSchema, PageTokenError)

/**
 * How an operation may end other than well.
 *
 * @since 0.1.0
 * @category errors
 */
export type OutcomeError = OperationFailed | OperationCancelled | MissingResult | ResultDecodeError

const outcomeMembers = [
  OperationFailed,
  OperationCancelled,
  MissingResult,
  ResultDecodeError
] as const

/**
 * The Schema of {@link OutcomeError}.
 *
 * @since 0.1.0
 * @category schemas
 */
export const OutcomeErrorSchema: Schema.Schema<
  OutcomeError,
  Schema.Schema.Encoded<(typeof outcomeMembers)[number]>
> = /*#__PURE__*/ Schema.Union(
  OperationFailed,
  OperationCancelled,
  MissingResult,
  ResultDecodeError
)

/**
 * What may end a wait: the call that ended it, the operation's own outcome, or our limit.
 *
 * @since 0.1.0
 * @category errors
 */
export type WaitError = CallError | OutcomeError | WaitTimeout

/**
 * The Schema of {@link WaitError}.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WaitErrorSchema: Schema.Schema<
  WaitError,
  | CallErrorEncoded
  | Schema.Schema.Encoded<typeof OutcomeErrorSchema>
  | Schema.Schema.Encoded<typeof WaitTimeout>
> = /*#__PURE__*/ Schema.Union(CallErrorSchema, OutcomeErrorSchema, WaitTimeout)

/**
 * A setting of a layer cannot be used. Raised when the layer is built.
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidSettings extends lroError<InvalidSettings>()("InvalidSettings", {
  /** The setting, by its option name: `endpoint`. */
  setting: Schema.String,
  /** What is wrong with it, as a predicate. */
  problem: Schema.String
}) {
  /** @since 0.1.0 */
  override get message(): string {
    return `\`${this.setting}\` ${this.problem}`
  }
}

/**
 * Any error of effect-lro.
 *
 * @since 0.1.0
 * @category errors
 */
export type LroError = ListError | WaitError | InvalidSettings

/**
 * Whether a value is an error of effect-lro.
 *
 * @since 0.1.0
 * @category guards
 */
export const isLroError = (u: unknown): u is LroError =>
  Predicate.hasProperty(u, TypeId) || isRpcError(u)

const hasTagOf = (u: LroError, members: ReadonlyArray<{ readonly _tag: string }>): boolean =>
  members.some((member) => member._tag === u._tag)

/**
 * Whether a value is a {@link CallError}.
 *
 * @since 0.1.0
 * @category guards
 */
export const isCallError = (u: unknown): u is CallError =>
  isRpcError(u) || (isLroError(u) && hasTagOf(u, callErrorMembers))

/**
 * Whether a value is a {@link ListError}.
 *
 * @since 0.1.0
 * @category guards
 */
export const isListError = (u: unknown): u is ListError =>
  isCallError(u) || (isLroError(u) && u._tag === "PageTokenError")

/**
 * Whether a value is an {@link OutcomeError}.
 *
 * @since 0.1.0
 * @category guards
 */
export const isOutcomeError = (u: unknown): u is OutcomeError =>
  isLroError(u) && hasTagOf(u, outcomeMembers)

/**
 * Whether a value is a {@link WaitError}.
 *
 * @since 0.1.0
 * @category guards
 */
export const isWaitError = (u: unknown): u is WaitError =>
  isCallError(u) || isOutcomeError(u) || (isLroError(u) && u._tag === "WaitTimeout")

/**
 * Refines an {@link OperationFailed} by its code.
 *
 * @example
 * import * as LroError from "effect-lro/LroError"
 * import { Effect } from "effect"
 *
 * const retryLater = <A, R>(wait: Effect.Effect<A, LroError.WaitError, R>) =>
 *   Effect.catchIf(wait, LroError.failedWith("ABORTED"), (error) => Effect.logWarning(error.status.message))
 *
 * @since 0.1.0
 * @category guards
 */
export const failedWith = <C extends ErrorCode>(code: C) =>
(
  u: unknown
): u is OperationFailed & { readonly code: C } => u instanceof OperationFailed && u.code === code

/**
 * Whether repeating a get, list, cancel or delete may help: `UNAVAILABLE`, a {@link TransportError} other than TLS, and
 * HTTP 408, 502, 503 and 504 without a Google error body (AIP-194). The SDK has already done so within its attempts.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isRetryable = (error: CallError): boolean => {
  if (error._tag === "UNAVAILABLE") return true
  if (error._tag === "TransportError") return error.reason !== "Tls"
  return isRpcError(error) && error.codeFrom === "httpStatus" &&
    [408, 502, 503, 504].includes(error.httpStatus)
}
