/**
 * The client of one service version, and how to make one from a binding.
 *
 * A binding is plain data: which google.longrunning.Operations methods a service serves, and where. {@link Tag} makes a
 * `Context.Tag` of it, {@link layer} the layer; the service modules (`effect-lro/services/…`) do both. A private API is bound the
 * same way.
 *
 * @since 0.1.0
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientTag from "@effect/platform/HttpClient"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import * as Credentials from "./Credentials.ts"
import * as client from "./internal/client.ts"
import { resolve } from "./internal/settings.ts"
import type { CallError, InvalidSettings, ListError, WaitError, WaitTimeout } from "./LroError.ts"
import * as Operation from "./Operation.ts"
import type { OperationRef } from "./OperationRef.ts"
import type * as Polling from "./Polling.ts"

// -------------------------------------------------------------------------------------------------
// bindings
// -------------------------------------------------------------------------------------------------

/**
 * The methods of google.longrunning.Operations.
 *
 * @since 0.1.0
 * @category bindings
 */
export type MethodName = "get" | "list" | "cancel" | "delete" | "wait"

/**
 * Where a method is served (google.api.http).
 *
 * @since 0.1.0
 * @category bindings
 */
export interface MethodRule {
  readonly verb: "GET" | "POST" | "DELETE"
  /** Path templates, version included. Of several, the one that fits the name is used. */
  readonly templates: readonly [string, ...ReadonlyArray<string>]
  /** `"*"`: the request carries `{}`; left out: no body at all. */
  readonly body?: "*"
  /** For list: the service refuses a list without a filter. */
  readonly filter?: "required"
}

/**
 * Which methods a service version serves, and where.
 *
 * @since 0.1.0
 * @category bindings
 */
export interface AnyBinding {
  /** The service's host name, `networkconnectivity.googleapis.com`; also its identity. */
  readonly service: string
  /** The API version, `v1`. */
  readonly version: string
  /**
   * The base URL.
   *
   * @default "https://<service>"
   */
  readonly host?: string
  /** The published OAuth scopes. They are alternatives, not a set. */
  readonly scopes: ReadonlyArray<string>
  readonly methods: { readonly [M in MethodName]?: MethodRule }
}

/**
 * Keeps the literal types of a binding.
 *
 * @since 0.1.0
 * @category bindings
 */
export const binding = <const B extends AnyBinding>(binding: B): B => binding

// -------------------------------------------------------------------------------------------------
// methods that start operations
// -------------------------------------------------------------------------------------------------

/**
 * The place of a request field: in the path, in the query, in the body, or in the body with a part of it in the path. `mask` marks
 * a google.protobuf.FieldMask, which travels as a comma-separated string.
 *
 * @since 0.1.0
 * @category methods
 */
export interface RequestField {
  readonly in: "path" | "query" | "body" | "body+path"
  readonly required?: true
  readonly mask?: true
}

interface MethodShape<Service extends string> {
  /** `networkconnectivity.googleapis.com/v1`. */
  readonly service: Service
  /** The full name of the rpc. */
  readonly rpc: string
  readonly verb: "GET" | "POST" | "PUT" | "PATCH" | "DELETE"
  /** Path templates, version included. Of several, the first that fits the arguments is used. */
  readonly templates: readonly [string, ...ReadonlyArray<string>]
  /** `"*"`: all that is in neither path nor query; a name: that field is the body; left out: no body. */
  readonly body?: string
  /** Every field of the request message, by its camelCase name. */
  readonly request: { readonly [field: string]: RequestField }
  /** The `request_id` field: it makes repeating the call safe (AIP-155). `start` fills it with a random UUID. */
  readonly idempotencyField?: string
  /** The full name of the response message. */
  readonly response: string
  /** The polling that Google publishes for the method: initial delay, multiplier and cap. */
  readonly polling?: {
    readonly initial: Duration.DurationInput
    readonly multiplier: number
    readonly cap: Duration.DurationInput
    /** Published, exposed, never applied: a wait has no deadline unless the caller sets one. */
    readonly timeout?: Duration.DurationInput
  }
}

/**
 * A method that starts a long-running operation.
 *
 * @since 0.1.0
 * @category methods
 */
export interface Method<Service extends string, Request, M> extends MethodShape<Service> {
  /** The Schema of the operation's metadata. */
  readonly metadata: Schema.Schema.AnyNoContext
  readonly decodeMetadata: (raw: unknown) => Operation.Metadata<M>
  /** Type only. */
  readonly "~request"?: (request: Request) => void
}

/**
 * Any method.
 *
 * @since 0.1.0
 * @category methods
 */
export type AnyMethod<Service extends string = string> = Method<Service, never, unknown>

