import * as Effect from "effect/Effect"
import type * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import * as Metric from "effect/Metric"
import * as Runtime from "effect/Runtime"
import type * as Tracer from "effect/Tracer"
import type { CallError } from "../../LroError.ts"
import type { Operation } from "../../Operation.ts"
import type { CallOptions, WaitRequest } from "../../Requests.ts"
import * as Telemetry from "../base/telemetry.ts"
import type { Timer, Timers } from "../base/timers.ts"
import type { Place } from "../call/target.ts"
import type { Endpoint } from "../wire/endpoint.ts"
import { isNotServed } from "./pacing.ts"

/**
 * One operation as it is polled. Waits with the same name, endpoint, quota project and way of polling share their polls.
 *
 * @internal
 */
export interface Polled {
  readonly name: string
  /** `undefined`: the client's own, by the location. */
  readonly endpoint: Endpoint | undefined
  readonly location: string | undefined
  readonly quotaProject: string | undefined
  /** How long the server may hold a poll (WaitOperation); `undefined` for get. */
  readonly hold: number | undefined
}

/**
 * What a poll gave, and when: the instants are monotonic milliseconds.
 *
 * @internal
 */
export interface Outcome {
  readonly result: Either.Either<Operation, CallError>
  readonly asked: number
  readonly answered: number
  /** Whether the server was asked to hold the reply. */
  readonly held: boolean
  /** Whether the poll had retries of its own, as far as it needed them. */
  readonly retried: boolean
  readonly span: Tracer.Span | undefined
}

/**
 * What a wait asks for.
 *
 * @internal
 */
export interface Wish {
  /** The latest instant of the poll. */
  readonly at: number
  /** Ends the asking without an outcome; the poll is still wanted. */
  readonly wakeAt: number
  /** The instant after which the reply is of no use. */
  readonly until: number
  readonly options: CallOptions
}

/**
 * A wait's share in the polls of an operation.
 *
 * @internal
 */
export interface Membership {
  /**
   * The next outcome: of a poll made at `at` at the latest, earlier when another wait wants one earlier or one is on its way.
   * `undefined` when `wakeAt` comes first.
   */
  readonly next: (wish: Wish) => Effect.Effect<Outcome | undefined>
  /** A poll that nobody waits for any more is aborted. */
  readonly leave: () => Effect.Effect<void>
}

/**
 * Where waits get states from.
 *
 * @internal
 */
export interface PollSource {
  /** Monotonic milliseconds of the clock that polls go by. */
  readonly now: () => number
  readonly join: (polled: Polled) => Membership
}

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

/** @internal */
export type Get = (place: Place, options?: CallOptions) => Effect.Effect<Operation, CallError>

/** @internal */
export type Wait = (
  place: Place,
  timeout: WaitRequest["timeout"],
  options?: CallOptions
) => Effect.Effect<Operation, CallError>

/** A hold that is shorter is not worth a WaitOperation call. */
const shortestHold = 1000

/**
 * One poll: a get, or where the service binds it a WaitOperation that the server may hold. A service that turns out not to serve
 * wait is asked by get from then on. The span is a root: a poll serves several waits, which link to it.
 *
 * @internal
 */
export const make = (get: Get, wait: Wait | undefined, timers: Timers) => {
  /** Endpoints that turned out not to serve wait. */
  const unserved = new Set<string | undefined>()

  return (polled: Polled, wish: Wish): Effect.Effect<Outcome> => {
    const { endpoint, hold } = polled
    const { options } = wish
    const byGet = Effect.suspend(() => get(polled, options))
    const poll = Effect.gen(function*() {
      const span = yield* Telemetry.current
      const asked = timers.now()
      yield* Metric.update(Telemetry.pollLatenessSeconds, Math.max(0, asked - wish.at) / 1000)
      const timeout = hold === undefined
        ? 0
        : Math.floor(Math.min(hold, (wish.until - asked) * 0.9))
      let held = wait !== undefined && timeout >= shortestHold && !unserved.has(endpoint?.url)
      const reply = wait === undefined || !held
        ? byGet
        : Effect.catchIf(wait(polled, timeout, options), isNotServed, (error) => {
          held = false
          unserved.add(endpoint?.url)
          return Effect.zipRight(Effect.logDebug(`wait is not served: ${error.message}`), byGet)
        })
      const result = yield* Effect.either(reply)
      const code = result._tag === "Right" ? "OK" : result.left._tag
      span?.attribute("gcp.longrunning.status_code", code)
      if (result._tag === "Right") span?.attribute("gcp.longrunning.done", result.right.done)
      yield* Metric.increment(Telemetry.polls(code))
      const retried = options.retry !== "none"
      return { result, asked, answered: timers.now(), held, retried, span }
    })
    return Telemetry.within(poll, "Operations.poll", {
      root: true,
      kind: "client",
      attributes: { "gcp.resource.destination.id": polled.name }
    })
  }
}
