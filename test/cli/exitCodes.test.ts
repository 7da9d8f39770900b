/** The exit codes, as a table. */
import { assert, describe, it } from "@effect/vitest"
import { InvalidRequest } from "effect-lro/LroError"
import { ExitCode, meanings, ofCall, worst } from "google-lro/exitCode"

describe("the exit code of several names", () => {
  it("is the worst: 3, then 6, 4, 5, 124, 0", () => {
    const order = [1, 2, 3, 6, 4, 5, 124, 0] as const
    for (const [index, code] of order.entries()) {
      for (const other of order.slice(index)) {
        assert.strictEqual(worst([other, code, other]), code)
      }
    }
    assert.strictEqual(worst([]), 0)
  })

  it("is 5 for one that its service refused once others were asked for: 2 says that nothing was sent", () => {
    const refused = new InvalidRequest({ method: "m", argument: "name", problem: "is empty" })
    assert.strictEqual(ofCall(refused), ExitCode.callFailed)
  })

  it("has a meaning in every help", () => {
    assert.deepStrictEqual(
      meanings.map(([code]) => code).sort((a, b) => a - b),
      Object.values(ExitCode).sort((a, b) => a - b)
    )
  })
})
