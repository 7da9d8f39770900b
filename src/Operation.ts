/**
 * The google.longrunning.Operation resource: the wire message, and its view as a state.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Any from "./Any.ts"
import * as Code from "./Code.ts"
import { isObject } from "./internal/base/json.ts"
import { whereOf } from "./internal/base/schema.ts"
import { decodePayload, decodeResponse } from "./internal/operation/decoder.ts"
import { messageOf, otherType } from "./internal/operation/messageType.ts"
import { shallowOperation } from "./internal/operation/shallow.ts"
import { isShallow, shallow, tooDeep } from "./internal/proto/depth.ts"
import {
  MissingResult,
  OperationCancelled,
  OperationFailed,
  type OutcomeError,
  ResultDecodeError,
  type ResultError
} from "./LroError.ts"
import type { OperationRef } from "./OperationRef.ts"
import type {
  Cancelled,
  Failed,
  Final,
  MetadataSchema,
  Operation,
  Payload,
  ResponseSchema,
  Running,
  State,
  Succeeded,
  Undecodable
} from "./OperationState.ts"
import * as Status from "./Status.ts"

/**
 * An operation as received, and its states.
 *
 * @since 0.1.0
 */
export * from "./OperationState.ts"

/**
 * Decodes metadata JSON with a Schema. A google.protobuf.Any is stripped of its `@type` first, so that plain Schemas and
 * `Any.of` both fit. Where a `Schema.Class` is named after its message, metadata of another message is `Undecodable`; only the last part of
 * the name is compared.
 *
 * @since 0.1.0
 * @category accessors
 */
export const decodeMetadata = <M>(schema: MetadataSchema<M>) => (raw: unknown): Payload<M> =>
  isObject(raw) ? decodePayload<M>(schema, "metadata", raw) : {
    _tag: "Undecodable",
    raw,
    path: "",
    problem: "the metadata is not an object"
  }

/**
 * The metadata of an operation, decoded: none when the server sent none.
 *
 * @since 0.1.0
 * @category accessors
 */
export const metadata = <M>(
  operation: Operation,
  schema: MetadataSchema<M>
): Option.Option<Payload<M>> =>
  Option.map(Option.fromNullable(operation.metadata), decodeMetadata(schema))

/**
 * The value of a payload of a state: none when the server sent none or it did not fit.
 *
 * @example
 * import * as Operation from "effect-lro/Operation"
 * import type { Option } from "effect"
 *
 * export const metadataOf = <M>(state: Operation.State<M>): Option.Option<M> => Operation.decoded(state.metadata)
 *
 * export const responseOf = <M, A>(state: Operation.Succeeded<M, A>): Option.Option<A> => Operation.decoded(state.response)
 *
 * @since 0.1.0
 * @category accessors
 */
export const decoded = <A>(payload: Option.Option<Payload<A>>): Option.Option<A> =>
  Option.flatMap(
    payload,
    (payload) => payload._tag === "Decoded" ? Option.some(payload.value) : Option.none()
  )

/**
 * What knows the metadata and the response of an operation: a method, or their Schemas.
 *
 * @since 0.1.0
 * @category models
 */
export interface Schemas<M, A> {
  readonly metadata: MetadataSchema<M>
  readonly response?: ResponseSchema<A, never> | undefined
}

/**
 * The state of an operation. Without its method, metadata and response are the JSON that the server sent.
 *
 * @example
 * import * as Operation from "effect-lro/Operation"
 * import { createHub } from "effect-lro/services/networkconnectivity/v1"
 *
 * export const stateOf = (operation: Operation.Operation) => Operation.state(operation, createHub)
 *
 * @since 0.1.0
 * @category accessors
 */
export const state: {
  /**
   * The state of an operation with its metadata and its response decoded.
   *
   * @since 0.1.0
   * @category accessors
   */
  <M, A = unknown>(operation: Operation, method: Schemas<M, A>): State<M, A>
  /**
   * The state of an operation with its metadata and its response as received.
   *
   * @since 0.1.0
   * @category accessors
   */
  (operation: Operation): State
} = (operation: Operation, method?: Schemas<unknown, unknown>): State => {
  // Given point-free to `map`, it also gets an index.
  if (!isObject(method)) return stateWith(operation, readerOf(undefined))
  const { metadata, response } = method
  return stateWith(operation, {
    metadata: decodeMetadata(metadata),
    response: response === undefined ? asReceived : (raw) => decodeResponse(response, raw)
  })
}

/**
 * How the payloads of an operation are read.
 *
 * @internal
 */
export interface Reader<M, A> {
  readonly metadata: (raw: unknown) => Payload<M>
  readonly response: (raw: unknown) => Payload<A>
}

const asReceived = (raw: unknown): Payload<unknown> => ({ _tag: "Decoded", value: raw })

