import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { InvalidRequest } from "../../LroError.ts"
import type { Target } from "../../Waits.ts"
import type { Own } from "./options.ts"
import { type Intake, rows } from "./rows.ts"

/**
 * The rows of targets.
 *
 * @internal
 */
export const outcomes = <E>(
  client: object,
  { fleet, options }: Own,
  feed: (intake: Intake) => Effect.Effect<void, E, unknown>
): Stream.Stream<unknown, E | InvalidRequest, unknown> =>
  Stream.map(
    rows(client, "Fleet.outcomes", options, fleet, feed),
    ({ exit, index, ref }) => ({ index, ref, exit })
  )

/**
 * Targets with the numbers that their rows get.
 *
 * @internal
 */
export const feedNumbered =
  <E, R>(targets: Stream.Stream<readonly [target: Target, index: number], E, R>) =>
  ({ add }: Intake): Effect.Effect<void, E, R> =>
    Stream.runForEach(targets, ([target, index]) => add(index, target, undefined))

/**
 * The targets of a fleet.
 *
 * @internal
 */
export const feedTargets =
  <E, R>(targets: Iterable<Target> | Stream.Stream<Target, E, R>) =>
  ({ add }: Intake): Effect.Effect<void, E, R> => {
    let number = 0
    const next = (target: Target) => add(number++, target, undefined)
    return Stream.StreamTypeId in targets
      ? Stream.runForEach(targets, next)
      : Effect.forEach(targets, next, { discard: true })
  }
