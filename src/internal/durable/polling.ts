/**
 * The settings of a wait as data: what a row of a database can hold.
 */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import type * as Durable from "../../Durable.ts"
import type { PublishedPolling } from "../../Method.ts"
import * as Polling from "../../Polling.ts"
import type { WaitOptions } from "../../Waits.ts"
import { given } from "../base/given.ts"

/** Milliseconds; what has no end is `null`, which is how JSON writes infinity. */
const Millis = Schema.NullOr(Schema.Number)

const ScheduleSchema = Schema.Union(
  Schema.String,
  Schema.Struct({ fixed: Millis }),
  Schema.Struct({
    exponential: Schema.Struct({ initial: Millis, multiplier: Schema.Number, cap: Millis })
  }),
  Schema.Struct({
    proportional: Schema.Struct({ share: Schema.Number, floor: Millis, cap: Millis })
  })
)

/**
 * The JSON of the settings of a durable wait.
 *
 * @internal
 */
export const Stored = Schema.Struct({
  schedule: Schema.optional(ScheduleSchema),
  maxOutage: Schema.optional(Millis),
  maxHint: Schema.optional(Millis),
  spread: Schema.optional(Schema.Number),
  notFoundGrace: Schema.optional(Millis),
  longPoll: Schema.optional(Schema.Union(Schema.Literal("off"), Millis)),
  quotaProject: Schema.optional(Schema.String),
  errorFormat: Schema.optional(Schema.Literal("1", "2")),
  timeout: Schema.optional(Millis)
})

/** @internal */
export type Stored = typeof Stored.Type

const millis = (duration: Duration.DurationInput): number | null => {
  const millis = Duration.toMillis(duration)
  return Number.isFinite(millis) ? millis : null
}

const maybe = (duration: Duration.DurationInput | undefined) =>
  duration === undefined ? undefined : millis(duration)

/**
 * The settings that are given, as data.
 *
 * @internal
 */
export const store = (options: Durable.Settings): Stored =>
  given({
    schedule: options.schedule === undefined ? undefined : storeSchedule(options.schedule),
    maxOutage: maybe(options.maxOutage),
    maxHint: maybe(options.maxHint),
    spread: options.spread,
    notFoundGrace: maybe(options.notFoundGrace),
    longPoll: options.longPoll === "off" ? "off" as const : maybe(options.longPoll),
    quotaProject: options.quotaProject,
    errorFormat: options.errorFormat,
    timeout: maybe(options.timeout)
  })

const storeSchedule = (schedule: Durable.Schedule): typeof ScheduleSchema.Type => {
  if (typeof schedule === "string") return schedule
  if ("fixed" in schedule) return { fixed: millis(schedule.fixed) }
  if ("exponential" in schedule) {
    const { cap, initial, multiplier } = schedule.exponential
    return { exponential: { initial: millis(initial), multiplier, cap: millis(cap) } }
  }
  const { cap, floor, share } = schedule.proportional
  return { proportional: { share, floor: millis(floor), cap: millis(cap) } }
}

/**
 * The polling that Google publishes for a method, as data.
 *
 * @internal
 */
export const Published = Schema.Struct({ initial: Millis, multiplier: Schema.Number, cap: Millis })

/** @internal */
export const storePublished = (
  { cap, initial, multiplier }: PublishedPolling
): typeof Published.Type => ({ initial: millis(initial), multiplier, cap: millis(cap) })

/** @internal */
export const restorePublished = (
  { cap, initial, multiplier }: typeof Published.Type
): PublishedPolling => ({ initial: duration(initial), multiplier, cap: duration(cap) })

/** @internal */
export interface Schedules {
  readonly [name: string]: NonNullable<Polling.Settings["schedule"]>
}

/**
 * The name of a schedule that nobody has registered.
 *
 * @internal
 */
export const unknownSchedule = (
  { schedule }: Stored,
  schedules: Schedules
): string | undefined =>
  typeof schedule === "string" && !Object.hasOwn(schedules, schedule) ? schedule : undefined

const duration = (millis: number | null) => Duration.millis(millis ?? Infinity)

const maybeDuration = (millis: number | null | undefined) =>
  millis === undefined ? undefined : duration(millis)

/**
 * The options of a wait again.
 *
 * @internal
 */
export const restore = (
  stored: Stored,
  schedules: Schedules
): WaitOptions => ({
  ...stored,
  schedule: stored.schedule === undefined ? undefined : restoreSchedule(stored.schedule, schedules),
  maxOutage: maybeDuration(stored.maxOutage),
  maxHint: maybeDuration(stored.maxHint),
  notFoundGrace: maybeDuration(stored.notFoundGrace),
  longPoll: stored.longPoll === "off" ? "off" : maybeDuration(stored.longPoll),
  timeout: maybeDuration(stored.timeout)
})

const restoreSchedule = (
  schedule: typeof ScheduleSchema.Type,
  schedules: Schedules
): Polling.Settings["schedule"] => {
  if (typeof schedule === "string") return schedules[schedule]
  if ("fixed" in schedule) return Polling.fixed(duration(schedule.fixed))
  if ("exponential" in schedule) {
    const { cap, initial, multiplier } = schedule.exponential
    return Polling.exponential({ initial: duration(initial), multiplier, cap: duration(cap) })
  }
  const { cap, floor, share } = schedule.proportional
  return Polling.proportional({ share, floor: duration(floor), cap: duration(cap) })
}
