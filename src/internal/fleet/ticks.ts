import { grain } from "../base/grain.ts"
import type { Seat } from "./seat.ts"

/**
 * When the loop of a parent asks: at ticks, whole ticks after its first one, and at instants of their own for those to whom the next tick
 * comes too late. Plain data and monotonic milliseconds; no clock.
 *
 * @internal
 */
export class Ticks {
  readonly #tick: number
  /** Ticks are at this instant plus a whole number of ticks. */
  #begun: number | undefined
  /** The last one. */
  #last = -1
  #lastAt = -Infinity
  #pausedAt = -Infinity
  #pausedUntil = -Infinity

  constructor(tick: number) {
    this.#tick = tick
  }

  /** When it asked last. */
  get lastAt(): number {
    return this.#lastAt
  }

  /** Somebody wants a state: the first one gives the ticks their beat, so that it is not asked for later than it is due. */
  begin(due: number, now: number): void {
    if (due === Infinity) return
    this.#begun ??= due > now ? due - Math.floor((due - now) / this.#tick) * this.#tick : now
  }

  /** The instant before which a seat that is due then is not asked for: half a tick earlier, at most. */
  from(seat: Seat, due: number): number {
    return Math.max(seat.isExact ? due : due - this.#tick / 2, this.#pauseOf(seat))
  }

  /**
   * The tick that is nearest to when it is due: half a tick early at most, half a tick late. Where that comes too late for it, as for the
   * last poll before a deadline, a tick of its own.
   */
  at(seat: Seat, due: number, now: number): number {
    if (due === Infinity || this.#begun === undefined) return Infinity
    const from = Math.max(this.from(seat, due), now)
    const index = Math.max(this.#last + 1, Math.ceil((from - this.#begun - grain) / this.#tick))
    const at = this.#begun + index * this.#tick
    const exact = Math.max(due, now, this.#pauseOf(seat))
    return at - due > (seat.until - due) / 2 && exact > this.#lastAt ? exact : at
  }

  /** It asks. */
  ticked(now: number): void {
    const begun = this.#begun ?? now
    this.#last = Math.max(this.#last, Math.floor((now - begun + grain) / this.#tick))
    this.#lastAt = now
  }

  /** Nobody waits any more: the next one begins anew, but for what the server wants. */
  rest(): void {
    this.#begun = undefined
    this.#last = -1
    this.#lastAt = -Infinity
  }

  /** The server wants to be left alone. */
  pause(now: number, millis: number): void {
    if (now + millis <= this.#pausedUntil) return
    this.#pausedAt = now
    this.#pausedUntil = now + millis
  }

  /** A hint holds up no wait for longer than it allows, and not its last poll. */
  #pauseOf({ lastPoll, maxHint }: Seat): number {
    return Math.min(this.#pausedUntil, this.#pausedAt + maxHint, lastPoll)
  }
}
