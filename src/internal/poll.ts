import * as Effect from "effect/Effect"
import type * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Metric from "effect/Metric"
import * as Runtime from "effect/Runtime"
import type * as Tracer from "effect/Tracer"
import type { CallError } from "../LroError.ts"
import type { Operation } from "../Operation.ts"
import type { CallOptions, NameRequest, WaitRequest } from "../Requests.ts"
import { isRpcError } from "../RpcError.ts"
import * as Telemetry from "./telemetry.ts"
import type { Timer, Timers } from "./timers.ts"

/**
 * One operation as it is polled. Waits with the same name, endpoint, quota project and way of polling share their polls.
 *
 * @internal
 */
export interface Polled {
  readonly name: string
  readonly endpoint: string | undefined
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

/** Sends one poll. */
type Poll = (polled: Polled, wish: Wish) => Effect.Effect<Outcome>

const keyOf = ({ endpoint, hold, name, quotaProject }: Polled): string =>
  `${name} ${endpoint ?? ""} ${quotaProject ?? ""} ${hold ?? ""}`

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

  constructor(poll: Poll, timers: Timers, runtime: Runtime.Runtime<never>) {
    this.#poll = poll
    this.#timers = timers
    this.#runtime = runtime
  }

  get timers(): Timers {
    return this.#timers
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
    this.#pollers.delete(poller.key)
  }

