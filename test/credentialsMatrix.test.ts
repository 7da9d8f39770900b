import { assert, describe, it } from "@effect/vitest"
import { Cause, Deferred, Effect, Either, Exit, Fiber, Layer, Option, TestClock } from "effect"
import { Redacted } from "effect"
import { inspect } from "node:util"
import * as Credentials from "../src/Credentials.ts"
import type { CredentialsError } from "../src/LroError.ts"
import * as Operations from "../src/Operations.ts"
import * as Polling from "../src/Polling.ts"
import * as ServiceAccount from "../src/ServiceAccount.ts"
import { Bakery, http, name, running } from "./utils/bakery.ts"
import { eventually, inRealTime, setup, type Source, sources } from "./utils/credentialSources.ts"
import * as FakeHttp from "./utils/FakeHttp.ts"
import { canaries, claimsOf, request, serviceAccount } from "./utils/googleFixtures.ts"

const hour = 3_600_000

const tokenOf = (service: Credentials.Service) =>
  Effect.map(service.headers(request), (headers) => (headers["authorization"] ?? "").slice(7))

const assertSilent = (error: CredentialsError) => {
  const texts = [inspect(error, { depth: 10 }), JSON.stringify(error), error.message]
  for (const text of [...texts, Cause.pretty(Cause.fail(error))]) {
    for (const canary of [...canaries, "token-"]) assert.isFalse(text.includes(canary), text)
  }
}

/** The behaviours of transport.md 1.4, of every source over sockets. */
const behaves = (source: Source) => {
  it.scoped("64 callers share the first refresh, and the one after a 401", () =>
    Effect.gen(function*() {
      const { fake, service } = yield* setup(source)
      const all = <A, E>(effect: Effect.Effect<A, E>) =>
        Effect.all(Array.from({ length: 64 }, () => effect), { concurrency: "unbounded" })
      assert.deepStrictEqual(new Set(yield* all(tokenOf(service))), new Set(["token-0"]))
      assert.strictEqual(fake.requests, 1)
      const rejected = yield* service.headers(request)
      const renewed = yield* all(service.refresh(request, rejected))
      assert.deepStrictEqual(
        new Set(renewed.map(Option.map((headers) => headers["authorization"]))),
        new Set([Option.some("Bearer token-1")])
      )
      assert.strictEqual(fake.requests, 2)
    }))

  it.scoped("the old token is served while refreshes of its last 225 seconds fail", () =>
    Effect.gen(function*() {
      const { fake, service, start, warnings } = yield* setup(source)
      assert.strictEqual(yield* tokenOf(service), "token-0")
      yield* TestClock.setTime(start + hour - 226_000)
      assert.strictEqual(yield* tokenOf(service), "token-0")
      assert.strictEqual(fake.requests, 1)
      fake.mode = "down"
      yield* TestClock.setTime(start + hour - 224_000)
      assert.strictEqual(yield* tokenOf(service), "token-0")
      yield* inRealTime(eventually(() => warnings.length === 1))
      const asked = fake.requests
      // Held off.
      fake.mode = "up"
      for (let i = 0; i < 50; i++) assert.strictEqual(yield* tokenOf(service), "token-0")
      assert.strictEqual(fake.requests, asked)
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(yield* tokenOf(service), "token-0")
      yield* eventually(() => fake.requests === asked + 1)
      yield* inRealTime(
        Effect.repeat(tokenOf(service), { until: (token) => token === "token-1" })
      )
      assert.strictEqual(fake.requests, asked + 1)
    }))

  it.scoped("a refresh that hangs is given up after ten seconds and poisons nobody", () =>
    Effect.gen(function*() {
      const { fake, service } = yield* setup(source)
      fake.mode = "hang"
      const first = yield* Effect.fork(Effect.either(tokenOf(service)))
      const second = yield* Effect.fork(Effect.either(tokenOf(service)))
      yield* eventually(() => fake.requests === 1)
      // What hangs for its whole share is tried again within the deadline.
      yield* TestClock.adjust("10 seconds")
      for (const fiber of [first, second]) {
        const error = Either.getOrThrow(Either.flip(yield* Fiber.join(fiber)))
        assert.deepStrictEqual([error.reason, error.transient], ["Timeout", true])
        assertSilent(error)
      }
      fake.mode = "up"
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* inRealTime(tokenOf(service)), "token-0")
    }))

  it.scoped("a hung refresh of a valid token is not seen by anyone", () =>
    Effect.gen(function*() {
      const { fake, service, start, warnings } = yield* setup(source)
      assert.strictEqual(yield* tokenOf(service), "token-0")
      fake.mode = "hang"
      yield* TestClock.setTime(start + hour - 100_000)
      assert.strictEqual(yield* tokenOf(service), "token-0")
      yield* eventually(() => fake.requests === 2)
      yield* TestClock.adjust("10 seconds")
      yield* eventually(() => warnings.length === 1)
      assert.strictEqual(yield* tokenOf(service), "token-0")
      fake.mode = "up"
      yield* TestClock.adjust("10 seconds")
      yield* inRealTime(
        Effect.repeat(tokenOf(service), { until: (token) => token === "token-1" })
      )
    }))

  it.scoped("interrupting the caller that asked fails nobody else", () =>
    Effect.gen(function*() {
      const { fake, service } = yield* setup(source)
      const first = yield* Effect.fork(tokenOf(service))
      yield* Effect.yieldNow()
      const second = yield* Effect.fork(tokenOf(service))
      yield* Effect.yieldNow()
      assert.isTrue(Exit.isInterrupted(yield* Fiber.interrupt(first)))
      assert.strictEqual(yield* Fiber.join(second), "token-0")
      assert.strictEqual(fake.requests, 1)
    }))

  it.scoped("what may pass is transient, a refusal is not; both end with the cause", () =>
    Effect.gen(function*() {
      const { fake, service } = yield* setup(source)
      const fail = (mode: typeof fake.mode) =>
        Effect.gen(function*() {
          fake.mode = mode
          yield* TestClock.adjust("1 second")
          const error = yield* inRealTime(Effect.flip(tokenOf(service)))
          assertSilent(error)
          return error.transient
        })
      assert.deepStrictEqual(
        [yield* fail("down"), yield* fail("busy"), yield* fail("reset"), yield* fail("page")],
        [true, true, true, true]
      )
      const before = fake.requests
      assert.isFalse(yield* fail("refuse"))
      assert.strictEqual(fake.requests, before + 1)
      // Within a second the same answer, without a request.
      assert.isFalse((yield* Effect.flip(tokenOf(service))).transient)
      assert.strictEqual(fake.requests, before + 1)
      fake.mode = "up"
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* inRealTime(tokenOf(service)), "token-0")
    }))

  it.scoped("a clock that jumps: forward it renews, backward the 401 does", () =>
    Effect.gen(function*() {
      const { fake, service, start } = yield* setup(source)
      assert.strictEqual(yield* tokenOf(service), "token-0")
      yield* TestClock.setTime(start + hour)
      assert.strictEqual(yield* tokenOf(service), "token-1")
      yield* TestClock.setTime(start)
      assert.strictEqual(yield* tokenOf(service), "token-1")
      const rejected = yield* service.headers(request)
      const renewed = Option.getOrThrow(yield* service.refresh(request, rejected))
      assert.strictEqual(renewed["authorization"], "Bearer token-2")
      assert.strictEqual(yield* tokenOf(service), "token-2")
      assert.strictEqual(fake.requests, 3)
    }))

  it.scoped("a client of another universe gets no token", () =>
    Effect.gen(function*() {
      const { fake, service } = yield* setup(source)
      yield* Effect.gen(function*() {
        const bakery = yield* Bakery
        const error = yield* Effect.flip(bakery.get({ name }))
        assert.propertyVal(error, "reason", "UniverseMismatch")
        assert.deepStrictEqual(yield* FakeHttp.calls, [])
        assert.strictEqual(fake.requests, 0)
      }).pipe(
        Effect.provide(
          Operations.layer(Bakery, { universeDomain: "example.com" }).pipe(
            Layer.provideMerge(
              http(running, { credentials: Layer.succeed(Credentials.Credentials, service) })
            )
          )
        )
      )
    }))
}

