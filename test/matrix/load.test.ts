import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Load from "./load.ts"

const seed = 20_261_120

describe("2,000 concurrent waits for 20 seconds, 5 % of the replies broken", () => {
  it.live(`end as their operations do (seed ${seed})`, () =>
    Effect.gen(function*() {
      const report = yield* Load.run("own", { seed, waits: 2000, seconds: 20 })
      assert.deepStrictEqual(report.wrong, [])
      assert.strictEqual(report.succeeded + report.failed + report.cancelled, 2000)
      assert.isAbove(Object.values(report.faults).reduce((a, b) => a + b), report.requests / 40)
      assert.lengthOf(Object.keys(report.faults), 14)
    }), 120_000)
})
