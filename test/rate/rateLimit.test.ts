/** A rate that clients share: what is sent when, and what becomes of who has to wait. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Layer, Metric, Redacted, type Scope, TestClock } from "effect"
import { type LroError, Operations, Polling } from "effect-lro"
import * as Credentials from "effect-lro/Credentials"
import * as RateLimit from "effect-lro/RateLimit"
import { bake, Bakery, binding, name, parent } from "../kit/bakery.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"
import { interruptAndAwait } from "../kit/fibers.ts"

/** The same service, bound again. */
class Other extends Operations.Tag<Other>()("test/Other", binding) {}

const running: FakeHttp.Handler = () => FakeHttp.json({ name })

const server = (handler: FakeHttp.Handler = running) =>
  Layer.merge(FakeHttp.layer(handler), Credentials.layerNone)

const bakery = (options: Operations.LayerOptions, handler?: FakeHttp.Handler) =>
  Operations.layer(Bakery, { timeout: "1 hour", ...options }).pipe(
    Layer.provideMerge(server(handler))
  )

const tenPerMinute: RateLimit.Options = { reads: { limit: 10, interval: "1 minute" } }

/** What a request was, by its URL. */
const kindOf = ({ url, verb }: FakeHttp.Call): string =>
  verb === "DELETE"
    ? "delete"
    : url.endsWith(":cancel")
    ? "cancel"
    : verb === "POST"
    ? "start"
    : /\/operations(\?|$)/.test(url)
    ? "list"
    : "get"

const sentAt = Effect.map(FakeHttp.calls, (calls) => calls.map(({ at }) => at))
const sent = Effect.map(FakeHttp.calls, (calls) => calls.map((call) => [kindOf(call), call.at]))

const get = Effect.flatMap(Bakery, (bakery) => bakery.get({ name }))
const times = (count: number) => Array.from({ length: count })
const instants = (...groups: ReadonlyArray<readonly [count: number, at: number]>) =>
  groups.flatMap(([count, at]) => times(count).map(() => at))

const pollEvery = (seconds: number): Operations.WaitOptions => ({
  schedule: Polling.fixed(Duration.seconds(seconds)),
  spread: 0,
  longPoll: "off"
})
const wait = (operation: string, options: Operations.WaitOptions = pollEvery(1000)) =>
  Effect.flatMap(
    Bakery,
    (bakery) => bakery.untilDone(`${parent}/operations/${operation}`, options)
  )

