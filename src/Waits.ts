/**
 * The waits of a client: their targets, their options, and what they give. Types only.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type * as Schedule from "effect/Schedule"
import type { Fixed } from "./internal/base/fixed.ts"
import type { CallError, ResultError, WaitTimeout } from "./LroError.ts"
import type { PublishedPolling } from "./Method.ts"
import type * as Operation from "./Operation.ts"
import type { OperationRef } from "./OperationRef.ts"
import type * as Polling from "./Polling.ts"
import type { CallOptions, StartOptions } from "./Requests.ts"

/**
 * The method that started an operation, as far as a wait needs it: it knows metadata and response, and has the polling that Google
 * publishes. `W` is what a wait gives: the response, or the final state where the method was declared without one.
 *
 * @since 0.1.0
 * @category models
 */
export interface StartedBy<M, W> {
  readonly rpc: string
  readonly decodeMetadata: (raw: unknown) => Operation.Payload<M>
  readonly decodeResponse?: ((raw: unknown) => Operation.Payload<W>) | undefined
  readonly polling?: PublishedPolling
  /** The Schema of the response, where the method knows it. */
  readonly response?: Operation.ResponseSchema<unknown, never> | undefined
  /**
   * What a wait gives. It is the method that carries this, so that a program without methods does not.
   */
  readonly "~result"?: (
    succeeded: Operation.Succeeded,
    ref: OperationRef
  ) => Effect.Effect<W, ResultError>
}

/**
 * The response in the states of an operation whose wait gives `W`: what nobody knows is `unknown`.
 *
 * @since 0.1.0
 * @category models
 */
export type ResponseIn<W> = [Extract<W, Operation.Succeeded>] extends [never] ? W : unknown

/**
 * The options of every wait: polling, and the options of each poll.
 *
 * @since 0.1.0
 * @category options
 */
export interface WaitOptions<M = unknown, A = unknown, R = never>
  extends CallOptions, Omit<Polling.Settings, "schedule">
{
  /** The delays between polls; any Schedule. */
  readonly schedule?: Schedule.Schedule<unknown, Operation.Operation, R> | undefined
  /** Runs with each state that a poll brings, the last one included; `watch` gives them as a Stream. */
  readonly onState?:
    | ((state: Operation.State<M, A>) => Effect.Effect<void, never, R>)
    | undefined
  /**
   * What an interruption of the fiber that waits does to the operation: leave it running, or send one cancel, for at most 5 seconds.
   * Nothing else cancels: not a transport or a source of credentials that gives up, not a layer that closes.
   *
   * @default "leave"
   */
  readonly onInterrupt?: "leave" | "cancel" | undefined
}

/**
 * Says which method started the operation, for a target that does not.
 *
 * @since 0.1.0
 * @category options
 */
export interface OfMethod<M, W> {
  /** The method that started the operation: it types metadata and response, and sets the default pace. */
  readonly method: StartedBy<M, W>
  /** A Schema here decodes the response. */
  readonly response?: undefined
}

/**
 * Leaves what there is to know of the operation to its target, or to the method that starts it.
 *
 * @since 0.1.0
 * @category options
 */
export interface OfTarget {
  /**
   * For a target that does not know it, the method that started the operation. It is given or left out: options that may have one, as a
   * spread has, say nothing about what a wait gives.
   */
  readonly method?: undefined
  /**
   * A Schema here decodes the response in place of the method's own. It is given or left out: options that may have one, as a spread has,
   * say nothing about what a wait gives.
   */
  readonly response?: undefined
}

/**
 * The options of a wait for a target that knows its method, or whose method nobody knows.
 *
 * @since 0.1.0
 * @category options
 */
export interface TargetOptions<M = unknown, A = unknown, R = never>
  extends WaitOptions<M, A, R>, OfTarget
{}

/**
 * The options of a wait for a target whose method they say.
 *
 * @since 0.1.0
 * @category options
 */
export interface MethodOptions<M, W, R = never>
  extends WaitOptions<M, ResponseIn<W>, R>, OfMethod<M, W>
{}

