import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DefaultServices from "effect/DefaultServices"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Runtime from "effect/Runtime"

const liveClock = Context.get(DefaultServices.liveServices, Clock.Clock)

/** The longest timer of a JavaScript runtime. */
const maxTimer = 2 ** 31 - 1

/**
 * Runs something after a while by the clock of a fiber, unless it is cancelled before. With the live clock it is one timer of the
 * runtime, with any other a fiber that sleeps.
 *
 * @internal
 */
export const after = (
  fiber: Fiber.RuntimeFiber<unknown, unknown>,
  millis: number,
  run: () => void
): () => void => {
  const clock = Context.get(fiber.currentDefaultServices, Clock.Clock)
  if (clock === liveClock) {
    if (millis > maxTimer) return () => {}
    // The live clock's own sleep is this timer, inside a fiber that would cost ten times as much.
    // oxlint-disable-next-line no-restricted-globals
    const handle = setTimeout(run, millis)
    return () => clearTimeout(handle)
  }
  const runtime = Runtime.make({
    context: fiber.currentContext,
    fiberRefs: fiber.getFiberRefs(),
    runtimeFlags: Runtime.defaultRuntimeFlags
  })
  const sleeping = Runtime.runFork(runtime)(
    Effect.zipRight(clock.sleep(Duration.millis(millis)), Effect.sync(run))
  )
  return () => sleeping.unsafeInterruptAsFork(fiber.id())
}