describe("[45] a rate", () => {
  it.effect("sends at most its limit in any interval, bursts included", () =>
    Effect.gen(function*() {
      yield* Effect.forkAll(times(6).map(() => get))
      yield* TestClock.adjust("50 seconds")
      yield* Effect.forkAll(times(20).map(() => get))
      yield* TestClock.adjust("10 minutes")
      // The six of the beginning are a minute old first, then the four of second 50.
      assert.deepStrictEqual(
        yield* sentAt,
        instants([6, 0], [4, 50_000], [6, 60_000], [4, 110_000], [6, 120_000])
      )
    }).pipe(Effect.provide(bakery({ rateLimit: RateLimit.make(tenPerMinute) }))))

  it.effect("is one for all layers that are given it, and one alone for a layer that no other shares it with", () =>
    Effect.gen(function*() {
      const rateLimit = RateLimit.make({ reads: { limit: 2, interval: "1 minute" } })
      const both = (one: RateLimit.RateLimit, other: typeof one) =>
        Effect.gen(function*() {
          yield* Effect.forkAll(times(2).map(() => get))
          const other = Effect.flatMap(Other, (bakery) => bakery.get({ name }))
          yield* Effect.forkAll(times(2).map(() => other))
          yield* TestClock.adjust("2 minutes")
          return yield* sentAt
        }).pipe(
          Effect.provide(
            Layer.merge(
              Operations.layer(Bakery, { timeout: "1 hour", rateLimit: one }),
              Operations.layer(Other, { timeout: "1 hour", rateLimit: other })
            ).pipe(Layer.provideMerge(server()))
          )
        )
      assert.deepStrictEqual(yield* both(rateLimit, rateLimit), instants([2, 0], [2, 60_000]))
      const own = { reads: { limit: 2, interval: "1 minute" } } as const
      assert.deepStrictEqual(
        yield* both(RateLimit.make(own), RateLimit.make(own)),
        instants([4, 120_000])
      )
    }))

  it.effect("counts reads and writes apart: a cancel waits behind no poll", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      yield* Effect.forkAll(times(20).map((_, i) => wait(`o${i}`)))
      yield* Effect.yieldNow()
      yield* TestClock.adjust("1 second")
      yield* bakery.cancel({ name })
      yield* bakery.delete({ name })
      yield* Effect.fork(bakery.start(bake, { parent, cake: {} }))
      yield* TestClock.adjust("2 minutes")
      assert.deepStrictEqual(
        (yield* sent).filter(([kind]) => kind !== "get"),
        [["cancel", 1000], ["delete", 1000], ["start", 61_000]]
      )
      assert.deepStrictEqual(
        (yield* sent).filter(([kind]) => kind === "get").map(([, at]) => at),
        instants([10, 0], [10, 60_000])
      )
    }).pipe(
      Effect.provide(
        bakery({
          rateLimit: RateLimit.make({ ...tenPerMinute, writes: { limit: 2, interval: "1 minute" } })
        })
      )
    ))

  it.effect("lets what somebody calls go before polls, and polls in the order in which they were planned", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      // Takes the only place.
      yield* get
      yield* Effect.fork(wait("b", pollEvery(1000)))
      yield* TestClock.adjust("1 second")
      yield* Effect.fork(wait("a", pollEvery(1000)))
      yield* TestClock.adjust("1 second")
      yield* Effect.fork(bakery.listPage({ name: parent }))
      yield* Effect.fork(get)
      yield* TestClock.adjust("5 minutes")
      const urls = (yield* FakeHttp.calls).map(({ at, url }) => [
        url.slice(url.indexOf("/operations")),
        at
      ])
      assert.deepStrictEqual(urls, [
        ["/operations/o", 0],
        ["/operations", 60_000],
        ["/operations/o", 120_000],
        ["/operations/b", 180_000],
        ["/operations/a", 240_000]
      ])
    }).pipe(
      Effect.provide(
        bakery({ rateLimit: RateLimit.make({ reads: { limit: 1, interval: "1 minute" } }) })
      )
    ))

  it.effect("is fair between waits: one that polls often gets no more than its turn", () =>
    Effect.gen(function*() {
      yield* Effect.fork(wait("eager", pollEvery(1)))
      yield* Effect.fork(wait("lazy", pollEvery(2)))
      yield* TestClock.adjust("65 seconds")
      const eager = (yield* FakeHttp.calls).filter(({ url }) => url.endsWith("eager")).length
      const all = (yield* FakeHttp.calls).length
      assert.strictEqual(all, 7)
      assert.isAtMost(eager, 4)
    }).pipe(
      Effect.provide(
        bakery({ rateLimit: RateLimit.make({ reads: { limit: 1, interval: "10 seconds" } }) })
      )
    ))

  it.effect("counts each attempt: one that is repeated, and one after a 401", () =>
    Effect.gen(function*() {
      const fiber = yield* Effect.fork(get)
      yield* TestClock.adjust("10 minutes")
      yield* Fiber.join(fiber)
      const at = yield* sentAt
      assert.lengthOf(at, 3)
      at.forEach((instant, i) => assert.isAtLeast(instant, i * 60_000))
    }).pipe(
      Effect.provide(
        bakery(
          { rateLimit: RateLimit.make({ reads: { limit: 1, interval: "1 minute" } }) },
          (_, index) => index < 2 ? FakeHttp.failure(503, "UNAVAILABLE") : FakeHttp.json({ name })
        )
      )
    ))

  it.effect("counts a request until its reply, which it arrived before", () =>
    Effect.gen(function*() {
      const fibers = yield* Effect.forkAll(times(3).map(() => get))
      yield* TestClock.adjust("10 minutes")
      yield* Fiber.join(fibers)
      assert.deepStrictEqual(yield* sentAt, [0, 60_500, 140_500])
    }).pipe(
      Effect.provide(
        bakery(
          { rateLimit: RateLimit.make({ reads: { limit: 1, interval: "1 minute" } }) },
          (_, index) =>
            Effect.delay(Effect.sync(() => FakeHttp.json({ name })), index === 0 ? 500 : 20_000)
        )
      )
    ))
})

