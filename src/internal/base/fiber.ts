import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as FiberRef from "effect/FiberRef"
import type * as HashSet from "effect/HashSet"
import type * as Logger from "effect/Logger"
import type * as LogLevel from "effect/LogLevel"

const isInterrupted = (fiber: Fiber.RuntimeFiber<unknown, unknown>): boolean =>
  !Cause.isEmpty(fiber.getFiberRef(FiberRef.interruptedCause))

/**
 * Gives a look at whether the very fiber that runs this was interrupted meanwhile: nothing else tells it, least of all the shape of a
 * cause. A fiber that was interrupted before and runs this all the same is not interrupted by anybody any more.
 *
 * @internal
 */
export const watchInterrupt = <A, E, R>(
  use: (isInterrupted: () => boolean) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.withFiberRuntime((fiber) => {
    const before = isInterrupted(fiber)
    return use(() => !before && isInterrupted(fiber))
  })

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
  watchInterrupt((interrupted) => whenInterrupted(interrupted, effect, then))

/**
 * {@link onOwnInterrupt}, by a look that was taken before.
 *
 * @internal
 */
export const whenInterrupted = <A, E, R, R2>(
  interrupted: () => boolean,
  effect: Effect.Effect<A, E, R>,
  then: () => Effect.Effect<unknown, never, R2>
): Effect.Effect<A, E, R | R2> =>
  Effect.onExit(effect, (exit) => Exit.isFailure(exit) && interrupted() ? then() : Effect.void)

/**
 * Where a fiber logs to, and from which level on.
 *
 * @internal
 */
export interface Logs {
  readonly loggers: HashSet.HashSet<Logger.Logger<unknown, unknown>>
  readonly minimum: LogLevel.LogLevel
}

/** @internal */
export const logs: Effect.Effect<Logs> = Effect.withFiberRuntime((fiber) =>
  Effect.succeed({
    loggers: fiber.getFiberRef(FiberRef.currentLoggers),
    minimum: fiber.getFiberRef(FiberRef.currentMinimumLogLevel)
  })
)

/**
 * Lets an effect log as another fiber does.
 *
 * @internal
 */
export const withLogs = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  { loggers, minimum }: Logs
): Effect.Effect<A, E, R> =>
  Effect.withFiberRuntime((fiber) =>
    fiber.getFiberRef(FiberRef.currentLoggers) === loggers &&
      fiber.getFiberRef(FiberRef.currentMinimumLogLevel) === minimum
      ? effect
      : effect.pipe(
        Effect.locally(FiberRef.currentLoggers, loggers),
        Effect.locally(FiberRef.currentMinimumLogLevel, minimum)
      )
  )
