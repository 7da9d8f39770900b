import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Code from "effect-lro/Code"
import { count, isFull } from "../kit/counts.ts"
import * as Fuzz from "./fuzz.ts"

const seed = 20_261_120
const replies = count(5000, 1000)

/** Every way in which a call can end, but for a network that stays down through all attempts of a call. */
const reasons: Readonly<Record<string, ReadonlyArray<string>>> = {
  MalformedResponse: [
    "Empty",
    "NotJson",
    "InvalidUtf8",
    "NotAnOperation",
    "NotAPage",
    "Redirect",
    "WrongEndpoint"
  ],
  TransportError: ["Tls", "Reset", "Truncated"],
  CredentialsError: ["Unavailable"],
  PageTokenError: ["repeated", "pageCap"],
  WaitTimeout: ["deadline"]
}
const plain = [
  ...Code.errors,
  "InvalidRequest",
  "OperationFailed",
  "OperationCancelled",
  "MissingResult",
  "ResultDecodeError"
]
const methods = [
  "get",
  "cancel",
  "delete",
  "wait",
  "start",
  "start with a request id",
  "listPage",
  "listPages",
  "list",
  "run",
  "untilDone",
  "untilDone by get",
  "watch",
  "cancelAndWait"
]

describe("generated replies", () => {
  it.live(`end in success or in a declared error (seed ${seed})`, () =>
    Effect.gen(function*() {
      const report = yield* Fuzz.run({
        seed,
        heapSamples: 0,
        replies,
        warmUp: 0,
        pageCaps: [20, 2]
      })
      console.log(`fuzz: seed ${seed}, ${report.replies} replies, ${report.calls} calls`)
      assert.deepStrictEqual(report.examples, [])
      assert.strictEqual(report.undeclared, 0)
      assert.isAtLeast(report.replies, replies)
      const ended = Object.values(report.errors).reduce((a, b) => a + b, report.successes)
      assert.strictEqual(ended, report.calls)
      assert.sameMembers(Object.keys(report.methods), methods)
      for (const [method, { failed, ok }] of Object.entries(report.methods)) {
        assert.isAbove(ok, 0, method)
        assert.isAbove(failed, 0, method)
      }
      const seen = Object.keys(report.errors)
      const expected = Object.entries(reasons).flatMap(([tag, reasons]) =>
        reasons.map((reason) => `${tag} ${reason}`)
      )
      if (isFull) { for (const what of [...plain, ...expected]) assert.include(seen, what) }
      assert.notProperty({}, "polluted")
    }))
})
