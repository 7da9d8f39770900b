import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, TestClock } from "effect"
import * as Credentials from "effect-lro/Credentials"
import { CredentialsError } from "effect-lro/LroError"
import * as Polling from "effect-lro/Polling"
import { inTime } from "../kit/inTime.ts"
import {
  answer,
  bake,
  Bakery,
  broken,
  done,
  hang,
  html,
  layer,
  logged,
  name,
  order,
  polledAt,
  refuse,
  type Reply,
  running
} from "../kit/Scripted.ts"

const every2 = { schedule: Polling.fixed("2 seconds"), spread: 0 }

const errorInfo = (reason: string) => ({
  details: [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason, domain: "d" }]
})

const v1 = (status: number, reason: string): Reply =>
  answer({ error: { code: status, message: "m", errors: [{ domain: "usageLimits", reason }] } }, {
    status
  })

const unavailable = refuse(503, "UNAVAILABLE")

const times = (n: number, reply: Reply): ReadonlyArray<Reply> =>
  Array.from({ length: n }, () => reply)

describe("[17] failed polls that pass any number of times", () => {
  const transient: ReadonlyArray<readonly [what: string, reply: Reply]> = [
    ["UNAVAILABLE", unavailable],
    ["DEADLINE_EXCEEDED as HTTP 504", refuse(504, "DEADLINE_EXCEEDED")],
    ["INTERNAL as HTTP 503", refuse(503, "INTERNAL")],
    ["PERMISSION_DENIED as HTTP 503", refuse(503, "PERMISSION_DENIED")],
    ["NOT_FOUND as HTTP 502", refuse(502, "NOT_FOUND")],
    ["HTTP 408 with a Google body", refuse(408, "ABORTED")],
    ["HTML 408", html(408)],
    ["HTML 502", html(502)],
    ["HTML 503", html(503)],
    ["HTML 504", html(504)],
    ["an empty 503", () => new Response(null, { status: 503 })],
    ["a reset connection", broken("ECONNRESET")],
    ["a refused connection", broken("ECONNREFUSED")],
    ["DNS", broken("ENOTFOUND")],
    ["RESOURCE_EXHAUSTED", refuse(429, "RESOURCE_EXHAUSTED")],
    ["403 RATE_LIMIT_EXCEEDED", refuse(403, "PERMISSION_DENIED", errorInfo("RATE_LIMIT_EXCEEDED"))],
    ["403 rateLimitExceeded", v1(403, "rateLimitExceeded")],
    ["403 userRateLimitExceeded", v1(403, "userRateLimitExceeded")]
  ]
  for (const [what, reply] of transient) {
    it.effect(what, () =>
      Effect.gen(function*() {
        const bakery = yield* Bakery
        const state = yield* inTime(bakery.untilDone(name, every2))
        assert.strictEqual(state._tag, "Succeeded")
        assert.deepStrictEqual(yield* polledAt, [0, 2000, 4000, 6000, 8000, 10_000, 12_000])
        assert.strictEqual((yield* logged("WARN", name, "the wait goes on")).length, 5)
      }).pipe(Effect.provide(layer({ get: [running(), ...times(5, reply), done] }))))
  }

  it.effect("an attempt that times out", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      yield* inTime(bakery.untilDone(name, { ...every2, timeout: "5 seconds" }))
      assert.deepStrictEqual(yield* polledAt, [0, 2000, 9000, 16_000])
    }).pipe(Effect.provide(layer({ get: [running(), hang, hang, done] }))))

  /** Credentials that fail in every call but the first and the last. */
  const flaky = (calls: number, transient: boolean) => {
    let call = 0
    return Layer.succeed(Credentials.Credentials, {
      ...Credentials.none,
      headers: (request) =>
        ++call === 1 || call === calls ? Credentials.none.headers(request) : Effect.fail(
          new CredentialsError({ reason: "Unavailable", transient, description: "no token" })
        )
    })
  }

  it.effect("credentials that fail for a while", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      yield* inTime(bakery.untilDone(name, every2))
      assert.deepStrictEqual(yield* polledAt, [0, 12_000])
    }).pipe(Effect.provide(layer({ get: [running(), done] }, {}, flaky(7, true)))))

  it.effect("but not credentials that fail for good", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const error = yield* Effect.flip(inTime(bakery.untilDone(name, every2)))
      assert.strictEqual(error._tag, "CredentialsError")
      assert.deepStrictEqual(yield* polledAt, [0])
    }).pipe(Effect.provide(layer({ get: [running(), done] }, {}, flaky(7, false)))))
})

