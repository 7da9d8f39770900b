/**
 * How a wait polls: the schedule of its polls, what failures it tolerates, and when it gives up.
 *
 * Three knobs, never mixed: `retry` of one call (`Operations.CallOptions`), the poll schedule with its tolerance, and the
 * deadline of the whole wait. Each setting is taken from the call, else from {@link CurrentSettings}, else from the layer, else
 * from the defaults.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Schedule from "effect/Schedule"
import * as ScheduleDecision from "effect/ScheduleDecision"
import * as ScheduleInterval from "effect/ScheduleInterval"
import { given } from "./internal/base/given.ts"
import { boundsProblem, type Delays, madeOf, remember } from "./internal/polling/problem.ts"
import type { Operation } from "./Operation.ts"

/**
 * The settings of a wait; every one may be left out.
 *
 * @since 0.1.0
 * @category models
 */
export interface Settings {
  /**
   * The delays between polls. Its input is the last state of the operation; when it ends, the wait fails with `WaitTimeout`
   * `"schedule"`. Every poll steps it, one that failed too, and one that another wait for the same operation asked for.
   *
   * @default the polling that Google publishes for the method, else Polling.defaultSchedule
   */
  readonly schedule?: Schedule.Schedule<unknown, Operation> | undefined
  /**
   * The longest time that the whole wait takes, from its beginning. The last poll starts at the deadline minus
   * min(5 seconds, 10 %), and ends the wait where it is not done. The operation goes on at the server.
   *
   * @default none
   */
  readonly deadline?: Duration.DurationInput | undefined
  /**
   * The longest time without an answered poll before the wait ends with the last failure. It holds from the beginning of the wait,
   * whatever the target, and takes the place of `retry`: each poll is one attempt.
   *
   * @default "10 minutes"
   */
  readonly maxOutage?: Duration.DurationInput | undefined
  /**
   * The longest delay that a server's hint (RetryInfo, Retry-After) is obeyed for.
   *
   * @default "10 minutes"
   */
  readonly maxHint?: Duration.DurationInput | undefined
  /**
   * Each poll comes after the planned instant, by a share of its delay between 0 and `spread`, a hash of the operation's name: a fleet
   * does not poll in lockstep and a timeline stays exact. It does not add up: the schedule goes by the planned instants. 0 turns it off.
   *
   * @default 0.2
   */
  readonly spread?: number | undefined
  /**
   * How long a NOT_FOUND of a poll is tolerated after a start, as long as no poll has seen the operation: some services show an
   * operation everywhere only after a while. It counts from the beginning of a wait for a start reply (`run`, `untilDone(started)`,
   * `watch(started)`); to a name or a reference it never applies.
   *
   * @default "0 millis"
   */
  readonly notFoundGrace?: Duration.DurationInput | undefined
  /**
   * How long the server may hold a poll where the service binds WaitOperation; `"off"` polls by get. Used by waits for the end, not by
   * `watch`. A reply that comes early still obeys the schedule; an endpoint that does not serve it (`UNIMPLEMENTED`, HTTP 405,
   * `WrongEndpoint`) is polled by get from then on.
   *
   * @default "30 seconds"
   */
  readonly longPoll?: Duration.DurationInput | "off" | undefined
}

/**
 * Ambient settings for every wait below, partial; between those of the call and those of the layer.
 *
 * @since 0.1.0
 * @category references
 */
export class CurrentSettings
  extends Context.Reference<CurrentSettings>()("effect-lro/Polling/CurrentSettings", {
    defaultValue: (): Settings => ({})
  })
{}

/**
 * Sets polling for every wait inside an effect; settings that an outer call of it set and this one leaves out stay.
 *
 * @example
 * import * as Polling from "effect-lro/Polling"
 * import { Effect } from "effect"
 *
 * const patient = <A, E, R>(wait: Effect.Effect<A, E, R>) =>
 *   Polling.withSettings(wait, { schedule: Polling.fixed("30 seconds"), deadline: "2 hours" })
 *
 * @since 0.1.0
 * @category combinators
 */
export const withSettings: {
  /**
   * @since 0.1.0
   * @category combinators
   */
  (settings: Settings): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /**
   * @since 0.1.0
   * @category combinators
   */
  <A, E, R>(self: Effect.Effect<A, E, R>, settings: Settings): Effect.Effect<A, E, R>
} = /*#__PURE__*/ dual(
  2,
  <A, E, R>(self: Effect.Effect<A, E, R>, settings: Settings): Effect.Effect<A, E, R> =>
    Effect.flatMap(
      CurrentSettings,
      (outer) => Effect.provideService(self, CurrentSettings, { ...outer, ...given(settings) })
    )
)

/**
 * What is wrong with settings: the setting and a predicate.
 *
 * @internal
 */
