import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Runtime from "effect/Runtime"
import { type Logs, withLogs } from "../base/fiber.ts"
import { grain } from "../base/grain.ts"
import { canonical } from "../base/json.ts"
import type { Timer, Timers } from "../base/timers.ts"
import { Member } from "./member.ts"
import {
  type Asker,
  Lost,
  type Manner,
  type Outcome,
  type Polled,
  type PollSource
} from "./source.ts"

const keyOf = ({ name, sent, url }: Polled) => canonical([name, url, sent])

/**
 * One poller an operation. Polls run in the layer's runtime: the span, the annotations and the references of the wait that asked
 * first do not stick.
 *
 * @internal
 */
export class Pollers implements PollSource {
  readonly timers: Timers
  readonly #ask: (polled: Polled) => Asker
  readonly #runtime: Runtime.Runtime<never>
  readonly #pollers = new Map<string | symbol, Poller>()
  #ended = false

  constructor(
    ask: (polled: Polled) => Asker,
    timers: Timers,
    runtime: Runtime.Runtime<never>
  ) {
    this.#ask = ask
    this.timers = timers
    this.#runtime = runtime
  }

  /** The layer is gone. */
  get ended(): boolean {
    return this.#ended
  }

  now(): number {
    return this.timers.now()
  }

  join(polled: Polled, manner: Manner): Member {
    const key = keyOf(polled)
    let poller = this.#pollers.get(key)
    if (poller === undefined) {
      poller = new Poller(this, key, this.#ask(polled))
      this.#pollers.set(key, poller)
    }
    return poller.join(manner)
  }

  forget(poller: Poller): void {
    if (this.#pollers.get(poller.key) === poller) this.#pollers.delete(poller.key)
  }

  fork<A>(poll: Effect.Effect<A>, logs: Logs): Fiber.RuntimeFiber<A> {
    // Whoever builds the client may do so where nothing can be interrupted. After a turn of the scheduler: who wants the same at this
    // instant is still to join, and a poll that needs no waiting would end before it is known to fly.
    return Runtime.runFork(this.#runtime)(
      Effect.interruptible(Effect.zipRight(Effect.yieldNow(), withLogs(poll, logs)))
    )
  }

  /** Aborts what is on its way and ends who waits, also who asks later. */
  end(): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.#ended = true
      const all = [...this.#pollers.values()]
      this.#pollers.clear()
      return Effect.forEach(all, (poller) => poller.end(), { discard: true })
    })
  }
}

/** Polls of one kind: one at a time. */
interface Lane {
  timer: Timer | undefined
  flight: Flight | undefined
}

interface Flight {
  readonly fiber: Fiber.RuntimeFiber<Outcome>
  /** When the server will have answered. */
  readonly until: number
}

const earlier = (a: Member | undefined, b: Member): Member =>
  a?.wish !== undefined && b.wish !== undefined && a.wish.at <= b.wish.at ? a : b

/** The waits for one operation, and the polls on their way: at most one that is answered at once, and one that is held. */
export class Poller {
  readonly key: string | symbol
  readonly #asker: Asker
  readonly #pollers: Pollers
  readonly #members = new Set<Member>()
  readonly #looks: Lane = { timer: undefined, flight: undefined }
  readonly #holds: Lane = { timer: undefined, flight: undefined }

  constructor(pollers: Pollers, key: string | symbol, asker: Asker) {
    this.#pollers = pollers
    this.key = key
    this.#asker = asker
  }

  get timers(): Timers {
    return this.#pollers.timers
  }

  get ended(): boolean {
    return this.#pollers.ended
  }

  join(manner: Manner): Member {
    const member = new Member(this, manner)
    this.#members.add(member)
    return member
  }

  /** A wish that is no earlier than the one that the timer is for changes nothing. */
  want(member: Member, at: number): void {
    const { flight, timer } = this.#laneOf(member)
    if (flight === undefined && (timer === undefined || at < timer.at)) this.#settle()
  }

