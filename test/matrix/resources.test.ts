import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Resources from "./resources.ts"
import { names } from "./transports.ts"

const seed = 20_261_120
const nothing = { sockets: 0, fibers: 0, timers: 0 }

describe.each(names)("on %s nothing is left", (transport) => {
  it.live(
    `of 1,000 calls of which half fail in the body (seed ${seed})`,
    () =>
      Effect.gen(function*() {
        const report = yield* Resources.failures(transport, { calls: 1000, seed })
        assert.isAtLeast(report.failed, 300)
        assert.deepStrictEqual(report.left, nothing)
      }),
    120_000
  )

  it.live(
    `of 250 calls interrupted at random instants (seed ${seed})`,
    () =>
      Effect.gen(function*() {
        const report = yield* Resources.interruptions(transport, { calls: 250, seed })
        assert.isAtLeast(report.failed, 50)
        assert.deepStrictEqual(report.left, nothing)
      }),
    120_000
  )
})
