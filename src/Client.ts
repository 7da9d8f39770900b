/**
 * The type of a client: which methods it has follows from its binding. Types only.
 *
 * @since 0.1.0
 */
import type * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { AnyBinding, MethodName } from "./Binding.ts"
import type { CallError, ListError, WaitError, WaitTimeout } from "./LroError.ts"
import type { BareMethod } from "./Method.ts"
import type * as Operation from "./Operation.ts"
import type {
  CallOptions,
  FilteredListRequest,
  ListAllRequest,
  ListOptions,
  ListRequest,
  NameRequest,
  Page,
  ResponseOptions,
  Started,
  StartOptions,
  Target,
  UndecodedOptions,
  WaitOptions,
  WaitRequest,
  WatchOptions
} from "./Requests.ts"

/** What is inferred elsewhere. Unlike `NoInfer` it is not seen in an editor. */
type Fixed<A> = [A][A extends unknown ? 0 : never]

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
  readonly start: <Request, M>(
    method: BareMethod<Service, Request, M>,
    request: Fixed<Request>,
    options?: StartOptions
  ) => Effect.Effect<Started<M>, CallError>
  /**
   * Starts an operation and waits for its end: `start` and `untilDone` with nothing lost between them.
   *
   * An interruption during the start is held as that of `start` is; afterwards it stops the polling. The operation goes on, unless
   * `onInterrupt` is `"cancel"`.
   */
  readonly run: {
    /**
     * Starts an operation, waits for its end and decodes its response. Fails with `ResultDecodeError` where the response is another
     * message or does not fit, and with `MissingResult` where there is none.
     *
     * An interruption during the start is held as that of `start` is; afterwards it stops the polling. The operation goes on, unless
     * `onInterrupt` is `"cancel"`.
     */
    <Request, M, A, R, R2 = never>(
      method: BareMethod<Service, Request, M>,
      request: Fixed<Request>,
      options: StartOptions & ResponseOptions<A, R, M, R2>
    ): Effect.Effect<A, WaitError, Fixed<R | R2>>
    /**
     * Starts an operation and waits for its end: `start` and `untilDone` with nothing lost between them. With `response`, a Schema, it
     * gives the decoded response.
     *
     * An interruption during the start is held as that of `start` is; afterwards it stops the polling. The operation goes on, unless
     * `onInterrupt` is `"cancel"`.
     */
    <Request, M, R = never>(
      method: BareMethod<Service, Request, M>,
      request: Fixed<Request>,
      options?: StartOptions & UndecodedOptions<M, R>
    ): Effect.Effect<Operation.Succeeded<M>, WaitError, Fixed<R>>
  }
  /**
   * Polls until an operation is done. With a response Schema it gives the decoded response, else the final state. Interrupting it
   * stops polling and leaves the operation running.
   */
  readonly untilDone: {
    /**
     * Polls until an operation is done, and decodes its response. Fails with `ResultDecodeError` where the response is another message
     * or does not fit, and with `MissingResult` where there is none.
     *
     * The target is a name, a reference (also as plain JSON), a started operation, or an `Operation`. Interrupting it stops polling and
     * leaves the operation running.
     */
    <A, R, M = unknown, R2 = never>(
      target: Target<M>,
      options: ResponseOptions<A, R, M, R2>
    ): Effect.Effect<A, WaitError, Fixed<R | R2>>
    /**
     * Polls until an operation is done, and gives the final state. With `response`, a Schema, it gives the decoded response.
     *
     * The target is a name, a reference (also as plain JSON), a started operation, or an `Operation`. Interrupting it stops polling and
     * leaves the operation running.
     */
    <M = unknown, R = never>(
      target: Target<M>,
      options?: UndecodedOptions<M, R>
    ): Effect.Effect<Operation.Succeeded<Fixed<M>>, WaitError, Fixed<R>>
  }
  /**
   * The states of an operation, each when something changed, the last one final (also a failed one). Fails only where the wait
   * itself fails.
   *
   * A consumer that stops early or is interrupted stops the polling, and the operation goes on. To cancel it use `run` or `untilDone`
   * with `onState` and `onInterrupt: "cancel"`, or `Effect.onInterrupt` around the consumer.
   */
  readonly watch: <M = unknown, R = never>(
    target: Target<M>,
    options?: WatchOptions<M, R>
  ) => Stream.Stream<Operation.State<Fixed<M>>, CallError | WaitTimeout, Fixed<R>>
  /**
   * Cancels an operation and waits for what really became of it, which may be success. A service that cannot cancel is logged, not
   * raised, and the wait goes on.
   *
   * Interrupting it stops the cancel call that is on its way, or the polling after it, whatever `onInterrupt` says.
   */
  readonly cancelAndWait: <M = unknown, R = never>(
    target: Target<M>,
    options?: WaitOptions<M, R>
  ) => Effect.Effect<Operation.Final<Fixed<M>>, CallError | WaitTimeout, Fixed<R>>
}

/**
 * The keys of {@link Methods} that follow from the methods of a service.
 *
 * @since 0.1.0
 * @category models
 */
export type Keys<M extends MethodName> =
  | "start"
  | (M extends "get" ? "get" | "run" | "untilDone" | "watch" : never)
  | (M extends "list" ? "list" | "listPages" | "listPage" : never)
  | (M extends "cancel" ? "cancel" : never)
  | (M extends "delete" ? "delete" : never)
  | (M extends "wait" ? "wait" : never)
  | (["get" | "cancel"] extends [M] ? "cancelAndWait" : never)

/**
 * The client of one service version: only the methods that it serves.
 *
 * @since 0.1.0
 * @category models
 */
export type Client<Service extends string, M extends MethodName, List = ListRequest> = Pick<
  Methods<Service, List>,
  Keys<M>
>

type ListOf<B extends AnyBinding> = B["methods"]["list"] extends { readonly filter: "required" } ?
  FilteredListRequest
  : B["methods"]["list"] extends
    { readonly templates: readonly [`${string}{${string}`, ...ReadonlyArray<string>] } ? ListRequest
  : ListAllRequest

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
  Served<B["methods"]>,
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
    Client<`${B["service"]}/${B["version"]}`, Served<B["methods"]>, ListOf<B>>
  >
{
  readonly binding: B
}
