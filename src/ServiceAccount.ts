/**
 * A service account by its key file, without any other package: it signs its tokens itself, with WebCrypto, and asks no endpoint
 * for them. Works in every runtime that has `crypto.subtle`.
 *
 * The tokens are JWTs of one hour with the scopes of the service (self-signed JWTs, https://google.aip.dev/auth/4111). They are
 * cached per set of scopes. The private key is imported once, as one that cannot be read again. The clock of the machine has to
 * be right within minutes.
 *
 * A key file is a secret that never expires: where there is a metadata server or a workload identity, use that.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import type * as Config from "effect/Config"
import type { ConfigError } from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type { Service } from "./Credentials.ts"
import { Credentials } from "./Credentials.ts"
import * as Bearer from "./internal/credentials/bearer.ts"
import * as Key from "./internal/credentials/serviceAccountKey.ts"
import * as TokenCache from "./internal/credentials/tokenCache.ts"
import type { InvalidSettings } from "./LroError.ts"

/**
 * Credentials from the JSON of a key file. Its `universe_domain` says where they are valid, its `quota_project_id` is sent as
 * `x-goog-user-project`.
 *
 * Fails with `InvalidSettings` that names the field, such as `key.private_key`, if the text is not the key of a service account.
 * User impersonation (domain-wide delegation) is not supported: use `GoogleAuth`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  key: Redacted.Redacted<string>
): Effect.Effect<Service, InvalidSettings, Scope.Scope> =>
  Effect.gen(function*() {
    const account = yield* Key.parse(key)
    const more = account.quotaProject === undefined
      ? {}
      : { "x-goog-user-project": account.quotaProject }
    const tokens = yield* TokenCache.make((scopes) =>
      Clock.currentTimeMillis.pipe(
        Effect.flatMap((now) => Key.sign(account, scopes, now)),
        Effect.flatMap(({ expiresAt, token }) => Bearer.toCached(token, expiresAt, more))
      )
    )
    return Credentials.of({
      kind: "token",
      ...TokenCache.service(tokens),
      universeDomain: Effect.succeedSome(account.universeDomain)
    })
  })

/**
 * {@link make} as a layer.
 *
 * @example
 * import * as ServiceAccount from "effect-lro/ServiceAccount"
 * import type { Redacted } from "effect"
 *
 * const credentialsLayer = (key: Redacted.Redacted<string>) => ServiceAccount.layer(key)
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  key: Redacted.Redacted<string>
): Layer.Layer<Credentials, InvalidSettings> => Layer.scoped(Credentials, make(key))

/**
 * {@link layer} with the key from `Config`.
 *
 * @example
 * import * as ServiceAccount from "effect-lro/ServiceAccount"
 * import { Config } from "effect"
 *
 * const CredentialsLayer = ServiceAccount.layerConfig({ key: Config.redacted("SERVICE_ACCOUNT_KEY") })
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (
  options: { readonly key: Config.Config<Redacted.Redacted<string>> }
): Layer.Layer<Credentials, InvalidSettings | ConfigError> =>
  Layer.scoped(Credentials, Effect.flatMap(options.key, make))
