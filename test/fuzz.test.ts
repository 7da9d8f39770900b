import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Fuzz from "./faults/fuzz.ts"

const seed = 20_261_120

describe("generated replies", () => {
  it.live(`end in success or in a declared error (seed ${seed})`, () =>
    Effect.gen(function*() {
      const report = yield* Fuzz.run({ seed, replies: 5000 })
      assert.deepStrictEqual(report.undeclared, [])
      assert.isAtLeast(report.replies, 5000)
      assert.isAbove(report.successes, 500)
      // All that a reply can lead to was seen.
      for (
        const tag of [
          "MalformedResponse",
          "UNAVAILABLE",
          "OperationFailed",
          "WaitTimeout"
        ]
      ) {
        assert.property(report.errors, tag)
      }
      assert.notProperty({}, "polluted")
    }), 120_000)
})
