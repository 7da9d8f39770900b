import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Fiber, Option, Stream, TestClock } from "effect"
import type { WatchOptions } from "effect-lro/Operations"
import * as Polling from "effect-lro/Polling"
import { inTime } from "../kit/inTime.ts"
import {
  answer,
  bake,
  Bakery,
  cancelled,
  done,
  failed,
  hang,
  html,
  layer,
  logged,
  name,
  order,
  polledAt,
  refuse,
  type Reply,
  requests,
  running,
  timeline
} from "../kit/Scripted.ts"

const every2 = { schedule: Polling.fixed("2 seconds"), spread: 0 }

const unavailable = refuse(503, "UNAVAILABLE")

/** The states of a watch, each with its instant and its metadata as received. */
const seen = (options: WatchOptions = {}) =>
  Effect.flatMap(Bakery, (bakery) => {
    const states: Array<readonly [at: number, tag: string, metadata?: unknown]> = []
    return bakery.watch(name, { ...every2, ...options }).pipe(
      Stream.runForEach((state) =>
        Effect.map(Clock.currentTimeMillis, (at) => {
          const { metadata } = state.operation
          states.push(metadata === undefined ? [at, state._tag] : [at, state._tag, metadata])
        })
      ),
      Effect.match({
        onFailure: (error) => [states, error] as const,
        onSuccess: () => [states, undefined] as const
      }),
      inTime
    )
  })

const states = (...metadata: ReadonlyArray<unknown>): ReadonlyArray<Reply> =>
  metadata.map((metadata) => answer({ name, metadata }))

