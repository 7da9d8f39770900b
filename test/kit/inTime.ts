import { type Duration, Effect, Fiber, TestClock } from "effect"

/** Runs an effect while virtual time passes, an hour unless told. */
export const inTime = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  time: Duration.DurationInput = "1 hour"
) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.fork(effect)
    yield* TestClock.adjust(time)
    return yield* Fiber.join(fiber)
  })
