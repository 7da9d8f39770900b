import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/** @internal */
export const variable = (name: string) =>
  Config.option(Config.nonEmptyString(name)).pipe(
    Effect.map(Option.getOrUndefined),
    Effect.catchTag("ConfigError", () => Effect.succeed(undefined))
  )
