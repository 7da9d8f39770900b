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
  /** It is not asked for before it is due: it was just started, or the server wanted it so. */
  readonly isExact: boolean
  /** When its last poll before a deadline is. */
  readonly lastPoll: number
  /** How long the server may hold it up at most, in milliseconds. */
  readonly maxHint: number
  readonly tell: (outcome: Outcome) => void
  /** It runs: for a seat that is plain. */
  readonly runs: (times: Times) => void
  /** The source is gone. */
  readonly end: () => void
}

/**
 * The instant of the last poll of a wait, as its rules have it.
 *
 * @internal
 */
export const lastPollOf = (begun: number, until: number): number =>
  until - Math.min(5000, (until - begun) / 10)

const isDue = ({ due }: Seat, by: number): boolean => by === Infinity || due <= by

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

  /** The least that somebody gives. */
  least(of: (seat: Seat, entry: this, now: number) => number, now: number): number {
    if (this.#others === undefined) {
      return this.#seat === undefined ? Infinity : of(this.#seat, this, now)
    }
    return this.seats.reduce((least, seat) => Math.min(least, of(seat, this, now)), Infinity)
  }

  /** Somebody is due by then. */
  isDue(by: number): boolean {
    return (this.first?.due ?? Infinity) <= by
  }

  /** Tells those who are due by then. */
  tell(outcome: Outcome, by = Infinity): void {
    if (this.#others === undefined) return tell(this.#seat, outcome, by)
    // Who is told may leave.
    for (const seat of this.seats) tell(seat, outcome, by)
  }

  runs(times: Times, by: number): void {
    if (this.#others === undefined) {
      if (this.#seat !== undefined && isDue(this.#seat, by)) this.#seat.runs(times)
      return
    }
    for (const seat of this.seats) if (isDue(seat, by)) seat.runs(times)
  }
}

const tell = (seat: Seat | undefined, outcome: Outcome, by: number): void => {
  if (seat !== undefined && isDue(seat, by)) seat.tell(outcome)
}
