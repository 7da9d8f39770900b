/**
 * The service account of the machine that the program runs on, from its metadata server: Compute Engine, Google Kubernetes
 * Engine, Cloud Run, App Engine. Needs no other package.
 *
 * A request takes 3 seconds at most and is repeated twice; while the server refuses connections it is asked again for eight seconds.
 * That it was away is not remembered: the next call asks again.
 * Only a reply with `Metadata-Flavor: Google` counts. Tokens are cached per set of scopes, and one that is close to its expiry
 * is asked for again every 10 seconds at most.
 *
 * Requests carry no secret, are plain http, and must not go through a proxy: it would answer for another machine. Settings that
 * `FetchHttpClient.RequestInit` has for other requests, a dispatcher among them, are not used. If the `HttpClient` of your calls
 * goes through a proxy in another way, provide this layer with one of its own.
 *
 * @since 0.1.0
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { Service } from "./Credentials.ts"
import { Credentials } from "./Credentials.ts"
import * as internal from "./internal/credentials/metadataServer.ts"
import * as TokenCache from "./internal/credentials/tokenCache.ts"
import type { InvalidSettings } from "./LroError.ts"

/**
 * Options of {@link layer}.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /**
   * The host of the server, with a port if it is not 80.
   *
   * @default GCE_METADATA_HOST, then "169.254.169.254"
   */
  readonly host?: string | undefined
  /**
   * The account to use of those that the machine has, by its email address.
   *
   * @default "default"
   */
  readonly serviceAccount?: string | undefined
  /**
   * The universe domain of the machine.
   *
   * @default what the server says, "googleapis.com" if it does not know
   */
  readonly universeDomain?: string | undefined
}

/**
 * Credentials from the metadata server. Nothing is asked before the first use.
 *
 * Fails with `InvalidSettings` if an option or GCE_METADATA_HOST cannot be used.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  options: Options = {}
): Effect.Effect<Service, InvalidSettings, HttpClient.HttpClient | Scope.Scope> =>
  Effect.gen(function*() {
    const server = yield* internal.make(options)
    const tokens = yield* TokenCache.make(server.token)
    const universes = yield* TokenCache.make(() => server.universeDomain)
    return Credentials.of({
      kind: "token",
      ...TokenCache.service(tokens),
      universeDomain: options.universeDomain === undefined
        ? Effect.asSome(universes.get([]))
        : Effect.succeedSome(options.universeDomain)
    })
  })

/**
 * {@link make} as a layer.
 *
 * @example
 * import { FetchHttpClient } from "@effect/platform"
 * import * as MetadataServer from "effect-lro/MetadataServer"
 * import { Layer } from "effect"
 *
 * const CredentialsLayer = MetadataServer.layer().pipe(Layer.provide(FetchHttpClient.layer))
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  options?: Options
): Layer.Layer<Credentials, InvalidSettings, HttpClient.HttpClient> =>
  Layer.scoped(Credentials, make(options))
