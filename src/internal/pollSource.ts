import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import * as Runtime from "effect/Runtime"
import type * as Tracer from "effect/Tracer"
import type { CallError } from "../LroError.ts"
import type { Operation } from "../Operation.ts"
import type { CallOptions } from "../Requests.ts"
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
  readonly span: Tracer.AnySpan | undefined
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
  readonly leave: Effect.Effect<void>
}

/**
 * Where waits get states from.
 *
 * @internal
 */
export interface PollSource {
  /** Monotonic milliseconds of the clock that polls go by. */
  readonly now: () => number
  readonly join: (polled: Polled) => Effect.Effect<Membership>
}

interface Member {
  wish: Wish | undefined
  deferred: Deferred.Deferred<Outcome | undefined> | undefined
  wake: Timer | undefined
  /** An outcome that came while the wait was awake and did not ask. */
  missed: Outcome | undefined
}

/** The waits for one operation, and the poll on its way. */
interface Poller {
  readonly key: string
  readonly polled: Polled
  readonly members: Set<Member>
  timer: Timer | undefined
  flight: Fiber.RuntimeFiber<void> | undefined
}

const keyOf = ({ endpoint, hold, name, quotaProject }: Polled): string =>
  `${name} ${endpoint ?? ""} ${quotaProject ?? ""} ${hold ?? ""}`

/**
 * One poller an operation. Polls run in the layer's runtime: the span, the annotations and the references of the wait that asked
 * first do not stick. `end` aborts what is on its way and interrupts who waits.
 *
 * @internal
 */
export const make = (
  poll: (polled: Polled, wish: Wish) => Effect.Effect<Outcome>,
  timers: Timers,
  runtime: Runtime.Runtime<never>
): PollSource & { readonly end: Effect.Effect<void> } => {
  const pollers = new Map<string, Poller>()
  const fork = Runtime.runFork(runtime)

  const answer = (member: Member, outcome: Outcome | undefined) => {
    const { deferred, wake } = member
    if (wake !== undefined) timers.remove(wake)
    member.wake = undefined
    member.deferred = undefined
    if (outcome !== undefined) member.wish = undefined
    if (deferred !== undefined) Deferred.unsafeDone(deferred, Exit.succeed(outcome))
  }

  /** The earliest wish sets the timer; without members the poller is forgotten. */
  const settle = (poller: Poller) => {
    if (poller.flight !== undefined) return
    let first: Wish | undefined
    for (const { wish } of poller.members) {
      if (wish !== undefined && (first === undefined || wish.at < first.at)) first = wish
    }
    if (poller.timer !== undefined && poller.timer.index >= 0 && poller.timer.at === first?.at) {
      return
    }
    if (poller.timer !== undefined) timers.remove(poller.timer)
    poller.timer = undefined
    if (poller.members.size === 0) {
      pollers.delete(poller.key)
    } else if (first !== undefined) {
      const wish = first
      if (wish.at <= timers.now()) fly(poller, wish)
      else poller.timer = timers.add(wish.at, () => fly(poller, wish))
    }
  }

  const fly = (poller: Poller, wish: Wish) => {
    poller.timer = undefined
    const flight = Effect.map(poll(poller.polled, wish), (outcome) => {
      poller.flight = undefined
      for (const member of poller.members) {
        if (member.deferred !== undefined) answer(member, outcome)
        else if (member.wish !== undefined) member.missed = outcome
      }
      settle(poller)
    })
    // Not at once: a poll that needs no waiting would end before it is known to fly.
    poller.flight = fork(flight, { immediate: false })
  }

  const ask = (poller: Poller, member: Member, wish: Wish) =>
    Effect.suspend(() => {
      const { missed } = member
      member.missed = undefined
      if (missed !== undefined) {
        member.wish = undefined
        return Effect.succeed<Outcome | undefined>(missed)
      }
      const deferred = Deferred.unsafeMake<Outcome | undefined>(FiberId.none)
      member.wish = wish
      member.deferred = deferred
      if (wish.wakeAt < Infinity) {
        member.wake = timers.add(wish.wakeAt, () => answer(member, undefined))
      }
      settle(poller)
      return Deferred.await(deferred)
    })

  const leave = (poller: Poller, member: Member) =>
    Effect.suspend(() => {
      poller.members.delete(member)
      if (member.wake !== undefined) timers.remove(member.wake)
      const { flight } = poller
      if (flight === undefined || poller.members.size > 0) {
        settle(poller)
        return Effect.void
      }
      poller.flight = undefined
      settle(poller)
      return Fiber.interrupt(flight)
    })

  return {
    now: () => timers.now(),
    join: (polled) =>
      Effect.sync(() => {
        const key = keyOf(polled)
        const poller = pollers.get(key) ??
          { key, polled, members: new Set(), timer: undefined, flight: undefined }
        pollers.set(key, poller)
        const member: Member = {
          wish: undefined,
          deferred: undefined,
          wake: undefined,
          missed: undefined
        }
        poller.members.add(member)
        return { next: (wish) => ask(poller, member, wish), leave: leave(poller, member) }
      }),
    end: Effect.suspend(() => {
      const all = [...pollers.values()]
      pollers.clear()
      for (const poller of all) {
        if (poller.timer !== undefined) timers.remove(poller.timer)
        for (const { deferred, wake } of poller.members) {
          if (wake !== undefined) timers.remove(wake)
          if (deferred !== undefined) Deferred.unsafeDone(deferred, Exit.interrupt(FiberId.none))
        }
      }
      return Effect.forEach(
        all,
        ({ flight }) => flight === undefined ? Effect.void : Fiber.interrupt(flight),
        { discard: true }
      )
    })
  }
}
