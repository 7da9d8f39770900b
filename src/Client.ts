/**
 * The type of a client: which methods it has follows from its binding. Types only.
 *
 * @since 0.1.0
 */
import type * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { AnyBinding, MethodName } from "./Binding.ts"
import type { Fixed } from "./internal/base/fixed.ts"
import type { CallError, ListError, ResultDecodeError, WaitError, WaitTimeout } from "./LroError.ts"
import type { StartMethod } from "./Method.ts"
import type * as Operation from "./Operation.ts"
import type { acted, OperationFormat, TargetFormat } from "./OperationFormat.ts"
import type * as ProtoJson from "./ProtoJson.ts"
import type {
  CallOptions,
  FilteredListRequest,
  ListAllRequest,
  ListOptions,
  ListRequest,
  NameRequest,
  Page,
  StartOptions,
  WaitRequest
} from "./Requests.ts"
import type {
  MetadataOf,
  MethodOptions,
  OfMethod,
  OfTarget,
  ResponseIn,
  ResponseOptions,
  ResultOf,
  RunOptions,
  Started,
  Target,
  TargetOptions,
  WaitForFinal,
  WatchOptions
} from "./Waits.ts"

/**
 * Every method that a client can have; {@link Client} picks those that its service serves.
 *
 * @since 0.1.0
 * @category models
 */
