/** Waits of months. */
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Layer } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as Operations from "effect-lro/Operations"
import * as Polling from "effect-lro/Polling"
import { Bakery, name } from "../kit/bakery.ts"
import { count } from "../kit/counts.ts"
import * as Heap from "../kit/heap.ts"
import * as LeanHttp from "../kit/LeanHttp.ts"
import * as Logs from "../kit/logs.ts"
import { withTime } from "../kit/services.ts"
import { VirtualClock } from "../kit/VirtualClock.ts"

const every = 30_000
/** Half a year, or some days. */
const days = count(180, 3)
const polls = days * 24 * 60 * 2
/** How often the heap is measured. */
const samples = count(20, 10)

/** The slope of the straight line that fits best. */
const slope = (points: ReadonlyArray<readonly [x: number, y: number]>): number => {
  const mean = (values: ReadonlyArray<number>) =>
    values.reduce((sum, value) => sum + value, 0) / values.length
  const x = mean(points.map(([x]) => x))
  const y = mean(points.map(([, y]) => y))
  return points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) /
    points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0)
}

describe(`a wait of ${days} days`, () => {
  it.live("polls every thirty seconds on time, in constant memory", () => {
    const clock = new VirtualClock()
    let asked = 0
    const late: Array<readonly [poll: number, at: number]> = []
    const http = LeanHttp.layer(() => {
      const at = clock.millis()
      if (at !== asked * every && late.length < 5) late.push([asked, at])
      asked++
      return { name, done: asked > polls, metadata: { asked } }
    })
    const layer = Operations.layer(Bakery).pipe(
      Layer.provide(Credentials.layerNone),
      Layer.provide(http)
    )
    let said = 0
    const log = Logs.lines(({ message }) => {
      if (message === "still waiting") said++
    })
    const heap: Array<readonly [poll: number, bytes: number]> = []
    const wait = Effect.flatMap(Bakery, (bakery) =>
      bakery.untilDone(name, {
        schedule: Polling.fixed(every),
        spread: 0,
        longPoll: "off",
        onState: () =>
          asked % (polls / samples) === 0
            ? Effect.sync(() => void heap.push([asked, Heap.usedNow()]))
            : Effect.void
      }))
    return Effect.gen(function*() {
      const state = yield* wait
      assert.strictEqual(state._tag, "Succeeded")
      assert.strictEqual(asked, polls + 1)
      assert.deepStrictEqual(late, [])
      assert.strictEqual(yield* Clock.currentTimeMillis, polls * every)
      // After 1, 5, 15 and 60 minutes, then every hour.
      assert.strictEqual(said, 4 + days * 24 - 1)
      const warm = heap.slice(samples / 5)
      assert.lengthOf(warm, samples * 4 / 5)
      assert.isBelow(slope(warm) * polls, 5 * 2 ** 20)
    }).pipe(
      Effect.provide(layer),
      Logs.instead(log),
      withTime(clock)
    )
  })
})