describe("watch", () => {
  it.effect("[21] emits a state when something changed, and the last one, and ends", () =>
    Effect.gen(function*() {
      const [items, error] = yield* seen()
      assert.isUndefined(error)
      assert.deepStrictEqual(items, [
        [0, "Running", { percent: 1 }],
        [6000, "Running", { percent: 2 }],
        [8000, "Succeeded", { percent: 2 }]
      ])
      assert.deepStrictEqual(yield* polledAt, [0, 2000, 4000, 6000, 8000])
    }).pipe(
      Effect.provide(layer({
        get: [
          ...states({ percent: 1 }, { percent: 1 }, { percent: 1 }, { percent: 2 }),
          answer({ name, done: true, metadata: { percent: 2 } })
        ]
      }))
    ))

  it.effect("compares by value, whatever the order of keys", () =>
    Effect.gen(function*() {
      const [items] = yield* seen()
      assert.deepStrictEqual(items.map(([at]) => at), [0, 4000, 6000, 8000])
    }).pipe(
      Effect.provide(layer({
        get: [
          ...states(
            { a: 1, b: [{ c: 1, d: null }] },
            { b: [{ d: null, c: 1 }], a: 1 },
            { b: [{ d: null, c: 1 }], a: "1" },
            { b: [{ c: 1 }, { d: null }], a: "1" }
          ),
          done
        ]
      }))
    ))

  it.effect("appearing and disappearing metadata is a change", () =>
    Effect.gen(function*() {
      const [items] = yield* seen()
      assert.deepStrictEqual(items.map(([at]) => at), [0, 2000, 4000, 6000])
    }).pipe(
      Effect.provide(layer({ get: [answer({ name }), ...states({}), answer({ name }), done] }))
    ))

  it.effect("a selector says what counts", () =>
    Effect.gen(function*() {
      const [items] = yield* seen({
        changes: (metadata) => (metadata as { readonly percent: number } | undefined)?.percent
      })
      assert.deepStrictEqual(items, [
        [0, "Running", { percent: 1, updateTime: "t1" }],
        [4000, "Running", { percent: 2, updateTime: "t3" }],
        [6000, "Succeeded", { percent: 2, updateTime: "t4" }]
      ])
    }).pipe(
      Effect.provide(layer({
        get: [
          ...states(
            { percent: 1, updateTime: "t1" },
            { percent: 1, updateTime: "t2" },
            { percent: 2, updateTime: "t3" }
          ),
          answer({ name, done: true, metadata: { percent: 2, updateTime: "t4" } })
        ]
      }))
    ))

  for (
    const [tag, last] of [
      ["Failed", failed({ code: 5, message: "no oven" })],
      ["Cancelled", cancelled],
      ["Succeeded", answer({ name, done: true })]
    ] as const
  ) {
    it.effect(`[21] ends well after ${tag}, whatever a response Schema would say`, () =>
      Effect.gen(function*() {
        const [items, error] = yield* seen()
        assert.isUndefined(error)
        assert.deepStrictEqual(items, [[0, "Running"], [2000, tag]])
      }).pipe(Effect.provide(layer({ get: [running(), last] }))))
  }

  it.effect("begins with the start reply, then the first delay", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const target = yield* bakery.start(bake, order)
      const items = yield* inTime(Stream.runCollect(Stream.map(
        bakery.watch(target, every2),
        (state) => Option.getOrUndefined(state.metadata)
      )))
      assert.deepStrictEqual(Array.from(items), [
        { _tag: "Decoded", value: { percent: 0 } },
        { _tag: "Decoded", value: { percent: 9 } },
        undefined
      ])
      assert.deepStrictEqual(yield* timeline, [["start", 0], ["get", 2000], ["get", 4000], [
        "get",
        6000
      ]])
    }).pipe(Effect.provide(layer({ start: [running(0)], get: [running(0), running(9), done] }))))

  it.effect("of what is done is one state and no request", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const target = yield* bakery.start(bake, order)
      const items = yield* Stream.runCollect(bakery.watch(target))
      assert.deepStrictEqual(Array.from(items, (state) => state._tag), ["Succeeded"])
      const again = yield* Stream.runCollect(bakery.watch({ name, done: true }))
      assert.strictEqual(again.length, 1)
      assert.deepStrictEqual(yield* timeline, [["start", 0]])
    }).pipe(Effect.provide(layer({ start: [answer({ done: true, response: {} })] }))))

  it.effect("metadata that does not decode is an item", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const items = yield* inTime(
        Stream.runCollect(bakery.watch(name, { ...every2, method: bake }))
      )
      assert.deepStrictEqual(
        Array.from(
          items,
          ({ metadata }) => Option.map(metadata, (it) => it._tag === "Decoded" ? it.value : it.raw)
        ),
        [
          Option.some({ percent: 1 }),
          Option.some({ percent: "?" }),
          Option.some({ percent: 3 }),
          Option.none()
        ]
      )
    }).pipe(
      Effect.provide(
        layer({ get: [...states({ percent: 1 }, { percent: "?" }, { percent: 3 }), done] })
      )
    ))

  it.effect("does not show failures that the wait tolerates", () =>
    Effect.gen(function*() {
      const [items, error] = yield* seen()
      assert.isUndefined(error)
      assert.deepStrictEqual(items, [[0, "Running"], [6000, "Succeeded"]])
    }).pipe(Effect.provide(layer({ get: [running(), unavailable, unavailable, done] }))))

  it.effect("[21] fails where the wait fails, after what it has seen", () =>
    Effect.gen(function*() {
      const [items, error] = yield* seen()
      assert.strictEqual(error?._tag, "PERMISSION_DENIED")
      assert.deepStrictEqual(items, [[0, "Running"]])
    }).pipe(Effect.provide(layer({ get: [running(), refuse(403, "PERMISSION_DENIED")] }))))

  it.effect("fails with a WaitTimeout at the deadline", () =>
    Effect.gen(function*() {
      const [items, error] = yield* seen({ deadline: "5 seconds" })
      assert(error?._tag === "WaitTimeout")
      assert.deepStrictEqual(error.elapsed, Duration.millis(4500))
      assert.deepStrictEqual(items, [[0, "Running"]])
      assert.deepStrictEqual(yield* polledAt, [0, 2000, 4000, 4500])
    }).pipe(Effect.provide(layer({ get: [running()] }))))

  it.effect("refuses a bad name", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const error = yield* Effect.flip(Stream.runDrain(bakery.watch("projects/p/locations/..")))
      assert.strictEqual(error._tag, "InvalidRequest")
      assert.deepStrictEqual(yield* requests, [])
    }).pipe(Effect.provide(layer({}))))
})

