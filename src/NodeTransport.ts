/**
 * An HttpClient for Node, straight over undici (`npm i undici@8`, or `@7` on Node 20).
 *
 * Connections outlive the longest pause between two polls, are bounded per origin, and closed with the layer. Redirects are not
 * followed, bodies are not asked to be compressed, and no time-out but that of connecting applies: a client's own `timeout` rules.
 * Interrupting a call closes its socket.
 *
 * With `HTTPS_PROXY` (or `HTTP_PROXY`) set, requests go through that proxy; hosts in `NO_PROXY`, loopback and the metadata server
 * bypass it. Certificates are Node's: `NODE_EXTRA_CA_CERTS` works.
 *
 * It is a whole `HttpClient`: `mapRequest`, `transformResponse` and other middleware work on it.
 *
 * @since 0.1.0
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as Config from "effect/Config"
import type { ConfigError } from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as internal from "./internal/nodeTransport/client.ts"
import * as Routes from "./internal/nodeTransport/routes.ts"
import * as Proxy from "./internal/wire/proxy.ts"
import { InvalidSettings } from "./LroError.ts"

/**
 * Options of {@link layer}.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /**
   * The most calls to one origin at a time, each on a connection of its own. Further ones queue, in turn, and their time-out begins
   * when they are dispatched. A call that would queue longer than its time-out fails as `Busy`; polls of a wait queue as long as it takes.
   *
   * @default 64
   */
  readonly connections?: number | undefined
  /**
   * How long an idle connection is kept; a server that says less is believed. The default outlives `maxHint` of polling.
   *
   * @default "11 minutes"
   */
  readonly keepAlive?: Duration.DurationInput | undefined
  /**
   * How long connecting may take, TLS included.
   *
   * @default "10 seconds"
   */
  readonly connectTimeout?: Duration.DurationInput | undefined
  /**
   * HTTP/2 where the server knows it: one connection to an origin carries all calls, 100 at a time at most.
   *
   * @default false
   */
  readonly http2?: boolean | undefined
  /** Certificate authorities as PEM, in place of Node's. */
  readonly ca?: string | ReadonlyArray<string> | undefined
  /**
   * The proxy of every request, as a URL; `"none"` for no proxy.
   *
   * @default HTTPS_PROXY for https, HTTP_PROXY for both, in capitals or not
   */
  readonly proxy?: string | undefined
  /**
   * Hosts that need no proxy, separated by commas, each with all below it; `*` is all.
   *
   * @default NO_PROXY, in capitals or not
   */
  readonly noProxy?: string | undefined
}

const checked = (options: Options) =>
  Effect.gen(function*() {
    const invalid = (setting: string, problem: string) =>
      Effect.fail(new InvalidSettings({ setting, problem }))
    const millis = (setting: string, input: Duration.DurationInput) => {
      const value = Duration.toMillis(input)
      return value > 0 && value < 2 ** 31
        ? Effect.succeed(value)
        : invalid(setting, "is not between zero and 24 days")
    }
    const connections = options.connections ?? 64
    if (!Number.isInteger(connections) || connections < 1) {
      return yield* invalid("connections", "is not a whole number from 1")
    }
    return {
      connections,
      keepAliveMillis: yield* millis("keepAlive", options.keepAlive ?? "11 minutes"),
      connectMillis: yield* millis("connectTimeout", options.connectTimeout ?? "10 seconds"),
      http2: options.http2 ?? false,
      ca: options.ca
    }
  })

const proxies = (options: Options): Effect.Effect<Proxy.Proxies, InvalidSettings> =>
  Effect.gen(function*() {
    const none = options.noProxy
    if (options.proxy !== undefined) {
      const given = options.proxy === "none"
        ? undefined
        : yield* Proxy.checked("proxy", options.proxy)
      return { http: given, https: given, none: none ?? (yield* Proxy.exceptions) ?? "" }
    }
    const own = yield* Proxy.ofProcess
    return none === undefined ? own : { ...own, none }
  })

/**
 * The transport without a layer; its sockets are closed with the scope.
 *
 * Fails with `InvalidSettings` if undici cannot be loaded or is that of Bun, or an option or a proxy variable cannot be used.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  options: Options = {}
): Effect.Effect<HttpClient.HttpClient, InvalidSettings, Scope.Scope> =>
  makeWith(options, () => import("undici"))

/**
 * `make` with another way to load undici.
 *
 * @internal
 */
export const makeWith = (
  options: Options,
  load: () => Promise<Routes.Library>
): Effect.Effect<HttpClient.HttpClient, InvalidSettings, Scope.Scope> =>
  Effect.gen(function*() {
    const connections = yield* checked(options)
    const through = yield* proxies(options)
    const undici = yield* Effect.tryPromise({
      try: load,
      catch: () =>
        new InvalidSettings({
          setting: "undici",
          problem: "cannot be loaded: npm i undici@8, or @7 on Node 20"
        })
    })
    if (!("dispatch" in undici.Agent.prototype)) {
      return yield* new InvalidSettings({
        setting: "undici",
        problem: "is Bun's own, which sends nothing: use FetchHttpClient of @effect/platform there"
      })
    }
    const routes = yield* Effect.acquireRelease(
      Effect.sync(() => Routes.make(undici, connections, through)),
      (routes) => Effect.promise(() => routes.destroy())
    )
    return internal.make(routes)
  })

/**
 * {@link make} as a layer.
 *
 * @example
 * import * as NodeTransport from "effect-lro/NodeTransport"
 *
 * const HttpLayer = NodeTransport.layer({ connections: 16 })
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options?: Options): Layer.Layer<HttpClient.HttpClient, InvalidSettings> =>
  Layer.scoped(HttpClient.HttpClient, make(options))

/**
 * {@link layer} with options from `Config`.
 *
 * @example
 * import * as NodeTransport from "effect-lro/NodeTransport"
 * import { Config } from "effect"
 *
 * const HttpLayer = NodeTransport.layerConfig({ proxy: Config.string("EGRESS_PROXY") })
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (
  options: Config.Config.Wrap<Options>
): Layer.Layer<HttpClient.HttpClient, InvalidSettings | ConfigError> =>
  Layer.scoped(HttpClient.HttpClient, Effect.flatMap(Config.unwrap(options), make))
