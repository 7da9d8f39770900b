import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

const read = (config: Config.Config<string>): Effect.Effect<string | undefined> =>
  Effect.map(Effect.option(config), Option.getOrUndefined)

/**
 * A setting from the environment, as the config provider has it; `undefined` where it is missing or empty.
 *
 * @internal
 */
export const variable = (name: string): Effect.Effect<string | undefined> =>
  read(Config.nonEmptyString(name))

/**
 * A variable of the process, whatever the config provider: other libraries in the process read the same ones. The first that is set.
 *
 * @internal
 */
export const ofProcess = (
  name: string,
  ...others: ReadonlyArray<string>
): Effect.Effect<string | undefined> =>
  Effect.withConfigProvider(
    read(
      others.reduce(
        (config, other) => Config.orElse(config, () => Config.nonEmptyString(other)),
        Config.nonEmptyString(name)
      )
    ),
    ConfigProvider.fromEnv()
  )
