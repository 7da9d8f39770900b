/** The delays of a proportional schedule, and the default schedule against those of other clients. */
import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, DateTime, Duration, Effect, Order, ScheduleIntervals } from "effect"
import { OperationRef } from "effect-lro/OperationRef"
import * as Polling from "effect-lro/Polling"
import { StartedAt } from "effect-lro/Polling"
import { peers } from "../../bench/peers.ts"
import { beats, durations, ours, type Poller, simulate, workloads } from "../../bench/simulation.ts"
import { inTime } from "../kit/inTime.ts"
import { Bakery, done, layer, name, polledAt, running } from "../kit/Scripted.ts"

/** The first delays of a schedule, each poll at the end of the delay before it. */
const delays = (
  schedule: ReturnType<typeof Polling.proportional>,
  count: number,
  begin = 0
): Effect.Effect<ReadonlyArray<number>> =>
  Effect.gen(function*() {
    const delays: Array<number> = []
    let state: unknown = schedule.initial
    let now = begin
    for (let i = 0; i < count; i++) {
      const [next, , decision] = yield* schedule.step(now, { name, done: false }, state)
      assert(decision._tag === "Continue")
      const delay = ScheduleIntervals.start(decision.intervals) - now
      delays.push(delay)
      state = next
      now += delay
    }
    return delays
  })

describe("proportional", () => {
  const half = Polling.proportional({ share: 0.5, floor: "1 second", cap: "4 seconds" })

  it.effect("gives a share of the time since its first step, between floor and cap", () =>
    Effect.gen(function*() {
      const expected = [1000, 1000, 1000, 1500, 2250, 3375, 4000, 4000]
      assert.deepStrictEqual(yield* delays(half, 8), expected)
      assert.deepStrictEqual(yield* delays(half, 8, 1_000_000), expected)
    }))

  it.effect("counts from the start of the operation where it is known", () =>
    Effect.gen(function*() {
      const started = (at: number) => Effect.provideService(delays(half, 3, 10_000), StartedAt, at)
      assert.deepStrictEqual(yield* started(7_000), [1500, 2250, 3375])
      assert.deepStrictEqual(yield* started(0), [4000, 4000, 4000])
      // The clock of whoever started it was ahead.
      assert.deepStrictEqual(yield* started(60_000), [1000, 1000, 1000])
    }))

  const odd: ReadonlyArray<
    readonly [
      what: string,
      options: Parameters<typeof Polling.proportional>[0],
      delays: ReadonlyArray<number>
    ]
  > = [
    ["no share", { share: Number.NaN, floor: 10, cap: 20 }, [10, 10, 10]],
    ["a negative share", { share: -1, floor: 10, cap: 20 }, [10, 10, 10]],
    ["a share without end", { share: Infinity, floor: 10, cap: 20 }, [10, 20, 20]],
    ["no floor", { share: 1, floor: -5, cap: 20 }, [0, 0, 0]],
    ["a cap below the floor", { share: 1, floor: 10, cap: 5 }, [5, 5, 5]],
    ["no cap", { share: 1, floor: 10, cap: Duration.infinity }, [10, 10, 20]]
  ]

  for (const [what, options, expected] of odd) {
    it.effect(`clamps ${what}`, () =>
      Effect.map(
        delays(Polling.proportional(options), 3),
        (actual) => assert.deepStrictEqual(actual, expected)
      ))
  }
})

