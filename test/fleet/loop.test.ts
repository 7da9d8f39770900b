/** What a fleet asks for, and when: listings and gets, whatever lists show. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Exit, Fiber, Layer, Stream, TestClock } from "effect"
import { Operations, Polling } from "effect-lro"
import * as Credentials from "effect-lro/Credentials"
import * as Fleet from "effect-lro/Fleet"
import * as RateLimit from "effect-lro/RateLimit"
import { Bakery, binding } from "../kit/bakery.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"
import * as Server from "../kit/fleetServer.ts"

const every = (seconds: number) => ({ schedule: Polling.fixed(Duration.seconds(seconds)) })

const succeeds = (...seconds: ReadonlyArray<number>): ReadonlyArray<Server.Plan> =>
  seconds.map((at) => ({ endsAt: at * 1000, end: "succeeded" }))

const many = (count: number, plan: Partial<Server.Plan> = {}): ReadonlyArray<Server.Plan> =>
  Array.from({ length: count }, () => ({ endsAt: 1e9, end: "succeeded", ...plan }))

/** What becomes of all operations of a world, by their number, and when it is known. */
const wait = (
  world: Server.World,
  options: Fleet.Options = every(5),
  layer: Fleet.FleetLayerOptions = {},
  during: Duration.DurationInput = "1 hour"
) =>
  Effect.gen(function*() {
    const ended = new Map<number, string>()
    const clock = yield* Effect.clock
    yield* Effect.fork(Stream.runForEach(
      Fleet.outcomes(Bakery, Server.namesOf(world), options),
      ({ exit, index }) =>
        Effect.sync(() => {
          const how = Exit.match(exit, {
            onSuccess: ({ _tag }) => _tag as string,
            onFailure: (cause) => cause._tag === "Fail" ? cause.error._tag : cause._tag
          })
          ended.set(index, `${how} ${clock.unsafeCurrentTimeMillis() / 1000}`)
        })
    ))
    yield* TestClock.adjust(during)
    return { ended: Array.from(world.plans, (_, i) => ended.get(i)), asked: yield* Server.asked }
  }).pipe(Effect.provide(Server.layer(world, layer)))

const at = (kind: "get" | "list", ...seconds: ReadonlyArray<number>) =>
  seconds.map((second) => [kind, second] as const)

describe("[46] a tick", () => {
  it.effect("asks by the cheaper way: pages while many are due, gets for the last", () =>
    Effect.gen(function*() {
      const world = { plans: succeeds(1, 2, 3, 4, 6, 7, 8, 9, 11, 16) }
      const { asked, ended } = yield* wait(world, every(5), { pageSize: 4 })
      assert.deepStrictEqual(asked, [
        ...at("list", 0, 0, 0, 5, 5, 5, 10, 10, 10),
        // Two are left, and a listing takes three pages.
        ...at("get", 15, 15, 20)
      ])
      assert.deepStrictEqual(
        ended,
        [5, 5, 5, 5, 10, 10, 10, 10, 15, 20].map((at) => `Succeeded ${at}`)
      )
    }))

  it.effect("reads no page more than somebody waits for", () =>
    Effect.gen(function*() {
      const world = { plans: [...succeeds(6, 6, 6), ...many(9)] }
      const fibers = Effect.gen(function*() {
        const bakery = yield* Bakery
        const fiber = yield* Effect.forkAll(
          [0, 1, 2].map((i) => bakery.untilDone(Server.nameOf(i), every(5)))
        )
        yield* TestClock.adjust("1 minute")
        yield* Fiber.join(fiber)
        assert.deepStrictEqual(yield* Server.asked, at("list", 0, 5, 10))
      })
      yield* fibers.pipe(Effect.provide(Server.layer(world, { pageSize: 4 })))
    }))

  const near: ReadonlyArray<readonly [seconds: number, ...instants: ReadonlyArray<number>]> = [
    [3, 0, 10, 20, 30, 40, 50, 60],
    [10, 0, 10, 20, 30, 40, 50, 60],
    [14, 0, 10, 20, 30, 40, 50, 60],
    [15, 0, 10, 20, 30, 40, 50, 60],
    [16, 0, 20, 40, 60],
    [27, 0, 30, 60]
  ]
  for (const [seconds, ...instants] of near) {
    it.effect(`is the nearest to when an operation is due, every ${seconds} seconds`, () =>
      Effect.gen(function*() {
        const world = { plans: many(1) }
        const { asked } = yield* wait(world, every(seconds), { tick: "10 seconds" }, "1 minute")
        assert.deepStrictEqual(asked, at("get", ...instants))
      }))
  }

  it.effect("comes for nobody when nobody waits, and begins anew with the next", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const fiber = yield* Effect.fork(bakery.untilDone(Server.nameOf(0), every(5)))
      yield* TestClock.adjust("13 seconds")
      yield* Fiber.join(fiber)
      yield* TestClock.adjust("1 hour")
      const again = yield* Effect.fork(bakery.untilDone(Server.nameOf(1), every(5)))
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(again)
      assert.deepStrictEqual(yield* Server.asked, at("get", 0, 5, 10, 3613))
    }).pipe(Effect.provide(Server.layer({ plans: succeeds(8, 8) }))))

  for (const [old, live] of [[500, 20], [500, 60], [10_000, 40], [95, 10], [0, 3]] as const) {
    const ends = Array.from({ length: live }, (_, i) => 3 + 2 * i)
    const world = { plans: succeeds(...ends), old }
    /** Each is got until it has ended, every five seconds. */
    const alone = ends.reduce((count, end) => count + 1 + Math.ceil(end / 5), 0)

    it.effect(`costs no more than a get each: ${live} that run, ${old} that ended before`, () =>
      Effect.gen(function*() {
        const { asked, ended } = yield* wait(world, every(5), { pageSize: 10 })
        assert.isAtMost(asked.length, alone)
        // Nobody is late by more than his schedule and a tick.
        ends.forEach((end, i) => {
          const late = Number(ended[i]?.split(" ")[1]) - end
          assert.isAtMost(late, 10, `number ${i}`)
        })
      }))

    it.effect("… as gets alone do", () =>
      Effect.gen(function*() {
        const bakery = yield* Bakery
        const fiber = yield* Effect.forkAll(
          Server.namesOf(world).map((name) => bakery.untilDone(name, every(5)))
        )
        yield* TestClock.adjust("1 hour")
        yield* Fiber.join(fiber)
        assert.strictEqual((yield* Server.asked).length, alone)
      }).pipe(Effect.provide(Server.layerAlone(world))))
  }
})

