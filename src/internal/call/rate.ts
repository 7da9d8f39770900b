import type * as Effect from "effect/Effect"
import type { CallError } from "../../CallError.ts"
import type { Attempt } from "./attempt.ts"

/**
 * What a layer needs of a rate that it keeps.
 *
 * @internal
 */
export interface Rate {
  /** What is wrong with it, as a predicate: a layer that is given it fails with that. */
  readonly problem: string | undefined
  /** Sends an attempt when its turn has come; `send` is told how many milliseconds it has queued. */
  readonly through: <A>(
    attempt: Attempt<unknown>,
    send: (queued: number) => Effect.Effect<A, CallError>
  ) => Effect.Effect<A, CallError>
}
