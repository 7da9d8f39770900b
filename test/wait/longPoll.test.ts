/** WaitOperation as a long poll, and the grace for operations that are not visible yet. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Layer, Schedule, TestClock } from "effect"
import { Credentials, Operations, Polling } from "effect-lro"
import * as Testing from "effect-lro/testing"
import * as FakeHttp from "../kit/FakeHttp.ts"
import { bake, Holding, holding, name, order } from "../kit/Scripted.ts"

const layer = (options: Partial<Testing.Options> = {}) =>
  Operations.layer(Holding, { polling: { schedule: Polling.fixed("5 seconds"), spread: 0 } }).pipe(
    Layer.provide(Credentials.layerNone),
    Layer.provideMerge(Testing.layer({ bindings: [holding], methods: [bake], ...options }))
  )

const timeline = Effect.map(
  Effect.flatMap(Testing.OperationsServer, (server) => server.requests),
  (requests) => requests.map(({ at, body, method }) => [method, at, body] as const)
)

const put = (script: Testing.Script) =>
  Effect.flatMap(Testing.OperationsServer, (server) => server.put(name, script))

const run = <A, E, R>(wait: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.fork(wait)
    yield* TestClock.adjust("1 hour")
    return yield* Fiber.join(fiber)
  })

describe("a service that binds WaitOperation", () => {
  it.effect("holds the poll until the operation is done", () =>
    Effect.gen(function*() {
      yield* put(Testing.succeedAfter("70 seconds"))
      const bakery = yield* Holding
      const [elapsed, state] = yield* run(Effect.timed(bakery.untilDone(name)))
      assert.strictEqual(state._tag, "Succeeded")
      assert.strictEqual(Duration.toMillis(elapsed), 70_000)
      // A poll that was held to its end is followed at once.
      assert.deepStrictEqual(yield* timeline, [
        ["wait", 0, "{\"timeout\":\"30s\"}"],
        ["wait", 30_000, "{\"timeout\":\"30s\"}"],
        ["wait", 60_000, "{\"timeout\":\"30s\"}"]
      ])
    }).pipe(Effect.provide(layer())))

  it.effect("that answers early is polled no faster than the schedule says", () =>
    Effect.gen(function*() {
      yield* put(Testing.succeedAfter("12 seconds"))
      const bakery = yield* Holding
      yield* run(bakery.untilDone(name))
      assert.deepStrictEqual((yield* timeline).map(([, at]) => at), [0, 5000, 10_000, 15_000])
    }).pipe(Effect.provide(layer({ maxWait: 0 }))))

  for (
    const [what, schedule] of [
      ["fixed", Schedule.fixed("1 minute")],
      ["windowed", Schedule.windowed("1 minute")],
      ["cron", Schedule.cron("* * * * *")]
    ] as const
  ) {
    it.effect(`[18] is polled as ${what} names, however long each poll is held`, () =>
      Effect.gen(function*() {
        yield* TestClock.setTime(30_000)
        const bakery = yield* Holding
        const fiber = yield* Effect.fork(bakery.untilDone(name, { schedule }))
        yield* TestClock.adjust("4 minutes")
        yield* Fiber.interrupt(fiber)
        const first = what === "cron" ? 60_000 : 90_000
        assert.deepStrictEqual((yield* FakeHttp.calls).map(({ at }) => at), [
          30_000,
          ...[0, 1, 2, 3].map((minutes) => first + minutes * 60_000).filter((at) => at <= 270_000)
        ])
      }).pipe(Effect.provide(
        Operations.layer(Holding, { polling: { spread: 0 } }).pipe(
          Layer.provide(Credentials.layerNone),
          Layer.provideMerge(FakeHttp.layer((_, i) =>
            Effect.as(
              Effect.sleep(i % 2 === 0 ? 25_000 : 10_000),
              FakeHttp.json({ name })
            )
          ))
        )
      )))
  }

  it.effect("is given more time than the server may take", () =>
    Effect.gen(function*() {
      yield* put(Testing.succeedAfter("50 seconds"))
      const bakery = yield* Holding
      const state = yield* run(
        bakery.untilDone(name, { longPoll: "45 seconds", timeout: "1 second" })
      )
      assert.strictEqual(state._tag, "Succeeded")
      assert.deepStrictEqual((yield* timeline).map(([, at]) => at), [0, 45_000])
    }).pipe(Effect.provide(layer())))

  it.effect("[10] that turns out not to serve it is polled by get from then on", () =>
    Effect.gen(function*() {
      yield* put(Testing.succeedAfter("8 seconds"))
      const bakery = yield* Holding
      const state = yield* run(bakery.untilDone(name))
      assert.strictEqual(state._tag, "Succeeded")
      assert.deepStrictEqual((yield* timeline).map(([method, at]) => [method, at]), [
        ["wait", 0],
        ["get", 0],
        ["get", 5000],
        ["get", 10_000]
      ])
    }).pipe(Effect.provide(layer({ disabled: [{ method: "wait" }] }))))

  it.effect("is polled by get when long polls are off, and by watch", () =>
    Effect.gen(function*() {
      yield* put(Testing.succeedAfter("3 seconds"))
      const bakery = yield* Holding
      yield* run(bakery.untilDone(name, { longPoll: "off" }))
      assert.deepStrictEqual((yield* timeline).map(([method, at]) => [method, at]), [
        ["get", 0],
        ["get", 5000]
      ])
    }).pipe(Effect.provide(layer())))

  it.effect("is asked to answer before the deadline", () =>
    Effect.gen(function*() {
      yield* put(Testing.neverDone())
      const bakery = yield* Holding
      const [elapsed, error] = yield* run(
        Effect.timed(Effect.flip(bakery.untilDone(name, { deadline: "20 seconds" })))
      )
      assert.strictEqual(error._tag, "WaitTimeout")
      assert.isTrue(Duration.lessThanOrEqualTo(elapsed, Duration.seconds(20)))
      assert.deepStrictEqual((yield* timeline)[0], ["wait", 0, "{\"timeout\":\"18s\"}"])
    }).pipe(Effect.provide(layer())))
})

describe("[34] held polls", () => {
  const requested = (verb: string) =>
    Effect.map(FakeHttp.calls, (all) => all.filter((call) => call.verb === verb).length)

  const world = (handler: FakeHttp.Handler) =>
    Operations.layer(Holding, {
      polling: { schedule: Polling.fixed("5 seconds"), spread: 0 }
    }).pipe(
      Layer.provideMerge(FakeHttp.layer(handler)),
      Layer.provide(Credentials.layerNone)
    )

  it.effect("take at most eight connections of a client; the others poll by get", () =>
    Effect.gen(function*() {
      const bakery = yield* Holding
      const names = Array.from({ length: 40 }, (_, i) => `projects/p/locations/l/operations/${i}`)
      const waits = yield* Effect.forEach(names, (name) => Effect.fork(bakery.untilDone(name)))
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual([yield* requested("POST"), yield* requested("GET")], [8, 32])
      // Places come free, and whoever is due next takes them.
      yield* Fiber.interruptAll(waits.slice(0, 8))
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual(yield* requested("POST"), 16)
      yield* Fiber.interruptAll(waits)
    }).pipe(
      Effect.provide(
        world(({ url, verb }) =>
          verb === "POST"
            ? Effect.never
            : FakeHttp.json({ name: new URL(url).pathname.slice("/v1/".length) })
        )
      )
    ))

  const cuts: ReadonlyArray<readonly [what: string, reply: FakeHttp.Handler]> = [
    ["is reset", () => FakeHttp.broken("ECONNRESET")],
    ["times out", () => Effect.never],
    ["is a 504 of a proxy", () => FakeHttp.html(504)],
    ["is forbidden", () => FakeHttp.failure(403, "PERMISSION_DENIED")],
    ["is refused", () => FakeHttp.failure(400, "INVALID_ARGUMENT")]
  ]
  for (const [what, cut] of cuts) {
    it.effect(`one that ${what} makes that operation poll by get`, () =>
      Effect.gen(function*() {
        const bakery = yield* Holding
        const state = yield* run(bakery.untilDone(name))
        assert.strictEqual(state._tag, "Succeeded")
        assert.deepStrictEqual((yield* FakeHttp.calls).map(({ verb }) => verb), [
          "POST",
          "GET",
          "GET",
          "GET"
        ])
        yield* run(bakery.untilDone(name))
        assert.strictEqual((yield* FakeHttp.calls)[4]?.verb, "POST")
      }).pipe(
        Effect.provide(
          world((call, index) =>
            call.verb === "POST" ? cut(call, index) : FakeHttp.json({ name, done: index > 2 })
          )
        )
      ))
  }
})

describe("NOT_FOUND right after a start", () => {
  const hidden = (polls: number) =>
    Effect.flatMap(
      Testing.OperationsServer,
      (server) => server.fail({ method: "wait" }, Testing.replyError("NOT_FOUND"), { times: polls })
    )
  const startAndWait = (options: Operations.WaitOptions) =>
    Effect.flatMap(Holding, (bakery) => bakery.runFinal(bake, order, options))

  it.effect("ends the wait unless a grace is set", () =>
    Effect.gen(function*() {
      yield* hidden(1)
      const error = yield* run(Effect.flip(startAndWait({})))
      assert.strictEqual(error._tag, "NOT_FOUND")
    }).pipe(Effect.provide(layer())))

  it.effect("is tolerated for the grace", () =>
    Effect.gen(function*() {
      yield* hidden(2)
      const state = yield* run(startAndWait({ notFoundGrace: "10 seconds" }))
      assert.strictEqual(state._tag, "Succeeded")
      assert.deepStrictEqual((yield* timeline).map(([method, at]) => [method, at]), [
        ["start", 0],
        ["wait", 5000],
        ["wait", 10_000],
        ["wait", 15_000]
      ])
    }).pipe(Effect.provide(layer())))

  it.effect("but not longer", () =>
    Effect.gen(function*() {
      yield* hidden(9)
      const error = yield* run(Effect.flip(startAndWait({ notFoundGrace: "10 seconds" })))
      assert(error._tag === "NOT_FOUND")
      assert.isUndefined(error.seenBefore)
      assert.deepStrictEqual((yield* timeline).map(([, at]) => at), [0, 5000, 10_000, 15_000])
    }).pipe(Effect.provide(layer())))

  it.effect("nor once a poll has seen the operation", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      yield* server.script(bake, Testing.neverDone())
      const bakery = yield* Holding
      const started = yield* bakery.start(bake, order)
      const fiber = yield* Effect.fork(
        Effect.flip(bakery.untilDone(started, { notFoundGrace: "1 hour", longPoll: "off" }))
      )
      yield* TestClock.adjust("6 seconds")
      yield* server.remove(started.name)
      yield* TestClock.adjust("1 minute")
      const error = yield* Fiber.join(fiber)
      assert(error._tag === "NOT_FOUND")
      assert.isTrue(error.seenBefore)
      assert.include(error.message, "it expired or was deleted")
    }).pipe(Effect.provide(layer())))

  it.effect("has no grace for a name", () =>
    Effect.gen(function*() {
      const bakery = yield* Holding
      const error = yield* run(Effect.flip(bakery.untilDone(name, { notFoundGrace: "1 hour" })))
      assert.strictEqual(error._tag, "NOT_FOUND")
      assert.deepStrictEqual((yield* timeline).map(([, at]) => at), [0])
    }).pipe(Effect.provide(layer())))
})