export interface Methods<Service extends string, List> {
  /**
   * The present state of an operation. Safe to repeat, and repeated; see {@link RetryOptions}.
   *
   * It takes `{ name }`, a reference or a started operation, as `cancel`, `delete` and `wait` do: the latter two are asked about where
   * they were started.
   */
  readonly get: (
    request: NameRequest,
    options?: CallOptions
  ) => Effect.Effect<Operation.Operation, CallError>
  /**
   * Every operation of a parent, page by page as the consumer asks for them. Order and consistency are the server's: pages are
   * no snapshot.
   */
  readonly list: (
    request: List,
    options?: ListOptions
  ) => Stream.Stream<Operation.Operation, ListError>
  /** The pages of a list; a page also has `unreachable`. */
  readonly listPages: (request: List, options?: ListOptions) => Stream.Stream<Page, ListError>
  /** One page of a list. {@link nextPage} makes the request of the next. */
  readonly listPage: (request: List, options?: CallOptions) => Effect.Effect<Page, CallError>
  /**
   * Asks the server to cancel an operation. Best effort and asynchronous: the operation may still succeed. Services without
   * support answer `UNIMPLEMENTED`.
   *
   * Repeated as {@link RetryOptions} says. Once an attempt may have arrived, `FAILED_PRECONDITION` of the server is success: the
   * operation is done or being cancelled.
   */
  readonly cancel: (request: NameRequest, options?: CallOptions) => Effect.Effect<void, CallError>
  /**
   * Forgets an operation at the server. It does not cancel it.
   *
   * Repeated as {@link RetryOptions} says. Once an attempt may have arrived, `NOT_FOUND` is success: it is forgotten.
   */
  readonly delete: (request: NameRequest, options?: CallOptions) => Effect.Effect<void, CallError>
  /** One WaitOperation call: the latest state at the time-out or earlier, not necessarily done. */
  readonly wait: (
    request: WaitRequest,
    options?: CallOptions
  ) => Effect.Effect<Operation.Operation, CallError>
  /**
   * Calls a method that starts an operation. An interruption while the call is on the wire is held until its reply is there, at
   * most for one attempt's time-out, so that the name is not lost.
   *
   * A start that carries a request id, or is said to be `idempotent`, is repeated as a get is. Any other is repeated only where
   * nothing was sent. Where it is open whether the start was carried out, the error has a `hint`: that the operation may exist, and how
   * to find it or to start it again safely.
   */
  readonly start: <Request, M, W>(
    method: StartMethod<Service, Request, M, W>,
    request: Fixed<Request>,
    options?: StartOptions
  ) => Effect.Effect<Started<M, W>, CallError>
  /**
   * Starts an operation, waits for its end and gives its response: `start` and `untilDone` with nothing lost between them.
   *
   * An interruption during the start is held as that of `start` is; afterwards it stops the polling. The operation goes on, unless
   * `onInterrupt` is `"cancel"`.
   */
  readonly run: {
    /**
     * Starts an operation, waits for its end and decodes its response with a Schema of your own. Fails with `ResultDecodeError` where the
     * response is another message or does not fit, and with `MissingResult` where there is none: the operation succeeded all the same.
     *
     * An interruption during the start is held as that of `start` is; afterwards it stops the polling. The operation goes on, unless
     * `onInterrupt` is `"cancel"`.
     */
    <Request, M, A, R, R2 = never>(
      method: StartMethod<Service, Request, M, unknown>,
      request: Fixed<Request>,
      options: StartOptions & ResponseOptions<A, R, M, R2>
    ): Effect.Effect<A, WaitError, Fixed<R | R2>>
    /**
     * Starts an operation, waits for its end and gives its response: `start` and `untilDone` with nothing lost between them. A method that
     * returns nothing gives `void`, one that was declared without a response the final state.
     *
     * An interruption during the start is held as that of `start` is; afterwards it stops the polling. The operation goes on, unless
     * `onInterrupt` is `"cancel"`.
     */
    <Request, M, W, R = never>(
      method: StartMethod<Service, Request, M, W>,
      request: Fixed<Request>,
      options?: RunOptions<M, ResponseIn<W>, R>
    ): Effect.Effect<W, WaitError, Fixed<R>>
  }
  /**
   * Starts an operation and waits for its end, whatever it is: a state that succeeded, failed or was cancelled. Fails only where the
   * start or the wait itself fails.
   */
  readonly runFinal: <Request, M, W, R = never>(
    method: StartMethod<Service, Request, M, W>,
    request: Fixed<Request>,
    options?: RunOptions<M, ResponseIn<W>, R>
  ) => Effect.Effect<Operation.Final<M, ResponseIn<W>>, CallError | WaitTimeout, Fixed<R>>
  /**
   * Polls until an operation is done, and gives its response: of a target that does not know its method, the final state. Interrupting it
   * stops polling and leaves the operation running.
   */
  readonly untilDone: {
    /**
     * Polls until an operation is done, and decodes its response with a Schema of your own. Fails with `ResultDecodeError` where the
     * response is another message or does not fit, and with `MissingResult` where there is none: the operation succeeded all the same.
     *
     * The target is a name, a reference (also as plain JSON), a started operation, or an `Operation`. Interrupting it stops polling and
     * leaves the operation running.
     */
    <A, R, M = unknown, R2 = never>(
      target: Target<M>,
      options: ResponseOptions<A, R, M, R2>
    ): Effect.Effect<A, WaitError, Fixed<R | R2>>
    /**
     * Polls until an operation is done, and gives its response as the method that started it says. Fails with `ResultDecodeError` where the
     * response is another message or does not fit, and with `MissingResult` where there is none: the operation succeeded all the same.
     *
     * The target is a name, a reference (also as plain JSON), a started operation, or an `Operation`. Interrupting it stops polling and
     * leaves the operation running.
     */
    <M, W, R = never>(
      target: Target,
      options: MethodOptions<M, W, R>
    ): Effect.Effect<W, WaitError, Fixed<R>>
    /**
     * Polls until an operation is done. A started operation gives its response, or `void`; any other target the final state, unless the
     * options have a `method` or a Schema as `response`.
     *
     * The target is a name, a reference (also as plain JSON), a started operation, or an `Operation`. Interrupting it stops polling and
     * leaves the operation running.
     */
    <T extends Target, R = never>(
      target: T,
      options?: TargetOptions<MetadataOf<T>, ResponseIn<ResultOf<T>>, R>
    ): Effect.Effect<ResultOf<T>, WaitError, Fixed<R>>
  }
  /**
   * Polls until an operation is done, and gives the final state, whatever it is: it succeeded, failed or was cancelled. Fails only where
   * the wait itself fails.
   */
  readonly untilFinal: WaitForFinal
  /**
   * One look at an operation: its present state, metadata and response decoded as its method says. For handlers that look and go; a wait
   * polls until the end.
   *
   * The target is a name, a reference (also as plain JSON), a started operation, or an `Operation`; one that is known to be done is not
   * asked about.
   */
  readonly poll: {
    /**
     * One look at an operation: its present state, metadata and response decoded as the method says that started it.
     *
     * The target is a name, a reference (also as plain JSON), a started operation, or an `Operation`; one that is known to be done is not
     * asked about.
     */
    <M, W>(
      target: Target,
      options: CallOptions & OfMethod<M, W>
    ): Effect.Effect<Operation.State<M, ResponseIn<W>>, CallError>
    /**
     * One look at an operation: its present state. That of a started operation is decoded, of any other unless the options have a
     * `method` it is as received.
     *
     * The target is a name, a reference (also as plain JSON), a started operation, or an `Operation`; one that is known to be done is not
     * asked about.
     */
    <T extends Target>(
      target: T,
      options?: CallOptions & OfTarget
    ): Effect.Effect<Operation.State<MetadataOf<T>, ResponseIn<ResultOf<T>>>, CallError>
  }
  /**
   * The states of an operation, each when something changed, the last one final (also a failed one). Fails only where the wait
   * itself fails.
   *
   * A consumer that stops early or is interrupted stops the polling, and the operation goes on. To cancel it use `run` or `untilDone`
   * with `onState` and `onInterrupt: "cancel"`, or `Effect.onInterrupt` around the consumer.
   */
  readonly watch: {
    /**
     * The states of an operation, each when something changed, the last one final (also a failed one); metadata and response decoded as
     * the method says that started it. Fails only where the wait itself fails.
     */
    <M, W, R = never>(
      target: Target,
      options: WatchOptions<R> & OfMethod<M, W>
    ): Stream.Stream<Operation.State<M, ResponseIn<W>>, CallError | WaitTimeout, Fixed<R>>
    /**
     * The states of an operation, each when something changed, the last one final (also a failed one). Fails only where the wait
     * itself fails.
     *
     * A consumer that stops early or is interrupted stops the polling, and the operation goes on. To cancel it use `run` or `untilDone`
     * with `onState` and `onInterrupt: "cancel"`, or `Effect.onInterrupt` around the consumer.
     */
    <T extends Target, R = never>(
      target: T,
      options?: WatchOptions<R> & OfTarget
    ): Stream.Stream<
      Operation.State<MetadataOf<T>, ResponseIn<ResultOf<T>>>,
      CallError | WaitTimeout,
      Fixed<R>
    >
  }
  /**
   * Cancels an operation and waits for what really became of it, which may be success. A service that cannot cancel is logged, not
   * raised, and the wait goes on.
   *
   * Interrupting it stops the cancel call that is on its way, or the polling after it, whatever `onInterrupt` says.
   */
  readonly cancelAndWait: WaitForFinal
  /**
   * Reads the resource that an operation acted on: the one that its `targetLink` names, at the client's own endpoint. It is not always what
   * was made; the documentation of the service says where.
   *
   * Fails with `InvalidRequest` where there is none, as after a delete, with `NOT_FOUND` where the resource is gone, and with
   * `ResultDecodeError` where it does not fit.
   */
  readonly target: {
    /** Reads the resource that an operation acted on, and decodes it. */
    <A, R>(
      operation: ActedOn,
      options: CallOptions & { readonly response: Operation.ResponseSchema<A, R> }
    ): Effect.Effect<A, CallError | ResultDecodeError, R>
    /** Reads the resource that an operation made. */
    <A>(
      operation: { readonly [acted]: () => ProtoJson.Message<A> },
      options?: CallOptions
    ): Effect.Effect<A, CallError | ResultDecodeError>
    /** Reads the resource that an operation acted on, as JSON. */
    (
      operation: Exclude<ActedOn, { readonly [acted]?: unknown }> | {
        readonly targetLink?: string | undefined
        readonly [acted]?: undefined
      },
      options?: CallOptions
    ): Effect.Effect<unknown, CallError | ResultDecodeError>
  }
}

