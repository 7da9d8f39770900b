/** What is seen of a fleet from outside: its board, its log, the death of a schedule, and what its parents taught it. */
import { assert, describe, it } from "@effect/vitest"
import { Cause, DateTime, Effect, Exit, Fiber, Layer, Schedule, Stream, TestClock } from "effect"
import { Polling } from "effect-lro"
import * as Credentials from "effect-lro/Credentials"
import * as Fleet from "effect-lro/Fleet"
import { OperationRef } from "effect-lro/OperationRef"
import * as Registry from "effect-lro/services/registry"
import { bake, Bakery } from "../kit/bakery.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"
import * as Server from "../kit/fleetServer.ts"
import * as Logs from "../kit/logs.ts"

const every5 = { schedule: Polling.fixed("5 seconds") }

const succeeds = (...seconds: ReadonlyArray<number>): ReadonlyArray<Server.Plan> =>
  seconds.map((at) => ({ endsAt: at * 1000, end: "succeeded" }))

/** Modules are loaded in real time. */
const pass = (seconds: number) =>
  Effect.forEach(
    Array.from({ length: seconds }),
    () =>
      Effect.zipRight(
        Effect.promise(() => new Promise((done) => setImmediate(done))),
        TestClock.adjust("1 second")
      ),
    { discard: true }
  )

describe("[46] the progress of a fleet", () => {
  const world = { plans: succeeds(3, 8, 13) }

  it.effect("is told to each who asks for it, also of one `changes`", () =>
    Effect.gen(function*() {
      const progress = yield* Fleet.makeProgress
      const { changes } = progress
      const one = yield* Effect.fork(Stream.runCollect(changes))
      const two = yield* Effect.fork(Stream.runCollect(changes))
      yield* Effect.fork(
        Stream.runDrain(
          Fleet.outcomes(Bakery, Server.namesOf(world), { ...every5, progress })
        )
      )
      yield* TestClock.adjust("1 minute")
      const seen = Array.from(yield* Fiber.join(one))
      assert.deepStrictEqual(Array.from(yield* Fiber.join(two)), seen)
      assert.strictEqual(seen.at(-1)?.succeeded, 3)
    }).pipe(Effect.provide(Server.layer(world))))

  it.effect("ends where the options are refused", () =>
    Effect.gen(function*() {
      const refused = (
        rows: (progress: Fleet.ProgressBoard) => Stream.Stream<unknown, unknown, Bakery>
      ) =>
        Effect.gen(function*() {
          const progress = yield* Fleet.makeProgress
          const seen = yield* Effect.fork(Stream.runDrain(progress.changes))
          assert.isTrue(Exit.isFailure(yield* Effect.exit(Stream.runDrain(rows(progress)))))
          yield* Fiber.join(seen)
        })
      yield* refused((progress) => Fleet.outcomes(Bakery, [], { tick: 0, progress }))
      yield* refused((progress) => Fleet.outcomes(Bakery, [], { deadline: 0, progress }))
      yield* refused((progress) => Fleet.run(Bakery, bake, [], { concurrency: 0, progress }))
    }).pipe(Effect.provide(Server.layer(world))))

  it.effect("goes on until the last of several services has ended, and counts what no service knows", () => {
    const refOf = (service: string, i: number) =>
      new OperationRef({
        service,
        version: "v1",
        name: `projects/p/locations/l/operations/o${i}`,
        startedAt: DateTime.unsafeMake(0)
      })
    const targets = Stream.concat(
      Stream.make(
        refOf("networkconnectivity.googleapis.com", 0),
        refOf("brewery.example.com", 1)
      ),
      Stream.fromEffect(
        Effect.delay(
          Effect.sync(() => refOf("workloadmanager.googleapis.com", 2)),
          "20 seconds"
        )
      )
    )
    return Effect.gen(function*() {
      const progress = yield* Fleet.makeProgress
      const seen = yield* Effect.fork(Stream.runCollect(progress.changes))
      const rows = yield* Effect.fork(
        Stream.runDrain(Registry.outcomes(targets, { ...every5, progress }))
      )
      yield* pass(60)
      yield* Fiber.join(rows)
      const all = Array.from(yield* Fiber.join(seen))
      const { requests: _, ...last } = all.at(-1) ?? (yield* progress.current)
      assert.deepStrictEqual(last, {
        running: 0,
        succeeded: 2,
        failed: 0,
        cancelled: 0,
        unknown: 1
      })
    }).pipe(
      Effect.provide(Layer.merge(
        FakeHttp.layer((call) =>
          FakeHttp.json({
            name: call.url.slice(call.url.indexOf("projects")),
            done: true,
            response: {}
          })
        ),
        Credentials.layerNone
      ))
    )
  })
})

