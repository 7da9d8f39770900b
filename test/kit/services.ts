/** What an effect runs with in place of its own: time, chance and settings. Only this file knows how Effect spells them. */
import {
  Clock,
  ConfigProvider,
  Duration,
  Effect,
  Layer,
  Random,
  TestContext,
  TestServices
} from "effect"

/** Time of a test's own. */
export interface Time {
  /** What the wall clock shows, in milliseconds. */
  readonly millis: () => number
  /** The time that only goes forward. */
  readonly nanos: () => bigint
  /** Calls `wake` after so many milliseconds; what it gives ends that. */
  readonly timer: (millis: number, wake: () => void) => () => void
}

/** An effect that knows no other time. */
export const withTime = (time: Time) => {
  const clock: Clock.Clock = {
    [Clock.ClockTypeId]: Clock.ClockTypeId,
    unsafeCurrentTimeMillis: time.millis,
    unsafeCurrentTimeNanos: time.nanos,
    currentTimeMillis: Effect.sync(time.millis),
    currentTimeNanos: Effect.sync(time.nanos),
    sleep: (duration) =>
      Effect.async((resume) =>
        Effect.sync(time.timer(Duration.toMillis(duration), () => resume(Effect.void)))
      )
  }
  return <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.withClock(effect, clock)
}

/** An effect in virtual time of its own, which TestClock moves. */
export const inVirtualTime: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> =
  Effect.provide(TestContext.TestContext)

/** An effect on the clock of this machine, in a test whose time is virtual. */
export const inRealTime: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> =
  TestServices.provideLive

/** An effect whose dice fall so, again and again; each is at least 0 and at most 1. */
export const withDice = (
  ...dice: [number, ...Array<number>]
): <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> =>
  Effect.withRandom(Random.fixed(dice))

/** Settings that are these and no others. */
export const settings = (
  variables: { readonly [name: string]: string } = {}
): Layer.Layer<never> =>
  Layer.setConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables))))

/** Settings whose provider throws: whoever asks for one gets a defect. */
export const throwingSettings = (thrown: (variable: string) => Error): Layer.Layer<never> =>
  Layer.setConfigProvider(
    ConfigProvider.fromFlat(
      ConfigProvider.makeFlat({
        load: (path) => {
          throw thrown(path.join("_"))
        },
        enumerateChildren: () => Effect.dieMessage("nobody asks"),
        patch: { _tag: "Empty" }
      })
    )
  )
