import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { isRpcError } from "effect-lro/LroError"
import { done, error, first, methods, run, succeeded } from "../kit/attempts.ts"
import { name } from "../kit/bakery.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"

describe("[14] a hint", () => {
  const retryInfo = (retryDelay: string) => [
    { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay }
  ]
  const hinted = (hint: { readonly info?: string; readonly header?: string }) => () =>
    FakeHttp.failure(503, "UNAVAILABLE", {
      ...(hint.info === undefined ? {} : { details: retryInfo(hint.info) }),
      ...(hint.header === undefined ? {} : { headers: { "retry-after": hint.header } })
    })

  it.effect.each(
    [
      [{ info: "2s" }, 2_000],
      [{ info: "2.5s" }, 2_500],
      [{ header: "2" }, 2_000],
      [{ header: " 7 " }, 7_000],
      [{ header: "0.5" }, 500],
      [{ header: "Thu, 01 Jan 1970 00:00:05 GMT" }, 5_000],
      [{ header: "Thursday, 01-Jan-70 00:00:05 GMT" }, 5_000],
      [{ info: "2s", header: "3" }, 3_000],
      [{ info: "4s", header: "3" }, 4_000],
      [{ info: "60s" }, 60_000],
      [{ header: "60" }, 60_000],
      // No hints: the backoff stands.
      [{ info: "0.1s" }, first],
      [{ info: "0s" }, first],
      [{ info: "-5s" }, first],
      [{ info: "soon" }, first],
      [{ header: "0" }, first],
      [{ header: "-5" }, first],
      [{ header: "abc" }, first],
      [{ header: "1e3" }, first],
      [{ header: "NaN" }, first],
      [{ header: "may 2099" }, first],
      [{ header: "sun 2099" }, first],
      [{ header: "Fri, 31 Dec 1999 23:59:59" }, first],
      [{ header: "Wed, 31 Dec 1969 23:59:59 GMT" }, first]
    ] as const
  )("%j makes the second attempt at %i ms", ([hint, at]) =>
    Effect.gen(function*() {
      const outcome = yield* run([hinted(hint), done])
      assert.deepStrictEqual(outcome.at, [0, at])
      succeeded(outcome)
    }))

  it.effect.each(
    [
      [{ info: "60.001s" }, 60_001],
      [{ info: "86400s" }, 86_400_000],
      [{ header: "61" }, 61_000],
      [{ header: "10000000000" }, 1e13],
      [{ header: "Thu, 01 Jan 1970 01:00:00 GMT" }, 3_600_000],
      [{ header: "9".repeat(400) }, Number.MAX_SAFE_INTEGER]
    ] as const
  )("%j ends the retry, and the error carries it", ([hint, millis]) =>
    Effect.gen(function*() {
      for (const [, call] of methods) {
        const outcome = yield* run([hinted(hint), done], (client) => call(client))
        assert.deepStrictEqual([outcome.at, outcome.elapsed], [[0], 0])
        const failed = error(outcome)
        assert.isTrue(isRpcError(failed))
        assert.deepStrictEqual(
          isRpcError(failed)
            ? failed.retryAfter && Duration.toMillis(failed.retryAfter)
            : undefined,
          millis
        )
      }
    }))

  it.effect("may be as long as maxHint says", () =>
    Effect.gen(function*() {
      const patient = yield* run(
        [hinted({ info: "600s" }), done],
        (client) => client.get({ name }, { retry: { maxHint: "10 minutes" } })
      )
      assert.deepStrictEqual(patient.at, [0, 600_000])
      const impatient = yield* run([hinted({ info: "2s" }), done], undefined, {
        layer: { retry: { maxHint: "1 second" } }
      })
      assert.deepStrictEqual(impatient.at, [0])
    }))

  it.effect("does not make a failure repeatable", () =>
    Effect.gen(function*() {
      const outcome = yield* run([
        () => FakeHttp.failure(429, "RESOURCE_EXHAUSTED", { details: retryInfo("2s") }),
        done
      ])
      assert.deepStrictEqual(outcome.at, [0])
      const failed = error(outcome)
      assert.deepStrictEqual(isRpcError(failed) && failed.retryAfter, Duration.seconds(2))
    }))
})
