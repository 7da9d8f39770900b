import type * as Effect from "effect/Effect"
import type { Logs } from "../base/fiber.ts"
import type { Outcome, Polled } from "../wait/source.ts"
import type { Times } from "./listing.ts"

/**
 * One who waits for states of an operation: a row, or the wait of somebody's fiber. Instants are monotonic milliseconds.
 *
 * @internal
 */
export interface Seat {
  readonly name: string
  readonly polled: Polled
  /** The longest time that a request may take. */
  readonly timeout: number
  readonly logs: Logs
  /** Of a state that is not the last it wants to know nothing else. */
  readonly isPlain: boolean
  /** When it wants a state; `Infinity`: not now. */
  readonly due: number
  /** When it began to want it. */
  readonly since: number
  /** After that a state is of no use. */
  readonly until: number
  readonly tell: (outcome: Outcome) => void
  /** It runs: for a seat that is plain. */
  readonly runs: (times: Times) => void
  /** The source is gone. */
  readonly end: () => void
}

/**
 * An operation, and those who wait for it: one, mostly.
 *
 * @internal
 */
export class Entry<Loop = unknown> {
  readonly loop: Loop
  readonly key: string
  /** A get of its own is on its way; stops it. */
  abort: (() => Effect.Effect<unknown>) | undefined
  /** Of the listing with this number: shown by it, or with a minus wanted of it. */
  mark = 0
  #seat: Seat | undefined
  #others: Array<Seat> | undefined

  constructor(loop: Loop, key: string) {
    this.loop = loop
    this.key = key
    this.abort = undefined
    this.#seat = undefined
    this.#others = undefined
  }

  get seats(): ReadonlyArray<Seat> {
    const seats = this.#others ?? []
    return this.#seat === undefined ? seats : [this.#seat, ...seats]
  }

  get isEmpty(): boolean {
    return this.#seat === undefined && this.#others === undefined
  }

  add(seat: Seat): void {
    if (this.#seat === undefined) this.#seat = seat
    else (this.#others ??= []).push(seat)
  }

  /** Says whether it was there. */
  remove(seat: Seat): boolean {
    if (this.#seat === seat) {
      this.#seat = undefined
      return true
    }
    const at = this.#others?.indexOf(seat) ?? -1
    if (at < 0) return false
    this.#others?.splice(at, 1)
    if (this.#others?.length === 0) this.#others = undefined
    return true
  }

  /** Who wants a state first. */
  get first(): Seat | undefined {
    if (this.#others === undefined) return this.#seat
    return this.seats.reduce((first, seat) => seat.due < first.due ? seat : first)
  }

  get isPlain(): boolean {
    if (this.#others === undefined) return this.#seat?.isPlain ?? true
    return this.seats.every(({ isPlain }) => isPlain)
  }

  get timeout(): number {
    if (this.#others === undefined) return this.#seat?.timeout ?? 0
    return this.seats.reduce((most, { timeout }) => Math.max(most, timeout), 0)
  }

  /** What somebody calls it. */
  get name(): string | undefined {
    return (this.#seat ?? this.#others?.[0])?.name
  }

  tell(outcome: Outcome): void {
    if (this.#others === undefined) return this.#seat?.tell(outcome)
    // Who is told may leave.
    for (const seat of this.seats) seat.tell(outcome)
  }

  runs(times: Times): void {
    if (this.#others === undefined) return this.#seat?.runs(times)
    for (const seat of this.seats) seat.runs(times)
  }
}