describe("[46] beside fifty thousand that ended before", () => {
  const requests = (ends: ReadonlyArray<number>) => {
    const world = { plans: succeeds(...ends), old: 50_000 }
    return Effect.gen(function*() {
      const fiber = yield* Effect.fork(
        Stream.runCollect(Fleet.outcomes(Bakery, Server.namesOf(world), every(5)))
      )
      yield* TestClock.adjust("10 minutes")
      const rows = Array.from(yield* Fiber.join(fiber))
      assert.isTrue(rows.every(({ exit }) => Exit.isSuccess(exit)))
      return {
        count: (yield* Server.asked).length,
        alone: ends.reduce((count, end) => count + 1 + Math.ceil(end / 5), 0)
      }
    }).pipe(Effect.provide(Server.layer(world)))
  }

  for (const count of [65, 100, 1000]) {
    it.effect(`a listing is read to its end, where ${count} had all ended, too`, () =>
      Effect.gen(function*() {
        const { alone, count: asked } = yield* requests(Array(count).fill(0))
        assert.strictEqual(asked, 50 + Math.ceil(count / 1000))
        assert.isBelow(asked, alone)
      }))
  }

  it.effect("a few cost one request more than gets alone where all had ended, else none", () =>
    Effect.gen(function*() {
      for (const count of [2, 10, 64]) {
        const ended = yield* requests(Array(count).fill(0))
        assert.strictEqual(ended.count, ended.alone + 1)
        const running = yield* requests(Array(count).fill(12))
        assert.isAtMost(running.count, running.alone)
      }
    }))

  for (const count of [1, 64, 100]) {
    it.effect(`a whole wait of ${count} that end one after the other costs no more than gets alone`, () =>
      Effect.gen(function*() {
        const ends = Array.from({ length: count }, (_, i) => (i + 1) / count * 40)
        const { alone, count: asked } = yield* requests(ends)
        assert.isAtMost(asked, alone)
      }))
  }
})

