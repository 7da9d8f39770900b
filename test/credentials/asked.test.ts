/** When a client asks a source of credentials: a source that keeps headers can tell at once, whatever wraps it is asked itself. */
import { Headers } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Redacted, TestClock } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as Operations from "effect-lro/Operations"
import { binding, name } from "../kit/bakery.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"

const sent = Effect.map(
  FakeHttp.calls,
  (all) => all.map(({ headers }) => headers["authorization"])
)

const source = (universeDomain?: string) =>
  Credentials.makeTokenEffect(
    Effect.map(Clock.currentTimeMillis, (now) => ({
      token: Redacted.make(`token-${now / 1000}`),
      expiresAt: now + 3_600_000
    })),
    universeDomain === undefined ? {} : { universeDomain }
  )

const client = (credentials: Credentials.Service) =>
  Effect.provideService(Operations.make(binding), Credentials.Credentials, credentials)

describe("[7] a source that keeps its headers", () => {
  it.scoped("is refreshed in time by the calls of a client", () =>
    Effect.gen(function*() {
      const { get } = yield* client(yield* source())
      for (const minutes of [0, 30, 26, 1, 30]) {
        yield* TestClock.adjust(`${minutes} minutes`)
        yield* get({ name })
        // A refresh in the background has its turn.
        yield* TestClock.adjust(0)
      }
      // At 56 minutes and a bit the old token is still good, and the next one asked for.
      yield* TestClock.adjust("30 seconds")
      yield* get({ name })
      assert.deepStrictEqual(yield* sent, [
        "Bearer token-0",
        "Bearer token-0",
        "Bearer token-0",
        "Bearer token-0",
        "Bearer token-3420",
        "Bearer token-3420"
      ])
    }).pipe(Effect.provide(FakeHttp.layer(() => FakeHttp.json({ name })))))

  it.scoped("is not asked past what wraps it", () =>
    Effect.gen(function*() {
      const inner = yield* source()
      let asked = 0
      const { get } = yield* client({
        ...inner,
        headers: (request) =>
          Effect.map(inner.headers(request), (headers) =>
            Headers.set(headers, "x-asked", `${++asked}`))
      })
      yield* Effect.replicateEffect(get({ name }), 3)
      assert.deepStrictEqual(
        (yield* FakeHttp.calls).map(({ headers }) =>
          headers["x-asked"]
        ),
        ["1", "2", "3"]
      )
    }).pipe(Effect.provide(FakeHttp.layer(() => FakeHttp.json({ name })))))

  it.scoped("of another universe sends nothing, however often it is asked", () =>
    Effect.gen(function*() {
      const credentials = yield* source("example.cloud")
      const { get } = yield* client(credentials)
      yield* credentials.headers({ scopes: binding.scopes, host: "bakery.googleapis.com" })
      for (let call = 0; call < 3; call++) {
        const error = yield* Effect.flip(get({ name }))
        assert(error._tag === "CredentialsError")
        assert.strictEqual(error.reason, "UniverseMismatch")
      }
      assert.deepStrictEqual(yield* sent, [])
    }).pipe(Effect.provide(FakeHttp.layer(() => FakeHttp.json({ name })))))
})
