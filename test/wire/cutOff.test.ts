/** A request in a fiber of its own ends with its caller, wherever the caller is interrupted. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, FiberId, type Scheduler } from "effect"
import { cutOff } from "effect-lro/internal/base/cutOff"

describe("what is cut off after a while", () => {
  it("is not left behind by a caller that is interrupted where it yields", async () => {
    for (let yieldsAt = 1; yieldsAt < 30; yieldsAt++) {
      const tasks: Array<() => void> = []
      let checks = 0
      const scheduler: Scheduler.Scheduler = {
        scheduleTask: (task) => void tasks.push(task),
        shouldYield: () => {
          checks++
          return checks === yieldsAt ? 1 : false
        }
      }
      const run = () => {
        for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) task()
      }
      let begun = 0
      let ended = 0
      const request = Effect.acquireUseRelease(
        Effect.sync(() => begun++),
        () => Effect.never,
        () => Effect.sync(() => ended++)
      )
      const caller = Effect.zipRight(Effect.void, cutOff(request, 60_000, () => "late"))
      const fiber = Effect.runFork(caller, { scheduler })
      for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
        task()
        if (checks >= yieldsAt) break
      }
      fiber.unsafeInterruptAsFork(FiberId.none)
      // The interruption goes from fiber to fiber, each in a turn of its own.
      for (let turn = 0; turn < 10; turn++) {
        run()
        // One turn after the other.
        // oxlint-disable-next-line no-await-in-loop
        await new Promise((done) => setTimeout(done, 1))
      }
      assert.isNotNull(fiber.unsafePoll(), `yields at ${yieldsAt}`)
      assert.strictEqual(ended, begun, `yields at ${yieldsAt}`)
    }
  })
})
