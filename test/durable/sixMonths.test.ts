/** A wait of half a year over a runner that is ended every day. */
import { ShardingConfig } from "@effect/cluster"
import { assert, it } from "@effect/vitest"
import { Effect, Exit } from "effect"
import * as Durable from "effect-lro/Durable"
import * as Testing from "effect-lro/testing"
import { bakeOnce, Bakery, Cake } from "../kit/bakery.ts"
import {
  bakery,
  Baking,
  counts,
  launch,
  order,
  rows,
  shardsPerGroup,
  storage
} from "../kit/durable.ts"
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

it.effect("[17] a wait of six months survives the end of its runner every day", () =>
  Effect.gen(function*() {
    const body = Durable.run(Bakery, bakeOnce, order, {
      step: "bake",
      response: Cake,
      schedule: { fixed: "7 hours" },
      spread: 0,
      longPoll: "off",
      onInterrupt: "cancel"
    })
    let id = ""
    for (let day = 0; day < 183; day++) {
      const runner = yield* launch(body, [], calm)
      if (day === 0) {
        id = yield* Effect.provide(Baking.execute({ id: "a" }, { discard: true }), runner.context)
      }
      yield* Effect.sleep("23 hours")
      yield* runner.stop
      yield* Effect.sleep("1 hour")
    }
    const last = yield* launch(body, [], calm)
    yield* Effect.sleep("1 day")
    const result = yield* Effect.provide(Baking.poll(id), last.context)
    assert.deepStrictEqual(
      result?._tag === "Complete" ? result.exit : result,
      Exit.succeed({ flavour: "plum" })
    )
    yield* last.stop
    const { cancel, get, start } = yield* counts
    assert.deepStrictEqual({ cancel, start }, { cancel: 0, start: 1 })
    // At once in every life, and every seven hours.
    assert.isAtLeast(get, 183 * 4 - 1)
    assert.isAtMost(get, 184 * 4)
    assert.deepStrictEqual(yield* rows, { messages: 4, replies: 4 })
  }).pipe(
    Effect.provide([storage, bakery({ onStart: () => Testing.succeedAfter("183 days") })]),
    withTime(new HourlyChores())
  ))
