import * as Effect from "effect/Effect"
import type { CallError, InvalidRequest } from "../../LroError.ts"
import type { CallOptions } from "../../Requests.ts"
import type { Settings } from "./settings.ts"
import type { Place } from "./target.ts"

/**
 * Cancels at a place.
 *
 * @internal
 */
export type Cancel = (place: Place, options?: CallOptions) => Effect.Effect<void, CallError>

/**
 * One cancel for an operation whose caller was interrupted, for at most 5 seconds and with the options of the caller's call; its
 * outcome goes to the log.
 *
 * @internal
 */
export const cancelOnInterrupt = (
  { cancel, settings }: Starting,
  place: Place,
  options: CallOptions
): Effect.Effect<void> => {
  const { name } = place
  if (cancel === undefined) {
    return Effect.logWarning(`${settings.binding.service} has no cancel: ${name} goes on`)
  }
  if (name === "") return Effect.void
  return cancel(place, { ...options, retry: "none" }).pipe(
    Effect.interruptible,
    Effect.timeout("5 seconds"),
    Effect.matchEffect({
      onSuccess: () => Effect.logInfo(`cancelled ${name} after an interruption`),
      onFailure: (error) =>
        Effect.logWarning(`could not cancel ${name} after an interruption: ${error.message}`)
    })
  )
}

/**
 * What starting needs of a client.
 *
 * @internal
 */
export interface Starting {
  readonly settings: Settings
  readonly cancel: Cancel | undefined
  /** Refuses a name that does not fit get, where get is served. */
  readonly checkName: ((name: string) => Effect.Effect<unknown, InvalidRequest>) | undefined
}
