/** Who comes too late over a fleet, and who too early: first polls, hints, deadlines, and listings that take their time. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Exit, Fiber, Layer, Schedule, TestClock } from "effect"
import { Operations, Polling } from "effect-lro"
import * as Credentials from "effect-lro/Credentials"
import * as Fleet from "effect-lro/Fleet"
import { bake, Bakery, parent } from "../kit/bakery.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"
import * as Server from "../kit/fleetServer.ts"

const every = (seconds: number) => ({ schedule: Polling.fixed(Duration.seconds(seconds)) })

const succeeds = (...seconds: ReadonlyArray<number>): ReadonlyArray<Server.Plan> =>
  seconds.map((at) => ({ endsAt: at * 1000, end: "succeeded" }))

/** How a wait ends, and at which second. */
const ending = (name: string, options: Operations.WaitOptions) =>
  Effect.gen(function*() {
    const bakery = yield* Bakery
    const exit = yield* Effect.exit(bakery.untilDone(name, options))
    const now = yield* Effect.clock
    const how = Exit.match(exit, {
      onSuccess: ({ _tag }) => _tag as string,
      onFailure: (cause) => cause._tag === "Fail" ? cause.error._tag : cause._tag
    })
    return `${how} ${now.unsafeCurrentTimeMillis() / 1000}`
  })

/** One wait, as it goes over a fleet and over a poller of its own. */
const bothWays = (
  world: Server.World,
  options: Operations.WaitOptions,
  layer: Fleet.FleetLayerOptions = {}
) =>
  Effect.forEach(
    [Server.layer(world, layer), Server.layerAlone(world)],
    (layer) =>
      Effect.gen(function*() {
        const fiber = yield* Effect.fork(ending(Server.nameOf(0), options))
        const since = yield* Effect.clock
        const began = since.unsafeCurrentTimeMillis()
        yield* TestClock.adjust("20 minutes")
        const end = yield* Fiber.join(fiber)
        const asked = (yield* Server.asked).map(([, at]) => at)
        return { end: end.replace(/ .*/, ""), asked, began }
      }).pipe(Effect.provide(layer))
  )

