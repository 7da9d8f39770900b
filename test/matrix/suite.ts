/** The whole matrix on one transport: all cells run at once, each is a test. */
import { assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { some } from "../kit/counts.ts"
import { trusting } from "../kit/trust.ts"
import * as Cells from "./cells.ts"
import { type Cell, expectedOf, methods, type Outcome } from "./expectations.ts"
import { type Fault, sections } from "./faults.ts"
import * as FaultServer from "./FaultServer.ts"
import { names, type Transport, transports } from "./transports.ts"

const modesOf = (fault: Fault): ReadonlyArray<Cells.Mode> =>
  fault.lasting === true ? ["always"] : ["once", "always"]

const words = (outcome: Outcome): string =>
  outcome.ok
    ? "ok"
    : outcome.reason === undefined
    ? outcome.tag
    : `${outcome.tag} ${outcome.reason}`

const check = (
  fault: Fault,
  mode: Cells.Mode,
  expected: Cell,
  result: Cells.Result,
  strays: number
): void => {
  const outcome = expected[mode]
  assert.isUndefined(result.undeclared, "an error of the declared union")
  assert.strictEqual(words(result.outcome), words(outcome), result.message)
  if (outcome.requests === undefined) assert.isAtLeast(result.outcome.requests ?? 0, 1, "requests")
  else assert.strictEqual(result.outcome.requests, outcome.requests, "requests")
  if (!outcome.ok && outcome.requests !== 0) {
    const hint = fault.retryAfter
    if (hint === undefined) assert.isUndefined(result.retryAfter, "retryAfter")
    // A date is that far away when the reply is read.
    else assert.closeTo(result.retryAfter ?? 0, hint, hint > 1e13 ? 600_000 : 0.001, "retryAfter")
  }
  assert.isUndefined(result.wrongValue)
  assert.isFalse(result.traced, "headers of a trace")
  assert.notInclude(result.message, "?", "no query")
  assert.isAbove(result.texts, 0)
  assert.deepStrictEqual(result.leaks, [], "secrets")
  assert.strictEqual(result.pending, 0, "requests that nobody waits for")
  assert.strictEqual(strays, 0, "followed redirects")
  assert.strictEqual(result.late(), 0, "requests after the end")
  // Where the request went, without its query, is half of what there is to know about a reply of somebody else.
  if (!outcome.ok && outcome.tag === "MalformedResponse") assert.include(result.message, result.url)
  if (result.connections !== undefined) {
    assert.strictEqual(result.connections, outcome.requests, "TLS connections")
  }
}

/** A wait that is expected to give up does so soon. */
const patience = (expected: Outcome): number =>
  expected.ok || (expected.requests !== undefined && expected.tag !== "CredentialsError")
    ? 600_000
    : 100

export const suite = (transport: Transport): void => {
  // Where not all are tried, each transport has others: together they still meet every fault.
  const tried = sections.map(({ faults, title }) => ({
    title,
    faults: some(faults, names.length, names.indexOf(transport))
  })).filter(({ faults }) => faults.length > 0)
  const all = tried.flatMap(({ faults }) =>
    faults.flatMap((fault) =>
      methods.flatMap((method) => modesOf(fault).map((mode) => ({ fault, method, mode })))
    )
  )

  describe(`the fault matrix on ${transport}`, () => {
    const results = new Map<string, Cells.Result>()
    const strays = new Map<string, number>()
    const keyOf = (name: string, method: string, mode: string) => `${name} ${method} ${mode}`

    beforeAll(() =>
      Effect.runPromise(Effect.scoped(Effect.gen(function*() {
        const server = yield* FaultServer.make
        yield* trusting
        const context = yield* Layer.build(transports[transport])
        const idOf = (index: number) => `c${index}`
        const cells = all.map(({ fault, method, mode }, index) => {
          const key = keyOf(fault.name, method, mode)
          const cell = Cells.run(
            server,
            idOf(index),
            fault,
            method,
            mode,
            patience(expectedOf(fault.expected, transport)[method][mode])
          )
          return Effect.map(cell, (result) => void results.set(key, result))
        })
        yield* Effect.all(cells, { concurrency: 16, discard: true }).pipe(Effect.provide(context))
        // Whatever a cell left behind would show by now, but for the last ones.
        yield* Effect.sleep("500 millis")
        all.forEach(({ fault, method, mode }, index) =>
          strays.set(keyOf(fault.name, method, mode), server.strays(idOf(index)))
        )
      })))
    )

    for (const { faults, title } of tried) {
      describe(title, () => {
        for (const fault of faults) {
          const row = expectedOf(fault.expected, transport)
          for (const method of methods) {
            it(`${fault.name}: ${method}`, () => {
              for (const mode of modesOf(fault)) {
                const key = keyOf(fault.name, method, mode)
                const result = results.get(key)
                if (result === undefined) assert.fail(`${mode}: did not end`)
                else check(fault, mode, row[method], result, strays.get(key) ?? -1)
              }
            })
          }
        }
      })
    }

    it("no prototype was polluted", () => {
      assert.notProperty({}, "polluted")
    })
  })
}
