/**
 * The sixteen errors of a google.rpc.Code: what a Google API answered instead of a result.
 *
 * The class names are PascalCase; the `_tag` is the canonical code, so that `Effect.catchTag("UNAVAILABLE", …)` sorts by
 * code. They say that a *call* failed. An *operation* that failed is `OperationFailed` of `LroError`.
 *
 * @since 0.1.0
 */
import type * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { type ErrorCode, toNumber } from "./Code.ts"
import { taggedError } from "./internal/base/schema.ts"
import { callFields } from "./internal/errors/fields.ts"
import { rpcMessage } from "./internal/errors/message.ts"
import * as Status from "./Status.ts"

/**
 * Marks the sixteen errors.
 *
 * @since 0.1.0
 * @category type ids
 */
export const TypeId = "~effect-lro/RpcError"

const fields = {
  ...callFields,
  /** What the server said: the code's number as sent, its message, its details. */
  status: Status.Status,
  /** The HTTP status of the reply. */
  httpStatus: Schema.Int,
  /**
   * `body`: the reply has a Google error, which names the code or at least describes it. `unknownStatus`: its status is a number or a
   * word that google.rpc.Code does not have, kept in `sentStatus`, and the code is `UNKNOWN`. `httpStatus`: the reply has no Google
   * error (HTML, nothing), and the code follows from the HTTP status alone.
   */
  codeFrom: Schema.Literal("body", "unknownStatus", "httpStatus"),
  /** The status that the server named where it is none of google.rpc.Code. */
  sentStatus: Schema.optional(Schema.Union(Schema.String, Schema.Number)),
  /** The quota project that the request named. */
  quotaProject: Schema.optional(Schema.String),
  /** How long the server asks to wait, from RetryInfo or Retry-After, whichever is longer. */
  retryAfter: Schema.optional(Schema.DurationFromMillis),
  /** How many attempts were made, this one included. */
  attempts: Schema.Int,
  /** `NOT_FOUND` of an operation that was seen earlier in the same wait. */
  seenBefore: Schema.optional(Schema.Boolean),
  /** For a start call that may have been carried out: how to find out whether the operation exists. */
  hint: Schema.optional(Schema.String)
}

/** One class of the sixteen, named as the code is. The mark and the message are the same for all. */
const rpcError = <Self>() => <Tag extends ErrorCode>(tag: Tag) => {
  const identifier = tag.replace(
    /([A-Z])([A-Z]*)_?/g,
    (_, initial, rest) => initial + rest.toLowerCase()
  )
  return taggedError<Self>()(`effect-lro/${identifier}`, tag, fields, {
    [TypeId]: { value: TypeId },
    message: {
      get(this: RpcError) {
        return rpcMessage(this)
      }
    }
  })
}

/**
 * The call was cancelled at the server. It says nothing about the operation: a cancelled operation is `OperationCancelled`.
 *
 * @since 0.1.0
 * @category errors
 */
export class Cancelled extends rpcError<Cancelled>()("CANCELLED") {}

/**
 * The server failed without saying how, or with a code that google.rpc.Code does not have; `status.code` keeps the number.
 *
 * @since 0.1.0
 * @category errors
 */
export class Unknown extends rpcError<Unknown>()("UNKNOWN") {}

/**
 * The server refused an argument, whatever the state of the system. `status` often has a `BadRequest` detail.
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidArgument extends rpcError<InvalidArgument>()("INVALID_ARGUMENT") {}

/**
 * The server's own deadline passed. Never retried when the server says so (AIP-194); a wait tolerates HTTP 504.
 *
 * @since 0.1.0
 * @category errors
 */
export class DeadlineExceeded extends rpcError<DeadlineExceeded>()("DEADLINE_EXCEEDED") {}

/**
 * The operation or resource does not exist. With `seenBefore` it existed earlier in this wait: it expired or was deleted.
 *
 * @since 0.1.0
 * @category errors
 */
export class NotFound extends rpcError<NotFound>()("NOT_FOUND") {}

/**
 * The resource that the method would create exists.
 *
 * @since 0.1.0
 * @category errors
 */
export class AlreadyExists extends rpcError<AlreadyExists>()("ALREADY_EXISTS") {}