  /** Nobody waits behind a held poll that comes too late. */
  #laneOf({ manner, wish }: Member): Lane {
    const { flight } = this.#holds
    return manner.hold === undefined || !this.#asker.holds?.() ||
        (flight !== undefined && wish !== undefined && flight.until > wish.until)
      ? this.#looks
      : this.#holds
  }

  /** The earliest wish sets each timer; without members the poller is forgotten. */
  #settle(): void {
    let look: Member | undefined
    let hold: Member | undefined
    for (const member of this.#members) {
      if (member.wish === undefined) continue
      if (this.#laneOf(member) === this.#looks) look = earlier(look, member)
      else hold = earlier(hold, member)
    }
    this.#set(this.#looks, look)
    this.#set(this.#holds, hold)
    if (this.#members.size === 0) this.#pollers.forget(this)
  }

  #set(lane: Lane, first: Member | undefined): void {
    if (lane.flight !== undefined) return
    const at = first?.wish?.at
    if (lane.timer !== undefined && lane.timer.at === at) return
    this.#stop(lane)
    if (first === undefined || at === undefined) return
    if (at <= this.timers.now() + grain) this.#fly(lane, first)
    else lane.timer = this.timers.add(at, () => this.#due(lane))
  }

  #due(lane: Lane): void {
    lane.timer = undefined
    this.#settle()
  }

  #stop(lane: Lane): void {
    if (lane.timer !== undefined) this.timers.remove(lane.timer)
    lane.timer = undefined
  }

  #fly(lane: Lane, { manner, wish }: Member): void {
    if (wish === undefined) return
    const timeout = () =>
      [...this.#members].reduce((most, member) => Math.max(most, member.manner.timeout), 0)
    const order = { at: wish.at, timeout }
    if (lane === this.#holds && manner.hold !== undefined) {
      const now = this.timers.now()
      const held = this.#asker.hold?.(order, manner.hold, wish.until - now)
      if (held !== undefined) {
        return this.#launch(lane, held.poll, manner.logs, now + held.millis, held.over)
      }
    }
    // Without a place for a held one a poll goes out all the same, unless there is one on its way.
    if (this.#looks.flight === undefined) {
      this.#stop(this.#looks)
      this.#launch(this.#looks, this.#asker.look(order), manner.logs)
    }
  }

  #launch(
    lane: Lane,
    poll: Effect.Effect<Outcome>,
    logs: Logs,
    until = 0,
    over?: () => void
  ): void {
    const asked = this.timers.now()
    const flight = { fiber: this.#pollers.fork(poll, logs), until }
    lane.flight = flight
    flight.fiber.addObserver((exit) => {
      over?.()
      // Aborted, when everybody had left.
      if (lane.flight !== flight) return
      lane.flight = undefined
      const outcome = Exit.isSuccess(exit) ? exit.value : this.#lost(asked, lane, exit)
      for (const member of this.#members) member.tell(outcome)
      this.#settle()
    })
  }

  #lost(asked: number, lane: Lane, exit: Exit.Failure<Outcome, never>): Outcome {
    return {
      result: Either.left(new Lost("Interrupted", exit.cause)),
      asked,
      answered: this.timers.now(),
      held: lane === this.#holds,
      span: undefined
    }
  }

  leave(member: Member): Effect.Effect<void> {
    this.#members.delete(member)
    const aborted = [
      ...this.#abandoned(this.#looks, () => true),
      ...this.#abandoned(this.#holds, ({ manner }) => manner.hold !== undefined)
    ]
    this.#settle()
    return Fiber.interruptAll(aborted)
  }

  /** The flight of a lane that is of use to nobody. */
  #abandoned(lane: Lane, serves: (member: Member) => boolean): ReadonlyArray<Flight["fiber"]> {
    const { flight } = lane
    if (flight === undefined) return []
    for (const member of this.#members) if (serves(member)) return []
    lane.flight = undefined
    return [flight.fiber]
  }

  end(): Effect.Effect<void> {
    const members = [...this.#members]
    this.#members.clear()
    const aborted = [this.#looks, this.#holds].flatMap((lane) => {
      this.#stop(lane)
      return this.#abandoned(lane, () => true)
    })
    for (const member of members) member.end()
    return Fiber.interruptAll(aborted)
  }
}
