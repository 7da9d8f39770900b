/** [18] The spread is an offset from the planned instants. */
import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, Effect, Fiber, Schedule, TestClock } from "effect"
import type { Operation } from "effect-lro/Operation"
import * as Polling from "effect-lro/Polling"
import { after, Bakery, done, layer, name, polledAt, refuse, running } from "../kit/Scripted.ts"

const minute = 60_000

/** The polls of the first minutes of a wait that begins at the full minute. */
const polls = (
  schedule: Schedule.Schedule<unknown, Operation>,
  minutes: number,
  options: Polling.Settings = {}
) =>
  Effect.gen(function*() {
    const bakery = yield* Bakery
    const fiber = yield* Effect.fork(bakery.untilDone(name, { ...options, schedule }))
    yield* TestClock.adjust(minutes * minute)
    yield* Fiber.interrupt(fiber)
    return yield* polledAt
  })

const slow = () => layer({ get: [after(50, running())] })
const quick = () => layer({ get: [running()] })

describe("[18] polls", () => {
  const named: ReadonlyArray<readonly [string, Schedule.Schedule<unknown, Operation>]> = [
    ["fixed", Schedule.fixed("1 minute")],
    ["windowed", Schedule.windowed("1 minute")],
    ["cron", Schedule.cron("* * * * *")]
  ]
  for (const [what, schedule] of named) {
    for (const [when, world] of [["at once", quick], ["after 50 ms", slow]] as const) {
      it.effect(`${what}, answered ${when}: one a minute, each by the same offset`, () =>
        Effect.gen(function*() {
          const all = yield* polls(schedule, 10.5)
          assert.lengthOf(all, 11)
          const offsets = all.slice(1).map((at, i) => at - (i + 1) * minute)
          for (const offset of offsets) {
            // The first delay counts from a reply at the beginning: its offset is a share of the rest of a minute.
            assert.closeTo(offset, offsets[0] ?? Number.NaN, 0.2 * 50)
            assert.isAtLeast(offset, 0)
            assert.isAtMost(offset, 0.2 * minute + 60)
          }
        }).pipe(Effect.provide(world())))
    }
  }

  for (const [what, schedule] of named) {
    it.effect(`${what}: one a minute, whatever the name of the operation`, () =>
      Effect.gen(function*() {
        const bakery = yield* Bakery
        const names = Array.from({ length: 12 }, (_, i) => `${name}${i}`)
        const fibers = yield* Effect.forkAll(
          names.map((name) => bakery.untilDone(name, { schedule }))
        )
        yield* TestClock.adjust(10.5 * minute)
        yield* Fiber.interrupt(fibers)
        assert.lengthOf(yield* polledAt, 11 * names.length)
      }).pipe(Effect.provide(quick())))
  }

  it.effect("spaced: the pauses that it names, with replies that take their time", () =>
    Effect.gen(function*() {
      const all = yield* polls(Polling.fixed("1 minute"), 10.5)
      const pauses = Arr.zipWith(all.slice(1), all, (b, a) => b - a)
      assert.isAtMost(pauses[0] ?? 0, 1.2 * minute + 50)
      for (const pause of pauses.slice(1)) assert.closeTo(pause, minute + 50, 0.01)
    }).pipe(Effect.provide(slow())))

  it.effect("of another spread; of none at the planned instants themselves", () =>
    Effect.gen(function*() {
      const planned = yield* polls(Schedule.fixed("1 minute"), 3.5, { spread: 0 })
      assert.deepStrictEqual(planned, [0, minute, 2 * minute, 3 * minute])
    }).pipe(Effect.provide(quick())))

  it.effect("that failed keep to it, too", () =>
    Effect.gen(function*() {
      assert.lengthOf(yield* polls(Schedule.fixed("1 minute"), 9.5), 10)
    }).pipe(Effect.provide(layer({ get: [running(), refuse(503, "UNAVAILABLE")] }))))
})

describe("[18] what cannot be", () => {
  const wrong: ReadonlyArray<readonly [Schedule.Schedule<unknown, Operation>, string]> = [
    [
      Polling.exponential({ initial: 0, multiplier: 2, cap: "1 minute" }),
      "has `initial` of 0"
    ],
    [
      Polling.exponential({ initial: "2 minutes", multiplier: 2, cap: "1 minute" }),
      "has a `cap` below `initial`"
    ],
    [
      Polling.exponential({ initial: "1 second", multiplier: 0.5, cap: "1 minute" }),
      "has a `multiplier` below 1"
    ],
    [Polling.proportional({ share: 0.1, floor: 0, cap: "1 minute" }), "has `floor` of 0"],
    [
      Polling.proportional({ share: 0.1, floor: "2 minutes", cap: "1 minute" }),
      "has a `cap` below `floor`"
    ],
    [
      Polling.proportional({ share: -1, floor: "1 second", cap: "1 minute" }),
      "has a `share` below 0"
    ]
  ]
  for (const [schedule, problem] of wrong) {
    it.effect(`${problem}: the wait and the layer refuse it`, () =>
      Effect.gen(function*() {
        const bakery = yield* Bakery
        const error = yield* Effect.flip(bakery.untilDone(name, { schedule }))
        assert.strictEqual(
          error.message,
          `Operations.untilDone (${name}): \`schedule\` ${problem}`
        )
        const ambient = Polling.withSettings(bakery.untilDone(name), { schedule })
        assert.strictEqual((yield* Effect.flip(ambient))._tag, "InvalidRequest")
        const built = yield* Effect.flip(
          Effect.provide(Bakery, layer({}, { polling: { schedule } }))
        )
        assert.strictEqual(built.message, `\`polling.schedule\` ${problem}`)
        assert.deepStrictEqual(yield* polledAt, [])
      }).pipe(Effect.provide(layer({ get: [done] }))))
  }
})