describe("[46] a listing", () => {
  it.effect("that lacks an operation: a get says whether it is gone, at most once a minute", () =>
    Effect.gen(function*() {
      const plans = [
        ...many(8, { endsAt: 300_000 }),
        { endsAt: 230_000, end: "succeeded", listedFrom: 1e9 },
        { endsAt: 102_000, end: "deleted" }
      ] satisfies ReadonlyArray<Server.Plan>
      const { ended } = yield* wait({ plans })
      assert.deepStrictEqual(ended.slice(8), ["Succeeded 240", "NOT_FOUND 105"])
    }))

  it.effect("… whose requests are", () =>
    Effect.gen(function*() {
      const plans = [
        ...many(8, { endsAt: 300_000 }),
        { endsAt: 230_000, end: "succeeded", listedFrom: 1e9 },
        { endsAt: 102_000, end: "deleted" }
      ] satisfies ReadonlyArray<Server.Plan>
      const bakery = yield* Bakery
      const fibers = yield* Effect.forkAll(
        plans.map((_, i) => Effect.exit(bakery.untilDone(Server.nameOf(i), every(5))))
      )
      yield* TestClock.adjust("10 minutes")
      const exits = yield* Fiber.join(fibers)
      assert.deepStrictEqual(yield* Server.gotAt(8), [0, 60, 120, 180, 240])
      assert.deepStrictEqual(yield* Server.gotAt(9), [105])
      const gone = exits[9]
      assert(gone?._tag === "Failure" && gone.cause._tag === "Fail")
      assert(gone.cause.error._tag === "NOT_FOUND")
      assert.strictEqual(gone.cause.error.seenBefore, true)
      for (const i of [0, 7]) assert.deepStrictEqual(yield* Server.gotAt(i), [])
    }).pipe(Effect.provide(Server.layer({
      plans: [
        ...many(8, { endsAt: 300_000 }),
        { endsAt: 230_000, end: "succeeded", listedFrom: 1e9 },
        { endsAt: 102_000, end: "deleted" }
      ]
    }))))

  it.effect("that says that it is done, and not how: one get says how", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const fibers = yield* Effect.forkAll(
        [0, 1, 2, 3].map((i) => Effect.exit(bakery.untilDone(Server.nameOf(i), every(5))))
      )
      yield* TestClock.adjust("1 minute")
      const exits = yield* Fiber.join(fibers)
      assert.deepStrictEqual(
        exits.map((exit) =>
          Exit.match(exit, {
            onSuccess: ({ _tag, response }) => `${_tag} ${response._tag}`,
            onFailure: (cause) => cause._tag === "Fail" ? cause.error._tag : cause._tag
          })
        ),
        ["Succeeded Some", "OperationFailed", "OperationCancelled", "Succeeded Some"]
      )
      for (const i of [0, 1, 2]) assert.deepStrictEqual(yield* Server.gotAt(i), [10])
    }).pipe(Effect.provide(Server.layer({
      plans: [
        { endsAt: 7000, end: "succeeded", unclear: true },
        { endsAt: 7000, end: "failed", unclear: true },
        { endsAt: 7000, end: "cancelled", unclear: true },
        { endsAt: 12_000, end: "succeeded" }
      ]
    }))))

  it.effect("shows names with the number of the project that was asked for by its id", () =>
    Effect.gen(function*() {
      const { asked, ended } = yield* wait({ plans: succeeds(7, 7, 7), project: "123" })
      assert.deepStrictEqual(ended, Array(3).fill("Succeeded 10"))
      assert.deepStrictEqual(asked, at("list", 0, 5, 10))
    }))

  it.effect("that shows none of them is given up: gets, and another one after a while", () =>
    Effect.gen(function*() {
      const { asked, ended } = yield* wait({
        plans: many(4, { endsAt: 100_000, listedFrom: 61_000 })
      })
      assert.deepStrictEqual(ended, Array(4).fill("Succeeded 100"))
      const lists = asked.filter(([kind]) => kind === "list").map(([, at]) => at)
      assert.deepStrictEqual(lists, [0, 60])
    }))
})

describe("[46] a service that says how to ask for what runs", () => {
  class Filtering extends Operations.Tag<Filtering>()(
    "test/Filtering",
    Operations.binding({
      ...binding,
      methods: {
        get: binding.methods.get,
        list: { ...binding.methods.list, running: { filter: "done=false" } }
      }
    })
  ) {}

  it.effect("is asked so where others fill the pages, and a get tells how each ended", () =>
    Effect.gen(function*() {
      const world = { plans: succeeds(...Array(20).fill(14)), old: 45 }
      yield* Effect.gen(function*() {
        const fiber = yield* Effect.fork(Stream.runCollect(
          Fleet.outcomes(Filtering, Server.namesOf(world), every(5))
        ))
        yield* TestClock.adjust("1 minute")
        const rows = Array.from(yield* Fiber.join(fiber))
        assert.isTrue(rows.every(({ exit }) => Exit.isSuccess(exit)))
        const calls = yield* FakeHttp.calls
        const lists = calls.filter(Server.isList)
        assert.deepStrictEqual(
          lists.map(({ at, url }) => [at / 1000, url.includes("filter=done%3Dfalse")]),
          [
            [0, false],
            ...[5, 5, 10, 10, 15].map((at) => [at, true])
          ]
        )
        // The first page shows none: it takes the place of a get, and a quarter waits in case that a longer look is to be paid.
        const gets = calls.filter((call) => !Server.isList(call)).map(({ at }) => at / 1000)
        assert.deepStrictEqual(gets, [...Array(14).fill(0), ...Array(20).fill(15)])
      }).pipe(
        Effect.provide(
          Fleet.layer(Filtering, { pageSize: 10, polling: { spread: 0 } }).pipe(
            Layer.provideMerge(
              Layer.merge(FakeHttp.layer(Server.handler(world)), Credentials.layerNone)
            )
          )
        )
      )
    }))
})

