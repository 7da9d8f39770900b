import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, TestClock } from "effect"
import * as Polling from "effect-lro/Polling"
import { inTime } from "../kit/inTime.ts"
import {
  after,
  bake,
  Bakery,
  done,
  hang,
  layer,
  name,
  order,
  polledAt,
  refuse,
  type Reply,
  requests,
  running
} from "../kit/Scripted.ts"
import { withTime } from "../kit/services.ts"
import { VirtualClock } from "../kit/VirtualClock.ts"

const every = (delay: Duration.DurationInput) => ({ schedule: Polling.fixed(delay), spread: 0 })

const unavailable = refuse(503, "UNAVAILABLE")

const seconds = (...instants: ReadonlyArray<number>) => instants.map((second) => second * 1000)

describe("[18] hints", () => {
  const retryInfo = (retryDelay: string) =>
    refuse(503, "UNAVAILABLE", {
      details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay }]
    })
  const retryAfter = (value: string) =>
    refuse(503, "UNAVAILABLE", { headers: { "retry-after": value } })

  const hints: ReadonlyArray<
    readonly [
      what: string,
      hint: Reply,
      polledAt: ReadonlyArray<number>,
      settings?: Polling.Settings
    ]
  > = [
    ["RetryInfo lengthens the next delay only", retryInfo("10.5s"), [0, 10.5, 12.5]],
    ["a shorter hint does not shorten it", retryInfo("0.5s"), [0, 2, 4]],
    ["Retry-After in seconds", retryAfter("15"), [0, 15, 17]],
    ["Retry-After as a date", retryAfter("Thu, 01 Jan 1970 00:00:30 GMT"), [0, 30, 32]],
    ["Retry-After as a date gone by", retryAfter("Wed, 31 Dec 1969 23:00:00 GMT"), [0, 2, 4]],
    ["rubbish is no hint", retryAfter("soon"), [0, 2, 4]],
    ["a negative hint is none", retryAfter("-10"), [0, 2, 4]],
    ["are capped by ten minutes", retryAfter("10000000000"), [0, 600, 602]],
    ["are capped by maxHint", retryInfo("900s"), [0, 20, 22], { maxHint: "20 seconds" }],
    ["maxHint does not shorten the schedule", retryInfo("900s"), [0, 2, 4], {
      maxHint: "1 second"
    }],
    ["are not spread", retryInfo("10s"), [0, 10, 12], { spread: 0.1 }]
  ]
  for (const [what, hint, instants, settings] of hints) {
    it.effect(what, () =>
      Effect.gen(function*() {
        const bakery = yield* Bakery
        yield* inTime(
          bakery.untilDone({ name, done: false }, { ...every("2 seconds"), ...settings })
        )
        assert.deepStrictEqual((yield* polledAt).map(Math.round), seconds(...instants))
      }).pipe(Effect.provide(layer({ get: [hint, running(), done] }))))
  }

  it.effect("the longer of RetryInfo and Retry-After counts", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      yield* inTime(bakery.untilDone({ name, done: false }, every("2 seconds")))
      assert.deepStrictEqual(yield* polledAt, seconds(0, 40))
    }).pipe(Effect.provide(layer({
      get: [
        refuse(429, "RESOURCE_EXHAUSTED", {
          details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "20s" }],
          headers: { "retry-after": "40" }
        }),
        done
      ]
    }))))
})

