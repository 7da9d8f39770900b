/**
 * The client of one service version, and how to make one from a binding.
 *
 * A binding is plain data: which google.longrunning.Operations methods a service serves, and where. {@link Tag} makes a
 * `Context.Tag` of it, {@link layer} the layer; the service modules (`effect-lro/services/…`) do both. A private API is bound the
 * same way.
 *
 * @since 0.1.0
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { AnyBinding, MethodName } from "./Binding.ts"
import * as Credentials from "./Credentials.ts"
import * as client from "./internal/client.ts"
import { resolve } from "./internal/settings.ts"
import type { CallError, InvalidSettings, ListError, WaitError, WaitTimeout } from "./LroError.ts"
import type { Method } from "./Method.ts"
import type * as Operation from "./Operation.ts"
import type * as Polling from "./Polling.ts"
import type {
  CallOptions,
  FilteredListRequest,
  ListAllRequest,
  ListOptions,
  ListRequest,
  NameRequest,
  Page,
  ResponseOptions,
  RetryOptions,
  Started,
  StartOptions,
  Target,
  WaitOptions,
  WaitRequest,
  WatchOptions
} from "./Requests.ts"

/**
 * Bindings.
 *
 * @since 0.1.0
 */
export * from "./Binding.ts"
/**
 * Methods that start operations.
 *
 * @since 0.1.0
 */
export * from "./Method.ts"
/**
 * Requests and options.
 *
 * @since 0.1.0
 */
export * from "./Requests.ts"

/**
 * Every method that a client can have; {@link Client} picks those that its service serves.
 *
 * @since 0.1.0
 * @category models
 */
