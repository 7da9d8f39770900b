// @effect-diagnostics allOfMapToForEach:off
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Either, Exit, Fiber, Layer, Option, Redacted, TestClock } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as GoogleAuth from "effect-lro/GoogleAuth"
import type { CredentialsError } from "effect-lro/LroError"
import * as Operations from "effect-lro/Operations"
import * as Polling from "effect-lro/Polling"
import * as ServiceAccount from "effect-lro/ServiceAccount"
import { inspect } from "node:util"
import { Bakery, http, name, running } from "../kit/bakery.ts"
import { count } from "../kit/counts.ts"
import {
  asTimePasses,
  eventually,
  libraries,
  setup,
  type Source,
  sources,
  until
} from "../kit/credentialSources.ts"
import * as FakeGoogle from "../kit/fakeGoogle.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"
import { interruptAndAwait } from "../kit/fibers.ts"
import { canaries, claimsOf, request, serviceAccount } from "../kit/googleFixtures.ts"

const hour = 3_600_000
/** How long the operation takes. */
const hours = count(6, 3)
/** One at the beginning and one every 100 seconds. */
const polls = hours * 36 + 1

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
        new Set(renewed.map((headers) => Option.getOrThrow(headers)["authorization"])),
        new Set(["Bearer token-1"])
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
      yield* asTimePasses(eventually(() => warnings.length === 1))
      const asked = fake.requests
      // Held off.
      fake.mode = "up"
      for (let i = 0; i < 50; i++) assert.strictEqual(yield* tokenOf(service), "token-0")
      assert.strictEqual(fake.requests, asked)
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(yield* tokenOf(service), "token-0")
      yield* eventually(() => fake.requests === asked + 1)
      yield* until(tokenOf(service), "token-1")
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
      assert.strictEqual(yield* asTimePasses(tokenOf(service)), "token-0")
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
      yield* until(tokenOf(service), "token-1")
    }))

  it.scoped("interrupting the caller that asked fails nobody else", () =>
    Effect.gen(function*() {
      const { fake, service } = yield* setup(source)
      const first = yield* Effect.fork(tokenOf(service))
      yield* Effect.yieldNow()
      const second = yield* Effect.fork(tokenOf(service))
      yield* Effect.yieldNow()
      assert.isTrue(Exit.isInterrupted(yield* interruptAndAwait(first)))
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
          const error = yield* asTimePasses(Effect.flip(tokenOf(service)))
          assertSilent(error)
          return error.transient
        })
      assert.deepStrictEqual(
        [yield* fail("down"), yield* fail("reset"), yield* fail("page")],
        [true, true, true]
      )
      const before = fake.requests
      assert.isFalse(yield* fail("refuse"))
      assert.strictEqual(fake.requests, before + 1)
      // Within a second the same answer, without a request.
      assert.isFalse((yield* Effect.flip(tokenOf(service))).transient)
      assert.strictEqual(fake.requests, before + 1)
      fake.mode = "up"
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* asTimePasses(tokenOf(service)), "token-0")
    }))

  it.scoped("a clock that jumps: forward it renews, backward the 401 does", () =>
    Effect.gen(function*() {
      const { fake, service, start } = yield* setup(source)
      assert.strictEqual(yield* tokenOf(service), "token-0")
      yield* TestClock.setTime(start + hour + 30_000)
      assert.strictEqual(yield* tokenOf(service), "token-1")
      yield* TestClock.setTime(start)
      assert.strictEqual(yield* tokenOf(service), "token-1")
      const rejected = yield* service.headers(request)
      const renewed = Option.getOrThrow(yield* service.refresh(request, rejected))
      assert.strictEqual(renewed["authorization"], "Bearer token-2")
      assert.strictEqual(yield* tokenOf(service), "token-2")
      assert.strictEqual(fake.requests, 3)
    }))

  // The request of `makeTokenEffect` is the user's.
  if (source.name !== "makeTokenEffect") {
    it.scoped("a redirect of the endpoint is not followed", () =>
      Effect.gen(function*() {
        const { fake, service } = yield* setup(source)
        fake.mode = "redirect"
        const error = yield* asTimePasses(Effect.flip(service.headers(request)))
        assert.strictEqual(error.reason, "Unavailable")
        assertSilent(error)
        assert.isAtLeast(fake.requests, 1)
        assert.isEmpty(fake.received.filter(({ path }) => path === "/stray"))
      }))
  }

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

