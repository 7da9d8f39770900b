import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { Timer, Timers } from "../base/timers.ts"
import { Lost, type Manner, type Membership, type Outcome, type Wish } from "./source.ts"

/** What a member needs of its poller. */
interface Poller {
  readonly timers: Timers
  readonly ended: boolean
  readonly want: (member: Member, at: number) => void
  readonly leave: (member: Member) => Effect.Effect<void>
}

/**
 * A wait's share in a poller.
 *
 * @internal
 */
export class Member implements Membership {
  readonly manner: Manner
  readonly #poller: Poller
  #wish: Wish | undefined
  #resume: ((outcome: Outcome | undefined) => void) | undefined
  #wake: Timer | undefined
  /** What came while the wait was awake and did not ask. */
  #missed: Outcome | undefined

  constructor(poller: Poller, manner: Manner) {
    this.#poller = poller
    this.manner = manner
  }

  get wish(): Wish | undefined {
    return this.#wish
  }

  next(wish: Wish): Effect.Effect<Outcome | undefined> {
    return Effect.async((resume) => {
      const missed = this.#missed
      this.#missed = undefined
      const outcome = this.#poller.ended ? this.#closed() : missed
      if (outcome !== undefined) return resume(Effect.succeed(outcome))
      this.#wish = wish
      this.#resume = (outcome) => resume(Effect.succeed(outcome))
      this.#wakeAt(wish.wakeAt)
      this.#poller.want(this, wish.at)
    })
  }

  leave(): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.#forgetWake()
      return this.#poller.leave(this)
    })
  }

  /** A poll ended. */
  tell(outcome: Outcome): void {
    if (this.#resume === undefined && this.#wish !== undefined) this.#missed = outcome
    this.#wish = undefined
    this.#answer(outcome)
  }

  /** The source ends: so does the wait. */
  end(): void {
    this.#forgetWake()
    this.#answer(this.#closed())
  }

  #closed(): Outcome {
    const now = this.#poller.timers.now()
    return {
      result: Either.left(new Lost("Closed")),
      asked: now,
      answered: now,
      held: false,
      span: undefined
    }
  }

  #answer(outcome: Outcome | undefined): void {
    const resume = this.#resume
    this.#resume = undefined
    resume?.(outcome)
  }

  /** The timer stays from poll to poll, as long as the wait wants to wake at the same instant. */
  #wakeAt(at: number): void {
    if (this.#wake !== undefined && this.#wake.index >= 0 && this.#wake.at === at) return
    this.#forgetWake()
    if (at < Infinity) this.#wake = this.#poller.timers.add(at, () => this.#answer(undefined))
  }

  #forgetWake(): void {
    if (this.#wake !== undefined) this.#poller.timers.remove(this.#wake)
    this.#wake = undefined
  }
}
