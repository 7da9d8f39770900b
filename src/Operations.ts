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
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { AnyBinding, WaitRule } from "./Binding.ts"
import type { ClientOf, TagClass } from "./Client.ts"
import { CurrentCallOptions, overAmbient } from "./internal/call/options.ts"
import { resolve } from "./internal/call/settings.ts"
import * as client from "./internal/client/client.ts"
import { httpClientOf } from "./internal/client/httpClient.ts"
import { partial } from "./internal/client/partial.ts"
import { makeWaiting } from "./internal/client/waiting.ts"
import { Credentials } from "./internal/credentials/port.ts"
import * as pages from "./internal/list/request.ts"
import { compiledOf } from "./internal/start/description.ts"
import { type Described, methodOf } from "./internal/start/method.ts"
import { InvalidSettings } from "./LroError.ts"
import type {
  BareMethod,
  DeclaredResponse,
  Description,
  KnownResponse,
  Method,
  MethodOf,
  MethodShape,
  RequestFields
} from "./Method.ts"
import * as Operation from "./Operation.ts"
import type {
  CallOptions,
  FilteredListRequest,
  LayerConfigOptions,
  LayerOptions,
  ListAllRequest,
  ListRequest,
  Page
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
/**
 * Waits: targets, options, and what they give.
 *
 * @since 0.1.0
 */
export type * from "./Waits.ts"

export {
  /**
   * Ambient `retry` of every call below and `timeout` of every attempt, polls included; between the options of the call and those of the
   * layer.
   *
   * @since 0.1.0
   * @category references
   */
  CurrentCallOptions
} from "./internal/call/options.ts"

/**
 * Sets `retry` for every call inside an effect, and `timeout` for every attempt, the polls of waits included, which are one attempt
 * each; what an outer call of it set and this one leaves out stays. A wait takes them once, when it begins.
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
 * The rule of wait in a binding: where it is served, and what sends it and lets the server hold polls. Programs whose services have no
 * wait do not hold that.
 *
 * @example
 * import * as Operations from "effect-lro/Operations"
 *
 * export const wait = Operations.waitRule({
 *   verb: "POST",
 *   templates: ["/v1/{name=operations/*}:wait"], body: "*"
 * })
 *
 * @since 0.1.0
 * @category bindings
 */
export const waitRule = <const R extends Omit<WaitRule, "~wait">>(
  rule: R
): R & Pick<WaitRule, "~wait"> => ({ ...rule, "~wait": makeWaiting })

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
    const settings = yield* resolve(binding, options, yield* HttpClient.HttpClient, credentials)
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
  const configs = Object.fromEntries(
    Object.entries(options).filter(([, value]) => Config.isConfig(value))
  )
  return Layer.scoped(
    tag,
    Effect.flatMap(
      Config.all(configs as Record<string, Config.Config<unknown>>),
      (values) =>
        makeWith(tag.binding, { ...({ ...options, ...values } as LayerOptions), fromConfig: true })
    )
  )
}

/**
 * An `HttpClient` for the other calls of the API that a client is of: reading what an operation made, say. It sends as the client does,
 * with its credentials, quota project, headers, time-outs and spans, to a path of the client's endpoint or to a URL of a host that it may
 * send to; any other URL, and a header that is reserved, is refused and nothing is sent. A `GET` is repeated as {@link RetryOptions} says;
 * what may change something only where nothing of it was sent. Requests and replies are JSON, of at most `maxResponseBytes`.
 *
 * A reply that is no success fails with a `ResponseError` whose response is a status alone; its `cause` is the error that a method would
 * fail with, the body read: `LroError.isCallError` tells. An interruption aborts the request.
 *
 * @example
 * import { HttpClientResponse } from "@effect/platform"
 * import * as Operations from "effect-lro/Operations"
 * import { NetworkConnectivity } from "effect-lro/services/networkconnectivity/v1"
 * import { Hub } from "effect-lro/services/networkconnectivity/v1/messages"
 * import { Effect } from "effect"
 *
 * export const hub = (name: string) =>
 *   Operations.httpClient(NetworkConnectivity).pipe(
 *     Effect.flatMap((client) => client.get(`/v1/${name}`)),
 *     Effect.flatMap(HttpClientResponse.schemaBodyJson(Hub))
 *   )
 *
 * @since 0.1.0
 * @category constructors
 */
export const httpClient = <Self, Key extends string, B extends AnyBinding>(
  tag: TagClass<Self, Key, B>
): Effect.Effect<HttpClient.HttpClient, never, Self> => Effect.map(tag, httpClientOf)

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
): Layer.Layer<Self> => Layer.succeed(tag, partial(tag.key, methods) as ClientOf<B>)

/**
 * Describes a method that starts operations. The description has to fit the type of the request: a field without a place, a template
 * with a variable that is none, or a field for a body that is not sent does not compile. What types do not see throws `InvalidSettings`.
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
 * class Cake extends Schema.Class<Cake>("example.bakery.v1.Cake")({ flavour: Schema.String }) {}
 *
 * export const bake = Operations.method<BakeRequest>()({
 *   service: "bakery.example.com/v1",
 *   rpc: "example.bakery.v1.Bakery.Bake",
 *   verb: "POST",
 *   templates: ["/v1/{parent=users/*}/cakes"],
 *   body: "cake",
 *   request: { parent: { in: "path", required: true }, cake: { in: "body", required: true } },
 *   response: () => Cake,
 *   metadata: Schema.Struct({ percent: Schema.Number })
 * })
 *
 * @since 0.1.0
 * @category methods
 */
export const method = <Request>() =>
<
  const Service extends string,
  M,
  const Fields extends RequestFields<Request>,
  const Templates extends MethodShape<Service>["templates"],
  const Body extends string | undefined = undefined,
  R extends DeclaredResponse | undefined = undefined
>(
  description: Description<Service, Request, M, Fields, Templates, Body, R>
): MethodOf<Service, Request, M, R> => {
  const { response, ...rest } = description
  const made = methodOf(
    rest as Described,
    response &&
      (() =>
        Schema.isSchema(response)
          ? response
          : (response as () => Operation.ResponseSchema<unknown, never>)())
  )
  const compiled = compiledOf(made)
  if (typeof compiled === "string") {
    throw new InvalidSettings({ setting: made.rpc, problem: compiled })
  }
  return made as MethodOf<Service, Request, M, R>
}

/**
 * {@link method} for modules that a generator wrote: the compiler does not check again what the generator has seen to, which would take
 * it minutes for all of them.
 *
 * @since 0.1.0
 * @category methods
 */
export const generatedMethod = <Request>(): GeneratedMethod<Request> =>
  ((description: Described) => {
    const { response } = description
    return methodOf(description, response && (() => response))
  }) as GeneratedMethod<Request>

interface GeneratedMethod<Request> {
  <const Service extends string, M, A>(
    description: MethodShape<Service> & {
      readonly metadata: Operation.MetadataSchema<M>
      readonly response: KnownResponse<A>
    }
  ): Method<Service, Request, M, A>
  <const Service extends string, M>(
    description: MethodShape<Service> & { readonly metadata: Operation.MetadataSchema<M> }
  ): BareMethod<Service, Request, M>
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
): Option.Option<R> => pages.nextPage(request, page)
