/** The rate of the command line at a server on a port: what arrives there, by the server's own clock. */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Testing from "effect-lro/testing"
import { count } from "../kit/counts.ts"
import * as Bundle from "./bundle.ts"

let bundle: Awaited<ReturnType<typeof Bundle.bundle>>
beforeAll(async () => {
  bundle = await Bundle.bundle()
})
afterAll(() => bundle.remove())

const name = (index: number): string => `projects/p/locations/l/operations/many-${index}`

/** By how much the wall clock, which the server looks at, is ahead of the one that cannot be set. */
const ahead = (): number => Date.now() - performance.now()

describe("--requests-per-minute 600", () => {
  it.live("holds at the server: 200 operations at once, a line each, the exit code of the worst", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const ids = Array.from({ length: 200 }, (_, index) => index)
      // With every case they are asked for twice, which takes 30 seconds at this rate.
      const after = count(15, 0)
      for (const index of ids.slice(2)) {
        yield* server.put(name(index), Testing.succeedAfter(`${after} seconds`))
      }
      yield* server.put(name(1), Testing.failAfter(0, { code: "ABORTED", message: "stop" }))
      const before = ahead()
      const ended = yield* Effect.promise(() =>
        Bundle.start(bundle.bin, [
          "wait",
          "-",
          "--service",
          "alloydb",
          "--requests-per-minute",
          "600",
          "--quiet",
          "--endpoint",
          server.url,
          "--no-credentials"
        ], { stdin: ids.map((index) => `${name(index)}\n`).join("") }).ended
      )
      const moved = Math.abs(ahead() - before)
      assert.strictEqual(ended.code, 3, ended.stderr)
      const lines = ended.stdout.trim().split("\n").map((line) => line.split(/ +/))
      assert.strictEqual(lines.length, 200)
      assert.deepStrictEqual(
        new Map(lines.map(([state, operation]) => [operation, state])),
        new Map(ids.map((index) => [
          `alloydb/v1:${name(index)}`,
          index === 0 ? "UNKNOWN" : index === 1 ? "FAILED" : "SUCCEEDED"
        ]))
      )
      const requests = yield* server.requests
      assert.isAtLeast(requests.length, after === 0 ? 200 : 398)
      assert.isTrue(requests.every(({ method }) => method === "get"))
      // A sixth of it in any ten seconds is what it grants itself.
      const at = requests.map((request) => request.at)
      for (const [index, from] of at.entries()) {
        const then = at[index + 100]
        if (then !== undefined) assert.isAtLeast(then - from, 10_000 - moved, `request ${index}`)
      }
    }).pipe(Effect.provide(Bundle.ServerLayer)))
})