/**
 * Describes a method that starts operations.
 *
 * @example
 * import * as Operations from "effect-lro/Operations"
 * import { Schema } from "effect"
 *
 * interface BakeRequest {
 *   readonly parent: string
 *   readonly cake: { readonly flavour: string }
 * }
 *
 * export const bake = Operations.method<BakeRequest>()({
 *   service: "bakery.example.com/v1",
 *   rpc: "example.bakery.v1.Bakery.Bake",
 *   verb: "POST",
 *   templates: ["/v1/{parent=users/*}/cakes"],
 *   body: "cake",
 *   request: { parent: { in: "path", required: true }, cake: { in: "body", required: true } },
 *   response: "example.bakery.v1.Cake",
 *   metadata: Schema.Struct({ percent: Schema.Number })
 * })
 *
 * @since 0.1.0
 * @category methods
 */
export const method = <Request>() =>
<const Service extends string, M>(
  description: MethodShape<Service> & { readonly metadata: Operation.MetadataSchema<M> }
): Method<Service, Request, M> => ({
  ...description,
  decodeMetadata: Operation.decodeMetadata(description.metadata)
})

// -------------------------------------------------------------------------------------------------
// requests and options
// -------------------------------------------------------------------------------------------------

/**
 * What get, cancel and delete take.
 *
 * @since 0.1.0
 * @category requests
 */
export interface NameRequest {
  /** The resource name of the operation, `projects/p/locations/l/operations/o`. */
  readonly name: string
}

/**
 * What wait takes.
 *
 * @since 0.1.0
 * @category requests
 */
export interface WaitRequest extends NameRequest {
  /** How long the server may wait before it answers; it may answer earlier, also at once. */
  readonly timeout?: Duration.DurationInput | undefined
}

/**
 * What list takes (AIP-132, AIP-158).
 *
 * @since 0.1.0
 * @category requests
 */
export interface ListRequest {
  /** The parent, `projects/p/locations/l`; for some services the collection itself. */
  readonly name: string
  /** An AIP-160 filter, passed as it is. */
  readonly filter?: string | undefined
  /** The most operations a page may have; a server may send fewer, and take large values for its maximum. */
  readonly pageSize?: number | undefined
  /** Where to go on: `nextPageToken` of the page before. All other arguments have to stay the same. */
  readonly pageToken?: string | undefined
  /** Only for services that document it, with `locations/-`; others answer `UNIMPLEMENTED`. */
  readonly returnPartialSuccess?: boolean | undefined
}

/**
 * What list takes where the path has no name.
 *
 * @since 0.1.0
 * @category requests
 */
export interface ListAllRequest extends Omit<ListRequest, "name"> {
  /** Sent as a query parameter when given. */
  readonly name?: string | undefined
}

/**
 * What list takes where the service refuses a list without a filter.
 *
 * @since 0.1.0
 * @category requests
 */
export interface FilteredListRequest extends Omit<ListAllRequest, "filter"> {
  /** A filter in the service's own grammar; the service's module has a builder for it. */
  readonly filter: string | { readonly filter: string; readonly problem?: string | undefined }
}

/**
 * One page of operations.
 *
 * @since 0.1.0
 * @category models
 */
export interface Page {
  readonly operations: ReadonlyArray<Operation.Operation>
  /** Empty on the last page. */
  readonly nextPageToken: string
  /** Locations that could not be reached, with `returnPartialSuccess`. */
  readonly unreachable: ReadonlyArray<string>
}

/**
 * The request of the page after `page`: none when it was the last. Pure; what `list_next` of the Python client does.
 *
 * @since 0.1.0
 * @category pagination
 */
export const nextPage = <R extends ListRequest | ListAllRequest | FilteredListRequest>(
  request: R,
  page: Page
): Option.Option<R> =>
  page.nextPageToken === "" ? Option.none() : Option.some({ ...request, pageToken: page.nextPageToken })

/**
 * How one call is tried again. Only what is safe to repeat is: get, list, cancel and delete on `UNAVAILABLE`, on a transport error
 * other than TLS, and on HTTP 408, 502, 503 and 504 without a Google error body; start when nothing was sent or it carries a
 * request id (AIP-194, AIP-155).
 *
 * @since 0.1.0
 * @category options
 */
export interface RetryOptions {
  /**
   * How many attempts in all, the first included.
   *
   * @default 3
   */
  readonly attempts?: number | undefined
  /**
   * The delay before the second attempt; half of each delay is jitter.
   *
   * @default "500 millis"
   */
  readonly initial?: Duration.DurationInput | undefined
  /** @default 2 */
  readonly multiplier?: number | undefined
  /** @default "10 seconds" */
  readonly cap?: Duration.DurationInput | undefined
  /**
   * A server that asks for a longer delay than this ends the retry; the error carries `retryAfter`.
   *
   * @default "60 seconds"
   */
  readonly maxHint?: Duration.DurationInput | undefined
}

