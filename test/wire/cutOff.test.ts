/** A request in a fiber of its own ends with its caller, wherever the caller is interrupted. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { cutOff } from "effect-lro/internal/base/cutOff"
import { interruptedBefore } from "../kit/fibers.ts"

describe("what is cut off after a while", () => {
  it("is not left behind by a caller that is interrupted where it yields", async () => {
    for (let yieldsAt = 1; yieldsAt < 30; yieldsAt++) {
      let begun = 0
      let ended = 0
      const request = Effect.acquireUseRelease(
        Effect.sync(() => begun++),
        () => Effect.never,
        () => Effect.sync(() => ended++)
      )
      const caller = Effect.zipRight(Effect.void, cutOff(request, 60_000, () => "late"))
      // One after the other: each has the event loop for itself.
      // oxlint-disable-next-line no-await-in-loop
      assert.isTrue(await interruptedBefore(yieldsAt, caller), `yields at ${yieldsAt}`)
      assert.strictEqual(ended, begun, `yields at ${yieldsAt}`)
    }
  })
})
