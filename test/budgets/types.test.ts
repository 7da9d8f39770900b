import { assert, describe, it } from "@effect/vitest"
import * as Sizes from "../../bench/transport/sizes.ts"
import * as Types from "../../bench/transport/types.ts"

/** Counts only. Before methods knew their messages it was 8,398 and 8,101 types, and 35,091 bytes. */
describe("what a method may cost a program", () => {
  it("types, for both compilers", async () => {
    const types = await Types.ofOneMethod()
    assert.isAbove(types["7.0"] ?? 0, 5_000)
    assert.isAtMost(types["7.0"] ?? Infinity, 9_200)
    assert.isAtMost(types["5.9"] ?? Infinity, 8_900)
  })

  it("no more types of Compute Engine, which has 500 methods and 205 bodies", async () => {
    for (const { types } of Object.values(await Types.ofComputeEngine())) {
      assert.isAbove(types, 5_000)
      assert.isAtMost(types, 9_200)
    }
  })

  it("bytes, its messages and what reads them among them", async () => {
    const { gzip } = await Sizes.ofOneMethod()
    // docs/package-size.md explains each rise.
    assert.isAtMost(gzip, 38_500)
  })
})
