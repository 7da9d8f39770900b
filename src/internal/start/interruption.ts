import * as Effect from "effect/Effect"
import type { OperationRef } from "../../OperationRef.ts"
import type { CallOptions, Started, StartOptions } from "../../Requests.ts"
import { cancelOnInterrupt, type Starting } from "../call/cancel.ts"
import { locate } from "../call/target.ts"

/** @internal */
export const started = (ref: OperationRef, options: StartOptions) =>
  options.onStarted === undefined || ref.name === "" ? Effect.void : Effect.catchAllCause(
    options.onStarted(ref),
    (cause) => Effect.logWarning(`onStarted of ${ref.name} failed`, cause)
  )

/**
 * The reference is this client's own: where it was started, it is cancelled.
 *
 * @internal
 */
export const cancelStarted = (client: Starting, ref: OperationRef, options: CallOptions) =>
  Effect.matchEffect(locate(client.settings, "Operations.start", "ref", ref), {
    onFailure: (error) =>
      Effect.logWarning(`could not cancel ${ref.name} after an interruption: ${error.message}`),
    onSuccess: (place) => cancelOnInterrupt(client, place, options)
  })

/**
 * The caller was interrupted and gets no result: the name goes to the log.
 *
 * @internal
 */
export const abandoned = <M>(
  client: Starting,
  { method, operation, ref }: Started<M>,
  options: StartOptions
) =>
  Effect.zipRight(
    Effect.logWarning(`${method.rpc} started ${ref.name} while its caller was interrupted`),
    options.onInterrupt === "cancel" && !operation.done
      ? cancelStarted(client, ref, options)
      : Effect.void
  )
