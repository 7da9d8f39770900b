import { assert, describe, it } from "@effect/vitest"
import * as fs from "node:fs"
import { expectedOf, methods } from "./expectations.ts"
import { sections } from "./faults.ts"
import { renew } from "./table.ts"
import { names } from "./transports.ts"

describe("the table of the fault matrix", () => {
  it("in docs/reliability.md is that of the tests", () => {
    const document = fs.readFileSync(
      new URL("../../docs/reliability.md", import.meta.url),
      "utf8"
    )
    assert.strictEqual(document, renew(document))
  })

  it("has a cell for every fault, method and transport", () => {
    const faults = sections.flatMap(({ faults }) => faults)
    assert.isAtLeast(faults.length, 100)
    assert.lengthOf(new Set(faults.map(({ name }) => name)), faults.length)
    for (const { expected } of faults) {
      for (const transport of names) {
        for (const method of methods) assert.isObject(expectedOf(expected, transport)[method])
      }
    }
  })
})
