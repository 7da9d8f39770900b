import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import * as Runtime from "effect/Runtime"
import type * as Tracer from "effect/Tracer"
import type { CallError } from "../LroError.ts"
import type { Operation } from "../Operation.ts"
import type { CallOptions } from "../Operations.ts"
import type { Timer, Timers } from "./timers.ts"

/**
 * One operation as it is polled: waits with the same key share their polls.
 *
 * @internal
 */
export interface Polled {
  readonly name: string
  readonly endpoint: string | undefined
  readonly quotaProject: string | undefined
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
  /** The span of the poll, for a link. */
  readonly span: Tracer.AnySpan | undefined
}

/**
 * Where waits get states from.
 *
 * @internal
 */
export interface PollSource {
  /**
   * The next outcome for an operation, of a poll that is made at `at` at the latest: earlier when another wait wants one earlier, or
   * one is on its way. `undefined` when `wakeAt` comes first. Interruption withdraws the wish; a poll that nobody waits for any more
   * is aborted.
   */
  readonly next: (
    polled: Polled,
    at: number,
    options: CallOptions,
    wakeAt: number
  ) => Effect.Effect<Outcome | undefined>
}

type Get = (polled: Polled, options: CallOptions) => Effect.Effect<Outcome>

interface Wish {
  readonly at: number
  readonly options: CallOptions
  readonly deferred: Deferred.Deferred<Outcome | undefined>
  wake: Timer | undefined
}

/** The waits for one operation: what they wish for, and the poll on its way. */
interface Poller {
  readonly key: string
  readonly polled: Polled
  readonly wishes: Set<Wish>
  timer: Timer | undefined
  flight: Fiber.RuntimeFiber<void> | undefined
}

const keyOf = ({ endpoint, name, quotaProject }: Polled): string =>
  `${name} ${endpoint ?? ""} ${quotaProject ?? ""}`

/**
 * Polls by get, one poller an operation. Polls run in the layer's runtime: the span, the annotations and the references of the wait
 * that asked first do not stick.
 *
 * @internal
 */
export const make = (
  get: Get,
  timers: Timers,
  runtime: Runtime.Runtime<never>
): PollSource => {
  const pollers = new Map<string, Poller>()
  const fork = Runtime.runFork(runtime)

  const pollerOf = (polled: Polled): Poller => {
    const key = keyOf(polled)
    const known = pollers.get(key)
    if (known !== undefined) return known
    const poller: Poller = { key, polled, wishes: new Set(), timer: undefined, flight: undefined }
    pollers.set(key, poller)
    return poller
  }

  const resolve = (poller: Poller, wish: Wish, outcome: Outcome | undefined) => {
    poller.wishes.delete(wish)
    if (wish.wake !== undefined) timers.remove(wish.wake)
    Deferred.unsafeDone(wish.deferred, Exit.succeed(outcome))
  }

  /** The earliest wish sets the timer; without any the poller is forgotten. */
  const settle = (poller: Poller) => {
    if (poller.flight !== undefined) return
    let earliest = Infinity
    for (const wish of poller.wishes) earliest = Math.min(earliest, wish.at)
    if (poller.timer !== undefined && poller.timer.index >= 0 && poller.timer.at === earliest) {
      return
    }
    if (poller.timer !== undefined) timers.remove(poller.timer)
    poller.timer = undefined
    if (poller.wishes.size === 0) pollers.delete(poller.key)
    else if (earliest <= timers.now()) fly(poller)
    else poller.timer = timers.add(earliest, () => fly(poller))
  }

  const fly = (poller: Poller) => {
    poller.timer = undefined
    let first: Wish | undefined
    for (const wish of poller.wishes) if (first === undefined || wish.at < first.at) first = wish
    const poll = Effect.map(get(poller.polled, first?.options ?? {}), (outcome) => {
      poller.flight = undefined
      for (const wish of [...poller.wishes]) resolve(poller, wish, outcome)
      settle(poller)
    })
    // Not at once: a poll that needs no waiting would end before it is known to fly.
    poller.flight = fork(poll, { immediate: false })
  }

  const leave = (poller: Poller, wish: Wish) =>
    Effect.suspend(() => {
      if (!poller.wishes.delete(wish)) return Effect.void
      if (wish.wake !== undefined) timers.remove(wish.wake)
      const { flight } = poller
      if (flight === undefined || poller.wishes.size > 0) {
        settle(poller)
        return Effect.void
      }
      poller.flight = undefined
      settle(poller)
      return Fiber.interrupt(flight)
    })

  return {
    next: (polled, at, options, wakeAt) =>
      Effect.suspend(() => {
        const poller = pollerOf(polled)
        const deferred = Deferred.unsafeMake<Outcome | undefined>(FiberId.none)
        const wish: Wish = { at, options, deferred, wake: undefined }
        poller.wishes.add(wish)
        // While a poll is on its way its outcome is the next thing that happens.
        if (wakeAt < at) {
          wish.wake = timers.add(wakeAt, () => {
            if (poller.flight !== undefined) return
            resolve(poller, wish, undefined)
            settle(poller)
          })
        }
        settle(poller)
        return Effect.onInterrupt(Deferred.await(deferred), () => leave(poller, wish))
      })
  }
}
