/**
 * A stream from an effect that gives the next item whenever it is asked: the one place that knows how such an effect ends.
 */
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

/**
 * Fails with none at the end.
 *
 * @internal
 */
export type Pull<A, E> = Effect.Effect<A, Option.Option<E>>

/** @internal */
export const end: Pull<never, never> = Effect.fail(Option.none())

/** @internal */
export const fail = <E>(error: E): Pull<never, E> => Effect.fail(Option.some(error))

/**
 * One item of an effect.
 *
 * @internal
 */
export const next = <A, E>(effect: Effect.Effect<A, E>): Pull<A, E> =>
  Effect.mapError(effect, Option.some)

/** @internal */
export const stream = <A, E>(pull: Pull<A, E>): Stream.Stream<A, E> =>
  Stream.repeatEffectOption(pull)

/**
 * A stream of the items of arrays.
 *
 * @internal
 */
export const streamOfArrays = <A, E>(pull: Pull<ReadonlyArray<A>, E>): Stream.Stream<A, E> =>
  Stream.repeatEffectChunkOption(Effect.map(pull, Chunk.unsafeFromArray))