describe("the consumer of a watch", () => {
  it.effect("that takes what it needs stops the polls", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const items = yield* inTime(Stream.runCollect(Stream.take(bakery.watch(name, every2), 2)))
      assert.strictEqual(items.length, 2)
      assert.deepStrictEqual(yield* timeline, [["get", 0], ["get", 2000]])
    }).pipe(Effect.provide(layer({ get: [running(1), running(2), running(3)] }))))

  it.effect("that is interrupted during a poll aborts it", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const fiber = yield* Effect.fork(Stream.runDrain(bakery.watch(name, every2)))
      yield* TestClock.adjust("3 seconds")
      yield* Fiber.interrupt(fiber)
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(yield* timeline, [["get", 0], ["get", 2000]])
      assert.deepStrictEqual((yield* requests).map(({ end }) => end), ["answered", "aborted"])
    }).pipe(Effect.provide(layer({ get: [running(), hang] }))))

  it.effect("[22] that wants to cancel is told how: a stream that ends early may be anything", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const options = { ...every2, onInterrupt: "cancel" } as unknown as typeof every2
      const error = yield* Effect.flip(Stream.runDrain(bakery.watch(name, options)))
      assert(error._tag === "InvalidRequest" && error.argument === "onInterrupt")
      assert.include(error.message, "Effect.onInterrupt")
      assert.deepStrictEqual(yield* timeline, [])
    }).pipe(Effect.provide(layer({ get: [running(1)] }))))

  it.effect("[22] cancels by what is around its consumer", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const fiber = yield* bakery.watch(name, every2).pipe(
        Stream.runDrain,
        Effect.onInterrupt(() => Effect.ignore(bakery.cancel({ name }))),
        Effect.fork
      )
      yield* TestClock.adjust("3 seconds")
      yield* Fiber.interrupt(fiber)
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(yield* timeline, [["get", 0], ["get", 2000], ["cancel", 3000]])
    }).pipe(Effect.provide(layer({ get: [running(1)], cancel: [answer({})] }))))

  it.effect("that is slow is waited for, which is no outage", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      yield* bakery.watch(name, every2).pipe(
        Stream.runForEach(() => Effect.sleep("15 minutes")),
        inTime
      )
      const minutes15 = 900_000
      assert.deepStrictEqual(yield* polledAt, [0, minutes15 + 2000, minutes15 + 4000])
    }).pipe(Effect.provide(layer({ get: [running(), unavailable, done] }))))

  it.effect("that comes after the deadline sends nothing more", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const target = yield* bakery.start(bake, order)
      const error = yield* bakery.watch(target, { ...every2, deadline: "10 seconds" }).pipe(
        Stream.runForEach(() => Effect.sleep("1 minute")),
        Effect.flip,
        inTime
      )
      assert.strictEqual(error._tag, "WaitTimeout")
      assert.deepStrictEqual(yield* timeline, [["start", 0]])
    }).pipe(Effect.provide(layer({ start: [running()], get: [running()] }))))
})

