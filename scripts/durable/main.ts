import { NodeRuntime } from "@effect/platform-node"
import { Effect, Exit } from "effect"

/** Runs a measurement: the last line that it prints is its result as JSON. What is ended by Ctrl-C ends what it has started, too. */
export const main = <A, E>(measurement: Effect.Effect<A, E>): void =>
  NodeRuntime.runMain(
    Effect.tap(measurement, (result) => Effect.sync(() => console.log(JSON.stringify(result)))),
    { teardown: (exit) => process.exit(Exit.isSuccess(exit) ? process.exitCode : 1) }
  )