describe("[34, 45] who queues for a rate", () => {
  it.effect("fails as Busy after the time-out of the call, and nothing was sent", () =>
    Effect.gen(function*() {
      yield* Effect.forkAll(times(10).map(() => get))
      const late = yield* Effect.fork(Effect.flip(get))
      yield* TestClock.adjust("30 seconds")
      const error = yield* Fiber.join(late)
      assert(error._tag === "TransportError")
      assert.strictEqual(error.reason, "Busy")
      assert.strictEqual(error.sent, "no")
      assert.strictEqual(error.attempts, 1)
      yield* TestClock.adjust("10 minutes")
      assert.lengthOf(yield* sentAt, 10)
    }).pipe(
      Effect.provide(bakery({ rateLimit: RateLimit.make(tenPerMinute), timeout: "30 seconds" }))
    ))

  it.effect("has the whole time of an attempt once its turn has come", () =>
    Effect.gen(function*() {
      yield* get
      const fiber = yield* Effect.fork(get)
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual((yield* Fiber.join(fiber)).name, name)
      assert.deepStrictEqual(yield* sentAt, [0, 25_000])
    }).pipe(
      Effect.provide(
        bakery(
          {
            rateLimit: RateLimit.make({ reads: { limit: 1, interval: "25 seconds" } }),
            timeout: "30 seconds"
          },
          (_, index) =>
            index === 0
              ? FakeHttp.json({ name })
              : Effect.delay(Effect.sync(() => FakeHttp.json({ name })), "29 seconds")
        )
      )
    ))

  it.effect("for a wait, queues as long as the wait goes on", () =>
    Effect.gen(function*() {
      yield* get
      const patient = yield* Effect.fork(wait("patient"))
      const hasty = yield* Effect.fork(
        Effect.flip(wait("hasty", { ...pollEvery(1), deadline: "20 seconds" }))
      )
      yield* TestClock.adjust("1 hour")
      const timeout = yield* Fiber.join(hasty)
      assert(timeout._tag === "WaitTimeout")
      assert.strictEqual(timeout.polls, 0)
      assert.deepStrictEqual(timeout.elapsed, Duration.seconds(20))
      yield* TestClock.adjust("2 hours")
      assert.strictEqual((yield* Fiber.join(patient))._tag, "Succeeded")
      // The one that was given up cost no request.
      assert.deepStrictEqual(yield* sentAt, [0, 3_600_000])
    }).pipe(
      Effect.provide(
        bakery(
          {
            rateLimit: RateLimit.make({ reads: { limit: 1, interval: "1 hour" } }),
            timeout: "1 second"
          },
          () => FakeHttp.json({ name, done: true })
        )
      )
    ))

  it.effect("leaves the queue when it is interrupted, and costs no request", () =>
    Effect.gen(function*() {
      yield* get
      const first = yield* Effect.fork(get)
      const second = yield* Effect.fork(get)
      yield* TestClock.adjust("1 second")
      yield* interruptAndAwait(first)
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(second)
      assert.deepStrictEqual(yield* sentAt, [0, 60_000])
      // Nothing is left that would take a place later.
      yield* TestClock.adjust("1 minute")
      yield* get
      assert.deepStrictEqual(yield* sentAt, [0, 60_000, 121_000])
    }).pipe(
      Effect.provide(
        bakery({ rateLimit: RateLimit.make({ reads: { limit: 1, interval: "1 minute" } }) })
      )
    ))

  it.effect("is interrupted at once also as a start, which is not on the wire yet", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      yield* bakery.cancel({ name })
      const fiber = yield* Effect.fork(bakery.start(bake, { parent, cake: {} }))
      yield* TestClock.adjust("1 second")
      yield* interruptAndAwait(fiber)
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(yield* sent, [["cancel", 0]])
    }).pipe(
      Effect.provide(
        bakery({ rateLimit: RateLimit.make({ writes: { limit: 1, interval: "1 minute" } }) })
      )
    ))

  for (const failures of [1, 3]) {
    it.effect(`is no outage: what a wait tolerates counts from when its poll was sent, also of ${failures} in a row`, () =>
      Effect.gen(function*() {
        yield* get
        const fiber = yield* Effect.fork(wait("o", { ...pollEvery(1), maxOutage: "2 minutes" }))
        yield* TestClock.adjust("1 hour")
        assert.strictEqual((yield* Fiber.join(fiber))._tag, "Succeeded")
        assert.deepStrictEqual(
          yield* sentAt,
          Array.from({ length: failures + 2 }, (_, i) => i * 600_000)
        )
      }).pipe(
        Effect.provide(
          bakery(
            { rateLimit: RateLimit.make({ reads: { limit: 1, interval: "10 minutes" } }) },
            (_, index) =>
              index >= 1 && index <= failures
                ? FakeHttp.failure(503, "UNAVAILABLE")
                : FakeHttp.json({ name, done: true })
          )
        )
      ))
  }

  it.effect("outlives a token: what is sent has the one of that moment, and nobody is refused for an old one", () => {
    const source = Credentials.layerTokenEffect(() =>
      Effect.map(Effect.clock, (clock) => {
        const now = clock.unsafeCurrentTimeMillis()
        return { token: Redacted.make(`t-${now}`), expiresAt: now + 3_600_000 }
      })
    )
    const ageOf = ({ at, headers }: FakeHttp.Call) =>
      at - Number(/t-(\d+)/.exec(headers["authorization"] ?? "")?.[1])
    const handler: FakeHttp.Handler = (call) =>
      ageOf(call) >= 3_600_000
        ? FakeHttp.failure(401, "UNAUTHENTICATED")
        : FakeHttp.json({ name, done: true })
    return Effect.gen(function*() {
      const fiber = yield* Effect.forkAll(times(600).map((_, i) => wait(`o${i}`)))
      yield* TestClock.adjust("2 hours")
      yield* Fiber.join(fiber)
      const calls = yield* FakeHttp.calls
      assert.lengthOf(calls, 600)
      assert.isTrue(calls.every((call) => ageOf(call) < 3_600_000))
    }).pipe(
      Effect.provide(
        Operations.layer(Bakery, {
          rateLimit: RateLimit.make({ reads: { limit: 1, interval: "10 seconds" } })
        }).pipe(Layer.provideMerge(Layer.merge(FakeHttp.layer(handler), source)))
      )
    )
  })

  it.effect("[16] after a 401 sends another token than the one that was refused, not than the one before the queue", () => {
    let made = 0
    const source = Credentials.layerTokenEffect(() =>
      Effect.map(Effect.clock, (clock) => ({
        token: Redacted.make(`t-${++made}`),
        expiresAt: clock.unsafeCurrentTimeMillis() + (made === 1 ? 400_000 : 3_600_000)
      }))
    )
    const tokenOf = ({ headers }: FakeHttp.Call) => headers["authorization"] ?? ""
    const handler: FakeHttp.Handler = (call) =>
      tokenOf(call) === "Bearer t-2"
        ? FakeHttp.failure(401, "UNAUTHENTICATED")
        : FakeHttp.json({ name, done: true })
    return Effect.gen(function*() {
      const fiber = yield* Effect.forkAll(times(2).map(() => get))
      yield* TestClock.adjust("1 hour")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual((yield* FakeHttp.calls).map((call) => [call.at, tokenOf(call)]), [
        [0, "Bearer t-1"],
        [600_000, "Bearer t-2"],
        [1_200_000, "Bearer t-3"]
      ])
    }).pipe(
      Effect.provide(
        Operations.layer(Bakery, {
          timeout: "1 hour",
          rateLimit: RateLimit.make({ reads: { limit: 1, interval: "10 minutes" } })
        }).pipe(Layer.provideMerge(Layer.merge(FakeHttp.layer(handler), source)))
      )
    )
  })

  it.effect("[34] has a quarter of its places for polls that the server holds: a call waits behind none", () => {
    const isHeld = ({ url }: FakeHttp.Call) => url.endsWith(":wait")
    const handler: FakeHttp.Handler = (call) =>
      isHeld(call)
        ? Effect.delay(Effect.sync(() => FakeHttp.json({ name })), "30 seconds")
        : FakeHttp.json({ name })
    const rateLimit = RateLimit.make({ reads: { limit: 10, interval: "1 second" } })
    return Effect.gen(function*() {
      const clients = [yield* Bakery, yield* Other]
      yield* Effect.forkAll(
        clients.flatMap((client) =>
          times(8).map((_, i) => client.untilDone(`${parent}/operations/o${i}`))
        )
      )
      yield* TestClock.adjust("5500 millis")
      const asked = yield* Effect.fork(get)
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(asked)
      yield* TestClock.adjust("2 minutes")
      const calls = yield* FakeHttp.calls
      const held = calls.filter(isHeld).map(({ at }) => at)
      for (const at of held) {
        assert.isAtMost(held.filter((other) => other >= at && other < at + 30_000).length, 2)
      }
      assert.isAtLeast(held.length, 2)
      assert.isAtLeast(calls.length - held.length, 100)
    }).pipe(
      Effect.provide(
        Layer.merge(
          Operations.layer(Bakery, { rateLimit }),
          Operations.layer(Other, { rateLimit })
        ).pipe(Layer.provideMerge(server(handler)))
      )
    )
  })

  it.effect("shows in a metric", () =>
    Effect.gen(function*() {
      yield* get
      const fiber = yield* Effect.fork(get)
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      const found = Array.from(yield* Metric.snapshot).find(({ metricKey }) =>
        metricKey.name === "effect_lro_rate_queue_seconds"
      )
      const state = found?.metricState ?? {}
      assert.isTrue("max" in state && Number(state.max) >= 60)
    }).pipe(
      Effect.provide(
        bakery({ rateLimit: RateLimit.make({ reads: { limit: 1, interval: "1 minute" } }) })
      )
    ))
})

