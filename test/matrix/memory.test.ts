/** The limit of a body is one of memory: enforced while reading, on every transport. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { count } from "../kit/counts.ts"
import * as Memory from "./memory.ts"
import { names } from "./transports.ts"

describe.each(names)("on %s", (transport) => {
  it.live(
    "[28] bodies beyond the limit take memory of its order, not of theirs",
    () =>
      Effect.gen(function*() {
        const { growth, outcomes, unlimited } = yield* Memory.run(transport, {
          repeat: count(2, 1)
        })
        const tooLarge = ["MalformedResponse TooLarge"]
        // What does not unpack gzip does not find out.
        const packed = transport === "undici" || transport === "node"
        assert.deepStrictEqual(outcomes, {
          declared: tooLarge,
          chunked: tooLarge,
          endless: tooLarge,
          "gzip bomb": packed ? ["MalformedResponse InvalidUtf8"] : tooLarge
        })
        assert.isBelow(growth, Memory.bound)
        assert.isAbove(unlimited, Memory.bound)
      })
  )
})
