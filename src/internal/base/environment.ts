import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"

/** What Deno throws where a variable is denied: since its version 2, and before. */
const isDenied = (defect: unknown): boolean =>
  /^(NotCapable|PermissionDenied):/.test(String(defect))

/**
 * A setting from the environment, as the config provider has it; `undefined` where it is missing or empty, or denied, which reaches this
 * as a defect of the provider. Any other defect is the provider's own.
 *
 * @internal
 */
export const variable = (name: string): Effect.Effect<string | undefined> =>
  Effect.catchAllDefect(
    Effect.orElseSucceed(Config.nonEmptyString(name), () => undefined),
    (defect) => isDenied(defect) ? Effect.succeed(undefined) : Effect.die(defect)
  )

/**
 * A variable of the process, whatever the config provider: what other packages read there themselves.
 *
 * @internal
 */
export const processVariable = (name: string) =>
  Effect.withConfigProvider(variable(name), ConfigProvider.fromEnv())

/**
 * Whether the environment says that this is a machine of Google's, by the variables of GKE, Cloud Run and a metadata server.
 *
 * @internal
 */
export const isOfGoogle = (read: typeof variable): Effect.Effect<boolean> =>
  Effect.exists(
    ["GCE_METADATA_HOST", "KUBERNETES_SERVICE_HOST", "K_SERVICE"],
    (name) => Effect.map(read(name), (value) => value !== undefined)
  )
