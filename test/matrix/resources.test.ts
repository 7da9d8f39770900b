import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { count } from "../kit/counts.ts"
import * as Resources from "./resources.ts"
import { names } from "./transports.ts"

const seed = 20_261_120
const calls = count(1000, 200)
const interrupted = count(250, 50)
const nothing = { sockets: 0, fibers: 0, timers: 0 }

describe.each(names)("on %s nothing is left", (transport) => {
  it.live(
    `of ${calls} calls of which half fail in the body (seed ${seed})`,
    () =>
      Effect.gen(function*() {
        const report = yield* Resources.failures(transport, { calls, seed })
        assert.isAtLeast(report.failed, count(300, 60))
        assert.deepStrictEqual(report.left, nothing)
      })
  )

  it.live(
    `of ${interrupted} calls interrupted at random instants (seed ${seed})`,
    () =>
      Effect.gen(function*() {
        const report = yield* Resources.interruptions(transport, { calls: interrupted, seed })
        assert.isAtLeast(report.failed, count(50, 10))
        assert.deepStrictEqual(report.left, nothing)
      })
  )
})
