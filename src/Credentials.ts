/**
 * What authorises the calls: the service that every client asks for headers, and the layers that need no other package.
 *
 * Secrets are `Redacted` and leave it only in the headers of a request.
 *
 * @since 0.1.0
 */
import * as Headers from "@effect/platform/Headers"
import type * as Config from "effect/Config"
import type { ConfigError } from "effect/ConfigError"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Bearer from "./internal/credentials/bearer.ts"
import { Credentials, type Service } from "./internal/credentials/port.ts"
import * as TokenCache from "./internal/credentials/tokenCache.ts"
import * as ForeignCause from "./internal/errors/foreignCause.ts"
import { CredentialsError, InvalidSettings } from "./LroError.ts"

export {
  /**
   * The credentials that clients send.
   *
   * @since 0.1.0
   * @category tags
   */
  Credentials,
  /**
   * What a client says about the request that it wants headers for.
   *
   * @since 0.1.0
   * @category models
   */
  type HeadersRequest,
  /**
   * The shape of {@link Credentials}.
   *
   * @since 0.1.0
   * @category models
   */
  type Service
} from "./internal/credentials/port.ts"

/**
 * Options of every source.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /**
   * The universe domain that the credentials belong to.
   *
   * @default "googleapis.com"
   */
  readonly universeDomain?: string | undefined
}

/**
 * A token, and until when it is good.
 *
 * @since 0.1.0
 * @category models
 */
export interface AccessToken {
  /** The OAuth access token, without `Bearer`. */
  readonly token: Redacted.Redacted<string>
  /** A number is milliseconds since the epoch. Absent: kept until a server refuses the token. */
  readonly expiresAt?: DateTime.DateTime.Input | undefined
}

/**
 * Options of {@link layerTokenEffect}.
 *
 * @since 0.1.0
 * @category models
 */
export interface TokenOptions<in E> extends Options {
  /**
   * Whether a later try may succeed after this error. A wait goes on after a transient failure and ends after another.
   *
   * @default () => true
   */
  readonly isTransient?: ((error: E) => boolean) | undefined
}

const fixed = (
  kind: Service["kind"],
  headers: Redacted.Redacted<Headers.Headers>,
  universeDomain: Option.Option<string>
): Service =>
  Credentials.of({
    kind,
    headers: () => Effect.sync(() => Redacted.value(headers)),
    refresh: () => Effect.succeedNone,
    universeDomain: Effect.succeed(universeDomain)
  })

const universeOf = (options: Options | undefined) =>
  Option.some(options?.universeDomain ?? "googleapis.com")

const checked = (
  setting: string,
  secret: Redacted.Redacted<string>
): Effect.Effect<string, InvalidSettings> => {
  const problem = Bearer.problemOf(secret)
  return problem === undefined
    ? Effect.succeed(Redacted.value(secret))
    : Effect.fail(new InvalidSettings({ setting, problem }))
}

const header = (name: string, value: string) => Redacted.make(Headers.fromInput({ [name]: value }))

/**
 * No credentials: for emulators and public endpoints.
 *
 * @since 0.1.0
 * @category constructors
 */
export const none: Service = /*#__PURE__*/ fixed(
  "none",
  /*#__PURE__*/ Redacted.make(Headers.empty),
  /*#__PURE__*/ Option.none()
)