/**
 * The options of every call; each overrides the layer's.
 *
 * @since 0.1.0
 * @category options
 */
export interface CallOptions {
  /** The project that is billed and whose quota is used: `x-goog-user-project`. */
  readonly quotaProject?: string | undefined
  /** The error format, sent as `$.xgafv`: `"2"` has details, `"1"` is the old one. Both are understood. */
  readonly errorFormat?: "1" | "2" | undefined
  /** More headers. Those that the SDK sets are refused. */
  readonly headers?: { readonly [name: string]: string } | undefined
  /**
   * The longest time of one attempt, until its body is read.
   *
   * @default "30 seconds"
   */
  readonly timeout?: Duration.DurationInput | undefined
  /** How the call is tried again; `"none"` for a single attempt. */
  readonly retry?: RetryOptions | "none" | undefined
}

/**
 * The options of a list.
 *
 * @since 0.1.0
 * @category options
 */
export interface ListOptions extends CallOptions {
  /**
   * Fails with `PageTokenError` `"pageCap"` rather than read more pages.
   *
   * @default no cap
   */
  readonly maxPages?: number | undefined
}

/**
 * The options of a start.
 *
 * @since 0.1.0
 * @category options
 */
export interface StartOptions extends CallOptions {
  /** Says that the caller knows the call to be safe to repeat, also without a request id. */
  readonly idempotent?: boolean | undefined
  /** Runs once the operation has a name, also when the caller was interrupted in the meantime. Its failure is logged. */
  readonly onStarted?: ((ref: OperationRef) => Effect.Effect<void, unknown>) | undefined
  /**
   * What an interruption does to an operation that was started: leave it running, or send one cancel, for at most 5 seconds.
   *
   * @default "leave"
   */
  readonly onInterrupt?: "leave" | "cancel" | undefined
  /**
   * Aborts a start call on the wire when the caller is interrupted. The price: an operation may run whose name nobody knows.
   *
   * @default false
   */
  readonly abortStart?: boolean | undefined
}

/**
 * The options of a wait: polling, and the options of each poll.
 *
 * @since 0.1.0
 * @category options
 */
export interface WaitOptions<M = unknown, R = never> extends CallOptions, Omit<Polling.Settings, "schedule"> {
  /** The delays between polls; any Schedule. */
  readonly schedule?: Schedule.Schedule<unknown, Operation.Operation, R> | undefined
  /** For a target that does not know it, the method that started the operation: it types the metadata. */
  readonly method?: { readonly rpc: string; readonly decodeMetadata: (raw: unknown) => Operation.Metadata<M> } | undefined
  /**
   * What an interruption of the wait does to the operation: leave it running, or send one cancel, for at most 5 seconds.
   *
   * @default "leave"
   */
  readonly onInterrupt?: "leave" | "cancel" | undefined
}

/**
 * The options of a wait whose response is decoded.
 *
 * @since 0.1.0
 * @category options
 */
export interface ResponseOptions<A, I, R, R2 = never> extends WaitOptions<unknown, R2> {
  /** The Schema of the response. `Any.of` verifies its type, a plain Schema does not. */
  readonly response: Schema.Schema<A, I, R>
}

/**
 * The options of a watch.
 *
 * @since 0.1.0
 * @category options
 */
export interface WatchOptions<M = unknown, R = never> extends WaitOptions<M, R> {
  /**
   * What of the metadata counts as a change; the whole by default. Values are compared as JSON, whatever the order of keys.
   */
  readonly changes?: ((metadata: unknown) => unknown) | undefined
}

/**
 * An operation that `start` has started.
 *
 * @since 0.1.0
 * @category models
 */
export interface Started<M> {
  /** The start reply. */
  readonly operation: Operation.Operation
  /** Keeps the operation across processes. */
  readonly ref: OperationRef
  readonly name: string
  readonly method: { readonly rpc: string; readonly decodeMetadata: (raw: unknown) => Operation.Metadata<M> }
}

/**
 * What can be waited for: a started operation, an operation that was listed or got, a reference, or a name.
 *
 * @since 0.1.0
 * @category models
 */
export type Target<M = unknown> = Started<M> | Operation.Operation | OperationRef | string