describe("[46] a row", () => {
  const world = { plans: succeeds(1e6) }

  it.effect("dies where its schedule does, as `untilDone`", () =>
    Effect.gen(function*() {
      const schedule = Schedule.mapEffect(
        Schedule.spaced("5 seconds"),
        () => Effect.die("no calendar")
      )
      const rows = yield* Effect.fork(
        Stream.runCollect(Fleet.outcomes(Bakery, Server.namesOf(world), { schedule }))
      )
      yield* TestClock.adjust("1 minute")
      const [row] = Array.from(yield* Fiber.join(rows))
      assert(row !== undefined && Exit.isFailure(row.exit))
      assert.deepStrictEqual(row.exit.cause, Cause.die("no calendar"))
    }).pipe(Effect.provide(Server.layer(world))))

  it.effect("that ends stops the step of its schedule", () =>
    Effect.gen(function*() {
      const events: Array<string> = []
      const schedule = Schedule.mapEffect(
        Schedule.spaced("5 seconds"),
        () =>
          Effect.onInterrupt(
            Effect.never,
            () => Effect.sync(() => events.push("stopped"))
          )
      )
      const rows = yield* Effect.fork(
        Stream.runCollect(
          Fleet.outcomes(Bakery, Server.namesOf(world), { schedule, deadline: "10 seconds" })
        )
      )
      yield* TestClock.adjust("1 minute")
      const [row] = Array.from(yield* Fiber.join(rows))
      assert(row !== undefined && Exit.isFailure(row.exit) && row.exit.cause._tag === "Fail")
      assert.strictEqual(row.exit.cause.error._tag, "WaitTimeout")
      assert.deepStrictEqual(events, ["stopped"])
    }).pipe(Effect.provide(Server.layer(world))))

  it.effect("[24] that is stuck says so, all of a stream together, after 1, 5, 15, 60 minutes, then hourly", () => {
    const world = { plans: succeeds(1e6, 1e6, 150) }
    const lines: Array<Logs.Line> = []
    return Effect.gen(function*() {
      const clock = yield* Effect.clock
      const at: Array<number> = []
      const rows = yield* Effect.fork(
        Logs.instead(Logs.lines((line) => {
          lines.push(line)
          at.push(clock.unsafeCurrentTimeMillis() / 60_000)
        }))(
          Stream.runDrain(Fleet.outcomes(Bakery, Server.namesOf(world), every5))
        )
      )
      yield* TestClock.adjust("130 minutes")
      yield* Fiber.interrupt(rows)
      yield* TestClock.adjust("3 hours")
      assert.deepStrictEqual(at, [1, 5, 15, 60, 120])
      assert.deepStrictEqual(
        lines.map(({ annotations, level, message }) => [
          level,
          message,
          annotations["operations"],
          annotations["oldest"]
        ]),
        [3, 2, 2, 2, 2].map((operations) => [
          "INFO",
          "still waiting",
          operations,
          Server.nameOf(0)
        ])
      )
      assert.strictEqual(lines[0]?.annotations["elapsed"], "1m")
      assert.isAtLeast(Number(lines[0]?.annotations["requests"]), 12)
    }).pipe(Effect.provide(Server.layer(world)))
  })
})

describe("[46] what a parent taught", () => {
  it.effect("is known to those who wait later, though nobody waited meanwhile", () =>
    Effect.gen(function*() {
      for (const i of [0, 2, 4]) {
        const bakery = yield* Bakery
        const both = yield* Effect.forkAll(
          [i, i + 1].map((i) => bakery.untilDone(Server.nameOf(i)))
        )
        yield* TestClock.adjust("30 seconds")
        yield* Fiber.join(both)
      }
      assert.lengthOf((yield* Server.asked).filter(([kind]) => kind === "list"), 1)
    }).pipe(Effect.provide(Server.layer({
      plans: succeeds(0, 0, 0, 0, 0, 0),
      fault: (kind) => kind === "list" ? FakeHttp.failure(403, "PERMISSION_DENIED") : undefined
    }))))

  it.effect("… also how long the server wants to be left alone", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const refused = yield* Effect.fork(bakery.untilDone(Server.nameOf(0), every5))
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(refused)
      yield* TestClock.adjust("1 second")
      const next = yield* Effect.fork(bakery.untilDone(Server.nameOf(1), every5))
      yield* TestClock.adjust("5 minutes")
      yield* Fiber.join(next)
      const [, at] = (yield* Server.asked).map(([, at]) => at)
      assert.isAtLeast(at ?? 0, 60)
    }).pipe(Effect.provide(Server.layer({
      plans: succeeds(0, 0),
      fault: (_, __, index) =>
        index === 0
          ? FakeHttp.failure(429, "RESOURCE_EXHAUSTED", { headers: { "retry-after": "60" } })
          : undefined
    }))))
})
