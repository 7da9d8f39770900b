import * as Effect from "effect/Effect"
import type * as Either from "effect/Either"
import type * as Tracer from "effect/Tracer"
import type { CallError } from "../../LroError.ts"
import type { Operation } from "../../Operation.ts"
import type { CallOptions } from "../../Requests.ts"
import type { Endpoint } from "../wire/endpoint.ts"

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
