import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { repetitions } from "../kit/counts.ts"
import * as HostileNames from "../matrix/hostileNames.ts"

const seed = 20_261_120

describe("hostile names", () => {
  it.live(`[1] stay within the template or are refused (seed ${seed})`, () =>
    Effect.gen(function*() {
      const report = yield* HostileNames.run({ seed, names: repetitions(10_000) })
      assert.deepStrictEqual(report.wrong, [])
      assert.isAbove(report.sent, repetitions(500))
      assert.isAbove(report.refused, repetitions(5000))
    }))
})