describe("[19] the deadline", () => {
  it.effect("the last poll starts 5 seconds before it", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const error = yield* Effect.flip(
        inTime(bakery.untilDone(name, { ...every("10 seconds"), deadline: "1 minute" }))
      )
      assert(error._tag === "WaitTimeout")
      assert.strictEqual(error.reason, "deadline")
      assert.strictEqual(error.polls, 7)
      assert.deepStrictEqual(error.elapsed, Duration.seconds(55))
      assert.strictEqual(error.operation.name, name)
      assert.deepStrictEqual(error.last?.metadata, {
        "@type": "x.com/example.Progress",
        percent: 7
      })
      assert.isUndefined(error.lastError)
      assert.strictEqual(
        error.message,
        `${name} still runs after 55s (7 polls): the deadline passed`
      )
      assert.deepStrictEqual(yield* polledAt, seconds(0, 10, 20, 30, 40, 50, 55))
    }).pipe(Effect.provide(layer({ get: [1, 2, 3, 4, 5, 6, 7].map(running) }))))

  const lastPolls: ReadonlyArray<
    readonly [what: string, delay: number, deadline: number, polledAt: ReadonlyArray<number>]
  > = [
    ["or a tenth of it before it", 7, 20, [0, 7, 14, 18]],
    ["and is not sent twice when the schedule meets it", 9, 20, [0, 9, 18]],
    ["and replaces one that would come after it", 19, 20, [0, 18]],
    ["also when the first delay is longer", 3600, 20, [0, 18]]
  ]
  for (const [what, delay, deadline, instants] of lastPolls) {
    it.effect(what, () =>
      Effect.gen(function*() {
        const bakery = yield* Bakery
        const error = yield* Effect.flip(
          inTime(bakery.untilDone(name, { ...every(delay * 1000), deadline: deadline * 1000 }))
        )
        assert.strictEqual(error._tag, "WaitTimeout")
        assert.deepStrictEqual(yield* polledAt, seconds(...instants))
      }).pipe(Effect.provide(layer({ get: [running()] }))))
  }

  it.effect("counts from the beginning of the wait, and polls a start reply once at least", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const target = yield* bakery.start(bake, order)
      yield* TestClock.adjust("1 minute")
      const error = yield* Effect.flip(
        inTime(bakery.untilDone(target, { ...every("1 hour"), deadline: "20 seconds" }))
      )
      assert(error._tag === "WaitTimeout")
      assert.deepStrictEqual(error.elapsed, Duration.seconds(18))
      assert.deepStrictEqual(yield* polledAt, seconds(78))
    }).pipe(Effect.provide(layer({ start: [running()], get: [running()] }))))

  it.effect("a reply by the deadline counts", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const state = yield* inTime(
        bakery.untilDone(name, { ...every("30 seconds"), deadline: "1 minute" })
      )
      assert.strictEqual(state._tag, "Succeeded")
      assert.deepStrictEqual(yield* polledAt, seconds(0, 30, 55))
    }).pipe(Effect.provide(layer({ get: [running(), running(), after(4999, done)] }))))

  it.effect("a hung poll is aborted at the deadline", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const error = yield* Effect.flip(
        inTime(bakery.untilDone(name, { ...every("10 seconds"), deadline: "25 seconds" }))
      )
      assert(error._tag === "WaitTimeout")
      assert.deepStrictEqual(error.elapsed, Duration.seconds(25))
      assert.strictEqual(error.polls, 1)
      assert.deepStrictEqual(yield* polledAt, seconds(0, 10))
      assert.deepStrictEqual((yield* requests).map(({ end }) => end), ["answered", "aborted"])
    }).pipe(Effect.provide(layer({ get: [running(), hang] }))))

  it.effect("so are polls of an outage that the wait began in", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const error = yield* Effect.flip(inTime(bakery.untilDone(name, {
        deadline: "25 seconds",
        timeout: "10 seconds",
        schedule: Polling.fixed("1 milli"),
        spread: 0
      })))
      assert(error._tag === "WaitTimeout")
      assert.deepStrictEqual(error.elapsed, Duration.seconds(25))
      assert.isUndefined(error.last)
      assert.deepStrictEqual(yield* polledAt, [0, 10_001, 20_002])
    }).pipe(Effect.provide(layer({ get: [hang] }))))

  it.effect("a poll that outlives the last poll's instant is the last one", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const error = yield* Effect.flip(
        inTime(bakery.untilDone(name, { ...every("10 seconds"), deadline: "1 minute" }))
      )
      assert(error._tag === "WaitTimeout")
      assert.deepStrictEqual(error.elapsed, Duration.seconds(57))
      assert.deepStrictEqual(yield* polledAt, seconds(0, 37))
    }).pipe(Effect.provide(layer({ get: [after(27_000, running()), after(20_000, running())] }))))

  it.effect("a hint beyond it does not suppress the last poll; the error keeps the last failure", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const error = yield* Effect.flip(
        inTime(bakery.untilDone(name, { ...every("10 seconds"), deadline: "1 minute" }))
      )
      assert(error._tag === "WaitTimeout")
      assert(error.lastError?._tag === "UNAVAILABLE")
      assert.strictEqual(error.lastError.status.message, "busy")
      assert.match(error.message, /the deadline passed; last failed poll: UNAVAILABLE$/)
      assert.deepStrictEqual(yield* polledAt, seconds(0, 10, 55))
    }).pipe(Effect.provide(layer({
      get: [
        running(),
        refuse(503, "UNAVAILABLE", { message: "busy", headers: { "retry-after": "3600" } }),
        running()
      ]
    }))))

  it.effect("a last poll that fails ends the wait with a WaitTimeout too", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const error = yield* Effect.flip(
        inTime(bakery.untilDone(name, { ...every("30 seconds"), deadline: "1 minute" }))
      )
      assert(error._tag === "WaitTimeout")
      assert.strictEqual(error.polls, 3)
      assert.strictEqual(error.lastError?._tag, "UNAVAILABLE")
      assert.deepStrictEqual(yield* polledAt, seconds(0, 30, 55))
    }).pipe(Effect.provide(layer({ get: [running(), running(), unavailable] }))))

  it.effect("does not move with the wall clock", () => {
    const clock = new VirtualClock()
    const jump: Reply = () => {
      clock.wallJump += 86_400_000
      return unavailable() as Response
    }
    return Effect.gen(function*() {
      const bakery = yield* Bakery
      const error = yield* Effect.flip(
        bakery.untilDone(name, { ...every("10 seconds"), deadline: "1 minute" })
      )
      assert(error._tag === "WaitTimeout")
      assert.deepStrictEqual(error.elapsed, Duration.seconds(55))
      assert.strictEqual(error.polls, 7)
    }).pipe(Effect.provide(layer({ get: [running(), jump, running()] })), withTime(clock))
  })

  for (
    const [argument, settings] of [
      ["deadline", { deadline: 0 }],
      ["spread", { spread: 1 }],
      ["spread", { spread: -0.1 }],
      ["spread", { spread: Number.NaN }]
    ] as const
  ) {
    it.effect(`refuses ${JSON.stringify(settings)} and sends nothing`, () =>
      Effect.gen(function*() {
        const bakery = yield* Bakery
        const error = yield* Effect.flip(bakery.untilDone(name, settings))
        assert(error._tag === "InvalidRequest")
        assert.strictEqual(error.argument, argument)
        assert.deepStrictEqual(yield* requests, [])
      }).pipe(Effect.provide(layer({}))))
  }
})