describe("[17] failed polls that pass three times in a row", () => {
  const unexpected: ReadonlyArray<readonly [tag: string, what: string, reply: Reply]> = [
    ["INTERNAL", "500", refuse(500, "INTERNAL")],
    ["UNKNOWN", "500", refuse(500, "UNKNOWN")],
    ["INTERNAL", "without a body", () => new Response(null, { status: 500 })],
    ["MalformedResponse", "that is HTML", html(200)],
    ["MalformedResponse", "that is empty", () => new Response(null, { status: 200 })],
    ["MalformedResponse", "that is no operation", answer([])]
  ]
  for (const [tag, what, reply] of unexpected) {
    it.effect(`${tag} ${what}`, () =>
      Effect.gen(function*() {
        const bakery = yield* Bakery
        yield* inTime(bakery.untilDone(name, every2))
        assert.deepStrictEqual(yield* polledAt, [0, 2000, 4000, 6000, 8000])
      }).pipe(Effect.provide(layer({ get: [running(), ...times(3, reply), done] }))))

    it.effect(`${tag} ${what}, but not a fourth time`, () =>
      Effect.gen(function*() {
        const bakery = yield* Bakery
        const error = yield* Effect.flip(inTime(bakery.untilDone(name, every2)))
        assert.strictEqual(error._tag, tag)
        assert.deepStrictEqual(yield* polledAt, [0, 2000, 4000, 6000, 8000])
      }).pipe(Effect.provide(layer({ get: [running(), ...times(4, reply), done] }))))
  }

  const internal = times(3, refuse(500, "INTERNAL"))
  for (
    const [what, between] of [["a good poll", running()], [
      "a transient failure",
      unavailable
    ]] as const
  ) {
    it.effect(`and again three times after ${what}`, () =>
      Effect.gen(function*() {
        const bakery = yield* Bakery
        yield* inTime(bakery.untilDone(name, every2))
        assert.strictEqual((yield* polledAt).at(-1), 16_000)
      }).pipe(Effect.provide(layer({ get: [running(), ...internal, between, ...internal, done] }))))
  }
})

