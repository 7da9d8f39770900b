import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as FiberRef from "effect/FiberRef"

const isInterrupted = (fiber: Fiber.RuntimeFiber<unknown, unknown>): boolean =>
  !Cause.isEmpty(fiber.getFiberRef(FiberRef.interruptedCause))

/**
 * Runs something when the very fiber that runs the effect is interrupted meanwhile. What looks like it does not count: an effect that
 * ends interrupted by itself or by somebody else, and a fiber that was interrupted before and runs the effect all the same.
 *
 * @internal
 */
export const onOwnInterrupt = <A, E, R, R2>(
  effect: Effect.Effect<A, E, R>,
  then: () => Effect.Effect<unknown, never, R2>
): Effect.Effect<A, E, R | R2> =>
  Effect.withFiberRuntime((fiber) => {
    if (isInterrupted(fiber)) return effect
    return Effect.onExit(
      effect,
      (exit) => Exit.isFailure(exit) && isInterrupted(fiber) ? then() : Effect.void
    )
  })