/**
 * An operation that acted on something: decoded, as received, or as a state.
 *
 * @since 0.1.0
 * @category models
 */
export type ActedOn =
  | Operation.Operation
  | Operation.State
  | { readonly targetLink?: string | undefined; readonly [acted]?: (() => unknown) | undefined }

/**
 * What a client may be able to do: methods that its service serves, and `target` where the operations are of a format of their own.
 *
 * @since 0.1.0
 * @category models
 */
export type Ability = MethodName | "target"

/**
 * The keys of {@link Methods} that follow from the methods of a service.
 *
 * @since 0.1.0
 * @category models
 */
export type Keys<M extends Ability> =
  | "start"
  | (M extends "get" ? "get" | "poll" | "run" | "runFinal" | "untilDone" | "untilFinal" | "watch"
    : never)
  | (M extends "list" ? "list" | "listPages" | "listPage" : never)
  | (M extends "cancel" ? "cancel" : never)
  | (M extends "delete" ? "delete" : never)
  | (M extends "wait" ? "wait" : never)
  | (["get" | "cancel"] extends [M] ? "cancelAndWait" : never)
  | (M extends "target" ? "target" : never)

/**
 * The client of one service version: only the methods that it serves.
 *
 * @since 0.1.0
 * @category models
 */
export type Client<Service extends string, M extends Ability, List = ListRequest> = Pick<
  Methods<Service, List>,
  Keys<M>
>

type ListOf<B extends AnyBinding> = B extends
  { readonly operationFormat: OperationFormat<infer List> } ? List
  : B["methods"]["list"] extends { readonly filter: "required" } ? FilteredListRequest
  : B["methods"]["list"] extends
    { readonly templates: readonly [`${string}{${string}`, ...ReadonlyArray<string>] } ? ListRequest
  : ListAllRequest

type TargetOf<B extends AnyBinding> = B extends { readonly operationFormat: TargetFormat }
  ? "target"
  : never

type Served<Rules> = Extract<
  { [M in keyof Rules]: Rules[M] extends { readonly unverified: true } ? never : M }[keyof Rules],
  MethodName
>

/**
 * The client of a binding. A method that is `unverified` there is none of the client's: nothing shows that the service serves it.
 *
 * @since 0.1.0
 * @category models
 */
export type ClientOf<B extends AnyBinding> = Client<
  `${B["service"]}/${B["version"]}`,
  Served<B["methods"]> | TargetOf<B>,
  ListOf<B>
>

/**
 * A tag that knows its binding.
 *
 * @since 0.1.0
 * @category tags
 */
export interface TagClass<Self, Key extends string, B extends AnyBinding> extends
  Context.TagClass<
    Self,
    Key,
    Client<`${B["service"]}/${B["version"]}`, Served<B["methods"]> | TargetOf<B>, ListOf<B>>
  >
{
  readonly binding: B
}