describe("the default schedule", () => {
  const wait = { spread: 0 }
  const replies = [...Arr.replicate(running(), 10), done]

  it.effect("polls every 2.5 seconds, then after a fifth of the operation's age", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      yield* inTime(bakery.untilDone(name, wait))
      assert.deepStrictEqual(
        (yield* polledAt).map(Math.round),
        [0, 2500, 5000, 7500, 10_000, 12_500, 15_000, 18_000, 21_600, 25_920, 31_104]
      )
    }).pipe(Effect.provide(layer({ get: replies }))))

  it.effect("goes on by the operation's age in another process", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const ref = new OperationRef({
        service: "bakery.googleapis.com",
        version: "v1",
        name,
        startedAt: DateTime.unsafeMake(-60_000)
      })
      yield* inTime(bakery.untilDone(ref, wait))
      assert.deepStrictEqual(
        (yield* polledAt).map(Math.round).slice(0, 6),
        [0, 12_000, 26_400, 43_680, 64_416, 89_299]
      )
    }).pipe(Effect.provide(layer({ get: replies }))))

  const fifth = ours("default", Polling.defaultSchedule)
  const samples = workloads.map((workload) => ({ workload, sample: durations(workload, 1_000) }))

  for (const { sample, workload } of samples) {
    const own = simulate(fifth, workload, sample)
    for (const peer of peers) {
      it(`is not beaten by ${peer.name} where the median is ${workload.name}`, () => {
        assert.isFalse(beats(simulate(peer, workload, sample), own))
      })
    }
  }

  it("costs what its documentation says", () => {
    const documented = [[1.8, 1.4], [10, 4.5], [30, 14], [406, 15]] as const
    samples.forEach(({ sample, workload }, index) => {
      const [polls = 0, seconds = 0] = documented[index] ?? []
      const own = simulate(fifth, workload, sample)
      assert.closeTo(own.polls / polls, 1, 0.1)
      assert.closeTo(own.latenessMillis / 1000 / seconds, 1, 0.1)
    })
  })
})

describe("the simulation", () => {
  const every = (millis: number): Poller => ({ name: "fixed", delays: () => () => millis })
  const outcome = (polls: number, latenessMillis: number) => ({
    poller: "x",
    workload: "x",
    polls,
    latenessMillis,
    p95Millis: 0
  })

  it("sees an operation half a round trip after the poll, and knows after the whole", () => {
    const [workload] = workloads
    assert(workload !== undefined)
    const run = (duration: number) => {
      const { latenessMillis, polls } = simulate(every(2000), workload, [duration])
      return [polls, latenessMillis]
    }
    assert.deepStrictEqual(run(2025), [1, 25])
    assert.deepStrictEqual(run(2026), [2, 2074])
    assert.deepStrictEqual(run(2500), [2, 1600])
  })

  it("gives each operation its own spread", () => {
    const { delays } = ours("fixed", Polling.fixed("10 seconds"))
    const first = Arr.makeBy(1_000, (index) => delays(`operations/${index}`, () => 0)(0))
    assert.closeTo(Math.min(...first), 10_000, 10)
    assert.closeTo(Math.max(...first), 12_000, 10)
    assert.isAtLeast(Math.min(...first), 10_000)
    assert.isBelow(Math.max(...first), 12_000)
  })

  it("has durations of the median that it says", () => {
    for (const workload of workloads) {
      const sorted = Arr.sort(durations(workload, 10_001), Order.number)
      assert.closeTo((sorted[5_000] ?? 0) / workload.medianMillis, 1, 0.05)
    }
  })

  it("tells when another is better in both, ties aside", () => {
    assert.isTrue(beats(outcome(98, 98), outcome(100, 100)))
    assert.isFalse(beats(outcome(98, 99), outcome(100, 100)))
    assert.isFalse(beats(outcome(99, 98), outcome(100, 100)))
  })

  it("finds a schedule that is beaten", () => {
    const schedule = Polling.exponential({
      initial: "1 second",
      multiplier: 1.5,
      cap: "30 seconds"
    })
    const beaten = workloads.slice(0, 1).flatMap((workload) => {
      const sample = durations(workload, 1_000)
      const own = simulate(ours("x", schedule), workload, sample)
      return peers.filter((peer) => beats(simulate(peer, workload, sample), own))
    })
    assert.deepStrictEqual(beaten.map((peer) => peer.name), ["Azure"])
  })
})