describe("[46] a listing", () => {
  it.effect("whose first pages show all others: what it never shows is asked for once a minute all the same", () =>
    Effect.gen(function*() {
      const others = Array.from({ length: 5 }, () => 1e6)
      const lost: Server.Plan = { endsAt: 70_000, end: "succeeded", listedFrom: 1e12 }
      const world = { plans: [...succeeds(...others), lost, ...succeeds(0, 0, 0, 0, 0, 0)] }
      yield* Effect.gen(function*() {
        const fibers = yield* Effect.forEach(
          [0, 1, 2, 3, 4, 5],
          (i) => Effect.fork(ending(Server.nameOf(i), every(5)))
        )
        yield* TestClock.adjust("5 minutes")
        assert.deepStrictEqual(yield* Server.gotAt(5), [0, 60, 120])
        const [last] = fibers.slice(5)
        assert(last !== undefined)
        assert.strictEqual(yield* Fiber.join(last), "Succeeded 120")
      }).pipe(Effect.provide(Server.layer(world, { pageSize: 5 })))
    }))

  for (
    const [title, fault] of [
      ["hangs", () => Effect.never],
      ["fails", () => FakeHttp.failure(500, "INTERNAL")],
      ["is out of reach", () => FakeHttp.failure(503, "UNAVAILABLE")]
    ] as const
  ) {
    it.effect(`that ${title} holds up nobody for longer than a page may take: there are gets`, () => {
      const world: Server.World = {
        plans: succeeds(3, 3, 3, 3),
        fault: (kind) => kind === "list" ? fault() : undefined
      }
      return Effect.gen(function*() {
        const fibers = yield* Effect.forEach(
          Server.namesOf(world),
          (name) => Effect.fork(ending(name, every(5)))
        )
        yield* TestClock.adjust("5 minutes")
        for (const end of yield* Fiber.join(Fiber.all(fibers))) {
          const [how, at] = end.split(" ")
          assert.strictEqual(how, "Succeeded")
          assert.isAtMost(Number(at), 10)
        }
      }).pipe(Effect.provide(Server.layer(world)))
    })
  }

  it.effect("[19] that hangs suppresses no last poll: who has a deadline is got meanwhile", () => {
    const world: Server.World = {
      plans: succeeds(4, 4, 4),
      fault: (kind) => kind === "list" ? Effect.never : undefined
    }
    return Effect.gen(function*() {
      const fibers = yield* Effect.forEach(
        Server.namesOf(world),
        (name) => Effect.fork(ending(name, { ...every(30), deadline: "8 seconds" }))
      )
      yield* TestClock.adjust("5 minutes")
      for (const end of yield* Fiber.join(Fiber.all(fibers))) {
        assert.match(end, /^Succeeded /)
        assert.isAtMost(Number(end.split(" ")[1]), 8)
      }
    }).pipe(Effect.provide(Server.layer(world)))
  })

  it.effect("that is slow: who joins meanwhile is got after a tick", () => {
    const world: Server.World = {
      plans: [...succeeds(1e6, 1e6, 1e6, 1e6), ...succeeds(0)],
      fault: (kind) => kind === "list" ? Effect.never : undefined
    }
    return Effect.gen(function*() {
      yield* Effect.forkAll([0, 1, 2, 3].map((i) => ending(Server.nameOf(i), every(5))))
      yield* TestClock.adjust("1 second")
      const joined = yield* Effect.fork(ending(Server.nameOf(4), every(5)))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* Fiber.join(joined), "Succeeded 5")
    }).pipe(Effect.provide(Server.layer(world)))
  })

  it.effect("that was made for others uses up nobody's schedule", () => {
    const world: Server.World = { plans: succeeds(600, 1e6, 1e6) }
    const schedule = Schedule.intersect(Schedule.spaced("1 minute"), Schedule.recurs(30))
    return Effect.gen(function*() {
      const first = yield* Effect.fork(ending(Server.nameOf(0), { schedule }))
      yield* Effect.forkAll([1, 2].map((i) => ending(Server.nameOf(i), every(5))))
      yield* TestClock.adjust("40 minutes")
      assert.strictEqual(yield* Fiber.join(first), "Succeeded 600")
    }).pipe(Effect.provide(Server.layer(world)))
  })

  it.effect("that some left meanwhile asks for none of them", () => {
    const world: Server.World = {
      plans: Array.from({ length: 6 }, () => ({ endsAt: 1e9, end: "succeeded", listedFrom: 1e12 })),
      fault: (kind) =>
        kind === "list"
          ? Effect.delay(Effect.sync(() => FakeHttp.json({ operations: [] })), "2 seconds")
          : undefined
    }
    return Effect.gen(function*() {
      const fibers = yield* Effect.forEach(
        Server.namesOf(world),
        (name) => Effect.fork(ending(name, every(5)))
      )
      yield* TestClock.adjust("1 second")
      yield* Fiber.interruptAll(fibers.slice(1))
      yield* TestClock.adjust("2 seconds")
      const gets = (yield* Server.asked).filter(([kind]) => kind === "get")
      assert.lengthOf(gets, 1)
    }).pipe(Effect.provide(Server.layer(world)))
  })
})