export const settingsProblem = (
  { deadline, schedule, spread = 0 }: Omit<Settings, "schedule"> & {
    readonly schedule?: object | undefined
  }
): readonly [setting: string, problem: string] | undefined => {
  if (deadline !== undefined && !(Duration.toMillis(deadline) > 0)) {
    return ["deadline", "is not longer than zero"]
  }
  const inSchedule = schedule === undefined ? undefined : madeOf(schedule)?.problem
  if (inSchedule !== undefined) return ["schedule", inSchedule]
  return spread >= 0 && spread < 1 ? undefined : ["spread", "is not between 0 and 1"]
}

/**
 * When the operation that a schedule is stepped for was started, in milliseconds since the epoch; a wait provides it where it is
 * known.
 *
 * @internal
 */
export class StartedAt extends Context.Reference<StartedAt>()("effect-lro/internal/StartedAt", {
  defaultValue: (): number | undefined => undefined
}) {}

/** A schedule that never ends, and goes by the number of a poll and the age of the operation. */
const ofDelays = (delays: Delays, problem?: string): Schedule.Schedule<unknown, Operation> =>
  remember(
    Schedule.makeWithState(
      [0] as readonly [number: number, first?: number],
      (now, _, [number, first = now]) =>
        Effect.map(StartedAt, (startedAt = first) => {
          const delay = delays(number, now - startedAt)
          return [
            [number + 1, first],
            delay,
            ScheduleDecision.continueWith(ScheduleInterval.after(now + delay))
          ]
        })
    ),
    { delays, problem }
  )

/**
 * Delays that grow by a factor up to a cap: `initial`, `initial * multiplier`, … `cap`.
 *
 * A schedule cannot refuse anything itself: a wait that is given one that cannot be (`initial` 0, `cap` below it, `multiplier` below 1)
 * fails with `InvalidRequest`, a layer with `InvalidSettings`. Inside another schedule it is not looked at.
 *
 * @since 0.1.0
 * @category schedules
 */
export const exponential = (options: {
  readonly initial: Duration.DurationInput
  readonly multiplier: number
  readonly cap: Duration.DurationInput
}): Schedule.Schedule<unknown, Operation> => {
  const { multiplier } = options
  const initial = Duration.toMillis(options.initial)
  const cap = Duration.toMillis(options.cap)
  return ofDelays(
    (number) => Math.min(cap, initial * multiplier ** number),
    multiplier >= 1
      ? boundsProblem("initial", initial, cap)
      : "has a `multiplier` below 1"
  )
}

/**
 * The same delay before every poll.
 *
 * @since 0.1.0
 * @category schedules
 */
export const fixed = (delay: Duration.DurationInput): Schedule.Schedule<unknown, Operation> => {
  const millis = Duration.toMillis(delay)
  return ofDelays(() => millis)
}

/**
 * A delay that is a share of the time since the operation started, never below `floor` nor above `cap`.
 *
 * A wait learns of the end late by less than `share` of the duration, or by `floor` where that is more (plus spread and round trip),
 * and its polls grow with the logarithm of the duration, until the delays reach `cap`. A wait that goes on in another process goes on
 * with the delays that fit the operation's age. Where the start is not known, time counts from the schedule's first step.
 *
 * As with {@link exponential}, the wait or the layer that is given one that cannot be refuses it: `floor` 0, `cap` below it, a `share`
 * below 0.
 *
 * @since 0.1.0
 * @category schedules
 */
export const proportional = (options: {
  readonly share: number
  readonly floor: Duration.DurationInput
  readonly cap: Duration.DurationInput
}): Schedule.Schedule<unknown, Operation> => {
  const share = options.share > 0 ? options.share : 0
  const floor = Duration.toMillis(options.floor)
  const cap = Duration.toMillis(options.cap)
  return ofDelays(
    (_, age) => Math.min(cap, Math.max(floor, age > 0 ? share * age : 0)),
    options.share >= 0
      ? boundsProblem("floor", floor, cap)
      : "has a `share` below 0"
  )
}

/**
 * The schedule of a wait for which nothing else is set: a fifth of the time since the start, at least 2.5 and at most 30 seconds.
 *
 * In simulated operations of log-normal durations a wait polls 1.8, 10, 30 and 406 times on average where the median duration is
 * 2 seconds, 30 seconds, 5 minutes and 2 hours, and learns of the end 1.4, 4.5, 14 and 15 seconds late. No polling default of another
 * client has both fewer polls and less lateness; docs/polling.md has the comparison.
 *
 * @since 0.1.0
 * @category schedules
 */
export const defaultSchedule: Schedule.Schedule<unknown, Operation> = proportional({
  share: 0.2,
  floor: "2.5 seconds",
  cap: "30 seconds"
})
