/**
 * Application Default Credentials, in all their forms, through google-auth-library.
 *
 * On Node 22 and later it comes by `npm i google-auth-library@11`, on Node 20 by `npm i google-auth-library@10`.
 *
 * The package is loaded when the layer is built; files are read and tokens asked for at first use. Tokens are cached per set of
 * scopes, one refresh serves all callers, and each refresh makes a new client of the package: files that were rotated are read
 * again, and a client that hangs or remembers a failure is never asked twice. An attempt is given up after 10 seconds.
 *
 * With `HTTPS_PROXY` (or `HTTP_PROXY`) set, token requests go through that proxy, by the package's own means; hosts in
 * `NO_PROXY`, loopback and the metadata server bypass it. Else they use the global `fetch`. Redirects are refused.
 *
 * The package prints tokens when `GOOGLE_SDK_NODE_LOGGING` is set: leave it unset in production.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import type { ConfigError } from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type * as Library from "google-auth-library"
import type { Service } from "./Credentials.ts"
import { Credentials } from "./Credentials.ts"
import { processVariable } from "./internal/base/environment.ts"
import * as internal from "./internal/credentials/googleAuth.ts"
import * as TokenCache from "./internal/credentials/tokenCache.ts"
import * as Proxy from "./internal/wire/proxy.ts"
import { InvalidSettings } from "./LroError.ts"

/**
 * Options of {@link layer}. Without any: Application Default Credentials.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /**
   * A credential configuration of any type: the parsed JSON, or its text. Its `token_url`, `token_uri` and
   * `service_account_impersonation_url` have to be https URLs within `googleapis.com`, `universeDomain` or `allowedHosts`.
   */
  readonly credentials?: { readonly [key: string]: unknown } | Redacted.Redacted<string> | undefined
  /** The path of a credential configuration. The file is trusted. */
  readonly keyFile?: string | undefined
  /** Scopes to ask for instead of those of the service. */
  readonly scopes?: ReadonlyArray<string> | undefined
  /**
   * The project that is billed, sent as `x-goog-user-project`.
   *
   * @default GOOGLE_CLOUD_QUOTA_PROJECT, then what the credential file says
   */
  readonly quotaProject?: string | undefined
  /**
   * The universe domain of the credentials.
   *
   * @default what the credential file or the metadata server says, then "googleapis.com"
   */
  readonly universeDomain?: string | undefined
  /** More hosts that `credentials` may name: `sts.example.com`, or `*.example.com` for all below. Loopback hosts may be http. */
  readonly allowedHosts?: ReadonlyArray<string> | undefined
  /**
   * What token requests are sent with, proxy or not. Requests to the metadata server are not.
   *
   * @default globalThis.fetch, without a proxy
   */
  readonly fetchImplementation?: typeof globalThis.fetch | undefined
}

/**
 * Credentials from google-auth-library.
 *
 * Fails with `InvalidSettings` if the package cannot be loaded, an option or a proxy variable cannot be used, or `credentials` names
 * a host that is not allowed.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options = {}): Effect.Effect<Service, InvalidSettings, Scope.Scope> =>
  makeWith(options, () => import("google-auth-library"))

/**
 * `make` with another way to load the package.
 *
 * @internal
 */
export const makeWith = (
  options: Options,
  load: () => Promise<typeof Library>
): Effect.Effect<Service, InvalidSettings, Scope.Scope> =>
  Effect.gen(function*() {
    const credentials = yield* internal.parse(options)
    const library = yield* Effect.tryPromise({
      try: load,
      catch: () =>
        new InvalidSettings({
          setting: "google-auth-library",
          problem: "cannot be loaded: npm i google-auth-library@11, or @10 on Node 20"
        })
    })
    const proxies = yield* Proxy.ofProcess
    const proxy = proxies.https ?? proxies.http
    internal.tendMetadata(library)
    const withClient = internal.withClient(library, {
      credentials,
      keyFile: options.keyFile,
      quotaProject: options.quotaProject ?? (yield* processVariable("GOOGLE_CLOUD_QUOTA_PROJECT")),
      universeDomain: options.universeDomain,
      fetchImplementation: options.fetchImplementation ??
        (proxy === undefined ? globalThis.fetch : undefined)
    })

    const tokens = yield* TokenCache.make((scopes) =>
      Effect.flatMap(withClient(options.scopes ?? scopes, internal.readToken), internal.toCached)
    )
    const universes = yield* TokenCache.make(() => withClient([], internal.universeOf(library)))
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
 * import * as GoogleAuth from "effect-lro/GoogleAuth"
 *
 * const CredentialsLayer = GoogleAuth.layer({ quotaProject: "my-project" })
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options?: Options): Layer.Layer<Credentials, InvalidSettings> =>
  Layer.scoped(Credentials, make(options))

/**
 * {@link layer} with options from `Config`.
 *
 * @example
 * import * as GoogleAuth from "effect-lro/GoogleAuth"
 * import { Config } from "effect"
 *
 * const CredentialsLayer = GoogleAuth.layerConfig({ credentials: Config.redacted("GOOGLE_CREDENTIALS") })
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (
  options: Config.Config.Wrap<Options>
): Layer.Layer<Credentials, InvalidSettings | ConfigError> =>
  Layer.scoped(Credentials, Effect.flatMap(Config.unwrap(options), make))
