/**
 * Progress drawn with cli-progress.
 */
import cliProgress from "cli-progress"
import { Effect, Option, Stream } from "effect"
import * as Operation from "effect-lro/Operation"
import type * as OracleDatabase from "effect-lro/services/oracledatabase/v1/messages"
import type * as ServiceManagement from "effect-lro/services/servicemanagement/v1/messages"

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

type Metadata = OracleDatabase.OperationMetadata | ServiceManagement.OperationMetadata

/** What a service says of the progress, in its metadata. */
export const percentOf = (state: Operation.State<Metadata>) => {
  if (state._tag !== "Running") return [100, ""] as const
  const metadata = Option.getOrUndefined(Operation.decoded(state.metadata))
  if (metadata === undefined) return [0, ""] as const
  const percent = "percentComplete" in metadata
    ? metadata.percentComplete
    : metadata.progressPercentage
  return [percent, ""] as const
}

/** Draws the states of an operation that say how far it is. */
export const drawStates = <E, R>(
  format: string,
  states: Stream.Stream<Operation.State<Metadata>, E, R>
): Effect.Effect<void, E, R> => draw(format, Stream.map(states, percentOf))
