import type * as Schedule from "effect/Schedule"
import { type Operation, type Reader, readerOf } from "../../Operation.ts"
import type { StartedBy } from "../../Waits.ts"
import { unit } from "../base/unit.ts"
import { type Delays, madeOf } from "../polling/problem.ts"
import type { Pace } from "../wait/pace.ts"
import type { Terms } from "../wait/step.ts"

/**
 * What the rows for operations of one method have in common.
 *
 * @internal
 */
export class Kind {
  /** `undefined`: nobody knows it. */
  readonly method: StartedBy<unknown, unknown> | undefined
  readonly reader: Reader<unknown, unknown>
  readonly schedule: Schedule.Schedule<unknown, Operation, unknown>
  readonly delays: Delays | undefined
  /** The last state of a wait is seen by a schedule of somebody's own, and in the error of one that ended too early: else it is not kept. */
  readonly keepsLast: boolean
  readonly pace: Pace<unknown>
  readonly #terms: Omit<Terms, "begun" | "fresh">
  /** In milliseconds; `Infinity`: there is none. */
  readonly deadline: number
  /** How long the server may hold up a wait at most. */
  readonly maxHint: number

  constructor(
    method: Kind["method"],
    pace: Pace<unknown>
  ) {
    const { longPoll: _, schedule, ...terms } = pace
    this.pace = pace
    this.method = method
    this.reader = readerOf(method)
    this.schedule = schedule
    this.delays = madeOf(schedule)?.delays
    this.keepsLast = this.delays === undefined || terms.deadline !== undefined
    this.#terms = terms
    this.deadline = terms.deadline ?? Infinity
    this.maxHint = terms.maxHint ?? Infinity
  }

  /** The share of its delay by which a poll of this operation comes later. */
  spreadOf(name: string): number {
    return this.#terms.spread * unit(name)
  }

  termsOf(begun: number, fresh: boolean, spread: number): Terms {
    const { deadline, maxHint, maxOutage, notFoundGrace } = this.#terms
    return { begun, fresh, deadline, maxOutage, maxHint, notFoundGrace, spread }
  }
}