/**
 * One token that is never refreshed: after a 401 the call fails.
 *
 * Fails with `InvalidSettings` if the token is empty or cannot be sent in a header.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeToken = (
  token: Redacted.Redacted<string>,
  options?: Options
): Effect.Effect<Service, InvalidSettings> =>
  Effect.map(
    checked("token", token),
    (value) => fixed("token", header("authorization", `Bearer ${value}`), universeOf(options))
  )

/**
 * An API key, sent as the header `x-goog-api-key` and never in the query. Most long-running operations of Google Cloud
 * services refuse API keys.
 *
 * Fails with `InvalidSettings` if the key is empty or cannot be sent in a header.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeApiKey = (
  key: Redacted.Redacted<string>,
  options?: Options
): Effect.Effect<Service, InvalidSettings> =>
  Effect.map(
    checked("apiKey", key),
    (value) => fixed("apiKey", header("x-goog-api-key", value), universeOf(options))
  )

/**
 * Tokens from an effect of yours, cached per set of scopes until they expire.
 *
 * One refresh serves all callers. From 225 seconds before the expiry it runs in the background while the old token is served;
 * an attempt is given up after 10 seconds. Any error becomes a `CredentialsError`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeTokenEffect = <E, R>(
  getToken:
    | Effect.Effect<AccessToken, E, R>
    | ((request: { readonly scopes: ReadonlyArray<string> }) => Effect.Effect<AccessToken, E, R>),
  options?: TokenOptions<E>
): Effect.Effect<Service, never, Exclude<R, Scope.Scope> | Scope.Scope> => {
  const source = (scopes: ReadonlyArray<string>) =>
    Effect.scoped(Effect.isEffect(getToken) ? getToken : getToken({ scopes })).pipe(
      Effect.mapError((error) =>
        new CredentialsError({
          reason: "Unavailable",
          transient: options?.isTransient?.(error) ?? true,
          description: "the token effect failed",
          cause: ForeignCause.fromUnknown(error)
        })
      ),
      Effect.flatMap(toCached)
    )
  return Effect.map(TokenCache.make(source), (cache) =>
    Credentials.of({
      kind: "token",
      ...TokenCache.service(cache),
      universeDomain: Effect.succeed(universeOf(options))
    }))
}

const toCached = (
  { expiresAt, token }: AccessToken
): Effect.Effect<TokenCache.Cached<Redacted.Redacted<Headers.Headers>>, CredentialsError> => {
  if (expiresAt === undefined) return Bearer.toCached(token, undefined)
  return Option.match(DateTime.make(expiresAt), {
    onNone: () => Effect.fail(Bearer.invalid("the expiry of the token is not a date")),
    onSome: (expiry) => Bearer.toCached(token, expiry.epochMillis)
  })
}

/**
 * No credentials: for emulators and public endpoints.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerNone: Layer.Layer<Credentials> = /*#__PURE__*/ Layer.succeed(
  Credentials,
  none
)

/**
 * {@link makeToken} as a layer.
 *
 * @example
 * import * as Credentials from "effect-lro/Credentials"
 * import { Redacted } from "effect"
 *
 * const CredentialsLayer = Credentials.layerToken(Redacted.make("ya29.a0Af"))
 *
 * @since 0.1.0
 * @category layers
 */
export const layerToken = (
  token: Redacted.Redacted<string>,
  options?: Options
): Layer.Layer<Credentials, InvalidSettings> => Layer.effect(Credentials, makeToken(token, options))

/**
 * {@link makeApiKey} as a layer.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerApiKey = (
  key: Redacted.Redacted<string>,
  options?: Options
): Layer.Layer<Credentials, InvalidSettings> => Layer.effect(Credentials, makeApiKey(key, options))

/**
 * {@link makeTokenEffect} as a layer. What the effect requires, the layer requires.
 *
 * @example
 * import * as Credentials from "effect-lro/Credentials"
 * import { Clock, Effect, Redacted } from "effect"
 *
 * const CredentialsLayer = Credentials.layerTokenEffect(({ scopes }) =>
 *   Effect.map(Clock.currentTimeMillis, (now) => ({
 *     token: Redacted.make(`token-for-${scopes.length}-scopes`),
 *     expiresAt: now + 3_600_000
 *   }))
 * )
 *
 * @since 0.1.0
 * @category layers
 */
export const layerTokenEffect = <E, R>(
  getToken:
    | Effect.Effect<AccessToken, E, R>
    | ((request: { readonly scopes: ReadonlyArray<string> }) => Effect.Effect<AccessToken, E, R>),
  options?: TokenOptions<E>
): Layer.Layer<Credentials, never, Exclude<R, Scope.Scope>> =>
  Layer.scoped(Credentials, makeTokenEffect(getToken, options))

/**
 * {@link layerToken} or {@link layerApiKey} from `Config`, by the key that is given.
 *
 * @example
 * import * as Credentials from "effect-lro/Credentials"
 * import { Config } from "effect"
 *
 * const CredentialsLayer = Credentials.layerConfig({ token: Config.redacted("GOOGLE_OAUTH_ACCESS_TOKEN") })
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (
  options:
    | { readonly token: Config.Config<Redacted.Redacted<string>> }
    | { readonly apiKey: Config.Config<Redacted.Redacted<string>> }
): Layer.Layer<Credentials, InvalidSettings | ConfigError> =>
  Layer.effect(
    Credentials,
    "token" in options
      ? Effect.flatMap(options.token, (token) => makeToken(token))
      : Effect.flatMap(options.apiKey, (key) => makeApiKey(key))
  )
