import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schedule from "effect/Schedule"

/** The engine raises what its storage fails with as a defect. */
const isStorageFailure = (cause: Cause.Cause<unknown>): boolean =>
  [...Cause.defects(cause), ...Cause.failures(cause)].some(
    (each) => Predicate.isTagged(each, "PersistenceError") || Predicate.isTagged(each, "SqlError")
  )

const policy = Schedule.exponential("200 millis", 1.5).pipe(
  Schedule.union(Schedule.spaced("10 seconds"))
)

/**
 * Repeats what the storage of the engine fails, for as long as it takes: a database that restarts would end up as a defect in the result of
 * the workflow. What is repeated is found again by its key.
 *
 * @internal
 */
export const overOutages = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  effect.pipe(
    Effect.sandbox,
    Effect.tapError((cause) =>
      isStorageFailure(cause)
        ? Effect.logWarning("the storage of the workflow engine failed; trying again", cause)
        : Effect.void
    ),
    Effect.retry({ schedule: policy, while: isStorageFailure }),
    Effect.unsandbox
  )