describe("[17] failed polls that end the wait", () => {
  const quota = (violation: object) => ({
    details: [{ "@type": "type.googleapis.com/google.rpc.QuotaFailure", violations: [violation] }]
  })
  const fatal: ReadonlyArray<readonly [tag: string, what: string, reply: Reply]> = [
    ["INVALID_ARGUMENT", "", refuse(400, "INVALID_ARGUMENT")],
    ["FAILED_PRECONDITION", "", refuse(400, "FAILED_PRECONDITION")],
    ["UNAUTHENTICATED", "", refuse(401, "UNAUTHENTICATED")],
    ["PERMISSION_DENIED", "", refuse(403, "PERMISSION_DENIED")],
    ["PERMISSION_DENIED", "dailyLimitExceeded", v1(403, "dailyLimitExceeded")],
    ["NOT_FOUND", "", refuse(404, "NOT_FOUND")],
    ["ABORTED", "", refuse(409, "ABORTED")],
    ["CANCELLED", "of the call", refuse(499, "CANCELLED")],
    ["DATA_LOSS", "", refuse(500, "DATA_LOSS")],
    ["UNIMPLEMENTED", "", refuse(501, "UNIMPLEMENTED")],
    [
      "RESOURCE_EXHAUSTED",
      "of a day, by id",
      refuse(429, "RESOURCE_EXHAUSTED", quota({ quotaId: "GetsPerDayPerProject" }))
    ],
    [
      "RESOURCE_EXHAUSTED",
      "of a day, by metric",
      refuse(429, "RESOURCE_EXHAUSTED", quota({ quotaMetric: "x/gets_per_day" }))
    ],
    [
      "RESOURCE_EXHAUSTED",
      "of a day, in words",
      refuse(429, "RESOURCE_EXHAUSTED", quota({ description: "Queries per day" }))
    ],
    [
      "PERMISSION_DENIED",
      "of a day",
      refuse(403, "PERMISSION_DENIED", {
        details: [
          ...errorInfo("RATE_LIMIT_EXCEEDED").details,
          ...quota({ quotaId: "GetsPerDay" }).details
        ]
      })
    ],
    ["TransportError", "of TLS", broken("CERT_HAS_EXPIRED")],
    [
      "MalformedResponse",
      "Redirect",
      () => new Response(null, { status: 302, headers: { location: "https://x.example" } })
    ],
    ["MalformedResponse", "WrongEndpoint", html(404)],
    ["MalformedResponse", "TooLarge", answer({ name, metadata: "x".repeat(1000) })]
  ]
  for (const [tag, what, reply] of fatal) {
    it.effect(`${tag} ${what}`, () =>
      Effect.gen(function*() {
        const bakery = yield* Bakery
        const error = yield* Effect.flip(inTime(bakery.untilDone(name, every2)))
        assert.strictEqual(error._tag, tag)
        assert.deepStrictEqual(yield* polledAt, [0, 2000])
      }).pipe(Effect.provide(layer({ get: [running(), reply, done] }, { maxResponseBytes: 800 }))))
  }

  it.effect("NOT_FOUND of an operation that was seen says that it expired or was deleted", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const error = yield* Effect.flip(inTime(bakery.untilDone(name, every2)))
      assert(error._tag === "NOT_FOUND")
      assert.isTrue(error.seenBefore)
      assert.match(
        error.message,
        /NOT_FOUND \(projects\/p\/locations\/l\/operations\/o\).*it expired or was deleted/
      )
    }).pipe(Effect.provide(layer({ get: [running(), refuse(404, "NOT_FOUND")] }))))

  it.effect("so does NOT_FOUND of an operation that was got or listed before the wait", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const error = yield* Effect.flip(bakery.untilDone({ name, done: false }, every2))
      assert(error._tag === "NOT_FOUND")
      assert.isTrue(error.seenBefore)
    }).pipe(Effect.provide(layer({ get: [refuse(404, "NOT_FOUND")] }))))

  it.effect("NOT_FOUND right after a start does not: the operation may not be visible yet", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const target = yield* bakery.start(bake, order)
      const error = yield* Effect.flip(inTime(bakery.untilDone(target, every2)))
      assert(error._tag === "NOT_FOUND")
      assert.isUndefined(error.seenBefore)
    }).pipe(Effect.provide(layer({ start: [running()], get: [refuse(404, "NOT_FOUND")] }))))

  it.effect("NOT_FOUND of an operation that was never seen does not", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const error = yield* Effect.flip(bakery.untilDone(name, every2))
      assert(error._tag === "NOT_FOUND")
      assert.isUndefined(error.seenBefore)
      assert.notMatch(error.message, /expired/)
    }).pipe(Effect.provide(layer({ get: [refuse(404, "NOT_FOUND")] }))))
})

