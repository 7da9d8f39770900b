/**
 * The google.longrunning.Operation resource: the wire message, and its view as a state.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { dual } from "effect/Function"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Any from "./Any.ts"
import * as Code from "./Code.ts"
import { isObject } from "./internal/base/json.ts"
import { decoderOf } from "./internal/operation/decoder.ts"
import { messageOf, otherType } from "./internal/operation/messageType.ts"
import { OperationSchema } from "./internal/operation/schema.ts"
import { shallowOperation } from "./internal/operation/shallow.ts"
import { isShallow, shallow, tooDeep } from "./internal/proto/depth.ts"
import {
  MissingResult,
  OperationCancelled,
  OperationFailed,
  type OutcomeError,
  ResultDecodeError
} from "./LroError.ts"
import type { OperationRef } from "./OperationRef.ts"
import * as Status from "./Status.ts"

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
 * Metadata after an attempt to decode it. Servers change its type between polls and add values; metadata that does not fit is
 * an item of its own, never a failure of the wait.
 *
 * @since 0.1.0
 * @category models
 */
export type Metadata<M> =
  | { readonly _tag: "Decoded"; readonly value: M }
  | { readonly _tag: "Undecodable"; readonly raw: unknown; readonly problem: string }

interface Common<M> {
  /** The resource name. */
  readonly name: string
  /** None when the server sent none. */
  readonly metadata: Option.Option<Metadata<M>>
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
 * The operation ended well. `response` is none for a method that returns nothing and a service that says so by leaving it out.
 *
 * @since 0.1.0
 * @category models
 */
export interface Succeeded<M = unknown> extends Common<M> {
  readonly _tag: "Succeeded"
  readonly response: Option.Option<unknown>
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
export type State<M = unknown> = Running<M> | Succeeded<M> | Failed<M> | Cancelled<M>

/**
 * How an operation ended.
 *
 * @since 0.1.0
 * @category models
 */
export type Final<M = unknown> = Succeeded<M> | Failed<M> | Cancelled<M>

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

/**
 * Decodes metadata JSON with a Schema. A google.protobuf.Any is stripped of its `@type` first, so that plain Schemas and
 * `Any.of` both fit. Where a `Schema.Class` is named after its message, metadata of another message is `Undecodable`; only the last part of
 * the name is compared.
 *
 * @since 0.1.0
 * @category accessors
 */
export const decodeMetadata = <M>(schema: MetadataSchema<M>) => (raw: unknown): Metadata<M> => {
  const decoder = decoderOf(schema)
  const undecodable = (problem: string): Metadata<M> => ({ _tag: "Undecodable", raw, problem })
  if (!isObject(raw)) return undecodable("the metadata is not an object")
  // A Schema that walks it, or says where it does not fit, would end with a full stack.
  if (!isShallow(raw)) return undecodable(tooDeep)
  const other = otherType(raw, decoder.message)
  if (other !== undefined) return undecodable(`the metadata ${other}`)
  return Either.match(decoder.decode(decoder.isAny ? raw : Any.strip(raw)), {
    onLeft: ({ message }) => undecodable(message),
    onRight: (value): Metadata<M> => ({ _tag: "Decoded", value: value as M })
  })
}

const asReceived = (raw: unknown): Metadata<unknown> => ({ _tag: "Decoded", value: raw })

/**
 * The metadata of an operation, decoded: none when the server sent none.
 *
 * @since 0.1.0
 * @category accessors
 */
export const metadata = <M>(
  operation: Operation,
  schema: MetadataSchema<M>
): Option.Option<Metadata<M>> => metadataWith(operation, decodeMetadata(schema))

const metadataWith = <M>(
  operation: Operation,
  decode: (raw: unknown) => Metadata<M>
): Option.Option<Metadata<M>> => Option.map(Option.fromNullable(operation.metadata), decode)

/**
 * The decoded metadata of a state: none when the server sent none or it did not fit.
 *
 * @since 0.1.0
 * @category accessors
 */
export const decoded = <M>(state: State<M>): Option.Option<M> =>
  Option.flatMap(
    state.metadata,
    (metadata) => metadata._tag === "Decoded" ? Option.some(metadata.value) : Option.none()
  )

/**
 * The state of an operation. Without a Schema the metadata is the JSON that the server sent.
 *
 * @since 0.1.0
 * @category accessors
 */
export const state: {
  /**
   * The state of an operation with its metadata decoded.
   *
   * @since 0.1.0
   * @category accessors
   */
  <M>(operation: Operation, schema: MetadataSchema<M>): State<M>
  /**
   * The state of an operation with its metadata as received.
   *
   * @since 0.1.0
   * @category accessors
   */
  (operation: Operation): State
} = (operation: Operation, schema?: MetadataSchema<unknown>): State =>
  // Given point-free to `map`, it also gets an index.
  stateWith(operation, Schema.isSchema(schema) ? decodeMetadata(schema) : asReceived)

/**
 * {@link state} with a metadata decoder.
 *
 * @internal
 */
export const stateWith = <M>(
  operation: Operation,
  decode: (raw: unknown) => Metadata<M>
): State<M> => {
  const { done, error, name, response } = operation
  const common = { name, metadata: metadataWith(operation, decode), operation }
  if (!done) return { _tag: "Running", ...common }
  if (error === undefined || error === null) {
    return { _tag: "Succeeded", ...common, response: Option.fromNullable(response) }
  }
  const status = Status.fromUnknown(error)
  const code = Code.fromNumber(status.code)
  if (code === "CANCELLED") return { _tag: "Cancelled", ...common, status }
  return { _tag: "Failed", ...common, status, code: code === "OK" ? "UNKNOWN" : code }
}

/**
 * The metadata decoder of a method, or one that keeps the JSON.
 *
 * @internal
 */
export const methodDecoder = <M>(
  method: { readonly decodeMetadata: (raw: unknown) => Metadata<M> } | undefined
) => (method?.decodeMetadata ?? asReceived) as (raw: unknown) => Metadata<M>

/**
 * Handles the four states.
 *
 * @example
 * import * as Operation from "effect-lro/Operation"
 *
 * const describe = (operation: Operation.Operation) =>
 *   Operation.match(Operation.state(operation), {
 *     Running: ({ name }) => `${name} runs`,
 *     Succeeded: ({ name }) => `${name} succeeded`,
 *     Failed: ({ code, name }) => `${name} failed: ${code}`,
 *     Cancelled: ({ name }) => `${name} was cancelled`
 *   })
 *
 * @since 0.1.0
 * @category pattern matching
 */
export const match: {
  /**
   * @since 0.1.0
   * @category pattern matching
   */
  <M, A, B = A, C = A, D = A>(cases: Cases<M, A, B, C, D>): (state: State<M>) => A | B | C | D
  /**
   * @since 0.1.0
   * @category pattern matching
   */
  <M, A, B = A, C = A, D = A>(state: State<M>, cases: Cases<M, A, B, C, D>): A | B | C | D
} = /*#__PURE__*/ dual(2, <M, A>(state: State<M>, cases: Cases<M, A, A, A, A>): A => {
  switch (state._tag) {
    case "Running":
      return cases.Running(state)
    case "Succeeded":
      return cases.Succeeded(state)
    case "Failed":
      return cases.Failed(state)
    case "Cancelled":
      return cases.Cancelled(state)
  }
})

/**
 * One function a state.
 *
 * @since 0.1.0
 * @category pattern matching
 */
export interface Cases<M, A, B, C, D> {
  readonly Running: (state: Running<M>) => A
  readonly Succeeded: (state: Succeeded<M>) => B
  readonly Failed: (state: Failed<M>) => C
  readonly Cancelled: (state: Cancelled<M>) => D
}

/**
 * The result of an operation that was listed or got: none while it runs, the decoded response when it succeeded.
 *
 * Fails with `OperationFailed`, `OperationCancelled`, `MissingResult` (done with neither response nor error) and
 * `ResultDecodeError` (the response does not fit; the error holds the operation as received). `ref` says in the errors which
 * operation it was.
 *
 * @since 0.1.0
 * @category accessors
 */
export const result = <A, R>(operation: Operation, options: {
  readonly ref: OperationRef
  readonly response: ResponseSchema<A, R>
}): Effect.Effect<Option.Option<A>, OutcomeError, R> => {
  const final = state(operation)
  if (final._tag === "Running") return Effect.succeedNone
  return Effect.flatMap(
    outcome(final, options.ref),
    (succeeded) => Effect.asSome(response(succeeded, options.ref, options.response))
  )
}

/**
 * A final state as an Effect: failed and cancelled states become errors.
 *
 * @internal
 */
export const outcome = <M>(
  final: Final<M>,
  ref: OperationRef
): Effect.Effect<Succeeded<M>, OperationFailed | OperationCancelled> => {
  if (final._tag === "Succeeded") return Effect.succeed(final)
  const fields = {
    operation: ref,
    status: final.status,
    metadata: shallow(final.operation.metadata)
  }
  return Effect.fail(
    final._tag === "Failed"
      ? new OperationFailed({ ...fields, code: final.code })
      : new OperationCancelled(fields)
  )
}

/**
 * Decodes the response of an operation that succeeded. `message` is what its method returns.
 *
 * @internal
 */
export const response = <A, R>(
  succeeded: Succeeded<unknown>,
  ref: OperationRef,
  schema: ResponseSchema<A, R>,
  message?: string
): Effect.Effect<A, MissingResult | ResultDecodeError, R> => {
  const about = () => ({ operation: ref, raw: shallowOperation(succeeded.operation) })
  if (Option.isNone(succeeded.response)) return Effect.fail(new MissingResult(about()))
  const { value } = succeeded.response
  const isAny = Any.isOf(schema)
  const other = isAny ? undefined : otherType(value, message ?? messageOf(schema))
  return Effect.mapError(
    other !== undefined
      ? Effect.fail({ message: `it ${other}` })
      : isShallow(value)
      ? Schema.decodeUnknown(schema as Schema.Schema<A, unknown, R>)(
        isAny ? value : Any.strip(value)
      )
      : Effect.fail({ message: tooDeep }),
    ({ message: problem }) => new ResultDecodeError({ ...about(), problem })
  )
}
