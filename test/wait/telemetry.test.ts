// @effect-diagnostics multipleEffectProvide:off
/** Spans, metrics and logs of waits. */
import { HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import {
  Effect,
  Exit,
  Fiber,
  flow,
  Metric,
  type MetricState,
  Option,
  Stream,
  TestClock,
  type Tracer
} from "effect"
import { Polling } from "effect-lro"
import * as FakeTracer from "../kit/FakeTracer.ts"
import * as Logs from "../kit/logs.ts"
import {
  bake,
  Bakery,
  cancelled,
  done,
  failed,
  hang,
  layer,
  name,
  order,
  refuse,
  running,
  type Script
} from "../kit/Scripted.ts"
import { withTime } from "../kit/services.ts"
import { VirtualClock } from "../kit/VirtualClock.ts"

/** The spans that a span links to. */
const linked = ({ links }: Tracer.Span) => links.map(({ span }) => span.spanId)

const every2 = { schedule: Polling.fixed("2 seconds"), spread: 0 } as const

const waitInWorld = (
  script: Script,
  schedule = every2.schedule
) =>
  Effect.gen(function*() {
    const bakery = yield* Bakery
    const fiber = yield* Effect.fork(Effect.exit(bakery.untilDone(name, { schedule, spread: 0 })))
    yield* TestClock.adjust("1 minute")
    return yield* Fiber.join(fiber)
  }).pipe((effect) => Effect.suspend(() => Effect.provide(effect, layer(script))))

describe("spans", () => {
  it.effect("one a wait, one root a poll, linked from the wait", () => {
    const { layer: traced, spans } = FakeTracer.make()
    return Effect.gen(function*() {
      yield* waitInWorld({ get: [running(), refuse(503, "UNAVAILABLE"), done] })
      const [wait, ...polls] = spans
      assert(wait?.name === "Operations.untilDone")
      assert.deepStrictEqual(polls.map(({ name, parent }) => [name, Option.isNone(parent)]), [
        ["Operations.poll", true],
        ["Operations.poll", true],
        ["Operations.poll", true]
      ])
      assert.deepStrictEqual(linked(wait), polls.map(({ spanId }) => spanId))
      assert.deepStrictEqual(Object.fromEntries(wait.attributes), {
        "gcp.resource.destination.id": name,
        "gcp.longrunning.poll_attempt_count": 3,
        "gcp.longrunning.done": true,
        "gcp.longrunning.status_code": "OK"
      })
      assert.deepStrictEqual(polls.map(({ attributes }) => Object.fromEntries(attributes)), [
        {
          "gcp.resource.destination.id": name,
          "gcp.longrunning.status_code": "OK",
          "gcp.longrunning.done": false
        },
        { "gcp.resource.destination.id": name, "gcp.longrunning.status_code": "UNAVAILABLE" },
        {
          "gcp.resource.destination.id": name,
          "gcp.longrunning.status_code": "OK",
          "gcp.longrunning.done": true
        }
      ])
    }).pipe(Effect.provide(traced))
  })

  it.effect("a poll that serves two waits is linked from both", () => {
    const { layer: traced, spans } = FakeTracer.make()
    return Effect.gen(function*() {
      const bakery = yield* Bakery
      const wait = bakery.untilDone(name, every2)
      const fiber = yield* Effect.fork(Effect.all([wait, wait], { concurrency: 2 }))
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      const of = (name: string) => spans.filter((span) => span.name === name)
      const polls = of("Operations.poll").map(({ spanId }) => spanId)
      assert.strictEqual(polls.length, 2)
      assert.deepStrictEqual(of("Operations.untilDone").map(linked), [polls, polls])
    }).pipe(Effect.provide(layer({ get: [running(), done] })), Effect.provide(traced))
  })

  it.effect("the wait of a failed operation says its code", () => {
    const { layer: traced, spans } = FakeTracer.make()
    return Effect.gen(function*() {
      yield* waitInWorld({ get: [failed({ code: 10, message: "m" })] })
      assert.strictEqual(spans[0]?.attributes.get("gcp.longrunning.status_code"), "ABORTED")
    }).pipe(Effect.provide(traced))
  })

  it.effect("a wait of thousands of polls has a bounded number of links", () => {
    const { layer: traced, spans } = FakeTracer.make()
    return Effect.gen(function*() {
      const script = { get: [...Array.from({ length: 200 }, () => running()), done] }
      yield* Effect.flatMap(Bakery, (bakery) => bakery.untilDone(name, every2)).pipe(
        Effect.provide(layer(script)),
        withTime(new VirtualClock())
      )
      const [wait, ...polls] = spans
      assert.strictEqual(polls.length, 201)
      assert.strictEqual(wait?.links.length, 128)
    }).pipe(Effect.provide(traced))
  })
})

/** The value of a metric, all its tags together or one of them. */
const read = (metric: string, tag?: string) =>
  Effect.map(
    Metric.snapshot,
    (pairs) =>
      pairs.filter(({ metricKey }) =>
        metricKey.name === metric &&
        (tag === undefined || metricKey.tags.some(({ value }) => value === tag))
      ).reduce((sum, { metricState }) => {
        const state = metricState as MetricState.MetricState<unknown>
        const counted = state as { readonly count?: number; readonly value?: number }
        return sum + Number(counted.count ?? counted.value ?? 0)
      }, 0)
  )

const change = <A, E, R>(effect: Effect.Effect<A, E, R>, metric: string, tag?: string) =>
  Effect.gen(function*() {
    const before = yield* read(metric, tag)
    yield* effect
    return (yield* read(metric, tag)) - before
  })

describe("metrics", () => {
  it.effect("count waits by outcome and polls by code", () =>
    Effect.gen(function*() {
      const good = waitInWorld({ get: [running(), refuse(503, "UNAVAILABLE"), done] })
      assert.strictEqual(yield* change(good, "effect_lro_waits_started"), 1)
      assert.strictEqual(yield* change(good, "effect_lro_waits_ended", "Succeeded"), 1)
      assert.strictEqual(yield* change(good, "effect_lro_polls", "OK"), 2)
      assert.strictEqual(yield* change(good, "effect_lro_polls", "UNAVAILABLE"), 1)
      assert.strictEqual(yield* change(good, "effect_lro_wait_duration_seconds"), 1)
      assert.strictEqual(yield* change(good, "effect_lro_poll_lateness_seconds"), 3)
      const bad = waitInWorld({ get: [failed({ code: 10 })] })
      assert.strictEqual(yield* change(bad, "effect_lro_waits_ended", "Failed"), 1)
      const stopped = waitInWorld({ get: [cancelled] })
      assert.strictEqual(yield* change(stopped, "effect_lro_waits_ended", "Cancelled"), 1)
      const gone = waitInWorld({ get: [refuse(404, "NOT_FOUND")] })
      assert.strictEqual(yield* change(gone, "effect_lro_waits_ended", "NOT_FOUND"), 1)
    }))

  it.effect("a watch is a wait: it ends with its last state, or is left", () =>
    Effect.gen(function*() {
      const watch = (states: number) =>
        Effect.gen(function*() {
          const bakery = yield* Bakery
          const stream = Stream.take(bakery.watch(name, every2), states)
          const fiber = yield* Effect.fork(Stream.runDrain(stream))
          yield* TestClock.adjust("1 minute")
          yield* Fiber.join(fiber)
        }).pipe(Effect.provide(layer({ get: [running(1), running(2), done] })))
      const before = yield* read("effect_lro_live_waits")
      const started = change(watch(3), "effect_lro_waits_started")
      assert.strictEqual(yield* change(started, "effect_lro_waits_ended", "Succeeded"), 1)
      assert.strictEqual(yield* started, 1)
      assert.strictEqual(yield* change(watch(2), "effect_lro_waits_ended", "interrupted"), 1)
      assert.strictEqual(yield* read("effect_lro_live_waits"), before)
    }))

  it.effect("[24] live waits go up and down, also by interruption", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const before = yield* read("effect_lro_live_waits")
      const fibers = yield* Effect.forEach([1, 2, 3], () => Effect.fork(bakery.untilDone(name)))
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* read("effect_lro_live_waits"), before + 3)
      const interrupted = yield* change(
        Fiber.interruptAll(fibers),
        "effect_lro_waits_ended",
        "interrupted"
      )
      assert.strictEqual(interrupted, 3)
      assert.strictEqual(yield* read("effect_lro_live_waits"), before)
    }).pipe(Effect.provide(layer({ get: [hang] }))))
})

