/**
 * What may end a call or a list, with unions, guards and Schemas. `LroError` has all of it, too.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { callFields, subjectFields } from "./internal/errors/fields.ts"
import { after, alternatives, clip, oneLine, subject } from "./internal/errors/message.ts"
import { isOneOf, lroError } from "./internal/errors/tagged.ts"
import { mayRepeat } from "./internal/errors/verdict.ts"
import { isRpcError, type RpcError, RpcErrorSchema } from "./RpcError.ts"

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

/**
 * No reply, or not a whole one: the connection failed, broke or took too long.
 *
 * - `sent` is `"no"` when the request cannot have reached the server (DNS, refused connection or stream, TLS handshake, proxy
 *   CONNECT, never written), else `"maybe"`. A start call that may have been sent may have started an operation.
 * - `reason`: `Timeout` is the time-out of one attempt, `Truncated` a body that broke off, `Busy` a queue for a connection that took too
 *   long. `Interrupted`: the transport or the source of the credentials gave up by itself, or died. `Closed`: the layer of the client is
 *   gone; nothing can be repeated there.
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
    "Interrupted",
    "Closed",
    "Busy",
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
    const what = after(": ", this.cause && oneLine(this.cause.code ?? this.cause.message))
    const attempts = this.attempts > 1 ? `; ${this.attempts} attempts` : ""
    const sent = this.sent === "no" ? "nothing was sent" : "the request may have been sent"
    const hint = after("; ", this.hint)
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
 * - `UnusableName`: a start reply whose name cannot be polled. An operation runs; `operation` is the reference to it.
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
    "UnusableName",
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
    const hint = after("; ", this.hint)
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
  /** For a start call of which an earlier attempt may have been carried out: how to find out whether the operation exists. */
  hint: Schema.optional(Schema.String),
  cause: Schema.optional(ForeignCause)
}) {
  /** @since 0.1.0 */
  override get message(): string {
    const what = after(": ", this.cause && oneLine(this.cause.message))
    const hint = after("; ", this.hint)
    const call = subject(this)
    return `${call === "" ? "" : `${call}: `}credentials ${this.reason}: ${
      oneLine(this.description)
    }${what}${hint}`
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
    const expected = after("; expected ", this.expected && alternatives(this.expected))
    const hint = after("; did you mean ", this.hint)
    return clip(`${subject(this)}: \`${this.argument}\` ${this.problem}${expected}${hint}`)
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

const callErrorTags: ReadonlyArray<Exclude<CallError, RpcError>["_tag"]> = [
  "TransportError",
  "MalformedResponse",
  "CredentialsError",
  "InvalidRequest"
]

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
 * Whether a value is a {@link CallError}.
 *
 * @since 0.1.0
 * @category guards
 */
export const isCallError = (u: unknown): u is CallError =>
  isRpcError(u) || isOneOf(u, callErrorTags)

/**
 * Whether a value is a {@link ListError}.
 *
 * @since 0.1.0
 * @category guards
 */
export const isListError = (u: unknown): u is ListError =>
  isCallError(u) || isOneOf(u, ["PageTokenError"])

/**
 * Whether repeating a get, list, cancel or delete may help: `UNAVAILABLE`, a {@link TransportError} with another reason than `Tls`,
 * `Closed` and `Busy`, and HTTP 408, 502, 503 and 504 without a Google error body (AIP-194). The SDK has already done so within its
 * attempts.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isRetryable = (error: CallError): boolean => mayRepeat(error)
