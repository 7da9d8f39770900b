import { Window } from "./window.ts"

type Dispatch = ReturnType<Window["take"]>

/**
 * Runs something after a while, and tells it the time; gives the way to stop it.
 *
 * @internal
 */
export type Later = (millis: number, run: (now: number) => void) => () => void

/**
 * A rate, in milliseconds.
 *
 * @internal
 */
export interface Quota {
  readonly limit: number
  readonly interval: number
}

/**
 * Somebody who wants to send a request.
 *
 * @internal
 */
export interface Turn {
  /** A poll lets all calls go first. */
  readonly isPoll: boolean
  readonly later: Later
  /** There is room. Before {@link Lane.enter} returns, where there is some already. */
  readonly come: () => void
  dispatch: Dispatch | undefined
}

/**
 * Those who wait for their turn in one rate: first the calls, then the polls, each in the order in which they came. Who leaves before costs
 * nothing.
 *
 * @internal
 */
export class Lane {
  readonly #window: Window | undefined
  readonly #calls = new Set<Turn>()
  readonly #polls = new Set<Turn>()
  #pausedUntil = -Infinity
  #alarm: { readonly at: number; readonly stop: () => void } | undefined

  /** Without a quota there is no limit but the server's hints. */
  constructor(quota: Quota | undefined) {
    this.#window = quota && new Window(quota.limit, quota.interval)
  }

  enter(turn: Turn, now: number): void {
    this.#queueOf(turn).add(turn)
    this.#admit(now)
  }

  /** The request is sent now, and not when its turn came. */
  go({ dispatch }: Turn, now: number): void {
    if (dispatch !== undefined) this.#window?.go(dispatch, now)
  }

  /** It does not send: out of the queue, or its place goes to the next. */
  leave(turn: Turn, now: number): void {
    this.#queueOf(turn).delete(turn)
    if (turn.dispatch !== undefined) this.#window?.giveBack(turn.dispatch)
    turn.dispatch = undefined
    this.#admit(now)
  }

  /** It has its reply, or none will come. */
  end({ dispatch }: Turn, now: number): void {
    if (dispatch !== undefined) this.#window?.end(dispatch, now)
    this.#admit(now)
  }

  /** Nobody's turn comes before. */
  pause(until: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, until)
  }

  #queueOf({ isPoll }: Turn): Set<Turn> {
    return isPoll ? this.#polls : this.#calls
  }

  get #next(): Turn | undefined {
    for (const turn of this.#calls) return turn
    for (const turn of this.#polls) return turn
    return undefined
  }

  #readyAt(now: number): number {
    return Math.max(this.#pausedUntil, this.#window?.readyAt(now) ?? now)
  }

  #admit(now: number): void {
    for (let next = this.#next; next !== undefined; next = this.#next) {
      const at = this.#readyAt(now)
      if (at > now) return this.#wake(next, at, now)
      this.#queueOf(next).delete(next)
      next.dispatch = this.#window?.take(now)
      next.come()
    }
    this.#wake(undefined, Infinity, now)
  }

  /** One timer at a time; one that comes too early looks again. */
  #wake(turn: Turn | undefined, at: number, now: number): void {
    if (this.#alarm?.at === at) return
    this.#alarm?.stop()
    this.#alarm = turn === undefined || at === Infinity ? undefined : {
      at,
      stop: turn.later(at - now, (now) => {
        this.#alarm = undefined
        this.#admit(now)
      })
    }
  }
}