describe("the metadata server by google-auth-library", () => {
  const withLibraries = (step: FakeGoogle.Step) =>
    Effect.gen(function*() {
      const google = yield* FakeGoogle.make(step)
      yield* FakeGoogle.environment({
        GCE_METADATA_HOST: google.host,
        METADATA_SERVER_DETECTION: "assume-present"
      })
      const services = yield* Effect.forEach(libraries, ([, load]) =>
        Effect.gen(function*() {
          const { gcpMetadata } = yield* Effect.promise(load)
          // On a machine of Google it waits for ever by itself.
          yield* Effect.acquireRelease(
            Effect.sync(() => gcpMetadata.setGCPResidency(true)),
            () => Effect.sync(() => gcpMetadata.setGCPResidency(false))
          )
          return yield* GoogleAuth.makeWith({}, load)
        }))
      return { google, services }
    })

  it.scopedLive.each<readonly [string, FakeGoogle.Reply, string]>([
    ["what the server says", { status: 200, body: "example.com" }, "example.com"],
    ["googleapis.com if it does not know", { status: 404, body: "" }, "googleapis.com"]
  ])("universe domain: %s, asked once", ([, reply, expected]) =>
    Effect.gen(function*() {
      const { google, services } = yield* withLibraries(({ path }) =>
        path === "/computeMetadata/v1/universe/universe-domain"
          ? { ...reply, headers: { "metadata-flavor": "Google" } }
          : undefined
      )
      for (const service of services) {
        assert.deepStrictEqual(yield* service.universeDomain, Option.some(expected))
        assert.deepStrictEqual(yield* service.universeDomain, Option.some(expected))
      }
      assert.strictEqual(google.received.length, services.length)
    }))

  it.scopedLive("the search for it may be sent on to the name with a slash, and nothing else", () =>
    Effect.gen(function*() {
      const { google, services } = yield* withLibraries(({ headers: { host }, path }) => {
        const headers = { "metadata-flavor": "Google" }
        if (path === "/computeMetadata/v1/instance/") return { headers, body: {} }
        return path === "/computeMetadata/v1/instance" || path.endsWith("/token")
          ? { status: 301, headers: { ...headers, location: `http://${host}${path}/` } }
          : undefined
      })
      process.env["METADATA_SERVER_DETECTION"] = "ping-only"
      for (const [index, service] of services.entries()) {
        const { gcpMetadata } = yield* Effect.promise(() =>
          libraries[index]?.[1]() ?? assert.fail()
        )
        gcpMetadata.setGCPResidency(false)
        gcpMetadata.resetIsAvailableCache()
        const error = yield* Effect.flip(service.headers(request))
        assert.deepStrictEqual([error.reason, error.transient], ["Unavailable", true])
      }
      const paths = google.paths()
      assert.strictEqual(
        paths.filter((path) => path.endsWith("/instance/")).length,
        services.length
      )
      assert.isTrue(paths.some((path) => path.endsWith("/token")))
      assert.isFalse(paths.some((path) => path.endsWith("/token/")))
    }))

  it.scopedLive("a request that hangs is ended: nothing is left behind", () =>
    Effect.gen(function*() {
      const { google, services } = yield* withLibraries(() => "hang")
      const errors = yield* Effect.all(
        services.map((service) => Effect.flip(service.headers(request))),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(errors.map(({ transient }) => transient), [true, true])
      yield* Effect.sleep("500 millis")
      assert.deepStrictEqual([google.received.length, google.aborted()], [2, 2])
    }))
})

/** Waits some hours for an operation, a poll every 100 seconds, at a server that checks the tokens. */
const longWait = (
  service: Credentials.Service,
  options: {
    readonly isValid: (token: string, now: number) => boolean
    /** Called before each poll with the seconds since the first. */
    readonly before: (seconds: number) => void
    /** Whether no refresh is under way. */
    readonly isIdle: () => boolean
    /** Whether the source needs time to fail. */
    readonly isFailing: () => boolean
  }
) => {
  const tokens: Array<string> = []
  let unauthorised = 0
  let asked = 0
  let start: number | undefined
  const handler: FakeHttp.Handler = ({ at, headers }) => {
    start ??= at
    const token = (headers["authorization"] ?? "").slice(7)
    if (!options.isValid(token, at)) {
      unauthorised++
      return FakeHttp.failure(401, "UNAUTHENTICATED")
    }
    tokens.push(token)
    // Polls keep their distance from beginning to beginning: the first request may be a little late.
    const isDone = at - start > hours * hour - 50_000
    return FakeHttp.json(isDone ? { name, done: true, response: {} } : { name })
  }
  const credentials = Credentials.Credentials.of({
    ...service,
    headers: (request) => Effect.ensuring(service.headers(request), Effect.sync(() => asked++))
  })
  return Effect.gen(function*() {
    const bakery = yield* Bakery
    options.before(0)
    const fiber = yield* Effect.fork(
      bakery.untilDone(name, { schedule: Polling.fixed("100 seconds"), spread: 0 })
    )
    for (let poll = 1; poll <= polls; poll++) {
      const isOver = () => asked === poll && options.isIdle()
      yield* options.isFailing() ? asTimePasses(eventually(isOver)) : eventually(isOver)
      options.before(poll * 100)
      yield* TestClock.adjust("100 seconds")
    }
    const state = yield* asTimePasses(Fiber.join(fiber))
    return { state: state._tag, polls: tokens.length, tokens: [...new Set(tokens)], unauthorised }
  }).pipe(
    Effect.provide(
      Operations.layer(Bakery).pipe(
        Layer.provideMerge(
          http(handler, { credentials: Layer.succeed(Credentials.Credentials, credentials) })
        )
      )
    )
  )
}

describe(`a wait of ${hours} hours`, () => {
  const waiting = sources.filter(({ name }) =>
    !name.startsWith("google") || /, (impersonated|metadata)/.test(name)
  )

  it.scoped.each(waiting)(
    "$name: one refresh per lifetime, and no request with an expired token",
    (source) =>
      Effect.gen(function*() {
        const { fake, service } = yield* setup(source)
        const result = yield* longWait(service, {
          isValid: (token, now) => (fake.issued.get(token) ?? 0) > now,
          before: () => undefined,
          isIdle: () => fake.requests === fake.issued.size,
          isFailing: () => false
        })
        assert.deepStrictEqual(result, {
          state: "Succeeded",
          polls,
          tokens: Array.from({ length: hours + 1 }, (_, index) => `token-${index}`),
          unauthorised: 0
        })
        assert.strictEqual(fake.requests, hours + 1)
      })
  )

  // That of the package takes seconds for each failure.
  it.scoped.each(waiting.filter(({ name }) => !name.endsWith("metadata server")))(
    "$name: an outage is not seen while the token is valid, and tolerated once it is not",
    (source) =>
      Effect.gen(function*() {
        const { fake, service, warnings } = yield* setup(source)
        const failed: Array<number> = []
        let polled = 0
        const counted = {
          ...service,
          headers: (request: Credentials.HeadersRequest) =>
            Effect.tapError(service.headers(request), () => Effect.sync(() => failed.push(polled)))
        }
        const result = yield* longWait(counted, {
          isValid: (token, now) => (fake.issued.get(token) ?? 0) > now,
          before: (seconds) => {
            polled = seconds
            fake.mode = seconds >= 3_400 && seconds < 3_800 ? "down" : "up"
          },
          // In the background it fails at 3400 and 3500 seconds.
          isIdle: () =>
            fake.mode === "up" || polled > 3_500 || warnings.length === (polled - 3_300) / 100,
          isFailing: () => fake.mode === "down"
        })
        assert.deepStrictEqual(result, {
          state: "Succeeded",
          polls: polls - 2,
          tokens: Array.from({ length: hours + 1 }, (_, index) => `token-${index}`),
          unauthorised: 0
        })
        assert.deepStrictEqual(failed, [3_600, 3_700])
      })
  )

  it.scoped("ServiceAccount: one signature per lifetime", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(1_700_000_000_000)
      const service = yield* ServiceAccount.make(Redacted.make(JSON.stringify(serviceAccount)))
      const result = yield* longWait(service, {
        isValid: (token, now) => {
          const { exp, iat } = claimsOf(token)
          return Number(exp) * 1000 > now && Number(iat) * 1000 <= now
        },
        before: () => undefined,
        isIdle: () => true,
        isFailing: () => false
      })
      assert.deepStrictEqual([result.state, result.polls, result.tokens.length], [
        "Succeeded",
        polls,
        hours + 1
      ])
      assert.strictEqual(result.unauthorised, 0)
    }))
})
