import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DefaultServices from "effect/DefaultServices"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import * as Runtime from "effect/Runtime"

const liveClock = Context.get(DefaultServices.liveServices, Clock.Clock)

/**
 * The longest timer of a JavaScript runtime, in milliseconds: with a longer one it fires at once.
 *
 * @internal
 */
export const maxTimer = 2 ** 31 - 1

/**
 * Runs something after a while by a clock, unless it is cancelled before. With the live clock it is one timer of the runtime, with
 * any other a fiber that sleeps. What is longer than {@link maxTimer} never comes.
 *
 * @internal
 */
export const afterBy = (
  clock: Clock.Clock,
  runtime: () => Runtime.Runtime<never>,
  millis: number,
  run: () => void
): () => void => {
  if (millis > maxTimer) return () => {}
  if (clock === liveClock) {
    // The live clock's own sleep is this timer, inside a fiber that would cost ten times as much.
    // oxlint-disable-next-line no-restricted-globals
    const handle = setTimeout(run, millis)
    return () => clearTimeout(handle)
  }
  // Never before this returns, as a timer of the runtime.
  const pause = millis > 0 ? clock.sleep(Duration.millis(millis)) : Effect.yieldNow()
  const sleeping = Runtime.runFork(runtime())(Effect.zipRight(pause, Effect.sync(run)))
  return () => sleeping.unsafeInterruptAsFork(FiberId.none)
}

/**
 * {@link afterBy} the clock of a fiber.
 *
 * @internal
 */
export const after = (
  fiber: Fiber.RuntimeFiber<unknown, unknown>,
  millis: number,
  run: () => void
): () => void =>
  afterBy(
    Context.get(fiber.currentDefaultServices, Clock.Clock),
    () =>
      Runtime.make({
        context: fiber.currentContext,
        fiberRefs: fiber.getFiberRefs(),
        runtimeFlags: Runtime.defaultRuntimeFlags
      }),
    millis,
    run
  )
