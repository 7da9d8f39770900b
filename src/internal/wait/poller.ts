import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import * as Runtime from "effect/Runtime"
import type { Timer, Timers } from "../base/timers.ts"
import type { Membership, Outcome, Polled, PollSource, Wish } from "./source.ts"

type PollExit = Exit.Exit<Outcome | undefined>

/** Sends one poll. */
type Poll = (polled: Polled, wish: Wish) => Effect.Effect<Outcome>

const keyOf = ({ endpoint, hold, location, name, quotaProject }: Polled): string =>
  `${name} ${endpoint?.url ?? ""} ${location ?? ""} ${quotaProject ?? ""} ${hold ?? ""}`

/**
 * One poller an operation. Polls run in the layer's runtime: the span, the annotations and the references of the wait that asked
 * first do not stick.
 *
 * @internal
 */
export class Pollers implements PollSource {
  readonly #poll: Poll
  readonly #timers: Timers
  readonly #runtime: Runtime.Runtime<never>
  readonly #pollers = new Map<string, Poller>()
  #ended = false

  constructor(poll: Poll, timers: Timers, runtime: Runtime.Runtime<never>) {
    this.#poll = poll
    this.#timers = timers
    this.#runtime = runtime
  }

  get timers(): Timers {
    return this.#timers
  }

  /** The layer is gone. */
  get ended(): boolean {
    return this.#ended
  }

  now(): number {
    return this.#timers.now()
  }

  join(polled: Polled): Membership {
    const key = keyOf(polled)
    let poller = this.#pollers.get(key)
    if (poller === undefined) {
      poller = new Poller(this, key, polled)
      this.#pollers.set(key, poller)
    }
    return poller.join()
  }

  forget(poller: Poller): void {
    if (this.#pollers.get(poller.key) === poller) this.#pollers.delete(poller.key)
  }

  fork(polled: Polled, wish: Wish): Fiber.RuntimeFiber<Outcome> {
    // Whoever builds the client may do so where nothing can be interrupted. Not at once: a poll that needs no waiting would end before
    // it is known to fly.
    return Runtime.runFork(this.#runtime)(Effect.interruptible(this.#poll(polled, wish)), {
      immediate: false
    })
  }

  /** Aborts what is on its way and interrupts who waits, also who asks later. */
  end(): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.#ended = true
      const all = [...this.#pollers.values()]
      this.#pollers.clear()
      return Effect.forEach(all, (poller) => poller.end(), { discard: true })
    })
  }
}

/** The waits for one operation, and the poll on its way. */
class Poller {
  readonly key: string
  readonly #polled: Polled
  readonly #pollers: Pollers
  readonly #members = new Set<Member>()
  #timer: Timer | undefined
  /** The wish that the timer is for. */
  #first: Wish | undefined
  #flight: Fiber.RuntimeFiber<Outcome> | undefined

  constructor(pollers: Pollers, key: string, polled: Polled) {
    this.#pollers = pollers
    this.key = key
    this.#polled = polled
  }

  get timers(): Timers {
    return this.#pollers.timers
  }

  get ended(): boolean {
    return this.#pollers.ended
  }

  join(): Member {
    const member = new Member(this)
    this.#members.add(member)
    return member
  }

  /** A wish that is no earlier than the one that the timer is for changes nothing. */
  want(wish: Wish): void {
    if (this.#timer === undefined || wish.at < this.#timer.at) this.#settle()
  }

  /** The earliest wish sets the timer; without members the poller is forgotten. */
  #settle(): void {
    if (this.#flight !== undefined) return
    let first: Wish | undefined
    for (const { wish } of this.#members) {
      if (wish !== undefined && (first === undefined || wish.at < first.at)) first = wish
    }
    this.#first = first
    if (this.#timer !== undefined && this.#timer.at === first?.at) return
    this.#stopTimer()
    if (this.#members.size === 0) {
      this.#pollers.forget(this)
    } else if (first !== undefined) {
      if (first.at <= this.timers.now()) this.#fly(first)
      else this.#timer = this.timers.add(first.at, () => this.#due())
    }
  }

  #due(): void {
    this.#timer = undefined
    if (this.#first !== undefined) this.#fly(this.#first)
  }

  #stopTimer(): void {
    if (this.#timer !== undefined) this.timers.remove(this.#timer)
    this.#timer = undefined
  }

  #fly(wish: Wish): void {
    const flight = this.#pollers.fork(this.#polled, wish)
    this.#flight = flight
    flight.addObserver((exit) => {
      // Aborted, when everybody had left.
      if (this.#flight !== flight) return
      this.#flight = undefined
      for (const member of this.#members) member.tell(exit)
      this.#settle()
    })
  }

  leave(member: Member): Effect.Effect<void> {
    this.#members.delete(member)
    const flight = this.#flight
    if (flight === undefined || this.#members.size > 0) {
      this.#settle()
      return Effect.void
    }
    this.#flight = undefined
    this.#settle()
    return Fiber.interrupt(flight)
  }

  end(): Effect.Effect<void> {
    this.#stopTimer()
    for (const member of this.#members) member.end()
    const flight = this.#flight
    this.#flight = undefined
    return flight === undefined ? Effect.void : Fiber.interrupt(flight)
  }
}

const nothing: PollExit = Exit.succeed(undefined)

class Member implements Membership {
  readonly #poller: Poller
  #wish: Wish | undefined
  #resume: ((exit: PollExit) => void) | undefined
  #wake: Timer | undefined
  /** What came while the wait was awake and did not ask. */
  #missed: PollExit | undefined

  constructor(poller: Poller) {
    this.#poller = poller
  }

  get wish(): Wish | undefined {
    return this.#wish
  }

  next(wish: Wish): Effect.Effect<Outcome | undefined> {
    return Effect.async((resume) => {
      const missed = this.#missed
      this.#missed = undefined
      if (this.#poller.ended) return resume(Effect.interrupt)
      if (missed !== undefined) return resume(missed)
      this.#wish = wish
      this.#resume = resume
      this.#wakeAt(wish.wakeAt)
      this.#poller.want(wish)
    })
  }

  leave(): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.#forgetWake()
      return this.#poller.leave(this)
    })
  }

  /** A poll ended; one that died takes those along who wait for it. */
  tell(exit: PollExit): void {
    if (this.#resume === undefined && this.#wish !== undefined) this.#missed = exit
    this.#wish = undefined
    this.#answer(exit)
  }

  /** The source ends: so does the wait. */
  end(): void {
    this.#forgetWake()
    this.#answer(Exit.interrupt(FiberId.none))
  }

  #answer(exit: PollExit): void {
    const resume = this.#resume
    this.#resume = undefined
    resume?.(exit)
  }

  /** The timer stays from poll to poll, as long as the wait wants to wake at the same instant. */
  #wakeAt(at: number): void {
    if (this.#wake !== undefined && this.#wake.index >= 0 && this.#wake.at === at) return
    this.#forgetWake()
    if (at < Infinity) this.#wake = this.#poller.timers.add(at, () => this.#answer(nothing))
  }

  #forgetWake(): void {
    if (this.#wake !== undefined) this.#poller.timers.remove(this.#wake)
    this.#wake = undefined
  }
}
