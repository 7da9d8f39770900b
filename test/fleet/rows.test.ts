/** Many operations as rows: what each row says, in which order, at the price of which requests. */
import { assert, describe, it } from "@effect/vitest"
import {
  Chunk,
  DateTime,
  Duration,
  Effect,
  Exit,
  Fiber,
  Option,
  Ref,
  Schedule,
  Schema,
  Stream,
  TestClock
} from "effect"
import { type LroError, Polling } from "effect-lro"
import * as Fleet from "effect-lro/Fleet"
import { OperationRef } from "effect-lro/OperationRef"
import * as Testing from "effect-lro/testing"
import { bake, Bakery, binding, parent } from "../kit/bakery.ts"
import * as FleetKit from "../kit/fleet.ts"

const nameOf = (i: number) => `${parent}/operations/o${i}`
const names = (count: number) => Array.from({ length: count }, (_, i) => nameOf(i))

/** Puts operations that end after so many seconds each. */
const put = (...seconds: ReadonlyArray<number>) =>
  Effect.flatMap(Testing.OperationsServer, (server) =>
    Effect.forEach(
      seconds,
      (after, i) => server.put(nameOf(i), Testing.succeedAfter(Duration.seconds(after))),
      { discard: true }
    ))

const collect = <A, E, R>(
  stream: Stream.Stream<A, E, R>,
  during: Duration.DurationInput = "1 hour"
) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.fork(Stream.runCollect(stream))
    yield* TestClock.adjust(during)
    return Chunk.toReadonlyArray(yield* Fiber.join(fiber))
  })

const errorOf = (exit: Exit.Exit<unknown, LroError.WaitError>): string =>
  Exit.isSuccess(exit)
    ? "succeeded"
    : exit.cause._tag === "Fail"
    ? exit.cause.error._tag
    : exit.cause._tag

const every = (seconds: number) => ({
  schedule: Polling.fixed(Duration.seconds(seconds))
})

