import * as Duration from "effect/Duration"
import type { FleetSettings } from "./means.ts"

/** @internal */
export interface FleetInput {
  readonly tick?: Duration.DurationInput | undefined
  readonly pageSize?: number | undefined
  readonly concurrentGets?: number | undefined
}

/**
 * The settings of a fleet, or the one that cannot be and a predicate.
 *
 * @internal
 */
export const resolve = (
  { concurrentGets = 32, pageSize = 1000, tick = "5 seconds" }: FleetInput
): FleetSettings | readonly [setting: string, problem: string] => {
  const millis = Duration.toMillis(tick)
  if (!(millis > 0 && millis < Infinity)) {
    return ["tick", "is not longer than zero, or has no end"]
  }
  if (!isCount(pageSize)) return ["pageSize", "is not a whole number from 1"]
  if (!isCount(concurrentGets)) return ["concurrentGets", "is not a whole number from 1"]
  return { tick: millis, pageSize, concurrency: concurrentGets }
}

/** @internal */
export const isCount = (number: number): boolean =>
  Number.isInteger(number) && number >= 1 && number < 2 ** 31
