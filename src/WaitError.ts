/**
 * What may end a wait: the operation's own outcome, a response that cannot be read, or our limit, with unions, guards and Schemas. `LroError` has all of it, too.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { type CallError, type CallErrorEncoded, CallErrorSchema, isCallError } from "./CallError.ts"
import type { ErrorCode } from "./Code.ts"
import { inWords } from "./internal/base/inWords.ts"
import { clip, said } from "./internal/errors/message.ts"
import { isOneOf, lroError } from "./internal/errors/tagged.ts"
import { OperationSchema } from "./internal/operation/schema.ts"
import { OperationRef } from "./OperationRef.ts"
import * as Status from "./Status.ts"

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
    return clip(
      `${nameOf(this.operation)} failed: ${this.code}${number}; ${said(this.status)}`
    )
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
    return clip(`${nameOf(this.operation)} was cancelled; ${said(this.status)}`)
  }
}

/**
 * The operation succeeded and has no response, although its method or a Schema of yours says that it has. Without either such an operation
 * has succeeded, and so it has where its method returns nothing.
 *
 * @since 0.1.0
 * @category errors
 */
export class MissingResult extends lroError<MissingResult>()("MissingResult", {
  ...outcomeFields,
  /** The operation as received, which `Operation.state` shows as succeeded. */
  raw: OperationSchema
}) {
  /** @since 0.1.0 */
  override get message(): string {
    return succeeded(this.operation, "it has no response")
  }
}

/**
 * The operation succeeded, and its response does not fit the Schema: that of its method, or yours. Nothing is lost: `raw` holds what the
 * server sent, unless it has more than a hundred levels, which no log could print and `get` still returns.
 *
 * @since 0.1.0
 * @category errors
 */
export class ResultDecodeError extends lroError<ResultDecodeError>()("ResultDecodeError", {
  ...outcomeFields,
  /** The operation as received, which `Operation.state` shows as succeeded. */
  raw: OperationSchema,
  /** Where the response does not fit, `a.b`; empty where it is the whole. */
  path: Schema.String,
  problem: Schema.String
}) {
  /** @since 0.1.0 */
  override get message(): string {
    const at = this.path === "" ? "" : ` at \`${clip(this.path, 300)}\``
    return clip(`${succeeded(this.operation, `its response can't be read${at}`)}: ${this.problem}`)
  }
}

/**
 * We stopped waiting; the operation goes on at the server. Wait on with `untilDone(error.operation, { method })`.
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
    const elapsed = inWords(Math.round(Duration.toMillis(this.elapsed)))
    const polls = this.polls === 1 ? "1 poll" : `${this.polls} polls`
    return `${nameOf(this.operation)} ${state} after ${elapsed} (${polls}): ${why}${last}`
  }
}

const nameOf = (ref: OperationRef): string =>
  ref.name === "" ? `the operation of ${ref.method ?? ref.service}` : ref.name

const succeeded = (ref: OperationRef, what: string): string =>
  `${nameOf(ref)} SUCCEEDED; ${what}; don't start it again`

/**
 * How an operation may end other than well.
 *
 * @since 0.1.0
 * @category errors
 */
export type OutcomeError = OperationFailed | OperationCancelled

/**
 * The operation succeeded, and its response is not there or cannot be read. Who starts it again does its work twice.
 *
 * @since 0.1.0
 * @category errors
 */
export type ResultError = MissingResult | ResultDecodeError

const outcomeTags: ReadonlyArray<OutcomeError["_tag"]> = ["OperationFailed", "OperationCancelled"]

const resultTags: ReadonlyArray<ResultError["_tag"]> = ["MissingResult", "ResultDecodeError"]

/**
 * The Schema of {@link OutcomeError}.
 *
 * @since 0.1.0
 * @category schemas
 */
export const OutcomeErrorSchema: Schema.Schema<
  OutcomeError,
  Schema.Schema.Encoded<typeof OperationFailed | typeof OperationCancelled>
> = /*#__PURE__*/ Schema.Union(OperationFailed, OperationCancelled)

/**
 * The Schema of {@link ResultError}.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ResultErrorSchema: Schema.Schema<
  ResultError,
  Schema.Schema.Encoded<typeof MissingResult | typeof ResultDecodeError>
> = /*#__PURE__*/ Schema.Union(MissingResult, ResultDecodeError)

/**
 * What may end a wait: the call that ended it, the operation's own outcome, a response that cannot be read, or our limit.
 *
 * @since 0.1.0
 * @category errors
 */
export type WaitError = CallError | OutcomeError | ResultError | WaitTimeout

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
  | Schema.Schema.Encoded<typeof ResultErrorSchema>
  | Schema.Schema.Encoded<typeof WaitTimeout>
> = /*#__PURE__*/ Schema.Union(CallErrorSchema, OutcomeErrorSchema, ResultErrorSchema, WaitTimeout)

/**
 * Whether a value is an {@link OutcomeError}: the operation failed or was cancelled.
 *
 * @since 0.1.0
 * @category guards
 */
export const isOutcomeError = (u: unknown): u is OutcomeError => isOneOf(u, outcomeTags)

/**
 * Whether a value is a {@link ResultError}: the operation succeeded.
 *
 * @since 0.1.0
 * @category guards
 */
export const isResultError = (u: unknown): u is ResultError => isOneOf(u, resultTags)

/**
 * Whether a value is a {@link WaitError}.
 *
 * @since 0.1.0
 * @category guards
 */
export const isWaitError = (u: unknown): u is WaitError =>
  isCallError(u) || isOneOf(u, [...outcomeTags, ...resultTags, "WaitTimeout"])

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