describe("[22] cancelAndWait", () => {
  const outcome = Effect.flatMap(Bakery, (bakery) => inTime(bakery.cancelAndWait(name, every2)))

  it.effect("cancels, polls at once, and gives what became of the operation", () =>
    Effect.gen(function*() {
      const state = yield* outcome
      assert.strictEqual(state._tag, "Cancelled")
      assert.deepStrictEqual(yield* timeline, [["cancel", 0], ["get", 0], ["get", 2000]])
      const [cancel] = yield* requests
      assert.strictEqual(cancel?.url, `https://bakery.googleapis.com/v1/${name}:cancel`)
      assert.strictEqual(cancel?.body, "{}")
    }).pipe(Effect.provide(layer({ cancel: [answer({})], get: [running(), cancelled] }))))

  for (
    const [tag, last] of [["Succeeded", done], [
      "Failed",
      failed({ code: 13, message: "m" })
    ]] as const
  ) {
    it.effect(`${tag} despite the cancel is a result`, () =>
      Effect.gen(function*() {
        assert.strictEqual((yield* outcome)._tag, tag)
        assert.deepStrictEqual(yield* timeline, [["cancel", 0], ["get", 0], ["get", 2000]])
      }).pipe(Effect.provide(layer({ cancel: [answer({})], get: [running(), last] }))))
  }

  const unsupported: ReadonlyArray<readonly [what: string, reply: Reply]> = [
    ["UNIMPLEMENTED", refuse(501, "UNIMPLEMENTED")],
    ["HTML 501", html(501)],
    ["HTML 405", html(405)],
    ["405 with a Google body", refuse(405, "INVALID_ARGUMENT")],
    ["HTML 404", html(404)],
    ["FAILED_PRECONDITION: it is done", refuse(400, "FAILED_PRECONDITION")]
  ]
  for (const [what, reply] of unsupported) {
    it.effect(`${what} is logged and the wait goes on`, () =>
      Effect.gen(function*() {
        assert.strictEqual((yield* outcome)._tag, "Succeeded")
        assert.deepStrictEqual(yield* timeline, [["cancel", 0], ["get", 0], ["get", 2000]])
        assert.strictEqual((yield* logged("WARN", name, "cannot be cancelled")).length, 1)
      }).pipe(Effect.provide(layer({ cancel: [reply], get: [running(), done] }))))
  }

  for (
    const [tag, reply] of [
      ["PERMISSION_DENIED", refuse(403, "PERMISSION_DENIED")],
      ["NOT_FOUND", refuse(404, "NOT_FOUND")]
    ] as const
  ) {
    it.effect(`${tag} of the cancel is an error`, () =>
      Effect.gen(function*() {
        assert.strictEqual((yield* Effect.flip(outcome))._tag, tag)
        assert.deepStrictEqual(yield* timeline, [["cancel", 0]])
      }).pipe(Effect.provide(layer({ cancel: [reply] }))))
  }

  it.effect("of what is done sends nothing", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const state = yield* bakery.cancelAndWait({ name, done: true, error: { code: 1 } })
      assert.strictEqual(state._tag, "Cancelled")
      assert.deepStrictEqual(yield* requests, [])
    }).pipe(Effect.provide(layer({}))))

  it.effect("of a start cancels where it was started", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const target = yield* bakery.start(bake, order)
      const state = yield* bakery.cancelAndWait(target)
      assert.strictEqual(state._tag, "Cancelled")
      const host = "https://eu-bakery.googleapis.com/v1/projects/p/locations/l"
      assert.deepStrictEqual((yield* requests).map(({ url }) => url), [
        `${host}/cakes`,
        `${host}/operations/o:cancel`,
        `${host}/operations/o`
      ])
    }).pipe(
      Effect.provide(layer(
        { start: [running()], cancel: [answer({})], get: [cancelled] },
        { endpoint: "https://eu-bakery.googleapis.com" }
      ))
    ))

  it.effect("ends at its deadline", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const error = yield* Effect.flip(
        inTime(bakery.cancelAndWait(name, { ...every2, deadline: "5 seconds" }))
      )
      assert.strictEqual(error._tag, "WaitTimeout")
      assert.deepStrictEqual(yield* polledAt, [0, 2000, 4000, 4500])
    }).pipe(Effect.provide(layer({ cancel: [answer({})], get: [running()] }))))
})