/**
 * The caller may not do this. Google also says so of things that do not exist and that the caller may not know of (AIP-211).
 *
 * @since 0.1.0
 * @category errors
 */
export class PermissionDenied extends rpcError<PermissionDenied>()("PERMISSION_DENIED") {}

/**
 * A quota or rate limit is used up. A wait goes on; a single call is not retried.
 *
 * @since 0.1.0
 * @category errors
 */
export class ResourceExhausted extends rpcError<ResourceExhausted>()("RESOURCE_EXHAUSTED") {}

/**
 * The system is not in the state that the method needs.
 *
 * @since 0.1.0
 * @category errors
 */
export class FailedPrecondition extends rpcError<FailedPrecondition>()("FAILED_PRECONDITION") {}

/**
 * The call conflicts with another one, often an operation that still runs on the same resource.
 *
 * @since 0.1.0
 * @category errors
 */
export class Aborted extends rpcError<Aborted>()("ABORTED") {}

/**
 * A value lies outside the valid range in the system's present state.
 *
 * @since 0.1.0
 * @category errors
 */
export class OutOfRange extends rpcError<OutOfRange>()("OUT_OF_RANGE") {}

/**
 * The service does not have the method, or has it switched off.
 *
 * @since 0.1.0
 * @category errors
 */
export class Unimplemented extends rpcError<Unimplemented>()("UNIMPLEMENTED") {}

/**
 * The server broke an invariant of its own.
 *
 * @since 0.1.0
 * @category errors
 */
export class Internal extends rpcError<Internal>()("INTERNAL") {}

/**
 * The service cannot answer for now. The one code that AIP-194 lets a client retry.
 *
 * @since 0.1.0
 * @category errors
 */
export class Unavailable extends rpcError<Unavailable>()("UNAVAILABLE") {}

/**
 * Data is lost or corrupt beyond recovery.
 *
 * @since 0.1.0
 * @category errors
 */
export class DataLoss extends rpcError<DataLoss>()("DATA_LOSS") {}

/**
 * The credentials are missing or were refused, also after one refresh where the source can refresh.
 *
 * @since 0.1.0
 * @category errors
 */
export class Unauthenticated extends rpcError<Unauthenticated>()("UNAUTHENTICATED") {}

/** In the order of their numbers, which begin at 1. */
const classes = [
  Cancelled,
  Unknown,
  InvalidArgument,
  DeadlineExceeded,
  NotFound,
  AlreadyExists,
  PermissionDenied,
  ResourceExhausted,
  FailedPrecondition,
  Aborted,
  OutOfRange,
  Unimplemented,
  Internal,
  Unavailable,
  DataLoss,
  Unauthenticated
] as const

/**
 * One of the sixteen.
 *
 * @since 0.1.0
 * @category errors
 */
export type RpcError =
  | Cancelled
  | Unknown
  | InvalidArgument
  | DeadlineExceeded
  | NotFound
  | AlreadyExists
  | PermissionDenied
  | ResourceExhausted
  | FailedPrecondition
  | Aborted
  | OutOfRange
  | Unimplemented
  | Internal
  | Unavailable
  | DataLoss
  | Unauthenticated

/**
 * The Schema of the sixteen, for RPC, workflow and cluster boundaries.
 *
 * @since 0.1.0
 * @category schemas
 */
export const RpcErrorSchema: Schema.Schema<RpcError, RpcErrorEncoded> = Schema.Union(...classes)

/**
 * The JSON form of {@link RpcErrorSchema}.
 *
 * @since 0.1.0
 * @category schemas
 */
export type RpcErrorEncoded = Schema.Schema.Encoded<(typeof classes)[number]>

/**
 * Whether a value is one of the sixteen.
 *
 * @since 0.1.0
 * @category guards
 */
export const isRpcError = (u: unknown): u is RpcError => Predicate.hasProperty(u, TypeId)

/**
 * The class of a code.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (code: ErrorCode, props: ConstructorParameters<typeof NotFound>[0]): RpcError =>
  new (classes[toNumber(code) - 1] ?? Unknown)(props)

/**
 * The text that the server meant for end users (google.rpc.LocalizedMessage), where it sent one.
 *
 * @since 0.1.0
 * @category accessors
 */
export const userMessage = (error: RpcError): Option.Option<string> =>
  Status.userMessage(error.status)
