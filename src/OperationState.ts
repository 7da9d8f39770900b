/**
 * An operation as received, and its states as types; `Operation` has all of it.
 *
 * @since 0.1.0
 */
import type * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import type * as Code from "./Code.ts"
import { OperationSchema } from "./internal/operation/schema.ts"
import type * as Status from "./Status.ts"

/**
 * An operation as received. `metadata`, `error` and `response` are the JSON that the server sent; nothing of them is decoded
 * until someone asks.
 *
 * proto3 JSON omits default values: an absent `done` is `false`, an absent name is `""` (legal for an operation that is done in
 * the start reply).
 *
 * @since 0.1.0
 * @category models
 */
export interface Operation {
  /** The resource name, unique within the service that returned it. */
  readonly name: string
  /** Whether the operation has ended, well or not. */
  readonly done: boolean
  /** Service-specific progress, a google.protobuf.Any in JSON. */
  readonly metadata?: unknown
  /** A google.rpc.Status: the operation failed or was cancelled. */
  readonly error?: unknown
  /** A google.protobuf.Any in JSON: the operation succeeded. */
  readonly response?: unknown
}

/**
 * The JSON form of an operation.
 *
 * @since 0.1.0
 * @category schemas
 */
export type Encoded = Schema.Schema.Encoded<typeof OperationSchema>

/**
 * The Schema of {@link Operation}. Unknown fields are ignored.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Operation: Schema.Schema<Operation, Encoded> = OperationSchema

/**
 * Metadata or a response after an attempt to decode it. Servers change the type of metadata between polls and add values; what does not
 * fit is an item of its own, never a failure of the wait.
 *
 * @since 0.1.0
 * @category models
 */
export type Payload<A> = Decoded<A> | Undecodable

/**
 * A payload that was decoded; one whose Schema nobody knows is the JSON that the server sent.
 *
 * @since 0.1.0
 * @category models
 */
export interface Decoded<A> {
  readonly _tag: "Decoded"
  readonly value: A
}

/**
 * A payload that does not fit.
 *
 * @since 0.1.0
 * @category models
 */
export interface Undecodable {
  readonly _tag: "Undecodable"
  /** The JSON that the server sent. */
  readonly raw: unknown
  /** Where it does not fit, `a.b`; empty where it is the whole. */
  readonly path: string
  readonly problem: string
}

interface Common<M> {
  /** The resource name. */
  readonly name: string
  /** None when the server sent none. */
  readonly metadata: Option.Option<Payload<M>>
  /** The operation as received. */
  readonly operation: Operation
}

/**
 * The operation goes on.
 *
 * @since 0.1.0
 * @category models
 */
export interface Running<M = unknown> extends Common<M> {
  readonly _tag: "Running"
}

/**
 * The operation ended well. `response` is none when the server sent none, which is how some say that there is nothing to return.
 *
 * @since 0.1.0
 * @category models
 */
export interface Succeeded<M = unknown, A = unknown> extends Common<M> {
  readonly _tag: "Succeeded"
  readonly response: Option.Option<Payload<A>>
}

/**
 * The operation ended with an error other than a cancellation. `done` with an error that has no code is a failure with `UNKNOWN`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Failed<M = unknown> extends Common<M> {
  readonly _tag: "Failed"
  readonly code: Code.ErrorCode
  readonly status: Status.Status
}

/**
 * The operation was cancelled: `error.code` is 1.
 *
 * @since 0.1.0
 * @category models
 */
export interface Cancelled<M = unknown> extends Common<M> {
  readonly _tag: "Cancelled"
  readonly status: Status.Status
}

/**
 * What an operation is. `done: false` with an `error` is `Running`; `done` with both `error` and `response` is `Failed`; `done`
 * with neither is `Succeeded`.
 *
 * @since 0.1.0
 * @category models
 */
export type State<M = unknown, A = unknown> =
  | Running<M>
  | Succeeded<M, A>
  | Failed<M>
  | Cancelled<M>

/**
 * How an operation ended.
 *
 * @since 0.1.0
 * @category models
 */
export type Final<M = unknown, A = unknown> = Succeeded<M, A> | Failed<M> | Cancelled<M>

/**
 * A Schema for metadata: it needs no context and decodes at once.
 *
 * @since 0.1.0
 * @category models
 */
export interface MetadataSchema<M> extends Omit<Schema.Schema.AnyNoContext, "Type"> {
  /** What it decodes to. */
  readonly Type: M
}

/**
 * A Schema for a response: `Schema.Schema<A, any, R>`. `Any.of` verifies the type of the message, a plain Schema does not.
 *
 * @since 0.1.0
 * @category models
 */
export type ResponseSchema<A, R> = Schema.Schema.Any & { readonly Type: A; readonly Context: R }
