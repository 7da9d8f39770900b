import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { count, repetitions } from "../kit/counts.ts"
import * as HostileNames from "../matrix/hostileNames.ts"

const seed = 20_261_120

describe("hostile names", () => {
  it.live(`[1] stay within the template or are refused (seed ${seed})`, () =>
    Effect.gen(function*() {
      const report = yield* HostileNames.run({ seed, names: repetitions(10_000) })
      assert.deepStrictEqual(report.wrong, [])
      assert.isAbove(report.sent, count(500, 20))
      assert.isAbove(report.refused, count(5000, 300))
    }))
})