describe("[18] the spread", () => {
  const firstDelay = (user: number, spread?: number) =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const name = `projects/p/locations/l${user}/operations/1`
      yield* inTime(bakery.untilDone(name, { schedule: Polling.fixed("100 seconds"), spread }))
      const [first = 0, second = 0, third = 0] = (yield* polledAt).map(Math.round)
      // It does not add up.
      assert.approximately(third - second, 100_000, 1)
      return second - first
    }).pipe(Effect.provide(layer({ get: [running(), running(), done] })))

  it.effect("puts off each poll by up to a fifth of its delay, a hash of the name", () =>
    Effect.gen(function*() {
      const delays = yield* Effect.forEach(
        Array.from({ length: 40 }, (_, i) => i),
        (i) => firstDelay(i)
      )
      assert.deepStrictEqual(yield* firstDelay(7), delays[7])
      assert.strictEqual(new Set(delays).size, 40)
      assert.isTrue(delays.every((delay) => delay >= 100_000 && delay <= 120_000))
      // Names that differ by a counter lie all over the range.
      for (const part of [100_000, 105_000, 110_000, 115_000]) {
        assert.isAtLeast(delays.filter((delay) => delay >= part && delay < part + 5000).length, 4)
      }
    }))

  it.effect("can be set", () =>
    Effect.gen(function*() {
      const half = yield* Effect.forEach([1, 2, 3, 4, 5, 6, 7, 8], (i) => firstDelay(i, 0.5))
      assert.isTrue(half.every((delay) => delay >= 100_000 && delay <= 150_000))
      assert.isTrue(half.some((delay) => delay > 120_000))
      assert.strictEqual(yield* firstDelay(1, 0), 100_000)
    }))
})

describe("long delays", () => {
  const day = 86_400_000

  it.effect("beyond the longest timer do not fire early", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      yield* bakery.untilDone(name, every("60 days"))
      assert.deepStrictEqual(yield* polledAt, [0, 60 * day, 120 * day])
    }).pipe(
      Effect.provide(layer({ get: [running(), running(), done] })),
      withTime(new VirtualClock())
    ))

  it.effect("nor does a deadline", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const error = yield* Effect.flip(
        bakery.untilDone(name, { ...every("40 days"), deadline: "100 days", timeout: "90 days" })
      )
      assert(error._tag === "WaitTimeout")
      assert.deepStrictEqual(error.elapsed, Duration.days(100))
      assert.deepStrictEqual(yield* polledAt, [0, 40 * day])
    }).pipe(
      Effect.provide(layer({ get: [running(), hang] })),
      withTime(new VirtualClock())
    ))

  it.effect("nor does a deadline that is infinite", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      yield* bakery.untilDone(name, { ...every("40 days"), deadline: Duration.infinity })
      assert.deepStrictEqual(yield* polledAt, [0, 40 * day])
    }).pipe(
      Effect.provide(layer({ get: [running(), done] })),
      withTime(new VirtualClock())
    ))
})