describe("[17] the outage budget", () => {
  const everyMinute = { schedule: Polling.fixed("1 minute"), spread: 0 }
  const minutes = (...instants: ReadonlyArray<number>) => instants.map((minute) => minute * 60_000)

  it.effect("is ten minutes without a good poll; the last error ends the wait", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const error = yield* Effect.flip(inTime(bakery.untilDone(name, everyMinute)))
      assert(error._tag === "UNAVAILABLE")
      assert.strictEqual(error.status.message, "the last")
      assert.deepStrictEqual(yield* polledAt, minutes(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10))
    }).pipe(
      Effect.provide(layer({
        get: [
          running(),
          ...times(9, unavailable),
          refuse(503, "UNAVAILABLE", { message: "the last" })
        ]
      }))
    ))

  it.effect("begins again with every good poll", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const wait = bakery.untilDone(name, { ...everyMinute, maxOutage: "3 minutes" })
      yield* Effect.flip(inTime(wait))
      assert.deepStrictEqual(yield* polledAt, minutes(0, 1, 2, 3, 4, 5, 6))
    }).pipe(
      Effect.provide(layer({ get: [running(), unavailable, unavailable, running(), unavailable] }))
    ))

  it.effect("also holds for a start reply, which is a state", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const target = yield* bakery.start(bake, order)
      yield* inTime(bakery.untilDone(target, everyMinute))
      assert.deepStrictEqual(yield* polledAt, minutes(1, 2, 3))
    }).pipe(Effect.provide(layer({ start: [running()], get: [unavailable, unavailable, done] }))))

  it.effect("is not used up by a schedule that is slower: one failed poll does not end the wait", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const slow = { schedule: Polling.fixed("20 minutes"), spread: 0 }
      yield* inTime(bakery.untilDone(name, slow), "2 hours")
      assert.deepStrictEqual(yield* polledAt, minutes(0, 20, 40, 60))
      const error = yield* Effect.flip(inTime(bakery.untilDone(name, slow), "2 hours"))
      assert.strictEqual(error._tag, "UNAVAILABLE")
      assert.deepStrictEqual((yield* polledAt).slice(4), minutes(120, 140, 160))
    }).pipe(
      Effect.provide(layer({
        get: [running(), unavailable, running(), done, running(), unavailable, unavailable]
      }))
    ))

  it.effect("of zero tolerates nothing", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const error = yield* Effect.flip(inTime(bakery.untilDone(name, { ...every2, maxOutage: 0 })))
      assert.strictEqual(error._tag, "UNAVAILABLE")
      assert.deepStrictEqual(yield* polledAt, [0, 2000])
    }).pipe(Effect.provide(layer({ get: [running(), unavailable, done] }))))

  it.effect("[17] is there from the beginning: a name that is resumed in an outage loses nothing", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const options = { ...everyMinute, maxOutage: "5 minutes", retry: { attempts: 9 } } as const
      yield* inTime(bakery.untilDone(name, options))
      assert.deepStrictEqual(yield* polledAt, minutes(0, 1, 2, 3, 4))
      assert.strictEqual((yield* logged("WARN", name, "the wait goes on")).length, 4)
      const error = yield* Effect.flip(inTime(bakery.untilDone(name, options)))
      assert.strictEqual(error._tag, "UNAVAILABLE")
      assert.deepStrictEqual((yield* polledAt).slice(5), minutes(60, 61, 62, 63, 64, 65))
    }).pipe(Effect.provide(layer({ get: [...times(4, unavailable), done, unavailable] }))))

  it.effect("[17] [34] warns at once of the first failure, with host and cause", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const fiber = yield* Effect.fork(bakery.untilDone(name, everyMinute))
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(fiber)
      const warning =
        /^WARN poll 1 of projects\/p\/locations\/l\/operations\/o at bakery\.googleapis\.com failed with TransportError Dns \(.+\): the wait goes on$/
      const [first, ...more] = yield* logged("WARN")
      assert.match(first ?? "", warning)
      assert.deepStrictEqual(more, [])
    }).pipe(Effect.provide(layer({ get: [broken("ENOTFOUND")] }))))
})