describe("[18, 46] the first poll over a fleet", () => {
  it.effect("of a name is at once, also where time goes by between two instructions", () => {
    const world: Server.World = { plans: succeeds(0) }
    return Effect.gen(function*() {
      const clock = yield* Effect.clock
      let micros = 0
      // As a real clock does: never the same instant twice.
      const moving = {
        ...clock,
        unsafeCurrentTimeNanos: () => clock.unsafeCurrentTimeNanos() + BigInt(micros += 7) * 1000n,
        unsafeCurrentTimeMillis: () => clock.unsafeCurrentTimeMillis(),
        currentTimeMillis: clock.currentTimeMillis,
        currentTimeNanos: clock.currentTimeNanos,
        sleep: (duration: Duration.Duration) => clock.sleep(duration)
      }
      const fiber = yield* Effect.fork(
        ending(Server.nameOf(0), every(5)).pipe(
          Effect.provide(Server.layer(world)),
          Effect.withClock(moving)
        )
      )
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* Fiber.join(fiber), "Succeeded 0")
    })
  })

  it.effect("of a start comes after the first delay", () => {
    const handler: FakeHttp.Handler = (call) =>
      FakeHttp.json({
        name: Server.nameOf(1),
        ...(call.verb === "POST" ? undefined : { done: true, response: { "@type": "x/y" } })
      })
    return Effect.forEach(
      [
        Fleet.layer(Bakery, { polling: { spread: 0 } }),
        Operations.layer(Bakery, { polling: { spread: 0, longPoll: "off" } })
      ],
      (layer) =>
        Effect.gen(function*() {
          const bakery = yield* Bakery
          const clock = yield* Effect.clock
          const began = clock.unsafeCurrentTimeMillis()
          yield* Effect.fork(bakery.runFinal(bake, { parent, cake: {} }))
          yield* TestClock.adjust("1 minute")
          const calls = yield* FakeHttp.calls
          assert.deepStrictEqual(
            calls.map(({ at, verb }) => [verb, (at - began) / 1000]),
            [["POST", 0], ["GET", 2.5]]
          )
        }).pipe(Effect.provide(layer.pipe(
          Layer.provideMerge(Layer.merge(FakeHttp.layer(handler), Credentials.layerNone))
        )))
    )
  })
})

describe("[18, 19, 46] a hint", () => {
  const refused = (status: number, code: "RESOURCE_EXHAUSTED" | "UNAVAILABLE", after: number) =>
    FakeHttp.failure(status, code, { headers: { "retry-after": String(after) } })

  it.effect("is not cut by half a tick", () =>
    Effect.gen(function*() {
      const world: Server.World = {
        plans: succeeds(300),
        fault: (_, __, index) => index === 0 ? refused(503, "UNAVAILABLE", 40) : undefined
      }
      yield* Effect.gen(function*() {
        yield* Effect.fork(ending(Server.nameOf(0), every(5)))
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(yield* Server.asked, [["get", 0], ["get", 60]])
      }).pipe(Effect.provide(Server.layer(world, { tick: "30 seconds" })))
    }))

  it.effect("of a refusal for too many suppresses no last poll", () =>
    Effect.gen(function*() {
      const [fleet, alone] = yield* bothWays({
        plans: succeeds(8),
        fault: (_, __, index) => index === 1 ? refused(429, "RESOURCE_EXHAUSTED", 60) : undefined
      }, { ...every(5), deadline: "20 seconds" })
      assert.strictEqual(fleet?.end, "Succeeded")
      assert.strictEqual(alone?.end, "Succeeded")
      assert.deepStrictEqual(fleet?.asked, [0, 5, 18])
    }))

  it.effect("… is no longer than `maxHint`", () =>
    Effect.gen(function*() {
      const [fleet] = yield* bothWays({
        plans: succeeds(8),
        fault: (_, __, index) => index === 0 ? refused(429, "RESOURCE_EXHAUSTED", 600) : undefined
      }, { ...every(5), maxHint: "20 seconds" })
      assert.deepStrictEqual(fleet?.asked, [0, 20])
    }))

  it.effect("… of a straggler moves who is to be asked before", () => {
    const world: Server.World = {
      plans: succeeds(1e6, 1e6),
      fault: (kind, call) => {
        if (call.url.endsWith("/o0")) {
          return Effect.delay(
            Effect.sync(() => refused(429, "RESOURCE_EXHAUSTED", 60)),
            "3 seconds"
          )
        }
        return kind === "list" ? FakeHttp.failure(501, "UNIMPLEMENTED") : undefined
      }
    }
    return Effect.gen(function*() {
      yield* Effect.forkAll([0, 1].map((i) => ending(Server.nameOf(i), every(5))))
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yield* Server.gotAt(1), [0])
      yield* TestClock.adjust("1 minute")
      assert.isAtLeast((yield* Server.gotAt(1)).length, 2)
    }).pipe(Effect.provide(Server.layer(world)))
  })
})