describe("[45] the hint of a refusal for too many requests", () => {
  const throttled = (seconds: number) =>
    FakeHttp.failure(429, "RESOURCE_EXHAUSTED", { headers: { "retry-after": String(seconds) } })
  const rateLimited = (seconds: number) =>
    FakeHttp.failure(403, "PERMISSION_DENIED", {
      headers: { "retry-after": String(seconds) },
      details: [{
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: "RATE_LIMIT_EXCEEDED",
        domain: "googleapis.com"
      }]
    })
  const daily = FakeHttp.failure(429, "RESOURCE_EXHAUSTED", {
    headers: { "retry-after": "20" },
    details: [{
      "@type": "type.googleapis.com/google.rpc.QuotaFailure",
      violations: [{ description: "Reads per day" }]
    }]
  })

  const cases: ReadonlyArray<readonly [title: string, reply: () => Response, next: number]> = [
    ["holds up all that share the rate", () => throttled(20), 20_000],
    ["holds them up also as a 403 of a rate limit", () => rateLimited(20), 20_000],
    ["holds them up for no longer than `maxHint`", () => throttled(3600), 60_000],
    ["is not there: nobody is held up", () => FakeHttp.failure(429, "RESOURCE_EXHAUSTED"), 0],
    ["of a day's quota holds up nobody", () => daily, 0],
    [
      "is there for an outage, and holds up nobody else",
      () => FakeHttp.failure(503, "UNAVAILABLE", { headers: { "retry-after": "20" } }),
      0
    ]
  ]
  for (const [title, reply, next] of cases) {
    it.effect(title, () =>
      Effect.gen(function*() {
        const rateLimit = RateLimit.make({ maxHint: "1 minute" })
        yield* Effect.gen(function*() {
          yield* Effect.flip(
            Effect.flatMap(Other, (bakery) => bakery.get({ name }, { retry: "none" }))
          )
          yield* Effect.fork(get)
          yield* Effect.fork(wait("o"))
          // Writes have a rate of their own.
          yield* Effect.flatMap(Bakery, (bakery) => bakery.cancel({ name }))
          yield* TestClock.adjust("5 minutes")
          const calls = (yield* FakeHttp.calls).map((call) => [kindOf(call), call.at])
          assert.sameDeepMembers(calls, [["get", 0], ["cancel", 0], ["get", next], ["get", next]])
        }).pipe(
          Effect.provide(
            Layer.merge(
              Operations.layer(Bakery, { timeout: "1 hour", rateLimit }),
              Operations.layer(Other, { rateLimit })
            ).pipe(
              Layer.provideMerge(
                server((_, index) => index === 0 ? reply() : FakeHttp.json({ name, done: true }))
              )
            )
          )
        )
      }))
  }
})