describe("[46] a parent whose list is", () => {
  const refusals: ReadonlyArray<readonly [string, () => Response, number?]> = [
    ["refused: PERMISSION_DENIED", () => FakeHttp.failure(403, "PERMISSION_DENIED")],
    ["not implemented", () => FakeHttp.failure(501, "UNIMPLEMENTED")],
    // The second one with pages of a hundred.
    ["invalid", () => FakeHttp.failure(400, "INVALID_ARGUMENT"), 2],
    ["not there", () => FakeHttp.html(404)]
  ]
  for (const [title, refusal, lists = 1] of refusals) {
    it.effect(`${title} is asked for by gets from then on`, () =>
      Effect.gen(function*() {
        const { asked, ended } = yield* wait({
          plans: succeeds(7, 7, 7),
          fault: (kind) => kind === "list" ? refusal() : undefined
        })
        assert.deepStrictEqual(ended, Array(3).fill("Succeeded 10"))
        assert.deepStrictEqual(asked, [
          ...at("list", ...Array(lists).fill(0)),
          ...at("get", 0, 0, 0, 5, 5, 5, 10, 10, 10)
        ])
      }))
  }
})

describe("[46] gets of a fleet", () => {
  it.effect("are at most so many at a time, and who is later by his own schedule goes first", () =>
    Effect.gen(function*() {
      const world: Server.World = {
        plans: many(60),
        fault: (kind, call) =>
          kind === "list"
            ? FakeHttp.failure(501, "UNIMPLEMENTED")
            : Effect.delay(
              Effect.sync(() =>
                FakeHttp.json({ name: call.url.slice(call.url.indexOf("projects")) })
              ),
              "1 second"
            )
      }
      yield* Effect.gen(function*() {
        const bakery = yield* Bakery
        // Four a second: all sixty take a quarter of a minute, and there is never an end of it.
        yield* Effect.forkAll(
          Array.from({ length: 50 }, (_, i) => bakery.untilDone(Server.nameOf(i), every(30)))
        )
        yield* TestClock.adjust("41 seconds")
        yield* Effect.fork(bakery.untilDone(Server.nameOf(55), every(5)))
        yield* TestClock.adjust("2 minutes")
        const [first = NaN, second = NaN, third = NaN] = yield* Server.gotAt(55)
        // Joined between two ticks, and overtakes the old ones.
        assert.isAtMost(first, 46)
        assert.isAtMost(second - first, 5 + 5 + 1)
        assert.isAtMost(third - second, 5 + 5 + 1)
        const instants = (yield* Server.asked).filter(([kind]) => kind === "get").map(([, at]) =>
          at
        )
        for (const instant of instants) {
          assert.isAtMost(instants.filter((at) => at >= instant && at < instant + 1).length, 4)
        }
      }).pipe(Effect.provide(Server.layer(world, { concurrentGets: 4 })))
    }))
})

describe("[45] the rate of a fleet", () => {
  it.effect("may be given by its options, for this layer alone", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      yield* Effect.forkAll(Array.from({ length: 5 }, () => bakery.get({ name: Server.nameOf(0) })))
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yield* Server.asked, at("get", 0, 0, 10, 10, 20))
    }).pipe(Effect.provide(Server.layer({ plans: succeeds(1000) }, {
      rateLimit: { reads: { limit: 2, interval: "10 seconds" } }
    }))))
})

describe("[46] a fleet that cannot be", () => {
  for (
    const [setting, options] of [
      ["tick", { tick: 0 }],
      ["tick", { tick: -1000 }],
      ["tick", { tick: Infinity }],
      ["pageSize", { pageSize: 0 }],
      ["concurrentGets", { concurrentGets: 0.5 }],
      ["rateLimit", { rateLimit: RateLimit.make({ reads: { limit: 0, interval: 1 } }) }],
      ["rateLimit", { rateLimit: RateLimit.make({ writes: { limit: 1, interval: -1 } }) }],
      ["rateLimit", { rateLimit: { reads: { limit: 0.5, interval: 1 } } }],
      ["rateLimit", { rateLimit: { writes: { limit: 1, interval: 0 } } }]
    ] as const
  ) {
    it.effect(`fails the layer: ${JSON.stringify(options)}`, () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(
          Effect.provide(Bakery, Server.layer({ plans: [] }, options))
        )
        assert.strictEqual(error._tag, "InvalidSettings")
        assert.strictEqual(error.setting, setting)
      }))
  }
})
