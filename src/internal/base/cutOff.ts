import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as FiberId from "effect/FiberId"
import * as FiberRef from "effect/FiberRef"
import * as FiberRefs from "effect/FiberRefs"
import * as Option from "effect/Option"
import * as Runtime from "effect/Runtime"
import { after } from "./timers.ts"

/**
 * A runtime for a fiber of one's own: made once for the fiber references of a caller, which hardly ever change between calls.
 *
 * @internal
 */
export const runtimeOf = (
  change: (fiberRefs: FiberRefs.FiberRefs, id: FiberId.Runtime) => FiberRefs.FiberRefs
) => {
  const made = new WeakMap<FiberRefs.FiberRefs, Runtime.Runtime<never>>()
  return (parent: Fiber.RuntimeFiber<unknown, unknown>): Runtime.Runtime<never> => {
    const own = parent.getFiberRefs()
    const known = made.get(own)
    if (known !== undefined) return known
    const fiberRefs = change(own, parent.id())
    const runtime = Runtime.make({
      context: FiberRefs.getOrDefault(fiberRefs, FiberRef.currentContext),
      fiberRefs,
      runtimeFlags: Runtime.defaultRuntimeFlags
    })
    made.set(own, runtime)
    return runtime
  }
}

/** What a cut-off fiber runs under: as its parent, but its failure is the caller's business and not logged. */
const quiet = runtimeOf((fiberRefs, id) =>
  FiberRefs.updateAs(fiberRefs, {
    fiberId: id,
    fiberRef: FiberRef.unhandledErrorLogLevel,
    value: Option.none()
  })
)

/**
 * `Effect.async` without a gap: there, a fiber that yields after the registration can be interrupted before its cancellation is in
 * place, and what was begun would go on with nobody to stop it.
 *
 * @internal
 */
export const begun = <A, E>(
  begin: (resume: (result: Effect.Effect<A, E>) => void) => Effect.Effect<void>
): Effect.Effect<A, E> =>
  Effect.uninterruptibleMask((restore) => {
    let early: Effect.Effect<A, E> | undefined
    let resume = (result: Effect.Effect<A, E>): void => void (early ??= result)
    const cancel = begin((result) => resume(result))
    if (early !== undefined) return early
    const end = Effect.async<A, E>((end) => {
      if (early === undefined) resume = end
      else end(early)
    })
    // What `onInterrupt` does, without a mask of its own.
    return Effect.catchAllCause(
      restore(end),
      (cause) =>
        Cause.isInterrupted(cause)
          ? Effect.zipRight(cancel, Effect.failCause(cause))
          : Effect.failCause(cause)
    )
  })

/**
 * Runs an effect in a fiber of its own and gives it up after a while, at once: its clean-up goes on behind. Costs a fraction of
 * `Effect.timeoutFail`, which races two; next to nothing where the effect ends without waiting.
 *
 * An effect that dies, or is interrupted by somebody else than the caller, fails: what becomes of it is no message to the caller's own
 * fiber.
 *
 * @internal
 */
export const cutOff = <A, E>(
  effect: Effect.Effect<A, E>,
  millis: number,
  /** What it fails with: without a cause when its time is over. */
  onLost: (cause: Cause.Cause<E> | undefined) => E,
  runtime: (parent: Fiber.RuntimeFiber<unknown, unknown>) => Runtime.Runtime<never> = quiet
): Effect.Effect<A, E> =>
  Effect.withFiberRuntime<A, E>((parent) =>
    begun((resume) => {
      const fiber = Runtime.runFork(runtime(parent))(effect)
      const end = (exit: Exit.Exit<A, E>) =>
        resume(
          Exit.isFailure(exit) && Option.isNone(Cause.failureOption(exit.cause))
            ? Effect.fail(onLost(exit.cause))
            : exit
        )
      const exit = fiber.unsafePoll()
      if (exit !== null) {
        end(exit)
        return Effect.void
      }
      const cancel = after(parent, millis, () => {
        resume(Effect.fail(onLost(undefined)))
        fiber.unsafeInterruptAsFork(parent.id())
      })
      fiber.addObserver((exit) => {
        cancel()
        end(exit)
      })
      return Effect.suspend(() => {
        cancel()
        return Fiber.interrupt(fiber)
      })
    })
  )