const collected = () => {
  const lines: Array<Logs.Line> = []
  const log = Logs.lines((line) => void lines.push(line))
  return { lines, collecting: flow(Logs.instead(log), Logs.all) }
}

describe("logs", () => {
  it.effect("[40] of a poll obey the level and the loggers of the fiber that waits", () => {
    const { collecting, lines } = collected()
    const World = layer({ get: [done] }, {
      transformClient: HttpClient.tapRequest(() => Effect.logWarning("from the transport"))
    })
    return Effect.gen(function*() {
      const bakery = yield* Bakery
      yield* collecting(bakery.untilDone(name, every2))
      assert.include(lines.map(({ message }) => message), "from the transport")
      const count = lines.length
      yield* bakery.untilDone(name, every2).pipe(
        Logs.errors,
        collecting
      )
      assert.deepStrictEqual(lines.slice(count), [])
    }).pipe(Effect.provide(World))
  })

  it.effect("[24] still waiting after 1, 5, 15 and 60 minutes, then every hour, on time", () => {
    const { collecting, lines } = collected()
    return Effect.gen(function*() {
      const bakery = yield* Bakery
      const fiber = yield* Effect.fork(
        bakery.untilDone(name, { schedule: Polling.fixed("7 minutes"), spread: 0 }).pipe(
          Effect.annotateLogs("caller", "me")
        )
      )
      const said: Array<readonly [number, Logs.Line["annotations"]]> = []
      for (let minute = 1; minute <= 241; minute++) {
        const before = lines.length
        yield* TestClock.adjust("1 minute")
        for (const line of lines.slice(before)) {
          if (line.message === "still waiting") {
            assert.strictEqual(line.level, "INFO")
            said.push([minute, line.annotations])
          }
        }
      }
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(said.map(([minute]) => minute), [1, 5, 15, 60, 120, 180, 240])
      assert.deepStrictEqual(said[2]?.[1], {
        caller: "me",
        name,
        elapsed: "15m",
        polls: 3,
        lastCode: "OK",
        nextPollSeconds: 360
      })
    }).pipe(Effect.provide(layer({ get: [running()] })), collecting)
  })

  it.effect("[24] still waiting tells the code of the last poll, not of an earlier failure", () => {
    const { collecting, lines } = collected()
    return Effect.gen(function*() {
      const bakery = yield* Bakery
      const fiber = yield* Effect.fork(
        bakery.untilDone(name, { schedule: Polling.fixed("25 seconds"), spread: 0 })
      )
      yield* TestClock.adjust("5 minutes")
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(
        lines.filter(({ message }) => message === "still waiting").map(({ annotations }) => [
          annotations["elapsed"],
          annotations["lastCode"]
        ]),
        [["1m", "OK"], ["5m", "UNAVAILABLE"]]
      )
    }).pipe(
      Effect.provide(layer({
        // Polls 3 and 12, at 50 seconds and at 4 minutes 35, are the last ones before a line.
        get: [
          running(),
          refuse(503, "UNAVAILABLE"),
          ...Array.from({ length: 9 }, () => running()),
          refuse(503, "UNAVAILABLE"),
          refuse(503, "UNAVAILABLE")
        ]
      })),
      collecting
    )
  })

  it.effect("a debug line a poll, a warning a tolerated failure, nothing else", () => {
    const { collecting, lines } = collected()
    return Effect.gen(function*() {
      const bakery = yield* Bakery
      const fiber = yield* Effect.fork(Effect.exit(bakery.run(bake, order, every2)))
      yield* TestClock.adjust("30 seconds")
      assert.isTrue(Exit.isSuccess(yield* Fiber.join(fiber)))
      assert.deepStrictEqual(lines.map(({ level, message }) => [level, message]), [
        ["DEBUG", `${name} runs (poll 1)`],
        [
          "WARN",
          `poll 2 of ${name} at bakery.googleapis.com failed with UNAVAILABLE: the wait goes on`
        ],
        ["DEBUG", `${name} is done (poll 3)`]
      ])
    }).pipe(
      Effect.provide(
        layer({ start: [running()], get: [running(), refuse(503, "UNAVAILABLE"), done] })
      ),
      collecting
    )
  })
})
