/** Waits for one operation share their polls; each keeps its own schedule, tolerance and deadline. */
import { assert, describe, it } from "@effect/vitest"
import {
  Context,
  DateTime,
  Duration,
  Effect,
  Exit,
  Fiber,
  Layer,
  Scope,
  Stream,
  TestClock
} from "effect"
import { LroError, type Operations, Polling } from "effect-lro"
import { OperationRef } from "effect-lro/OperationRef"
import { interruptAndAwait } from "../kit/fibers.ts"
import {
  after,
  Bakery,
  Cake,
  done,
  hang,
  layer,
  name,
  polledAt,
  refuse,
  requests,
  running,
  Seen
} from "../kit/Scripted.ts"

const every = (seconds: number): Operations.WaitOptions => ({
  schedule: Polling.fixed(Duration.seconds(seconds)),
  spread: 0
})

const waitFor = (options: Operations.WaitOptions, target: Operations.Target = name) =>
  Effect.flatMap(Bakery, (bakery) => bakery.untilFinal(target, options))

describe("[20] waits for one operation", () => {
  it.effect("poll at the earliest instant that one of them wants, and all see the outcome", () =>
    Effect.gen(function*() {
      const slow = yield* Effect.fork(waitFor(every(5)))
      const quick = yield* Effect.fork(waitFor(every(3)))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* Fiber.join(slow))._tag, "Succeeded")
      assert.strictEqual((yield* Fiber.join(quick))._tag, "Succeeded")
      // Both ask at once and share; then the quicker one sets the pace for both.
      assert.deepStrictEqual(yield* polledAt, [0, 3000, 6000])
    }).pipe(Effect.provide(layer({ get: [running(), running(), done] }))))

  it.effect("a thousand of them cost what one costs", () =>
    Effect.gen(function*() {
      const fibers = yield* Effect.forEach(
        Array.from({ length: 1000 }),
        () => Effect.fork(waitFor(every(2)))
      )
      yield* TestClock.adjust("1 minute")
      for (const fiber of fibers) assert.strictEqual((yield* Fiber.join(fiber))._tag, "Succeeded")
      assert.deepStrictEqual(yield* polledAt, [0, 2000, 4000])
    }).pipe(Effect.provide(layer({ get: [running(), running(), done] }))))

  for (const endpoint of [undefined, "https://eu.bakery.googleapis.com"]) {
    it.effect(`share them whatever names it, at ${endpoint ?? "the service's own endpoint"}`, () =>
      Effect.gen(function*() {
        const ref = new OperationRef({
          service: "bakery.googleapis.com",
          version: "v1",
          endpoint,
          location: "of-the-start",
          name,
          startedAt: DateTime.unsafeMake(0)
        })
        const fibers = yield* Effect.forkAll(
          [name, ref, { name, done: false }].map((target) => waitFor(every(2), target))
        )
        yield* TestClock.adjust("1 minute")
        yield* Fiber.join(fibers)
        assert.deepStrictEqual(yield* polledAt, [0, 2000, 4000])
      }).pipe(Effect.provide(layer({ get: [running(), running(), done] }, { endpoint }))))
  }

  it.effect("a wait that comes later joins at its own instant", () =>
    Effect.gen(function*() {
      const first = yield* Effect.fork(waitFor(every(10)))
      yield* TestClock.adjust("4 seconds")
      const second = yield* Effect.fork(waitFor(every(10)))
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(first)
      yield* Fiber.join(second)
      assert.deepStrictEqual(yield* polledAt, [0, 4000, 14_000])
    }).pipe(Effect.provide(layer({ get: [running(), running(), done] }))))

  it.effect("one that leaves, even the first, disturbs nobody", () =>
    Effect.gen(function*() {
      const first = yield* Effect.fork(waitFor(every(2)))
      const second = yield* Effect.fork(waitFor(every(5)))
      yield* TestClock.adjust("3 seconds")
      assert.isTrue(Exit.isInterrupted(yield* interruptAndAwait(first)))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* Fiber.join(second))._tag, "Succeeded")
      // 0 and 2 were shared; from then on only the slow one asks.
      assert.deepStrictEqual(yield* polledAt, [0, 2000, 7000, 12_000])
    }).pipe(Effect.provide(layer({ get: [running(), running(), running(), done] }))))

  it.effect("one that leaves during a poll leaves it to the others; the last one aborts it", () =>
    Effect.gen(function*() {
      const first = yield* Effect.fork(waitFor(every(2)))
      const second = yield* Effect.fork(waitFor(every(2)))
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(first)
      assert.deepStrictEqual((yield* requests).map(({ end }) => end), ["pending"])
      yield* Fiber.interrupt(second)
      assert.deepStrictEqual((yield* requests).map(({ end }) => end), ["aborted"])
      yield* TestClock.adjust("1 hour")
      assert.strictEqual((yield* requests).length, 1)
    }).pipe(Effect.provide(layer({ get: [hang] }, { timeout: "1 hour" }))))

  it.effect("what one cannot tolerate ends only that one", () =>
    Effect.gen(function*() {
      const strict = yield* Effect.fork(Effect.flip(waitFor({ ...every(2), maxOutage: 0 })))
      const patient = yield* Effect.fork(waitFor(every(2)))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* Fiber.join(strict))._tag, "UNAVAILABLE")
      assert.strictEqual((yield* Fiber.join(patient))._tag, "Succeeded")
      assert.deepStrictEqual(yield* polledAt, [0, 2000, 4000])
    }).pipe(Effect.provide(layer({ get: [running(), refuse(503, "UNAVAILABLE"), done] }))))

  it.effect("each has its own deadline, also during a poll that hangs", () =>
    Effect.gen(function*() {
      const short = yield* Effect.fork(
        Effect.flip(waitFor({ ...every(2), deadline: "10 seconds" }))
      )
      const long = yield* Effect.fork(waitFor(every(2)))
      yield* TestClock.adjust("10 seconds")
      const timeout = yield* Fiber.join(short)
      assert(timeout._tag === "WaitTimeout")
      assert.deepStrictEqual(timeout.elapsed, Duration.seconds(10))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* Fiber.join(long))._tag, "Succeeded")
      assert.deepStrictEqual((yield* requests).map(({ at, end }) => [at, end]), [
        [0, "answered"],
        [2000, "answered"]
      ])
    }).pipe(Effect.provide(layer({ get: [running(), after(20_000, done)] }))))

  it.effect("each decodes for itself", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const typed = yield* Effect.fork(bakery.untilDone(name, { response: Cake }))
      const plain = yield* Effect.fork(bakery.untilDone(name))
      const states = yield* Effect.fork(Stream.runCollect(bakery.watch(name)))
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yield* Fiber.join(typed), { flavour: "plum" })
      assert.strictEqual((yield* Fiber.join(plain))._tag, "Succeeded")
      assert.deepStrictEqual([...(yield* Fiber.join(states))].map(({ _tag }) => _tag), [
        "Succeeded"
      ])
      assert.deepStrictEqual(yield* polledAt, [0])
    }).pipe(Effect.provide(layer({ get: [done] }))))

  it.effect("of different quota projects do not share", () =>
    Effect.gen(function*() {
      const a = yield* Effect.fork(waitFor({ ...every(2), quotaProject: "a" }))
      const b = yield* Effect.fork(waitFor({ ...every(2), quotaProject: "b" }))
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(a)
      yield* Fiber.join(b)
      assert.deepStrictEqual(
        (yield* requests).map(({ headers }) => headers["x-goog-user-project"]).sort(),
        ["a", "b"]
      )
    }).pipe(Effect.provide(layer({ get: [done] }))))

  it.effect("[22] fail with Closed when their layer goes; the poll on its way is aborted, nothing is cancelled", () =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const world = yield* Layer.buildWithScope(layer({ get: [running(), hang] }), scope)
      const sleeping = yield* Effect.fork(
        Effect.provide(waitFor({ ...every(60), onInterrupt: "cancel" }), world)
      )
      const polling = yield* Effect.fork(
        Effect.provide(waitFor({ ...every(2), quotaProject: "other" }), world)
      )
      yield* TestClock.adjust("3 seconds")
      yield* Scope.close(scope, Exit.void)
      for (const fiber of [sleeping, polling]) {
        const error = yield* Effect.flip(Fiber.join(fiber))
        assert(error._tag === "TransportError" && error.reason === "Closed")
        assert.isFalse(LroError.isRetryable(error))
      }
      yield* TestClock.adjust("1 hour")
      const { requests } = Context.get(world, Seen)
      assert.deepStrictEqual(requests.map(({ end }) => end), ["answered", "aborted"])
    }))
})

describe("polls", () => {
  it.effect("run in the layer: annotations and references of the first wait do not stick", () => {
    const seen: Array<unknown> = []
    const World = layer({ get: [running(), done] }, {
      transformClient: (client) => {
        const spy = Effect.flatMap(
          Polling.CurrentSettings,
          (settings) => Effect.sync(() => seen.push(settings))
        )
        return Object.assign(Object.create(Object.getPrototypeOf(client)), client, {
          execute: (request: Parameters<typeof client.execute>[0]) =>
            Effect.zipRight(spy, client.execute(request))
        })
      }
    })
    return Effect.gen(function*() {
      const fiber = yield* Effect.fork(
        Polling.withSettings(waitFor(every(2)), { maxHint: "1 second" })
      )
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(seen, [{}, {}])
    }).pipe(Effect.provide(World))
  })
})
