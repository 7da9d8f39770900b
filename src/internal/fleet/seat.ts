import type * as Effect from "effect/Effect"
import type { Logs } from "../base/fiber.ts"
import type { Outcome, Polled } from "../wait/source.ts"

/**
 * One who waits for states of an operation: a row, or the wait of somebody's fiber. Instants are monotonic milliseconds.
 *
 * @internal
 */
export interface Seat {
  readonly polled: Polled
  /** The longest time that a request may take. */
  readonly timeout: number
  readonly logs: Logs
  /** When it wants a state; `Infinity`: not now. */
  readonly due: number
  /** When it began to want it. */
  readonly since: number
  /** After that a state is of no use. */
  readonly until: number
  readonly tell: (outcome: Outcome) => void
  /** The source is gone. */
  readonly end: () => void
}

/**
 * An operation, and those who wait for it.
 *
 * @internal
 */
export class Entry {
  readonly key: string
  readonly seats: Array<Seat> = []
  /** A get of its own is on its way; stops it. */
  abort: (() => Effect.Effect<unknown>) | undefined
  /** Its last get. */
  gotAt = -Infinity
  /** The last whole listing lacked it. */
  lacking = false

  constructor(key: string) {
    this.key = key
  }

  /** Who wants a state first. */
  get first(): Seat | undefined {
    let first = this.seats[0]
    for (const seat of this.seats) if (first !== undefined && seat.due < first.due) first = seat
    return first
  }

  get timeout(): number {
    return this.seats.reduce((most, { timeout }) => Math.max(most, timeout), 0)
  }

  tell(outcome: Outcome): void {
    // Who is told may leave.
    for (const seat of this.seats.slice()) seat.tell(outcome)
  }
}
