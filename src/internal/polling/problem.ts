import * as Duration from "effect/Duration"
import type * as Polling from "../../Polling.ts"

/**
 * What is wrong with polling settings: the setting and a predicate.
 *
 * @internal
 */
export const problemOf = (
  { deadline, spread = 0 }: Omit<Polling.Settings, "schedule">
): readonly [setting: string, problem: string] | undefined => {
  if (deadline !== undefined && !(Duration.toMillis(deadline) > 0)) {
    return ["deadline", "is not longer than zero"]
  }
  return spread >= 0 && spread < 1 ? undefined : ["spread", "is not between 0 and 1"]
}
