import { Effect, FastCheck as fc, Runtime } from "effect"
import { repetitions } from "./counts.ts"
import { turn } from "./turn.ts"

/** Checks a property many times in one test: `it.effect.prop` sets up a whole test for each run. */
export const holds = <A, E, R>(
  arbitrary: fc.Arbitrary<A>,
  numRuns: number,
  check: (value: A) => Effect.Effect<void, E, R>
): Effect.Effect<void, never, R> =>
  Effect.flatMap(Effect.runtime<R>(), (runtime) => {
    let run = 0
    const now = Effect.suspend(() => ++run % 200 === 0 ? turn : Effect.void)
    return Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(
          arbitrary,
          (value) => Runtime.runPromise(runtime)(Effect.zipRight(now, check(value)))
        ),
        { numRuns: repetitions(numRuns) }
      )
    )
  })
