/** Waits of workflows by a client that is a fleet. */
import { assert, it } from "@effect/vitest"
import { Effect, Exit, Layer } from "effect"
import * as Durable from "effect-lro/Durable"
import * as Testing from "effect-lro/testing"
import { bakeOnce, Bakery } from "../kit/bakery.ts"
import { Baking, clustered, memory, order } from "../kit/durable.ts"
import * as FleetKit from "../kit/fleet.ts"
import { withTime } from "../kit/services.ts"
import { VirtualClock } from "../kit/VirtualClock.ts"

const waits = 50

const body = Effect.all(
  Array.from(
    { length: waits },
    (_, i) =>
      Durable.run(Bakery, bakeOnce, { ...order, cakeId: `c${i}` }, {
        step: `bake ${i}`,
        schedule: { fixed: "10 seconds" },
        spread: 0
      })
  ),
  { concurrency: "unbounded" }
).pipe(Effect.map((ends) => ends.length))

for (const runner of [memory, clustered]) {
  it.effect(`[46] fifty waits share the listings of their poller's client, ${runner.name}`, () =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(Baking.execute({ id: "a" }))
      assert.deepStrictEqual(exit, Exit.succeed(waits))
      const lists = yield* FleetKit.count("list")
      assert.isAtLeast(lists, 6)
      // A request for each poll of each would be 300.
      assert.isAtMost(lists + (yield* FleetKit.count("get")), 2 * 7)
      assert.strictEqual(yield* FleetKit.count("start"), waits)
    }).pipe(
      Effect.provide(
        Layer.provideMerge(
          runner.layer(body),
          Layer.orDie(FleetKit.layer({ tick: "10 seconds", pageSize: 30 }, {
            methods: [bakeOnce],
            onStart: () => Testing.succeedAfter("1 minute")
          }))
        )
      ),
      withTime(new VirtualClock())
    ))
}