/**
 * The reader of a method, or one that keeps the JSON.
 *
 * @internal
 */
export const readerOf = <M, A>(
  method: {
    readonly decodeMetadata: (raw: unknown) => Payload<M>
    readonly decodeResponse?: ((raw: unknown) => Payload<A>) | undefined
  } | undefined
) =>
  ({
    metadata: method?.decodeMetadata ?? asReceived,
    response: method?.decodeResponse ?? asReceived
  }) as Reader<M, A>

/**
 * {@link state} with a reader.
 *
 * @internal
 */
export const stateWith = <M, A>(operation: Operation, reader: Reader<M, A>): State<M, A> => {
  const { done, error, name, response } = operation
  const metadata = Option.map(Option.fromNullable(operation.metadata), reader.metadata)
  const common = { name, metadata, operation }
  if (!done) return { _tag: "Running", ...common }
  if (error === undefined || error === null) {
    return {
      _tag: "Succeeded",
      ...common,
      response: Option.map(Option.fromNullable(response), reader.response)
    }
  }
  const status = Status.fromUnknown(error)
  const code = Code.fromNumber(status.code)
  if (code === "CANCELLED") return { _tag: "Cancelled", ...common, status }
  return { _tag: "Failed", ...common, status, code: code === "OK" ? "UNKNOWN" : code }
}

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
  <M, Response, A, B = A, C = A, D = A>(
    cases: Cases<M, Response, A, B, C, D>
  ): (state: State<M, Response>) => A | B | C | D
  /**
   * @since 0.1.0
   * @category pattern matching
   */
  <M, Response, A, B = A, C = A, D = A>(
    state: State<M, Response>,
    cases: Cases<M, Response, A, B, C, D>
  ): A | B | C | D
} = /*#__PURE__*/ dual(2, <M, R, A>(state: State<M, R>, cases: Cases<M, R, A, A, A, A>): A => {
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
export interface Cases<M, Response, A, B, C, D> {
  readonly Running: (state: Running<M>) => A
  readonly Succeeded: (state: Succeeded<M, Response>) => B
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
}): Effect.Effect<Option.Option<A>, OutcomeError | ResultError, R> => {
  const final = state(operation)
  if (final._tag === "Running") return Effect.succeedNone
  return Effect.flatMap(
    outcome(final, options.ref),
    (succeeded) => Effect.asSome(response(succeeded.operation, options.ref, options.response))
  )
}

/**
 * A final state as an Effect: failed and cancelled states become errors.
 *
 * @internal
 */
export const outcome = <M, A>(
  final: Final<M, A>,
  ref: OperationRef
): Effect.Effect<Succeeded<M, A>, OutcomeError> => {
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
 * What a method says of the response of an operation that succeeded. No response is one for a method that returns nothing.
 *
 * @internal
 */
export const known = <A>(
  { operation }: Succeeded,
  ref: OperationRef,
  decode: (raw: unknown) => Payload<A>
): Effect.Effect<A, ResultError> => {
  const raw = operation.response ?? undefined
  const payload = decode(raw)
  return payload._tag === "Decoded"
    ? Effect.succeed(payload.value)
    : unread(operation, ref, raw === undefined ? undefined : payload)
}

/**
 * Decodes the response of an operation that succeeded. `message` is what its method returns; a Schema that says what it is of knows
 * better.
 *
 * @internal
 */
export const response = <A, R>(
  operation: Operation,
  ref: OperationRef,
  schema: ResponseSchema<A, R>,
  message?: string
): Effect.Effect<A, ResultError, R> => {
  const raw = operation.response ?? undefined
  const own = messageOf(schema)
  if (raw === undefined) return unread(operation, ref)
  const isAny = Any.isOf(schema)
  const other = isAny ? undefined : otherType(raw, own ?? message)
  if (other !== undefined || !isShallow(raw)) {
    const problem = other === undefined ? tooDeep : `the response ${other}`
    return unread(operation, ref, { path: "", problem })
  }
  return Effect.catchAll(
    Schema.decodeUnknown(schema as Schema.Schema<A, unknown, R>)(isAny ? raw : Any.strip(raw)),
    ({ issue, message: problem }) => unread(operation, ref, { path: whereOf(issue), problem })
  )
}

/** There is no response, or one with something wrong. */
const unread = (
  operation: Operation,
  ref: OperationRef,
  wrong?: Pick<Undecodable, "path" | "problem">
): Effect.Effect<never, ResultError> => {
  const fields = { operation: ref, raw: shallowOperation(operation) }
  return Effect.fail(
    wrong === undefined
      ? new MissingResult(fields)
      : new ResultDecodeError({ ...fields, path: wrong.path, problem: wrong.problem })
  )
}
