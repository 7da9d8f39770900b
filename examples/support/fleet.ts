/**
 * A fleet on the embedded server, how it gets on, and what became of it.
 */
import { Console, Effect, Exit, Stream } from "effect"
import type * as Fleet from "effect-lro/Fleet"
import * as Testing from "effect-lro/testing"
import * as ProgressBar from "./progressBar.ts"

/** One in ten fails, and all have ended after three seconds. */
export const scripted = (call: Testing.StartCall) => {
  const number = Number(/(\d+)$/.exec(call.operation)?.[1] ?? 0)
  const after = 1000 + (number % 20) * 100
  return number % 10 === 0
    ? Testing.failAfter(after, { code: "ABORTED", message: "the hub has spokes" })
    : Testing.succeedAfter(after)
}

/** Draws while a fleet of so many goes on. */
export const draw = (progress: Fleet.ProgressBoard, count: number): Effect.Effect<void> =>
  ProgressBar.draw(
    "waiting {bar} {percentage}% {step}",
    Stream.map(progress.changes, ({ requests, running, ...ended }) => {
      const done = Object.values(ended).reduce((sum, each) => sum + each, 0)
      const share = running + done === 0 ? 0 : Math.floor((100 * done) / count)
      return [share, `${running} run, ${requests} requests`] as const
    })
  )

/** Counts the rows by their outcome, and prints the table when the last one is there. */
export const printOutcomes = <E, R>(
  rows: Stream.Stream<Fleet.Row<unknown>, E, R>
): Effect.Effect<void, E, R> =>
  Effect.gen(function*() {
    const outcomes = new Map<string, number>()
    yield* Stream.runForEach(rows, ({ exit }) =>
      Effect.sync(() => {
        const outcome = Exit.match(exit, {
          onSuccess: () => "Succeeded",
          onFailure: (cause) => cause._tag === "Fail" ? cause.error._tag : "defect"
        })
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
      }))
    yield* Console.log("Outcomes")
    for (const [outcome, times] of Array.from(outcomes).sort(([a], [b]) => b.localeCompare(a))) {
      yield* Console.log(`  ${outcome.padEnd(18)} ${times}`)
    }
  })
