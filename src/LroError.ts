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
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type { ListError } from "./CallError.ts"
import { lroError, TypeId } from "./internal/errors/tagged.ts"
import { isRpcError } from "./RpcError.ts"
import type { WaitError } from "./WaitError.ts"

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
 * What may end a call or a list.
 *
 * @since 0.1.0
 */
export * from "./CallError.ts"
/**
 * What may end a wait.
 *
 * @since 0.1.0
 */
export * from "./WaitError.ts"

export {
  /**
   * Marks every error of this module that is not one of the sixteen.
   *
   * @since 0.1.0
   * @category type ids
   */
  TypeId
} from "./internal/errors/tagged.ts"

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
