import type * as Cause from "effect/Cause"
import type * as Effect from "effect/Effect"
import type * as Either from "effect/Either"
import type * as Tracer from "effect/Tracer"
import type { CallError } from "../../LroError.ts"
import type { Operation } from "../../Operation.ts"
import type { Logs } from "../base/fiber.ts"
import type { Sent } from "../call/sent.ts"
import type { Place } from "../call/target.ts"

/**
 * One operation as it is polled. Waits that give the same share their polls.
 *
 * @internal
 */
export interface Polled extends Place {
  /** The base URL that is asked, however it was named. */
  readonly url: string | undefined
  /** What is sent with each poll. */
  readonly sent: Sent
}

/**
 * How a wait wants polls to be made. Instants and durations are monotonic milliseconds.
 *
 * @internal
 */
export interface Manner {
  /** The longest time that one may take; a shared one takes the longest of all. */
  readonly timeout: number
  /** How long the server may hold a reply until there is something new; `undefined` for replies at once. */
  readonly hold: number | undefined
  /** How long the server may hold it up at most. */
  readonly maxHint: number | undefined
  /** Where a poll that this wait asked for logs to. */
  readonly logs: Logs
}

/**
 * A poll that ended without an answer of its own: it was given up, or the source is gone.
 *
 * @internal
 */
export class Lost {
  readonly _tag = "Lost"
  readonly reason: "Interrupted" | "Closed"
  readonly cause: Cause.Cause<never> | undefined
  constructor(reason: Lost["reason"], cause?: Cause.Cause<never>) {
    this.reason = reason
    this.cause = cause
  }
}

/**
 * What a poll gave, and when.
 *
 * @internal
 */
export interface Outcome {
  readonly result: Either.Either<Operation, CallError | Lost>
  readonly asked: number
  /** For how long it had queued before. */
  readonly queued?: number | undefined
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
  /** A poll that nobody waits for any more is aborted; the effect that is given back has seen to it. */
  readonly leave: () => Effect.Effect<void>
}

/**
 * Where waits get states from, and all that they know of it: polls of one operation each, pages of a list.
 *
 * @internal
 */
export interface PollSource {
  /** The clock that polls go by. */
  readonly now: () => number
  readonly join: (polled: Polled, manner: Manner) => Membership
}

/**
 * One poll to be made.
 *
 * @internal
 */
export interface Order {
  /** When it was wanted. */
  readonly at: number
  /** Asked for when it goes out: until then others join. */
  readonly timeout: () => number
}

/**
 * A poll that the server may hold. Whoever is given one says when it is over.
 *
 * @internal
 */
export interface Held {
  readonly poll: Effect.Effect<Outcome>
  /** How long it may be held. */
  readonly millis: number
  readonly over: () => void
}

/**
 * How the states of one operation are asked for: what a poller knows of it.
 *
 * @internal
 */
export interface Asker {
  /** A poll that is answered at once. */
  readonly look: (order: Order) => Effect.Effect<Outcome>
  /** Whether the server may be asked to hold polls at all. Left out where the service has no wait. */
  readonly holds?: () => boolean
  /**
   * A poll that the server may hold: for at most so long, for somebody who has so much time left. None where there is no place for it now,
   * or where that is too short.
   */
  readonly hold?: (order: Order, most: number, left: number) => Held | undefined
}