describe("[46] the rows of a fleet", () => {
  it.effect("come in the order of the ends, each with its place and its reference", () =>
    Effect.gen(function*() {
      yield* put(30, 10, 20)
      const rows = yield* collect(Fleet.outcomes(Bakery, names(3), every(5)))
      assert.deepStrictEqual(
        rows.map(({ exit, index, ref }) => [index, ref.name, errorOf(exit)]),
        [1, 2, 0].map((i) => [i, nameOf(i), "succeeded"])
      )
      assert.deepStrictEqual(yield* FleetKit.asked, [
        ...[0, 5, 10, 15, 20].map((at) => ["list", at] as const),
        ["get", 25],
        ["get", 30]
      ])
    }).pipe(Effect.provide(FleetKit.layer())))

  it.effect("end with what `untilDone` would have ended with", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const cake = { "@type": "type.googleapis.com/example.bakery.v1.Cake", flavour: "plum" }
      const scripts = [
        Testing.succeedAfter("10 seconds", { response: cake }),
        Testing.failAfter("10 seconds", { code: "ABORTED", message: "no" }),
        Testing.failAfter("10 seconds", { code: "CANCELLED", message: "stopped" }),
        Testing.succeedAfter("10 seconds", {
          response: { "@type": "type.googleapis.com/example.bakery.v1.Pie" }
        }),
        Testing.endAfter("10 seconds")
      ]
      for (const [i, script] of scripts.entries()) yield* server.put(nameOf(i), script)
      const response = Schema.Struct({ flavour: Schema.String })
      const targets = [...names(6)]
      const bakery = yield* Bakery
      const alone = yield* Effect.forkAll(
        targets.map((target) => Effect.exit(bakery.untilDone(target, { ...every(5), response })))
      )
      const rows = yield* collect(Fleet.outcomes(Bakery, targets, { ...every(5), response }))
      const exits = yield* Fiber.join(alone)
      const byIndex = rows.slice().sort((a, b) => a.index - b.index)
      assert.deepStrictEqual(byIndex.map(({ exit }) => errorOf(exit)), exits.map(errorOf))
      assert.deepStrictEqual(byIndex.map(({ exit }) => errorOf(exit)), [
        "succeeded",
        "OperationFailed",
        "OperationCancelled",
        "ResultDecodeError",
        "MissingResult",
        "NOT_FOUND"
      ])
      assert.deepStrictEqual(byIndex[0]?.exit, Exit.succeed({ flavour: "plum" }))
    }).pipe(Effect.provide(FleetKit.layer())))

  it.effect("of no targets end at once", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(
        Chunk.toReadonlyArray(yield* Stream.runCollect(Fleet.outcomes(Bakery, []))),
        []
      )
      assert.deepStrictEqual(
        Chunk.toReadonlyArray(yield* Stream.runCollect(Fleet.run(Bakery, bake, Stream.empty))),
        []
      )
      assert.deepStrictEqual(yield* FleetKit.asked, [])
    }).pipe(Effect.provide(FleetKit.layer())))

  it.effect("of a target given twice are two, and it is polled once", () =>
    Effect.gen(function*() {
      yield* put(12)
      const ref = new OperationRef({
        service: binding.service,
        version: binding.version,
        name: nameOf(0),
        startedAt: DateTime.unsafeMake(0)
      })
      const rows = yield* collect(Fleet.outcomes(Bakery, [nameOf(0), ref, nameOf(0)], every(5)))
      assert.sameMembers(rows.map(({ index }) => index), [0, 1, 2])
      assert.deepStrictEqual(
        yield* FleetKit.asked,
        [0, 5, 10, 15].map((at) => ["get", at] as const)
      )
    }).pipe(Effect.provide(FleetKit.layer())))

  it.effect("that cannot be fail alone, and say why", () =>
    Effect.gen(function*() {
      yield* put(1)
      const foreign = new OperationRef({
        service: "brewery.googleapis.com",
        version: "v1",
        name: nameOf(7),
        startedAt: DateTime.unsafeMake(0)
      })
      const rubbish = { done: "maybe" } as unknown as string
      const rows = yield* collect(
        Fleet.outcomes(Bakery, [foreign, "operations/../x", rubbish, nameOf(0)], every(5))
      )
      assert.deepStrictEqual(
        rows.map(({ exit, index }) => [index, errorOf(exit)]),
        [[0, "InvalidRequest"], [1, "InvalidRequest"], [2, "InvalidRequest"], [3, "succeeded"]]
      )
      assert.deepStrictEqual(rows[0]?.ref, foreign)
      assert.strictEqual(rows[1]?.ref.name, "operations/../x")
    }).pipe(Effect.provide(FleetKit.layer())))

  it.effect("of an operation that is done already need no request", () =>
    Effect.gen(function*() {
      const done = { name: nameOf(0), done: true, response: {} }
      const rows = yield* collect(Fleet.outcomes(Bakery, [done]))
      assert.deepStrictEqual(rows.map(({ exit }) => errorOf(exit)), ["succeeded"])
      assert.deepStrictEqual(yield* FleetKit.asked, [])
    }).pipe(Effect.provide(FleetKit.layer())))

  it.effect("keep their deadline, and their schedule's end", () =>
    Effect.gen(function*() {
      yield* put(10_000, 10_000, 10_000)
      const rows = yield* collect(
        Fleet.outcomes(Bakery, names(3), { ...every(7), deadline: "40 seconds" })
      )
      const errors = rows.map(({ exit }) => Option.getOrThrow(Exit.causeOption(exit)))
      for (const cause of errors) {
        assert(cause._tag === "Fail" && cause.error._tag === "WaitTimeout")
        assert.strictEqual(cause.error.reason, "deadline")
        // The last poll is at 36 seconds, and ends the wait where it is not done.
        assert.deepStrictEqual(cause.error.elapsed, Duration.seconds(36))
        assert.strictEqual(cause.error.last?.done, false)
      }
      const ended = yield* collect(Fleet.outcomes(Bakery, names(1), {
        schedule: Schedule.intersect(Polling.fixed("5 seconds"), Schedule.recurs(2))
      }))
      const [cause] = ended.map(({ exit }) => Option.getOrThrow(Exit.causeOption(exit)))
      assert(cause?._tag === "Fail" && cause.error._tag === "WaitTimeout")
      assert.strictEqual(cause.error.reason, "schedule")
    }).pipe(Effect.provide(FleetKit.layer())))

  it.effect("have no fibers: who stops consuming stops the polling", () =>
    Effect.gen(function*() {
      yield* put(1000, 1000, 1000)
      const fiber = yield* Effect.fork(Stream.runDrain(Fleet.outcomes(Bakery, names(3), every(5))))
      yield* TestClock.adjust("12 seconds")
      yield* Fiber.interrupt(fiber)
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(yield* FleetKit.asked, [0, 5, 10].map((at) => ["list", at] as const))
    }).pipe(Effect.provide(FleetKit.layer())))

  it.effect("take targets from a stream, and fail as it does", () =>
    Effect.gen(function*() {
      yield* put(10, 10)
      const targets = Stream.concat(
        Stream.fromIterable(names(1)),
        Stream.drain(Stream.fromEffect(Effect.sleep("1 minute")))
      ).pipe(Stream.concat(Stream.make(nameOf(1))))
      const rows = yield* collect(Fleet.outcomes(Bakery, targets, every(5)))
      assert.deepStrictEqual(rows.map(({ index }) => index), [0, 1])
      const failing = Stream.concat(Stream.make(nameOf(0)), Stream.fail("broken"))
      assert.strictEqual(
        yield* Effect.flip(Stream.runDrain(Fleet.outcomes(Bakery, failing))),
        "broken"
      )
    }).pipe(Effect.provide(FleetKit.layer())))
})

