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
import { dual } from "effect/Function"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type { AnyBinding } from "./Binding.ts"
import type { ClientOf, TagClass } from "./Client.ts"
import * as client from "./internal/client.ts"
import * as list from "./internal/list.ts"
import { Credentials, CurrentCallOptions, overAmbient, resolve } from "./internal/settings.ts"
import { starter } from "./internal/start.ts"
import type { InvalidSettings } from "./LroError.ts"
import type { Method, MethodShape } from "./Method.ts"
import * as Operation from "./Operation.ts"
import type * as Polling from "./Polling.ts"
import type {
  CallOptions,
  FilteredListRequest,
  ListAllRequest,
  ListRequest,
  Page,
  RetryOptions
} from "./Requests.ts"

/**
 * Bindings.
 *
 * @since 0.1.0
 */
export type * from "./Binding.ts"
/**
 * The types of clients.
 *
 * @since 0.1.0
 */
export type * from "./Client.ts"
/**
 * Methods that start operations.
 *
 * @since 0.1.0
 */
export type * from "./Method.ts"
/**
 * Requests and options.
 *
 * @since 0.1.0
 */
export type * from "./Requests.ts"

export {
  /**
   * Ambient `retry` and `timeout` of every call below, polls included; between the options of the call and those of the layer.
   *
   * @since 0.1.0
   * @category references
   */
  CurrentCallOptions
} from "./internal/settings.ts"

/**
 * Sets `retry` and `timeout` for every call inside an effect, the polls of waits included; what an outer call of it set and this one
 * leaves out stays. A wait takes them once, when it begins.
 *
 * @example
 * import * as Operations from "effect-lro/Operations"
 * import { Effect } from "effect"
 *
 * const impatient = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
 *   Operations.withCallOptions(effect, { retry: "none", timeout: "5 seconds" })
 *
 * @since 0.1.0
 * @category combinators
 */
export const withCallOptions: {
  /**
   * @since 0.1.0
   * @category combinators
   */
  (
    options: Pick<CallOptions, "retry" | "timeout">
  ): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /**
   * @since 0.1.0
   * @category combinators
   */
  <A, E, R>(
    self: Effect.Effect<A, E, R>,
    options: Pick<CallOptions, "retry" | "timeout">
  ): Effect.Effect<A, E, R>
} = /*#__PURE__*/ dual(
  2,
  <A, E, R>(
    self: Effect.Effect<A, E, R>,
    options: Pick<CallOptions, "retry" | "timeout">
  ): Effect.Effect<A, E, R> =>
    Effect.flatMap(
      CurrentCallOptions,
      (outer) => Effect.provideService(self, CurrentCallOptions, overAmbient(outer, options))
    )
)

/**
 * Keeps the literal types of a binding.
 *
 * @since 0.1.0
 * @category bindings
 */
export const binding = <const B extends AnyBinding>(binding: B): B => binding

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
  /**
   * Allows any endpoint where it comes from configuration, or from a reference in whatever form. Left out, such an endpoint has to be one
   * of this layer's own or a host of the service: its own, a regional one, with mutual TLS, or by Private Service Connect.
   *
   * @default false
   */
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
 * The options of {@link layerConfig}: each may come from configuration. An endpoint from there has to be a host of the service
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
  HttpClient.HttpClient | Credentials | Scope.Scope
> => makeWith(binding, options)

const makeWith = <B extends AnyBinding>(
  binding: B,
  options: LayerOptions & { readonly fromConfig?: boolean }
) =>
  Effect.gen(function*() {
    const credentials = yield* Credentials
    const http = yield* Effect.map(
      HttpClient.HttpClient,
      options.transformClient ?? ((client) => client)
    )
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
): Layer.Layer<Self, InvalidSettings, HttpClient.HttpClient | Credentials> =>
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
  HttpClient.HttpClient | Credentials
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
  decodeMetadata: Operation.decodeMetadata(description.metadata),
  "~start": starter
})

/**
 * The request of the page after `page`: none when it was the last. Pure; what `list_next` of the Python client does.
 *
 * @since 0.1.0
 * @category pagination
 */
export const nextPage = <R extends ListRequest | ListAllRequest | FilteredListRequest>(
  request: R,
  page: Page
): Option.Option<R> => list.nextPage(request, page)
