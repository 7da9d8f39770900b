import type * as Schedule from "effect/Schedule"
import type { Metadata, Operation } from "../../Operation.ts"
import { type Delays, delaysOf } from "../polling/problem.ts"
import { type Pace, unit } from "../wait/pace.ts"
import type { Terms } from "../wait/step.ts"

/** What is known of the operations of a method. */
interface Known {
  readonly rpc: string | undefined
  readonly decode: (raw: unknown) => Metadata<unknown>
  /** The full name of the message that it returns. */
  readonly response: string | undefined
}

/**
 * What the rows for operations of one method have in common.
 *
 * @internal
 */
export class Kind implements Known {
  readonly rpc: string | undefined
  readonly decode: Known["decode"]
  readonly response: string | undefined
  readonly schedule: Schedule.Schedule<unknown, Operation, unknown>
  readonly delays: Delays | undefined
  /** The last state of a wait is seen by a schedule of somebody's own, and in the error of one that ended too early: else it is not kept. */
  readonly keepsLast: boolean
  readonly #terms: Omit<Terms, "begun" | "fresh">

  constructor(
    { decode, response, rpc }: Known,
    { longPoll: _, schedule, ...terms }: Pace<unknown>
  ) {
    this.rpc = rpc
    this.decode = decode
    this.response = response
    this.schedule = schedule
    this.delays = delaysOf(schedule)
    this.keepsLast = this.delays === undefined || terms.deadline !== undefined
    this.#terms = terms
  }

  termsOf(name: string, begun: number, fresh: boolean): Terms {
    const { deadline, maxHint, maxOutage, notFoundGrace, spread } = this.#terms
    return {
      begun,
      fresh,
      deadline,
      maxOutage,
      maxHint,
      notFoundGrace,
      spread: spread * unit(name)
    }
  }
}
