import { assert, describe, it } from "@effect/vitest"
import { Clock, DateTime, Effect, Either, Redacted } from "effect"
import * as Credentials from "effect-lro/Credentials"
import { CredentialsError } from "effect-lro/LroError"
import * as Operations from "effect-lro/Operations"
import {
  done,
  error,
  first,
  methods,
  type Outcome,
  run,
  succeeded,
  unavailable
} from "../kit/attempts.ts"
import { bake, binding, http, name, parent } from "../kit/bakery.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"

describe("[16] after a 401", () => {
  /** Tokens t0, t1, …; the n-th request for one may be answered otherwise. */
  const source = (token: (n: number) => string | CredentialsError = (n) => `t${n}`) => {
    const refreshes: Array<number> = []
    const layer = Credentials.layerTokenEffect(Effect.gen(function*() {
      const now = yield* Clock.currentTimeMillis
      const answer = token(refreshes.push(now) - 1)
      if (typeof answer !== "string") return yield* answer
      return { token: Redacted.make(answer), expiresAt: DateTime.unsafeMake(now + 3_600_000 * 24) }
    }))
    return { layer, refreshes }
  }
  const refuse = () => FakeHttp.failure(401, "UNAUTHENTICATED")
  const tokens = ({ calls }: Outcome) => calls.map((call) => call.headers["authorization"])
  const all: typeof methods = [
    ...methods,
    ["start", (client, options) => client.start(bake, { parent, cake: {} }, options)]
  ]

  it.effect.each(all)(
    "%s is repeated once, at once, with other credentials",
    ([, call]) =>
      Effect.gen(function*() {
        const { layer, refreshes } = source()
        const saved = yield* run([refuse, done], (client) => call(client), { credentials: layer })
        succeeded(saved)
        assert.deepStrictEqual(saved.at, [0, 0])
        assert.deepStrictEqual(tokens(saved), ["Bearer t0", "Bearer t1"])
        assert.strictEqual(saved.calls[0]?.url, saved.calls[1]?.url)
        assert.strictEqual(refreshes.length, 2)
      })
  )

  it.effect.each(all)("%s fails for good with the second", ([, call]) =>
    Effect.gen(function*() {
      const { layer, refreshes } = source()
      const lost = yield* run([refuse], (client) => call(client), { credentials: layer })
      assert.strictEqual(error(lost)._tag, "UNAUTHENTICATED")
      assert.deepStrictEqual([lost.at, lost.elapsed], [[0, 0], 0])
      assert.strictEqual(refreshes.length, 2)
    }))

  it.effect("without a Google body is the same", () =>
    Effect.gen(function*() {
      const { layer } = source()
      const saved = yield* run([() => FakeHttp.html(401), done], undefined, { credentials: layer })
      assert.deepStrictEqual(tokens(saved), ["Bearer t0", "Bearer t1"])
    }))

  it.effect("nothing is repeated when the source returns the same token, or cannot refresh", () =>
    Effect.gen(function*() {
      const same = yield* run([refuse, done], undefined, { credentials: source(() => "t").layer })
      assert.strictEqual(error(same)._tag, "UNAUTHENTICATED")
      assert.deepStrictEqual(tokens(same), ["Bearer t"])
      const fixed = yield* run([refuse, done])
      assert.strictEqual(error(fixed)._tag, "UNAUTHENTICATED")
      assert.deepStrictEqual(tokens(fixed), ["Bearer token"])
    }))

  it.effect("a source that fails ends the call with its error", () =>
    Effect.gen(function*() {
      const { layer } = source((n) =>
        n === 0
          ? "t0"
          : new CredentialsError({ reason: "Rejected", transient: false, description: "revoked" })
      )
      const outcome = yield* run([refuse, done], undefined, { credentials: layer })
      const failed = error(outcome)
      assert.strictEqual(failed._tag, "CredentialsError")
      assert.strictEqual(failed.method, "google.longrunning.Operations.GetOperation")
      assert.strictEqual(failed.operation?.name, name)
      assert.deepStrictEqual(outcome.at, [0])
    }))

  it.effect("one repetition is all that a call has, whatever comes between", () =>
    Effect.gen(function*() {
      const { layer, refreshes } = source()
      const outcome = yield* run([refuse, unavailable, refuse, done], undefined, {
        credentials: layer
      })
      assert.strictEqual(error(outcome)._tag, "UNAUTHENTICATED")
      assert.deepStrictEqual(outcome.at, [0, 0, first])
      assert.deepStrictEqual(tokens(outcome), ["Bearer t0", "Bearer t1", "Bearer t1"])
      assert.strictEqual(refreshes.length, 2)
    }))

  it.effect("a repetition is followed by the ordinary retry", () =>
    Effect.gen(function*() {
      const { layer } = source()
      const outcome = yield* run([refuse, unavailable, unavailable, done], undefined, {
        credentials: layer
      })
      succeeded(outcome)
      assert.deepStrictEqual(outcome.at, [0, 0, 375, 1125])
    }))

  it.effect("a refused cancel is no sign that the first one arrived", () =>
    Effect.gen(function*() {
      const { layer } = source()
      const precondition = () => FakeHttp.failure(400, "FAILED_PRECONDITION")
      const outcome = yield* run([refuse, precondition], (client) => client.cancel({ name }), {
        credentials: layer
      })
      assert.strictEqual(error(outcome)._tag, "FAILED_PRECONDITION")
    }))

  it.effect("UNAUTHENTICATED with another HTTP status is not repeated", () =>
    Effect.gen(function*() {
      const { layer } = source()
      const outcome = yield* run(
        [() => FakeHttp.failure(403, "UNAUTHENTICATED"), done],
        undefined,
        {
          credentials: layer
        }
      )
      assert.deepStrictEqual(outcome.at, [0])
    }))

  it.effect("64 calls at once refresh once", () =>
    Effect.gen(function*() {
      const { layer, refreshes } = source()
      const outcome = yield* Effect.gen(function*() {
        const client = yield* Operations.make(binding)
        const results = yield* Effect.forEach(
          Array.from({ length: 64 }),
          () => Effect.either(client.get({ name })),
          { concurrency: "unbounded" }
        )
        assert.isTrue(results.every(Either.isRight))
        return (yield* FakeHttp.calls).length
      }).pipe(Effect.provide(http(
        ({ headers }) => headers["authorization"] === "Bearer t0" ? refuse() : done(),
        { credentials: layer }
      )))
      assert.strictEqual(outcome, 128)
      assert.strictEqual(refreshes.length, 2)
    }))

  it.effect("a start whose caller was interrupted meanwhile is not repeated", () =>
    Effect.gen(function*() {
      const { layer } = source()
      const step = () => Effect.delay(Effect.sync(refuse), "2 seconds")
      const outcome = yield* run(
        [step, done],
        (client) =>
          Effect.timeoutTo(client.start(bake, { parent, cake: {} }), {
            duration: "1 second",
            onSuccess: () => {},
            onTimeout: () => {}
          }),
        { credentials: layer }
      )
      assert.deepStrictEqual(outcome.at, [0])
    }))
})
