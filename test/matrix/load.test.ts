import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { count, isFull } from "../kit/counts.ts"
import * as Load from "./load.ts"

const seed = 20_261_120

const waits = count(2000, 200)
/** So long that a machine five times slower keeps up: client and server share a process here. */
const seconds = count(60, 5)

describe(`${waits} concurrent waits for ${seconds} seconds, 5 % of the replies broken`, () => {
  it.live(`end as their operations do (seed ${seed})`, () =>
    Effect.gen(function*() {
      const report = yield* Load.run("own", { seed, waits, seconds })
      assert.deepStrictEqual(report.wrong, [])
      assert.strictEqual(report.succeeded + report.failed + report.cancelled, waits)
      assert.isAbove(Object.values(report.faults).reduce((a, b) => a + b), report.requests / 40)
      if (isFull) assert.lengthOf(Object.keys(report.faults), 14)
    }))
})
