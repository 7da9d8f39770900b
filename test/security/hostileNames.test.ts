import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as HostileNames from "../matrix/hostileNames.ts"

const seed = 20_261_120

describe("hostile names", () => {
  it.live(`stay within the template or are refused (seed ${seed})`, () =>
    Effect.gen(function*() {
      const report = yield* HostileNames.run({ seed, names: 10_000 })
      assert.deepStrictEqual(report.wrong, [])
      assert.isAbove(report.sent, 500)
      assert.isAbove(report.refused, 5000)
    }))
})
