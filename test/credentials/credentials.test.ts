import * as PlatformHeaders from "@effect/platform/Headers"
import { assert, describe, it } from "@effect/vitest"
import {
  Cause,
  Clock,
  Config,
  Context,
  DateTime,
  Deferred,
  Duration,
  Effect,
  Either,
  Exit,
  Fiber,
  Layer,
  Option,
  Redacted,
  Scope,
  TestClock
} from "effect"
import * as Credentials from "effect-lro/Credentials"
import type { CredentialsError } from "effect-lro/LroError"
import { inspect } from "node:util"
import { interruptAndAwait } from "../kit/fibers.ts"
import { settings } from "../kit/services.ts"

const scope = "https://www.googleapis.com/auth/cloud-platform"
const request: Credentials.HeadersRequest = { scopes: [scope], host: "lro.test" }
const bearer = (token: string) => PlatformHeaders.fromInput({ authorization: `Bearer ${token}` })
const hour = 3_600_000
/** The first instant at which a token of one hour is stale. */
const stale = hour - 225_000

class Outage {
  readonly _tag = "Outage"
  readonly message: string
  constructor(message: string) {
    this.message = message
  }
}

/** A source of tokens `t0`, `t1`, … that notes when it was asked. A step replaces the answer of the call with its number. */
const makeSource = (
  step: (call: number, now: number) => Effect.Effect<Credentials.AccessToken, Outage> | undefined =
    () => undefined
) => {
  const calls: Array<number> = []
  const getToken = Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const call = calls.push(now) - 1
    return step(call, now) ??
      Effect.succeed({ token: Redacted.make(`t${call}`), expiresAt: now + hour })
  })
  return { calls, getToken }
}

const tokenOf = (headers: PlatformHeaders.Headers) =>
  headers["authorization"]?.replace("Bearer ", "")
const get = (service: Credentials.Service) => Effect.map(service.headers(request), tokenOf)
const refresh = (service: Credentials.Service, rejected: string) =>
  Effect.map(service.refresh(request, bearer(rejected)), Option.map(tokenOf))

/** Asks for a token at each of these instants and gives what came back, without waiting for refreshes in the background. */
const askAt = (service: Credentials.Service, instants: ReadonlyArray<number>) =>
  Effect.forEach(instants, (at) =>
    Effect.gen(function*() {
      yield* TestClock.setTime(at)
      const fiber = yield* Effect.fork(Effect.either(get(service)))
      yield* TestClock.adjust(0)
      const answer = yield* Fiber.join(fiber)
      return Either.match(answer, { onLeft: ({ reason }) => reason, onRight: (token) => token })
    }))

const every = (millis: number, from: number, times: number) =>
  Array.from({ length: times }, (_, i) => from + i * millis)

const canary = "ya29.canary-secret-of-this-test"

const assertSilent = (value: unknown, secret = canary) => {
  const texts = [inspect(value, { depth: 10 }), JSON.stringify(value), String(value)]
  if (value instanceof Error) {
    texts.push(value.message, value.stack ?? "", Cause.pretty(Cause.fail(value)))
  }
  for (const text of texts) assert.isFalse(String(text).includes(secret), text)
}