export interface Methods<Service extends string, List> {
  /**
   * The present state of an operation. Safe to repeat, and repeated; see {@link RetryOptions}.
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
   */
  readonly cancel: (request: NameRequest, options?: CallOptions) => Effect.Effect<void, CallError>
  /** Forgets an operation at the server. It does not cancel it. */
  readonly delete: (request: NameRequest, options?: CallOptions) => Effect.Effect<void, CallError>
  /** One WaitOperation call: the latest state at the time-out or earlier, not necessarily done. */
  readonly wait: (
    request: WaitRequest,
    options?: CallOptions
  ) => Effect.Effect<Operation.Operation, CallError>
  /**
   * Calls a method that starts an operation. An interruption while the call is on the wire is held until its reply is there, at
   * most for one attempt's time-out, so that the name is not lost.
   */
  readonly start: <Request, M>(
    method: Method<Service, Request, M>,
    request: NoInfer<Request>,
    options?: StartOptions
  ) => Effect.Effect<Started<M>, CallError>
  /** Starts an operation and waits for its end: `start` and `untilDone` with nothing lost between them. */
  readonly run: {
    <Request, M, A, R, R2 = never>(
      method: Method<Service, Request, M>,
      request: NoInfer<Request>,
      options: StartOptions & ResponseOptions<A, R, M, R2>
    ): Effect.Effect<A, WaitError, NoInfer<R | R2>>
    <Request, M, R = never>(
      method: Method<Service, Request, M>,
      request: NoInfer<Request>,
      options?: StartOptions & WaitOptions<M, R>
    ): Effect.Effect<Operation.Succeeded<M>, WaitError, NoInfer<R>>
  }
  /**
   * Polls until an operation is done. With a response Schema it gives the decoded response, else the final state. Interrupting it
   * stops polling and leaves the operation running.
   */
  readonly untilDone: {
    <A, R, M = unknown, R2 = never>(
      target: Target<M>,
      options: ResponseOptions<A, R, M, R2>
    ): Effect.Effect<A, WaitError, NoInfer<R | R2>>
    <M = unknown, R = never>(
      target: Target<M>,
      options?: WaitOptions<M, R>
    ): Effect.Effect<Operation.Succeeded<NoInfer<M>>, WaitError, NoInfer<R>>
  }
  /**
   * The states of an operation, each when something changed, the last one final (also a failed one). Fails only where the wait
   * itself fails.
   */
  readonly watch: <M = unknown, R = never>(
    target: Target<M>,
    options?: WatchOptions<M, R>
  ) => Stream.Stream<Operation.State<NoInfer<M>>, CallError | WaitTimeout, NoInfer<R>>
  /**
   * Cancels an operation and waits for what really became of it, which may be success. A service that cannot cancel is logged, not
   * raised, and the wait goes on.
   */
  readonly cancelAndWait: <M = unknown, R = never>(
    target: Target<M>,
    options?: WaitOptions<M, R>
  ) => Effect.Effect<Operation.Final<NoInfer<M>>, CallError | WaitTimeout, NoInfer<R>>
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

/**
 * The client of a binding.
 *
 * @since 0.1.0
 * @category models
 */
export type ClientOf<B extends AnyBinding> = Client<
  `${B["service"]}/${B["version"]}`,
  Extract<keyof B["methods"], MethodName>,
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
    Client<`${B["service"]}/${B["version"]}`, Extract<keyof B["methods"], MethodName>, ListOf<B>>
  >
{
  readonly binding: B
}

/**
 * Makes the tag of a service. Bind a service twice, for two tenants or regions, by two tags with two keys.
 *
 * @example
 * import * as Operations from "effect-lro/Operations"
 *
 * class Bakery extends Operations.Tag<Bakery>()(
 *   "app/Bakery",
 *   Operations.binding({
 *     service: "bakery.example.com",
 *     version: "v1",
 *     scopes: [],
 *     methods: {
 *       get: { verb: "GET", templates: ["/v1/{name=users/*\/operations/*}"] },
 *       list: { verb: "GET", templates: ["/v1/{name=users/*}/operations"] }
 *     }
 *   })
 * ) {}
 *
 * export const BakeryLayer = Operations.layer(Bakery, { quotaProject: "my-project" })
 *
 * @since 0.1.0
 * @category tags
 */
export const Tag = <Self>() =>
<const Key extends string, const B extends AnyBinding>(
  key: Key,
  binding: B
): TagClass<Self, Key, B> => Object.assign(Context.Tag(key)<Self, ClientOf<B>>(), { binding })

/**
 * The options of a client.
 *
 * @since 0.1.0
 * @category options
 */
export interface LayerOptions extends CallOptions {
  /**
   * The base URL, or a function of the location in the name (`us-central1` of `projects/p/locations/us-central1/operations/o`).
   * https, or http on loopback; http elsewhere only without credentials. Regional hosts are never guessed.
   *
   * @default "https://<service>"
   */
  readonly endpoint?: string | ((location: string | undefined) => string) | undefined
  /** OAuth scopes. By default cloud-platform where the service takes it, else the first that it publishes. */
  readonly scopes?: ReadonlyArray<string> | undefined
  /** @default GOOGLE_CLOUD_UNIVERSE_DOMAIN, else "googleapis.com" */
  readonly universeDomain?: string | undefined
  /** Allows endpoints outside the universe domain where they come from configuration or from an OperationRef. */
  readonly allowForeignEndpoint?: boolean | undefined
  /**
   * The longest body that is read, in bytes.
   *
   * @default 67108864
   */
  readonly maxResponseBytes?: number | undefined
  /** Polling for every wait of this client. */
  readonly polling?: Polling.Settings | undefined
  /**
   * Sends the W3C header `traceparent` of the current span with every request: of the call's own where a tracer is installed.
   *
   * @default false
   */
  readonly traceparent?: boolean | undefined
  /** Changes the HttpClient; applied last. A client that follows redirects gives credentials away. */
  readonly transformClient?: ((client: HttpClient.HttpClient) => HttpClient.HttpClient) | undefined
}

/**
 * The options of {@link layerConfig}: each may come from configuration. An endpoint from there has to be within the universe domain
 * unless `allowForeignEndpoint` says otherwise.
 *
 * @since 0.1.0
 * @category options
 */
export interface LayerConfigOptions {
  readonly endpoint?: Config.Config<string> | undefined
  readonly quotaProject?: Config.Config<string> | undefined
  readonly errorFormat?: Config.Config<"1" | "2"> | undefined
  readonly headers?: Config.Config<{ readonly [name: string]: string }> | undefined
  readonly scopes?: Config.Config<ReadonlyArray<string>> | undefined
  readonly universeDomain?: Config.Config<string> | undefined
  readonly allowForeignEndpoint?: Config.Config<boolean> | undefined
  readonly timeout?: Config.Config<Duration.Duration> | undefined
  readonly maxResponseBytes?: Config.Config<number> | undefined
  readonly traceparent?: Config.Config<boolean> | undefined
  readonly retry?: RetryOptions | "none" | undefined
  readonly polling?: Polling.Settings | undefined
  readonly transformClient?: ((client: HttpClient.HttpClient) => HttpClient.HttpClient) | undefined
}

/**
 * A client without a layer. Its pollers live as long as the scope.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = <const B extends AnyBinding>(
  binding: B,
  options: LayerOptions = {}
): Effect.Effect<
  ClientOf<B>,
  InvalidSettings,
  HttpClient.HttpClient | Credentials.Credentials | Scope.Scope
> => makeWith(binding, options)

const makeWith = <B extends AnyBinding>(
  binding: B,
  options: LayerOptions & { readonly fromConfig?: boolean }
) =>
  Effect.gen(function*() {
    const credentials = yield* Credentials.Credentials
    const http = client.prepare(yield* HttpClient.HttpClient, options.transformClient)
    const settings = yield* resolve(binding, options, http, credentials)
    return (yield* client.make(settings)) as ClientOf<B>
  })

/**
 * The layer of a client. Two calls build two clients: keep the layer in a const.
 *
 * Fails with `InvalidSettings` that names the setting.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = <Self, Key extends string, B extends AnyBinding>(
  tag: TagClass<Self, Key, B>,
  options: LayerOptions = {}
): Layer.Layer<Self, InvalidSettings, HttpClient.HttpClient | Credentials.Credentials> =>
  Layer.scoped(tag, makeWith(tag.binding, options))

/**
 * {@link layer} with options from configuration.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = <Self, Key extends string, B extends AnyBinding>(
  tag: TagClass<Self, Key, B>,
  options: LayerConfigOptions
): Layer.Layer<
  Self,
  InvalidSettings | ConfigError.ConfigError,
  HttpClient.HttpClient | Credentials.Credentials
> => {
  const { polling, retry, transformClient, ...configs } = options
  const given = Object.fromEntries(
    Object.entries(configs).filter(([, config]) => config !== undefined)
  )
  return Layer.scoped(
    tag,
    Effect.flatMap(
      Config.all(given as Record<string, Config.Config<unknown>>),
      (values) =>
        makeWith(tag.binding, {
          ...(values as LayerOptions),
          polling,
          retry,
          transformClient,
          fromConfig: true
        })
    )
  )
}

/**
 * A partial fake of a client for tests: methods that are left out die when they are called.
 *
 * @example
 * import * as Operations from "effect-lro/Operations"
 * import { WorkloadManager } from "effect-lro/services/workloadmanager/v1"
 * import { Effect } from "effect"
 *
 * export const FakeLayer = Operations.layerTest(WorkloadManager, {
 *   get: ({ name }) => Effect.succeed({ name, done: true })
 * })
 *
 * @since 0.1.0
 * @category layers
 */
export const layerTest = <Self, Key extends string, B extends AnyBinding>(
  tag: TagClass<Self, Key, B>,
  methods: Partial<ClientOf<B>>
): Layer.Layer<Self> => Layer.succeed(tag, client.partial(tag.key, methods) as ClientOf<B>)
