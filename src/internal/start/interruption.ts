import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { OperationRef } from "../../OperationRef.ts"
import type { CallOptions, StartOptions } from "../../Requests.ts"
import type { Started } from "../../Waits.ts"
import { cancelOnInterrupt, type Starting } from "../call/cancel.ts"
import { locate } from "../call/target.ts"

/**
 * An `onStarted` that runs. It is often a write to a database, and has as long as it wants while somebody waits for it.
 *
 * @internal
 */
export interface Telling {
  readonly ref: OperationRef
  readonly told: Effect.Effect<void>
  readonly giveUp: Effect.Effect<void>
}

/** @internal */
export const tell = (ref: OperationRef, options: StartOptions): Effect.Effect<Telling> =>
  options.onStarted === undefined || ref.name === ""
    ? Effect.succeed({ ref, told: Effect.void, giveUp: Effect.void })
    : options.onStarted(ref).pipe(
      Effect.catchAllCause((cause) => Effect.logWarning(`onStarted of ${ref.name} failed`, cause)),
      Effect.interruptible,
      Effect.forkDaemon,
      Effect.map((fiber) => ({
        ref,
        told: Effect.asVoid(Fiber.await(fiber)),
        giveUp: Fiber.interruptFork(fiber)
      }))
    )

/**
 * Once its caller was interrupted an `onStarted` has five seconds left; then the reference goes to the log.
 *
 * @internal
 */
export const atMost5 = ({ giveUp, ref, told }: Telling): Effect.Effect<void> =>
  told.pipe(
    Effect.interruptible,
    Effect.timeout("5 seconds"),
    Effect.catchAll(() =>
      Effect.zipRight(
        giveUp,
        Effect.logWarning(
          `onStarted of ${ref.name} was given up: it took more than 5 seconds after an interruption`,
          JSON.stringify(ref)
        )
      )
    )
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
export const abandoned = (
  client: Starting,
  { method, operation, ref }: Started<unknown, unknown>,
  options: StartOptions
) =>
  Effect.zipRight(
    Effect.logWarning(`${method.rpc} started ${ref.name} while its caller was interrupted`),
    options.onInterrupt === "cancel" && !operation.done
      ? cancelStarted(client, ref, options)
      : Effect.void
  )
