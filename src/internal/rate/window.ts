/** What of a request counts: from its dispatch on, until it is known when it arrived. */
interface Dispatch {
  /** In monotonic milliseconds. */
  at: number
}

/**
 * At most so many dispatches in any interval, not only in those of a grid: a new one may go when the one that is `limit` before it is an
 * interval old. Plain data and instants in milliseconds; no clock.
 *
 * The server counts arrivals, and one request may take longer on its way than the next. So a dispatch is as old as its reply, which it had
 * arrived before: no minute of the server's has more, however busy client, connections and server are.
 *
 * @internal
 */
export class Window {
  readonly #limit: number
  readonly #interval: number
  /** On their way, in the order of their dispatch. */
  readonly #under = new Set<Dispatch>()
  /** When those before counted from: ascending, from `#first` on. */
  readonly #past: Array<number> = []
  #first = 0

  constructor(limit: number, interval: number) {
    this.#limit = limit
    this.#interval = interval
  }

  /** When the next one may go; `Infinity`: when one that is on its way has ended, and some time later. */
  readyAt(now: number): number {
    while (this.#head() + this.#interval <= now) this.#first++
    if (this.#first > 1024) {
      this.#past.splice(0, this.#first)
      this.#first = 0
    }
    if (this.#past.length - this.#first + this.#under.size < this.#limit) return now
    return this.#head() + this.#interval
  }

  #head(): number {
    return this.#past[this.#first] ?? Infinity
  }

  /** Only when {@link readyAt} says so. */
  take(now: number): Dispatch {
    const dispatch = { at: now }
    this.#under.add(dispatch)
    return dispatch
  }

  /** It goes now, and not when it was allowed to. */
  go(dispatch: Dispatch, now: number): void {
    this.#under.delete(dispatch)
    dispatch.at = now
    this.#under.add(dispatch)
  }

  /** It was not made. */
  giveBack(dispatch: Dispatch): void {
    this.#under.delete(dispatch)
  }

  /** Its reply is there, or it failed. */
  end(dispatch: Dispatch, now: number): void {
    if (this.#under.delete(dispatch)) this.#past.push(now)
  }
}
