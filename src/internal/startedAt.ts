import * as Context from "effect/Context"
import * as Option from "effect/Option"

/**
 * When the operation that a schedule is stepped for was started, in milliseconds since the epoch; a wait provides it where it is
 * known.
 *
 * @internal
 */
export class StartedAt extends Context.Reference<StartedAt>()("effect-lro/internal/StartedAt", {
  defaultValue: () => Option.none<number>()
}) {}