describe("[46] a fleet that starts its operations", () => {
  const orders = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ parent, cake: { flavour: `${i}` } }))

  it.effect("starts so many at a time, tells each reference as it comes, and gives a row each", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const slow = Testing.delayReply("1 second")
      yield* server.fail({ method: "start" }, slow, { times: 5 })
      const stored = yield* Ref.make<ReadonlyArray<string>>([])
      const rows = yield* collect(
        Fleet.run(Bakery, bake, orders(5), {
          ...every(5),
          concurrency: 2,
          onStarted: (ref) => Ref.update(stored, (all) => [...all, ref.name])
        })
      )
      assert.sameMembers(rows.map(({ index }) => index), [0, 1, 2, 3, 4])
      for (const { exit, index, ref, request } of rows) {
        assert.isTrue(Exit.isSuccess(exit))
        assert.strictEqual(request.cake.flavour, `${index}`)
        assert.include(yield* Ref.get(stored), Option.getOrThrow(ref).name)
      }
      const starts = (yield* FleetKit.asked).filter(([kind]) => kind === "start")
      // Each answers after a second.
      assert.deepStrictEqual(starts.map(([, at]) => at), [0, 0, 1, 1, 2])
    }).pipe(
      Effect.provide(FleetKit.layer({}, { methods: [bake] }))
    ))

  it.effect("ends nothing else when a start fails", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      yield* server.fail({ method: "start" }, Testing.replyError("ALREADY_EXISTS"))
      const rows = yield* collect(
        Fleet.run(Bakery, bake, orders(3), { ...every(5), concurrency: 1 })
      )
      assert.deepStrictEqual(
        rows.map(({ exit, index, ref }) => [index, Option.isSome(ref), errorOf(exit)]),
        [[0, false, "ALREADY_EXISTS"], [1, true, "succeeded"], [2, true, "succeeded"]]
      )
    }).pipe(Effect.provide(FleetKit.layer({}, { methods: [bake] }))))

  it.effect("goes on in another process from what was stored", () =>
    Effect.gen(function*() {
      const stored: Array<OperationRef> = []
      const killed = yield* Effect.fork(Stream.runDrain(
        Fleet.run(Bakery, bake, orders(4), {
          ...every(5),
          onStarted: (ref) => Effect.sync(() => void stored.push(ref))
        })
      ))
      yield* TestClock.adjust("3 seconds")
      yield* Fiber.interrupt(killed)
      assert.lengthOf(stored, 4)
      const json = JSON.parse(JSON.stringify(stored)) as ReadonlyArray<OperationRef>
      const rows = yield* collect(Fleet.outcomes(Bakery, json, every(5)))
      assert.deepStrictEqual(rows.map(({ exit }) => errorOf(exit)), Array(4).fill("succeeded"))
    }).pipe(Effect.provide(FleetKit.layer({}, { methods: [bake] }))))

  it.effect("refuses options that cannot be", () =>
    Effect.gen(function*() {
      const refusals = [
        Effect.flip(Stream.runDrain(Fleet.run(Bakery, bake, [], { concurrency: 0 }))),
        ...[{ tick: 0 }, { pageSize: 1.5 }, { concurrentGets: -1 }, { deadline: 0 }].map((wrong) =>
          Effect.flip(Stream.runDrain(Fleet.outcomes(Bakery, [], wrong)))
        )
      ]
      for (const error of yield* Effect.all(refusals)) {
        assert.strictEqual(error._tag, "InvalidRequest")
      }
    }).pipe(Effect.provide(FleetKit.layer())))
})