/**
 * The options of a start and of the wait for its end.
 *
 * @since 0.1.0
 * @category options
 */
export interface RunOptions<M = unknown, A = unknown, R = never>
  extends StartOptions, TargetOptions<M, A, R>
{}

/**
 * The options of a wait whose response a Schema of your own decodes.
 *
 * @since 0.1.0
 * @category options
 */
export interface ResponseOptions<A, R, M = unknown, R2 = never>
  extends WaitOptions<M, unknown, R2>
{
  /** The Schema of the response. `Any.of` verifies its type, a plain Schema does not. */
  readonly response: Operation.ResponseSchema<A, R>
  /** The method that started the operation: it types the metadata, and sets the default pace. */
  readonly method?: StartedBy<M, unknown> | undefined
}

/**
 * The options of a watch.
 *
 * @since 0.1.0
 * @category options
 */
export interface WatchOptions<R = never>
  extends Omit<WaitOptions<unknown, unknown, R>, "onState" | "longPoll" | "onInterrupt">
{
  /**
   * A stream cannot tell a consumer that stops early from one that is interrupted, so a watch never cancels: use `run` or `untilDone`
   * with `onState` and `onInterrupt: "cancel"`, or `Effect.onInterrupt` around the consumer.
   */
  readonly onInterrupt?:
    | "watch has no onInterrupt: use run(…, { onState, onInterrupt: \"cancel\" }), or Effect.onInterrupt around the consumer"
    | undefined
  /**
   * What of the metadata counts as a change. It gets the metadata as received: raw JSON, or `undefined` where there is none. What it
   * gives is compared as JSON, whatever the order of keys. The first state and the final one are emitted in any case.
   *
   * @default the whole metadata
   */
  readonly changes?: ((metadata: unknown) => unknown) | undefined
}

/**
 * An operation that `start` has started. `W` is what a wait for it gives: the response, or the final state where the method was declared
 * without one.
 *
 * @since 0.1.0
 * @category models
 */
export interface Started<M, W> {
  /** The start reply. */
  readonly operation: Operation.Operation
  /** Keeps the operation across processes. */
  readonly ref: OperationRef
  readonly name: string
  readonly method: StartedBy<M, W>
}

/**
 * What can be waited for: a started operation, an operation that was listed or got, a reference, also as plain JSON, or a name.
 *
 * @since 0.1.0
 * @category models
 */
export type Target<M = unknown, W = unknown> =
  | Started<M, W>
  | (Operation.Operation & { readonly service?: never })
  | OperationRef
  | typeof OperationRef.Encoded
  | string

/**
 * What a wait for a target gives: what its method says; of a target that knows no method, the final state.
 *
 * @since 0.1.0
 * @category models
 */
export type ResultOf<T> = T extends Started<unknown, infer W> ? W : Operation.Succeeded

/**
 * The metadata in the states of a target.
 *
 * @since 0.1.0
 * @category models
 */
export type MetadataOf<T> = T extends Started<infer M, unknown> ? M : unknown

/**
 * Waits for the final state of an operation, whatever it is; fails only where the wait itself fails.
 *
 * @since 0.1.0
 * @category models
 */
export interface WaitForFinal {
  /**
   * The final state of an operation, metadata and response decoded as the method says that started it.
   */
  <M, W, R = never>(
    target: Target,
    options: MethodOptions<M, W, R>
  ): Effect.Effect<Operation.Final<M, ResponseIn<W>>, CallError | WaitTimeout, Fixed<R>>
  /**
   * The final state of an operation: that of a started one decoded, of any other unless the options have a `method` as received.
   */
  <T extends Target, R = never>(
    target: T,
    options?: TargetOptions<MetadataOf<T>, ResponseIn<ResultOf<T>>, R>
  ): Effect.Effect<
    Operation.Final<MetadataOf<T>, ResponseIn<ResultOf<T>>>,
    CallError | WaitTimeout,
    Fixed<R>
  >
}
