import { Effect, FastCheck as fc, Runtime } from "effect"

/** How often a property is checked: PROPERTY_RUNS asks for more. */
export const runs = (usual: number): number =>
  Math.max(usual, Number(process.env["PROPERTY_RUNS"] ?? 0))

/** Checks a property many times in one test: `it.effect.prop` sets up a whole test for each run. */
export const holds = <A, E, R>(
  arbitrary: fc.Arbitrary<A>,
  numRuns: number,
  check: (value: A) => Effect.Effect<void, E, R>
): Effect.Effect<void, never, R> =>
  Effect.flatMap(Effect.runtime<R>(), (runtime) => {
    let runs = 0
    // Between runs the event loop gets its turn, else the runner takes the worker for dead.
    const turn = Effect.suspend(() =>
      ++runs % 200 === 0
        ? Effect.async<void>((resume) => void setImmediate(resume, Effect.void))
        : Effect.void
    )
    return Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(
          arbitrary,
          (value) => Runtime.runPromise(runtime)(Effect.zipRight(turn, check(value)))
        ),
        { numRuns }
      )
    )
  })