  fork(polled: Polled, wish: Wish, land: (outcome: Outcome) => void): Fiber.RuntimeFiber<void> {
    // Not at once: a poll that needs no waiting would end before it is known to fly.
    return Runtime.runFork(this.#runtime)(Effect.map(this.#poll(polled, wish), land), {
      immediate: false
    })
  }

  /** Aborts what is on its way and interrupts who waits. */
  end(): Effect.Effect<void> {
    return Effect.suspend(() => {
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
  #flight: Fiber.RuntimeFiber<void> | undefined

  constructor(pollers: Pollers, key: string, polled: Polled) {
    this.#pollers = pollers
    this.key = key
    this.#polled = polled
  }

  get timers(): Timers {
    return this.#pollers.timers
  }

  join(): Member {
    const member = new Member(this)
    this.#members.add(member)
    return member
  }

  /** The earliest wish sets the timer; without members the poller is forgotten. */
  settle(): void {
    if (this.#flight !== undefined) return
    let first: Wish | undefined
    for (const { wish } of this.#members) {
      if (wish !== undefined && (first === undefined || wish.at < first.at)) first = wish
    }
    if (this.#timer !== undefined && this.#timer.index >= 0 && this.#timer.at === first?.at) return
    if (this.#timer !== undefined) this.timers.remove(this.#timer)
    this.#timer = undefined
    if (this.#members.size === 0) {
      this.#pollers.forget(this)
    } else if (first !== undefined) {
      const wish = first
      if (wish.at <= this.timers.now()) this.#fly(wish)
      else this.#timer = this.timers.add(wish.at, () => this.#fly(wish))
    }
  }

  #fly(wish: Wish): void {
    this.#timer = undefined
    this.#flight = this.#pollers.fork(this.#polled, wish, (outcome) => {
      this.#flight = undefined
      for (const member of this.#members) member.tell(outcome)
      this.settle()
    })
  }

  leave(member: Member): Effect.Effect<void> {
    this.#members.delete(member)
    const flight = this.#flight
    if (flight === undefined || this.#members.size > 0) {
      this.settle()
      return Effect.void
    }
    this.#flight = undefined
    this.settle()
    return Fiber.interrupt(flight)
  }

  end(): Effect.Effect<void> {
    if (this.#timer !== undefined) this.timers.remove(this.#timer)
    for (const member of this.#members) member.end()
    return this.#flight === undefined ? Effect.void : Fiber.interrupt(this.#flight)
  }
}

const nothing = Effect.succeed(undefined)

class Member implements Membership {
  readonly #poller: Poller
  #wish: Wish | undefined
  #resume: ((outcome: Effect.Effect<Outcome | undefined>) => void) | undefined
  #wake: Timer | undefined
  /** An outcome that came while the wait was awake and did not ask. */
  #missed: Outcome | undefined

  constructor(poller: Poller) {
    this.#poller = poller
  }

  get wish(): Wish | undefined {
    return this.#wish
  }

  next(wish: Wish): Effect.Effect<Outcome | undefined> {
    return Effect.async((resume) => {
      const missed = this.#missed
      if (missed !== undefined) {
        this.#missed = undefined
        this.#wish = undefined
        return resume(Effect.succeed(missed))
      }
      this.#wish = wish
      this.#resume = resume
      this.#wakeAt(wish.wakeAt)
      this.#poller.settle()
    })
  }

  leave(): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.#forgetWake()
      return this.#poller.leave(this)
    })
  }

  tell(outcome: Outcome): void {
    if (this.#resume !== undefined) {
      this.#wish = undefined
      this.#answer(Effect.succeed(outcome))
    } else if (this.#wish !== undefined) {
      this.#missed = outcome
    }
  }

  /** The source ends: so does the wait. */
  end(): void {
    this.#forgetWake()
    this.#answer(Effect.interrupt)
  }

  #answer(answer: Effect.Effect<Outcome | undefined>): void {
    const resume = this.#resume
    this.#resume = undefined
    resume?.(answer)
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

/** A request whose endpoint may come from a reference. */
interface At {
  readonly endpoint?: string | undefined
}

/** @internal */
export type Get = (
  request: NameRequest & At,
  options?: CallOptions
) => Effect.Effect<Operation, CallError>

/** @internal */
export type Wait = (
  request: WaitRequest & At,
  options?: CallOptions
) => Effect.Effect<Operation, CallError>

/** A hold that is shorter is not worth a WaitOperation call. */
const shortestHold = 1000

/**
 * Whether an error says that the service does not serve the method, be it bound or not.
 *
 * @internal
 */
export const isNotServed = (error: CallError): boolean =>
  error._tag === "MalformedResponse"
    ? error.reason === "WrongEndpoint"
    : isRpcError(error) && (error._tag === "UNIMPLEMENTED" || error.httpStatus === 405)

/**
 * One poll: a get, or where the service binds it a WaitOperation that the server may hold. A service that turns out not to serve
 * wait is asked by get from then on. The span is a root: a poll serves several waits, which link to it.
 *
 * @internal
 */
export const make = (get: Get, wait: Wait | undefined, timers: Timers) => {
  let served = wait !== undefined

  const ask = ({ endpoint, hold, name }: Polled, { options, until }: Wish, now: number) => {
    const byGet = get({ name, endpoint }, options)
    const timeout = hold === undefined ? 0 : Math.min(hold, (until - now) * 0.9)
    if (wait === undefined || !served || timeout < shortestHold) {
      return { held: false, reply: byGet }
    }
    return {
      held: true,
      reply: Effect.catchAll(wait({ name, endpoint, timeout }, options), (error) => {
        if (!isNotServed(error)) return Effect.fail(error)
        served = false
        return Effect.zipRight(Effect.logDebug(`wait is not served: ${error.message}`), byGet)
      })
    }
  }

  return (polled: Polled, wish: Wish): Effect.Effect<Outcome> => {
    const poll = Effect.gen(function*() {
      const span = yield* Telemetry.current
      const asked = timers.now()
      const { held, reply } = ask(polled, wish, asked)
      yield* Metric.update(Telemetry.pollLatenessSeconds, Math.max(0, asked - wish.at) / 1000)
      const result = yield* Effect.either(reply)
      const code = result._tag === "Right" ? "OK" : result.left._tag
      span?.attribute("gcp.longrunning.status_code", code)
      if (result._tag === "Right") span?.attribute("gcp.longrunning.done", result.right.done)
      yield* Metric.increment(Telemetry.polls(code))
      return { result, asked, answered: timers.now(), held: held && served, span }
    })
    return Telemetry.within(poll, "Operations.poll", {
      root: true,
      kind: "client",
      attributes: { "gcp.resource.destination.id": polled.name }
    })
  }
}