describe("[45] a rate that cannot be", () => {
  const cases: ReadonlyArray<readonly [what: string, rate: RateLimit.Options]> = [
    ["reads.limit", { reads: { limit: 0, interval: "1 second" } }],
    ["reads.limit", { reads: { limit: 1.5, interval: "1 second" } }],
    ["writes.limit", { writes: { limit: -1, interval: "1 second" } }],
    ["writes.limit", { writes: { limit: Number.NaN, interval: "1 second" } }],
    ["reads.interval", { reads: { limit: 1, interval: -1000 } }],
    ["reads.interval", { reads: { limit: 1, interval: 0 } }],
    ["writes.interval", { writes: { limit: 1, interval: Infinity } }]
  ]
  const refusal = (rateLimit: RateLimit.RateLimit) =>
    Effect.flip(
      Layer.build(bakery({ rateLimit })) as Effect.Effect<
        unknown,
        LroError.InvalidSettings,
        Scope.Scope
      >
    )
  for (const [what, rate] of cases) {
    it.scoped(`fails the layer: ${JSON.stringify(rate)}`, () =>
      Effect.gen(function*() {
        const error = yield* refusal(RateLimit.make(rate))
        assert.strictEqual(error._tag, "InvalidSettings")
        assert.strictEqual(error.setting, "rateLimit")
        assert.include(error.problem, `\`${what}\``)
      }))
  }

  // What no type lets through.
  const untyped: ReadonlyArray<readonly [what: string, rate: unknown, problem: string]> = [
    ["the options of one", tenPerMinute, "`RateLimit.make`"],
    ["nothing", {}, "`RateLimit.make`"],
    [
      "one without an interval",
      RateLimit.make({ reads: { limit: 1 } as never }),
      "`reads.interval`"
    ],
    ["one of a number", RateLimit.make({ writes: 5 as never }), "`writes.limit`"],
    ["one of null", RateLimit.make({ reads: null as never }), "`reads.limit`"]
  ]
  for (const [what, rate, problem] of untyped) {
    it.scoped(`fails the layer from untyped code: ${what}`, () =>
      Effect.gen(function*() {
        const error = yield* refusal(rate as RateLimit.RateLimit)
        assert.strictEqual(error._tag, "InvalidSettings")
        assert.strictEqual(error.setting, "rateLimit")
        assert.include(error.problem, problem)
      }))
  }
})