// -------------------------------------------------------------------------------------------------
// the client
// -------------------------------------------------------------------------------------------------

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
  readonly get: (request: NameRequest, options?: CallOptions) => Effect.Effect<Operation.Operation, CallError>
  /**
   * Every operation of a parent, page by page as the consumer asks for them. Order and consistency are the server's: pages are
   * no snapshot.
   */
  readonly list: (request: List, options?: ListOptions) => Stream.Stream<Operation.Operation, ListError>
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
  readonly wait: (request: WaitRequest, options?: CallOptions) => Effect.Effect<Operation.Operation, CallError>
  /**
   * Calls a method that starts an operation. An interruption while the call is on the wire is held until its reply is there, at
   * most for one attempt's time-out, so that the name is not lost.
   */
  readonly start: <Request, M>(
    method: Method<Service, Request, M>,
    request: Request,
    options?: StartOptions
  ) => Effect.Effect<Started<M>, CallError>
  /** Starts an operation and waits for its end: `start` and `untilDone` with nothing lost between them. */
  readonly run: {
    <Request, M, A, I, R, R2 = never>(
      method: Method<Service, Request, M>,
      request: Request,
      options: StartOptions & ResponseOptions<A, I, R, R2>
    ): Effect.Effect<A, WaitError, R | R2>
    <Request, M, R = never>(
      method: Method<Service, Request, M>,
      request: Request,
      options?: StartOptions & WaitOptions<M, R>
    ): Effect.Effect<Operation.Succeeded<M>, WaitError, R>
  }
  /**
   * Polls until an operation is done. With a response Schema it gives the decoded response, else the final state. Interrupting it
   * stops polling and leaves the operation running.
   */
  readonly untilDone: {
    <A, I, R, R2 = never>(
      target: Target,
      options: ResponseOptions<A, I, R, R2>
    ): Effect.Effect<A, WaitError, R | R2>
    <M = unknown, R = never>(
      target: Target<M>,
      options?: WaitOptions<M, R>
    ): Effect.Effect<Operation.Succeeded<M>, WaitError, R>
  }
  /**
   * The states of an operation, each when something changed, the last one final (also a failed one). Fails only where the wait
   * itself fails.
   */
  readonly watch: <M = unknown, R = never>(
    target: Target<M>,
    options?: WatchOptions<M, R>
  ) => Stream.Stream<Operation.State<M>, CallError | WaitTimeout, R>
  /**
   * Cancels an operation and waits for what really became of it, which may be success. A service that cannot cancel is logged, not
   * raised, and the wait goes on.
   */
  readonly cancelAndWait: <M = unknown, R = never>(
    target: Target<M>,
    options?: WaitOptions<M, R>
  ) => Effect.Effect<Exclude<Operation.State<M>, Operation.Running<M>>, CallError | WaitTimeout, R>
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

type ListOf<B extends AnyBinding> = B["methods"]["list"] extends { readonly filter: "required" } ? FilteredListRequest
  : B["methods"]["list"] extends { readonly templates: readonly [`${string}{${string}`, ...ReadonlyArray<string>] }
    ? ListRequest
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
export interface TagClass<Self, Key extends string, B extends AnyBinding>
  extends Context.TagClass<Self, Key, ClientOf<B>>
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
<const Key extends string, const B extends AnyBinding>(key: Key, binding: B): TagClass<Self, Key, B> =>
  Object.assign(Context.Tag(key)<Self, ClientOf<B>>(), { binding })

// -------------------------------------------------------------------------------------------------
// layers
// -------------------------------------------------------------------------------------------------

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
  readonly transformClient?: ((client: HttpClient.HttpClient) => HttpClient.HttpClient) | undefined
}

/**
 * A client without a layer.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = <const B extends AnyBinding>(
  binding: B,
  options: LayerOptions = {}
): Effect.Effect<ClientOf<B>, InvalidSettings, HttpClient.HttpClient | Credentials.Credentials> =>
  makeWith(binding, options)

const makeWith = <B extends AnyBinding>(binding: B, options: LayerOptions & { readonly fromConfig?: boolean }) =>
  Effect.gen(function*() {
    const credentials = yield* Credentials.Credentials
    const http = client.prepare(yield* HttpClientTag.HttpClient, options.transformClient)
    const settings = yield* resolve(binding, options, http, credentials)
    return client.make(settings) as ClientOf<B>
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
  Layer.effect(tag, makeWith(tag.binding, options))

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
  const { transformClient, ...configs } = options
  const given = Object.fromEntries(Object.entries(configs).filter(([, config]) => config !== undefined))
  return Layer.effect(
    tag,
    Effect.flatMap(
      Config.all(given as Record<string, Config.Config<unknown>>),
      (values) => makeWith(tag.binding, { ...(values as LayerOptions), transformClient, fromConfig: true })
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
