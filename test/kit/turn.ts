import { Effect } from "effect"

/** Gives the event loop its turn: else the runner takes a worker that is busy for a minute for dead. */
export const turn: Effect.Effect<void> = Effect.async((resume) =>
  void setImmediate(resume, Effect.void)
)
