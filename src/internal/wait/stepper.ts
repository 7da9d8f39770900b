import * as Effect from "effect/Effect"
import type * as Schedule from "effect/Schedule"
import * as Intervals from "effect/ScheduleIntervals"
import type { Operation } from "../../Operation.ts"

/**
 * Steps any schedule. Nothing else knows how one is stepped.
 *
 * @internal
 */
export class Stepper<R> {
  readonly #schedule: Schedule.Schedule<unknown, Operation, R>
  #state: unknown

  constructor(schedule: Schedule.Schedule<unknown, Operation, R>) {
    this.#schedule = schedule
    this.#state = schedule.initial
  }

  /**
   * The delay in milliseconds that the schedule decides on at an instant; `undefined` when it ended. A schedule may follow the calendar:
   * the instant is of the wall clock.
   */
  next(now: number, operation: Operation): Effect.Effect<number | undefined, never, R> {
    return Effect.map(this.#schedule.step(now, operation, this.#state), ([state, , decision]) => {
      this.#state = state
      return decision._tag === "Done"
        ? undefined
        : Math.max(0, Intervals.start(decision.intervals) - now)
    })
  }
}
