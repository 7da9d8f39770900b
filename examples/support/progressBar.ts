/**
 * Progress drawn with cli-progress.
 */
import cliProgress from "cli-progress"
import { Effect, Option, Stream } from "effect"
import * as Operation from "effect-lro/Operation"
import type { OperationMetadata } from "effect-lro/services/servicemanagement/v1/messages"

/**
 * Draws a stream of percentages, each with the step it belongs to, until it ends. A terminal gets a moving bar, a log a line
 * every half second. `format` is that of cli-progress.
 */
export const draw = <E, R>(
  format: string,
  progress: Stream.Stream<readonly [percent: number, step: string], E, R>
): Effect.Effect<void, E, R> =>
  Effect.acquireUseRelease(
    Effect.sync(() => {
      const bar = new cliProgress.SingleBar({
        format,
        stream: process.stdout,
        hideCursor: true,
        noTTYOutput: true,
        notTTYSchedule: 500
      }, cliProgress.Presets.rect)
      bar.start(100, 0, { step: "" })
      return bar
    }),
    (bar) =>
      Stream.runForEach(progress, ([percent, step]) =>
        Effect.sync(() => bar.update(percent, { step }))),
    (bar) =>
      Effect.sync(() => bar.stop())
  )

/** What Service Management says of the progress, in its metadata. */
export const percentOf = (state: Operation.State<OperationMetadata>) => {
  if (state._tag !== "Running") return [100, ""] as const
  const metadata = Option.getOrUndefined(Operation.decoded(state.metadata))
  return [metadata?.progressPercentage ?? 0, ""] as const
}