describe("Credentials", () => {
  describe("fixed credentials", () => {
    it.effect("none sends nothing and works in any universe", () =>
      Effect.gen(function*() {
        const service = yield* Credentials.Credentials
        assert.strictEqual(service.kind, "none")
        assert.deepEqual({ ...(yield* service.headers(request)) }, {})
        assert.deepStrictEqual(yield* service.refresh(request, bearer("x")), Option.none())
        assert.deepStrictEqual(yield* service.universeDomain, Option.none())
      }).pipe(Effect.provide(Credentials.layerNone)))

    it.effect("a token is sent as a bearer token and cannot be refreshed", () =>
      Effect.gen(function*() {
        const service = yield* Credentials.Credentials
        assert.strictEqual(service.kind, "token")
        assert.deepEqual({ ...(yield* service.headers(request)) }, {
          authorization: `Bearer ${canary}`
        })
        assert.deepStrictEqual(yield* service.refresh(request, bearer(canary)), Option.none())
        assert.deepStrictEqual(yield* service.universeDomain, Option.some("googleapis.com"))
        assertSilent(service)
      }).pipe(Effect.provide(Credentials.layerToken(Redacted.make(canary)))))

    it.effect("an API key is sent as a header", () =>
      Effect.gen(function*() {
        const service = yield* Credentials.Credentials
        assert.strictEqual(service.kind, "apiKey")
        assert.deepEqual({ ...(yield* service.headers(request)) }, { "x-goog-api-key": canary })
        assert.deepStrictEqual(yield* service.refresh(request, bearer("x")), Option.none())
        assert.deepStrictEqual(yield* service.universeDomain, Option.some("example.com"))
        assertSilent(service)
      }).pipe(
        Effect.provide(
          Credentials.layerApiKey(Redacted.make(canary), { universeDomain: "example.com" })
        )
      ))

    it.effect.each<[string, string]>([
      ["", "is empty"],
      [`${canary}\n`, "has a character that a header cannot carry"],
      [`${canary} x`, "has a character that a header cannot carry"],
      [`${canary}é`, "has a character that a header cannot carry"]
    ])("refuses the secret %j", ([secret, problem]) =>
      Effect.gen(function*() {
        const token = yield* Effect.flip(Credentials.makeToken(Redacted.make(secret)))
        assert.deepStrictEqual([token._tag, token.setting, token.problem], [
          "InvalidSettings",
          "token",
          problem
        ])
        const key = yield* Effect.flip(Layer.build(Credentials.layerApiKey(Redacted.make(secret))))
        assert.deepStrictEqual([key.setting, key.problem], ["apiKey", problem])
        assertSilent(token)
        assertSilent(key)
      }).pipe(Effect.scoped))

    it.scoped("layerConfig takes a token or a key", () =>
      Effect.gen(function*() {
        const build = (layer: ReturnType<typeof Credentials.layerConfig>) =>
          Effect.map(Layer.build(layer), Context.get(Credentials.Credentials))
        const token = yield* build(Credentials.layerConfig({ token: Config.redacted("TOKEN") }))
        const key = yield* build(Credentials.layerConfig({ apiKey: Config.redacted("KEY") }))
        assert.deepEqual({ ...(yield* token.headers(request)) }, { authorization: "Bearer a" })
        assert.deepEqual({ ...(yield* key.headers(request)) }, { "x-goog-api-key": "b" })
        const missing = yield* Effect.flip(
          build(Credentials.layerConfig({ token: Config.redacted("OTHER") }))
        )
        assert.strictEqual(missing._tag, "ConfigError")
      }).pipe(Effect.provide(settings({ TOKEN: "a", KEY: "b" }))))
  })

  describe("tokens from an effect", () => {
    it.scoped("64 callers share the first refresh", () =>
      Effect.gen(function*() {
        const { calls, getToken } = makeSource()
        const service = yield* Credentials.makeTokenEffect(Effect.delay(getToken, "1 second"))
        const fiber = yield* Effect.fork(
          Effect.all(Array.from({ length: 64 }, () => get(service)), {
            concurrency: "unbounded"
          })
        )
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(new Set(yield* Fiber.join(fiber)), new Set(["t0"]))
        assert.deepStrictEqual(calls, [1_000])
      }))

    it.scoped("serves a stale token while one refresh runs in the background", () =>
      Effect.gen(function*() {
        const { calls, getToken } = makeSource((call, now) =>
          call === 1
            ? Effect.delay(
              Effect.succeed({ token: Redacted.make("t1"), expiresAt: now + 2 * hour }),
              "3 seconds"
            )
            : undefined
        )
        const service = yield* Credentials.makeTokenEffect(getToken)
        const answers = yield* askAt(service, [
          0,
          stale - 1,
          ...Array.from({ length: 64 }, () => stale),
          stale + 2_999,
          stale + 3_000,
          stale + hour
        ])
        assert.deepStrictEqual(answers, [
          "t0",
          "t0",
          ...Array.from({ length: 64 }, () => "t0"),
          "t0",
          "t1",
          "t1"
        ])
        assert.deepStrictEqual(calls, [0, stale])
      }))

    it.scoped("waits for the refresh of an expired token", () =>
      Effect.gen(function*() {
        const { calls, getToken } = makeSource()
        const service = yield* Credentials.makeTokenEffect(getToken)
        assert.deepStrictEqual(yield* askAt(service, [0, hour, hour + 1]), ["t0", "t1", "t1"])
        assert.deepStrictEqual(calls, [0, hour])
      }))

    it.scoped("keeps a token without expiry until it is refused", () =>
      Effect.gen(function*() {
        const { calls, getToken } = makeSource((call) =>
          Effect.succeed({ token: Redacted.make(`t${call}`) })
        )
        const service = yield* Credentials.makeTokenEffect(getToken)
        assert.deepStrictEqual(yield* askAt(service, [0, 24 * hour, 8_000 * hour]), [
          "t0",
          "t0",
          "t0"
        ])
        assert.deepStrictEqual(yield* refresh(service, "t0"), Option.some("t1"))
        assert.deepStrictEqual(calls, [0, 8_000 * hour])
      }))

    it.scoped("serves the old token during an outage and asks every ten seconds", () =>
      Effect.gen(function*() {
        const { calls, getToken } = makeSource((call) =>
          call > 0 && call < 4 ? Effect.fail(new Outage("503")) : undefined
        )
        const service = yield* Credentials.makeTokenEffect(getToken)
        const answers = yield* askAt(service, [0, ...every(1_000, stale, 32)])
        assert.deepStrictEqual(answers, ["t0", ...Array.from({ length: 31 }, () => "t0"), "t4"])
        assert.deepStrictEqual(calls, [0, stale, stale + 10_000, stale + 20_000, stale + 30_000])
      }))

    it.scoped("asks every ten seconds for a successor of a token that stays the same", () =>
      Effect.gen(function*() {
        const { calls, getToken } = makeSource(() =>
          Effect.succeed({ token: Redacted.make("same"), expiresAt: 200_000 })
        )
        const service = yield* Credentials.makeTokenEffect(getToken)
        const answers = yield* askAt(service, every(500, 0, 50))
        assert.deepStrictEqual(new Set(answers), new Set(["same"]))
        assert.deepStrictEqual(calls, [0, 10_000, 20_000])
      }))

    it.scoped("asks a broken source once a second when there is no token", () =>
      Effect.gen(function*() {
        const { calls, getToken } = makeSource((call) =>
          call < 3 ? Effect.fail(new Outage("503")) : undefined
        )
        const service = yield* Credentials.makeTokenEffect(getToken)
        const answers = yield* askAt(service, every(100, 0, 31))
        assert.deepStrictEqual(answers, [...Array.from({ length: 30 }, () => "Unavailable"), "t3"])
        assert.deepStrictEqual(calls, [0, 1_000, 2_000, 3_000])
      }))

    it.scoped("fails after the token has expired in an outage", () =>
      Effect.gen(function*() {
        const { getToken } = makeSource((call) =>
          call > 0 ? Effect.fail(new Outage("503")) : undefined
        )
        const service = yield* Credentials.makeTokenEffect(getToken)
        assert.deepStrictEqual(yield* askAt(service, [0, hour - 1, hour]), [
          "t0",
          "t0",
          "Unavailable"
        ])
      }))

    it.scoped("does not hold a failure for hours when the clock is set back", () =>
      Effect.gen(function*() {
        const { calls, getToken } = makeSource((call) =>
          call === 0 ? Effect.fail(new Outage("503")) : undefined
        )
        const service = yield* Credentials.makeTokenEffect(getToken)
        assert.deepStrictEqual(yield* askAt(service, [3 * hour, hour]), ["Unavailable", "t1"])
        assert.deepStrictEqual(calls, [3 * hour, hour])
      }))

    it.scoped.each(
      [["never ends", Effect.never], [
        "cannot be interrupted",
        Effect.uninterruptible(Effect.never)
      ]] as const
    )(
      "gives up a source that %s after ten seconds and asks again",
      ([, hang]) =>
        Effect.gen(function*() {
          const { calls, getToken } = makeSource((call) => call === 0 ? hang : undefined)
          const service = yield* Credentials.makeTokenEffect(getToken)
          const ask = Effect.either(get(service))
          const fiber = yield* Effect.fork(
            Effect.uninterruptible(Effect.all([ask, ask], { concurrency: 2 }))
          )
          yield* TestClock.adjust("9999 millis")
          assert.isTrue(Option.isNone(yield* Fiber.poll(fiber)))
          yield* TestClock.adjust("1 millis")
          for (const answer of yield* Fiber.join(fiber)) {
            const error = Either.getOrThrow(Either.flip(answer))
            assert.deepStrictEqual([error.reason, error.transient], ["Timeout", true])
          }
          assert.deepStrictEqual(yield* askAt(service, [11_000]), ["t1"])
          assert.deepStrictEqual(calls, [0, 11_000])
        })
    )

    it.scoped("interrupting the caller that asked first fails nobody else", () =>
      Effect.gen(function*() {
        const { calls, getToken } = makeSource()
        const service = yield* Credentials.makeTokenEffect(
          Effect.zipLeft(getToken, Effect.sleep("5 seconds"))
        )
        const first = yield* Effect.fork(get(service))
        yield* TestClock.adjust("1 second")
        const second = yield* Effect.fork(get(service))
        yield* TestClock.adjust("1 second")
        assert.isTrue(Exit.isInterrupted(yield* interruptAndAwait(first)))
        yield* TestClock.adjust("3 seconds")
        assert.strictEqual(yield* Fiber.join(second), "t0")
        assert.deepStrictEqual(calls, [0])
      }))

    it.effect("releasing the layer ends the refresh", () =>
      Effect.gen(function*() {
        const interrupted = yield* Deferred.make<void>()
        const layerScope = yield* Scope.make()
        const service = yield* Credentials.makeTokenEffect(
          Effect.onInterrupt(Effect.never, () => Deferred.succeed(interrupted, undefined))
        ).pipe(Scope.extend(layerScope))
        const fiber = yield* Effect.fork(Effect.exit(get(service)))
        yield* TestClock.adjust("1 second")
        yield* Scope.close(layerScope, Exit.void)
        yield* Deferred.await(interrupted)
        assert.isTrue(Exit.isInterrupted(yield* Fiber.join(fiber)))
      }))

    it.scoped("[7] caches per set of scopes", () =>
      Effect.gen(function*() {
        const asked: Array<ReadonlyArray<string>> = []
        const service = yield* Credentials.makeTokenEffect(({ scopes }) =>
          Effect.sync(() => {
            asked.push(scopes)
            return { token: Redacted.make(scopes.join("+")) }
          })
        )
        const tokens = yield* Effect.forEach(
          [["b", "a"], ["a", "b", "a"], ["a"], ["b", "a"]],
          (scopes) => Effect.map(service.headers({ scopes, host: "lro.test" }), tokenOf)
        )
        assert.deepStrictEqual(tokens, ["a+b", "a+b", "a", "a+b"])
        assert.deepStrictEqual(asked, [["a", "b"], ["a"]])
      }))

    it.scoped("each refresh closes the scope of its effect", () =>
      Effect.gen(function*() {
        let open = 0
        const { getToken } = makeSource()
        const service = yield* Credentials.makeTokenEffect(
          Effect.zipRight(
            Effect.acquireRelease(Effect.sync(() => open++), () => Effect.sync(() => open--)),
            getToken
          )
        )
        assert.deepStrictEqual(yield* askAt(service, [0, hour]), ["t0", "t1"])
        assert.strictEqual(open, 0)
      }))
  })

  describe("[16] after a 401", () => {
    it.scoped("64 rejected callers cause one refresh", () =>
      Effect.gen(function*() {
        const { calls, getToken } = makeSource((call, now) =>
          Effect.delay(
            Effect.succeed({ token: Redacted.make(`t${call}`), expiresAt: now + hour }),
            call === 0 ? 0 : 1_000
          )
        )
        const service = yield* Credentials.makeTokenEffect(getToken)
        assert.deepStrictEqual(yield* askAt(service, [0]), ["t0"])
        const fiber = yield* Effect.fork(
          Effect.all(Array.from({ length: 64 }, () => refresh(service, "t0")), {
            concurrency: "unbounded"
          })
        )
        yield* TestClock.adjust("1 second")
        const answers = (yield* Fiber.join(fiber)).map(Option.getOrUndefined)
        assert.deepStrictEqual(answers, Array.from({ length: 64 }, () => "t1"))
        // One that comes late is not worth another refresh.
        assert.deepStrictEqual(yield* refresh(service, "t0"), Option.some("t1"))
        assert.deepStrictEqual(calls, [0, 0])
        assert.strictEqual(yield* get(service), "t1")
      }))

    it.scoped("None when the source returns the rejected token again", () =>
      Effect.gen(function*() {
        const { calls, getToken } = makeSource((_, now) =>
          Effect.succeed({ token: Redacted.make("same"), expiresAt: now + hour })
        )
        const service = yield* Credentials.makeTokenEffect(getToken)
        yield* get(service)
        assert.deepStrictEqual(yield* refresh(service, "same"), Option.none())
        assert.deepStrictEqual(calls, [0, 0])
      }))

    it.scoped("other headers of the rejected request do not matter", () =>
      Effect.gen(function*() {
        const { calls, getToken } = makeSource()
        const service = yield* Credentials.makeTokenEffect(getToken)
        const sent = PlatformHeaders.set(
          yield* service.headers(request),
          "x-goog-user-project",
          "p"
        )
        assert.deepStrictEqual(
          Option.map(yield* service.refresh(request, sent), tokenOf),
          Option.some("t1")
        )
        assert.deepStrictEqual(calls, [0, 0])
      }))

    it.scoped("a failed refresh fails with its error and leaves the old token to others", () =>
      Effect.gen(function*() {
        const { calls, getToken } = makeSource((call) =>
          call > 0 ? Effect.fail(new Outage("503")) : undefined
        )
        const service = yield* Credentials.makeTokenEffect(getToken)
        yield* get(service)
        const errors = yield* Effect.forEach([0, 1, 2], () => Effect.flip(refresh(service, "t0")))
        assert.deepStrictEqual(errors.map(({ reason }) => reason), [
          "Unavailable",
          "Unavailable",
          "Unavailable"
        ])
        assert.strictEqual(yield* get(service), "t0")
        assert.deepStrictEqual(calls, [0, 0])
      }))
  })

  describe("errors", () => {
    const failWith = (error: unknown, isTransient?: () => boolean) =>
      Credentials.makeTokenEffect(Effect.fail(error), { isTransient }).pipe(
        Effect.flatMap(get),
        Effect.flip,
        Effect.scoped
      ) as Effect.Effect<CredentialsError>

    it.effect("any error becomes a CredentialsError, transient unless told otherwise", () =>
      Effect.gen(function*() {
        const error = yield* failWith(new Outage("vault is sealed"))
        assert.deepStrictEqual([error._tag, error.reason, error.transient], [
          "CredentialsError",
          "Unavailable",
          true
        ])
        assert.deepInclude({ ...error.cause }, { name: "Outage", message: "vault is sealed" })
        assert.include(error.message, "the token effect failed: vault is sealed")
        assert.isFalse((yield* failWith(new Outage("revoked"), () => false)).transient)
      }))

    it.effect.each([
      new Error(`POST https://oauth2.test/token?access_token=${canary} failed`),
      new Error(`sent Authorization: Bearer ${canary}`),
      Object.assign(new Error(`{"refresh_token": "${canary}", "x": 1}`), {
        config: { headers: canary },
        code: 7
      }),
      { _tag: "TokenError", message: `-----BEGIN PRIVATE KEY-----\n${canary}`, token: canary },
      `client_secret=${canary}`
    ])("says no secret of %o", (cause) =>
      Effect.gen(function*() {
        const error = yield* failWith(cause)
        assert.strictEqual(error._tag, "CredentialsError")
        assertSilent(error)
      }))

    it.effect.each<[string, string]>([["", "is empty"], [
      `${canary}\r\nx: y`,
      "has a character that a header cannot carry"
    ]])(
      "refuses the token %j",
      ([token, problem]) =>
        Effect.gen(function*() {
          const error = yield* Credentials.makeTokenEffect(
            Effect.succeed({ token: Redacted.make(token) })
          ).pipe(
            Effect.flatMap(get),
            Effect.flip
          )
          assert.deepStrictEqual([error.reason, error.transient, error.description], [
            "Invalid",
            false,
            `the token ${problem}`
          ])
          assertSilent(error)
        }).pipe(Effect.scoped)
    )

    it.scoped("takes an expiry as a date or as milliseconds and refuses others", () =>
      Effect.gen(function*() {
        const ask = (expiresAt: DateTime.DateTime.Input) =>
          Effect.gen(function*() {
            let calls = 0
            const service = yield* Credentials.makeTokenEffect(
              Effect.sync(() => ({ token: Redacted.make(`t${calls++}`), expiresAt }))
            )
            return yield* askAt(service, [
              0,
              Duration.toMillis("1 hour"),
              Duration.toMillis("2 hours")
            ])
          })
        const expected = ["t0", "t0", "t1"]
        assert.deepStrictEqual(yield* ask(DateTime.unsafeMake(2 * hour)), expected)
        assert.deepStrictEqual(yield* ask(2 * hour), expected)
        assert.deepStrictEqual(yield* ask(new Date(2 * hour)), expected)
        assert.deepStrictEqual(yield* ask("soon"), ["Invalid", "Invalid", "Invalid"])
      }))
  })
})
