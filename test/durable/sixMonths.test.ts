/** A wait of half a year over a runner that is killed every day. */
import { ShardingConfig } from "@effect/cluster"
import { assert, it } from "@effect/vitest"
import { Effect, Exit } from "effect"
import * as Durable from "effect-lro/Durable"
import * as Testing from "effect-lro/testing"
import { bakeOnce, Bakery, Cake } from "../kit/bakery.ts"
import { launchMortal, makeDatabase } from "../kit/database.ts"
import { bakery, Baking, counts, order, rows, shardsPerGroup, storage } from "../kit/durable.ts"
import { withTime } from "../kit/services.ts"
import { VirtualClock } from "../kit/VirtualClock.ts"

/** The engine looks at its gauges every second and for idle entities every thirty; here every hour, which is what half a year affords. */
class HourlyChores extends VirtualClock {
  override timer(millis: number, wake: () => void): () => void {
    return super.timer(millis === 1000 || millis === 30_000 ? 3_600_000 : millis, wake)
  }
}

const calm = ShardingConfig.layer({
  shardsPerGroup,
  entityTerminationTimeout: "500 millis",
  entityMessagePollInterval: "6 hours",
  entityReplyPollInterval: "6 hours",
  refreshAssignmentsInterval: "6 hours",
  shardLockRefreshInterval: "6 hours",
  shardLockExpiration: "1 day",
  runnerHealthCheckInterval: "1 day"
})

it.effect("[17] a wait of six months survives that its runner is killed every day", () => {
  const time = new HourlyChores()
  return Effect.gen(function*() {
    const body = Durable.run(Bakery, bakeOnce, order, {
      step: "bake",
      response: Cake,
      schedule: { fixed: "7 hours" },
      spread: 0,
      longPoll: "off",
      onInterrupt: "cancel"
    })
    const database = yield* makeDatabase
    const launch = launchMortal(database, time, body, { settings: calm })
    let id = ""
    let expected = 0
    for (let day = 0; day < 183; day++) {
      const runner = yield* launch
      if (day === 0) {
        id = yield* Effect.provide(Baking.execute({ id: "a" }, { discard: true }), runner.context)
      }
      // At another time of each day.
      const hours = 1 + (day * 7) % 23
      // At once, and every seven hours; what was just started has no poll in its first hour.
      if (day > 0) expected += Math.ceil(hours / 7)
      yield* Effect.sleep(`${hours} hours`)
      yield* runner.kill
      yield* Effect.sleep(`${24 - hours} hours`)
    }
    const last = yield* launch
    yield* Effect.sleep("1 day")
    const result = yield* Effect.provide(Baking.poll(id), last.context)
    assert.deepStrictEqual(
      result?._tag === "Complete" ? result.exit : result,
      Exit.succeed({ flavour: "plum" })
    )
    yield* last.kill
    assert.deepStrictEqual(yield* counts, { start: 1, get: expected + 1, cancel: 0 })
    assert.deepStrictEqual(yield* rows, { messages: 4, replies: 4 })
  }).pipe(
    Effect.provide([storage, bakery({ onStart: () => Testing.succeedAfter("183 days") })]),
    withTime(time)
  )
})