for (const source of sources) describe(source.name, () => behaves(source))

/** Waits three hours for an operation, a poll every 100 seconds, at a server that checks the tokens. */
const longWait = (
  service: Credentials.Service,
  options: {
    readonly isValid: (token: string, now: number) => boolean
    /** Called before each poll. */
    readonly before?: (minutes: number) => Effect.Effect<void>
  }
) => {
  const tokens: Array<string> = []
  let unauthorised = 0
  let start: number | undefined
  const handler: FakeHttp.Handler = ({ at, headers }) => {
    start ??= at
    const token = (headers["authorization"] ?? "").slice(7)
    if (!options.isValid(token, at)) {
      unauthorised++
      return FakeHttp.failure(401, "UNAUTHENTICATED")
    }
    tokens.push(token)
    return at - start >= 3 * hour
      ? FakeHttp.json({ name, done: true, response: {} })
      : FakeHttp.json({ name })
  }
  return Effect.gen(function*() {
    const bakery = yield* Bakery
    const ended = yield* Deferred.make<void>()
    const fiber = yield* bakery.untilDone(name, {
      schedule: Polling.fixed("100 seconds"),
      spread: 0
    }).pipe(Effect.ensuring(Deferred.succeed(ended, undefined)), Effect.fork)
    const isEnded = Effect.runSync(Effect.succeed(() => Effect.runSync(Deferred.isDone(ended))))
    for (let seconds = 0; seconds <= 3 * 3600 + 100 && !isEnded(); seconds += 100) {
      const polled = tokens.length + unauthorised
      yield* options.before?.(seconds) ?? Effect.void
      if (seconds > 0) yield* TestClock.adjust("90 seconds")
      yield* inRealTime(Effect.sleep(seconds === 0 ? 0 : "10 seconds"))
      void polled
    }
    const state = yield* inRealTime(Fiber.join(fiber))
    return { state, tokens, unauthorised }
  }).pipe(
    Effect.provide(
      Operations.layer(Bakery).pipe(
        Layer.provideMerge(
          http(handler, { credentials: Layer.succeed(Credentials.Credentials, service) })
        )
      )
    )
  )
}
