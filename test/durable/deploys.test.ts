/** Runners of other versions, and what a wait keeps when its runner changes. */
import { assert, describe, it } from "@effect/vitest"
import { DurableDeferred, WorkflowEngine } from "@effect/workflow"
import { Duration, Effect, Exit, Layer, Schedule, Schema } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as Durable from "effect-lro/Durable"
import * as Operations from "effect-lro/Operations"
import * as Polling from "effect-lro/Polling"
import * as Testing from "effect-lro/testing"
import { createHash } from "node:crypto"
import { bakeOnce, Bakery, binding } from "../kit/bakery.ts"
import {
  bakery,
  Baking,
  type Body,
  clustered,
  launch,
  memory,
  order,
  storage
} from "../kit/durable.ts"
import { withTime } from "../kit/services.ts"
import { VirtualClock } from "../kit/VirtualClock.ts"

const every10 = { schedule: { fixed: "10 seconds" }, spread: 0, longPoll: "off" } as const

const begin = Baking.execute({ id: "a" }, { discard: true })

const requests = Effect.flatMap(Testing.OperationsServer, (server) => server.requests)

const resultOf = (id: string) =>
  Effect.map(
    Baking.poll(id),
    (result) => result?._tag === "Complete" ? Exit.isSuccess(result.exit) : result?._tag
  )

describe("a rolling deploy", () => {
  it.effect("[17] a runner that has not the schedule of a wait ends none", () =>
    Effect.gen(function*() {
      const body = Durable.run(Bakery, bakeOnce, order, {
        step: "a",
        spread: 0,
        longPoll: "off",
        schedule: "slow"
      })
      const parts = [Durable.schedules({ slow: Schedule.spaced("10 seconds") })]
      const first = yield* launch(body, parts)
      const id = yield* Effect.provide(begin, first.context)
      yield* Effect.sleep("35 seconds")
      yield* first.stop
      const old = yield* launch(body)
      yield* Effect.sleep("5 seconds")
      yield* old.stop
      const third = yield* launch(body, parts)
      yield* Effect.sleep("5 minutes")
      assert.strictEqual(yield* Effect.provide(resultOf(id), third.context), true)
      yield* third.stop
    }).pipe(
      Effect.provide([storage, bakery({ onStart: () => Testing.succeedAfter("2 minutes") })]),
      withTime(new VirtualClock())
    ))

  it.effect("[17] the grace for an operation that is not found yet outlives a runner, and ends when it would have", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const body = Durable.run(Bakery, bakeOnce, order, {
        ...every10,
        step: "a",
        notFoundGrace: "1 minute"
      })
      const after = (times: number, id: string) =>
        Effect.gen(function*() {
          yield* server.fail({ method: "get" }, Testing.replyError("NOT_FOUND"), { times })
          const first = yield* launch(body)
          const execution = yield* Effect.provide(
            Baking.execute({ id }, { discard: true }),
            first.context
          )
          yield* Effect.sleep("15 seconds")
          yield* first.stop
          const second = yield* launch(body)
          yield* Effect.sleep("5 minutes")
          const result = yield* Effect.provide(resultOf(execution), second.context)
          yield* second.stop
          return result
        })
      assert.strictEqual(yield* after(4, "a"), true)
      assert.strictEqual(yield* after(8, "b"), false)
    }).pipe(
      Effect.provide([storage, bakery({ onStart: () => Testing.succeedAfter("2 minutes") })]),
      withTime(new VirtualClock())
    ))

  const twoMinutes = { deadline: "2 minutes" } as const
  const client = (polling: Polling.Settings) =>
    Layer.orDie(Operations.layer(Bakery, { polling })).pipe(Layer.provide(Credentials.layerNone))
  const plain = Durable.run(Bakery, bakeOnce, order, { ...every10, step: "a" })
  const deadlines: ReadonlyArray<readonly [string, Body, Polling.Settings]> = [
    ["of the client's layer", plain, twoMinutes],
    ["that is set around the step", Polling.withSettings(plain, twoMinutes), {}]
  ]
  for (const [whose, body, polling] of deadlines) {
    it.effect(`[19] a deadline ${whose} is an instant`, () =>
      Effect.gen(function*() {
        let runner = yield* launch(body)
        const id = yield* Effect.provide(begin, runner.context)
        for (let i = 0; i < 3; i++) {
          yield* Effect.sleep("50 seconds")
          yield* runner.stop
          runner = yield* launch(body)
        }
        assert.strictEqual(yield* Effect.provide(resultOf(id), runner.context), false)
        assert.isAtMost((yield* requests).at(-1)?.at ?? Infinity, 121_000)
        yield* runner.stop
      }).pipe(
        Effect.provide([
          storage,
          Layer.provideMerge(
            client(polling),
            Testing.layer({
              bindings: [binding],
              methods: [bakeOnce],
              onStart: () => Testing.neverDone()
            })
          )
        ]),
        withTime(new VirtualClock())
      ))
  }
})

it.effect("[19] a step without a deadline has none over a client that has one, whatever its runner", () =>
  Effect.gen(function*() {
    const body = Durable.run(Bakery, bakeOnce, order, {
      ...every10,
      step: "a",
      deadline: Duration.infinity
    })
    const first = yield* launch(body)
    const id = yield* Effect.provide(begin, first.context)
    yield* Effect.sleep("5 minutes")
    yield* first.stop
    const second = yield* launch(body)
    yield* Effect.sleep("6 minutes")
    assert.strictEqual(yield* Effect.provide(resultOf(id), second.context), true)
    yield* second.stop
  }).pipe(
    Effect.provide([
      storage,
      Layer.provideMerge(
        Layer.orDie(Operations.layer(Bakery, { polling: { deadline: "2 minutes" } })).pipe(
          Layer.provide(Credentials.layerNone)
        ),
        Testing.layer({
          bindings: [binding],
          methods: [bakeOnce],
          onStart: () => Testing.succeedAfter("10 minutes")
        })
      )
    ]),
    withTime(new VirtualClock())
  ))

it.effect("[17] a run on a runner that has not the schedule of a wait that has begun leaves it alone", () =>
  Effect.gen(function*() {
    const wait = (id: string, settings: object) =>
      Durable.run(Bakery, bakeOnce, { ...order, cakeId: id }, { ...every10, ...settings, step: id })
    const body = Effect.all([wait("late", { schedule: "slow" }), wait("well", {})], {
      concurrency: "unbounded"
    })
    const parts = [Durable.schedules({ slow: Schedule.spaced("10 seconds") })]
    const first = yield* launch(body, parts)
    const id = yield* Effect.provide(begin, first.context)
    yield* Effect.sleep("35 seconds")
    yield* first.stop
    const old = yield* launch(body)
    yield* Effect.sleep("1 minute")
    assert.strictEqual(yield* Effect.provide(resultOf(id), old.context), "Suspended")
    yield* old.stop
    const third = yield* launch(body, parts)
    yield* Effect.sleep("10 minutes")
    assert.strictEqual(yield* Effect.provide(resultOf(id), third.context), true)
    yield* third.stop
  }).pipe(
    Effect.provide([
      storage,
      bakery({
        onStart: ({ request }) =>
          Testing.succeedAfter(request["cakeId"] === "late" ? "5 minutes" : "1 minute")
      })
    ]),
    withTime(new VirtualClock())
  ))

it.effect("[17] an end that only a later version can read keeps no other wait of its entity from being polled", () =>
  Effect.gen(function*() {
    const keyOf = (execution: string, step: string) =>
      createHash("sha256").update(`${execution}-effect-lro/wait/${step}`).digest("hex").slice(0, 2)
    const [a, b] = [yield* Baking.executionId({ id: "a" }), yield* Baking.executionId({ id: "b" })]
    let n = 0
    while (keyOf(b, `step ${n}`) !== keyOf(a, `step ${n}`)) n++
    const step = `step ${n}`
    const body = Durable.run(Bakery, bakeOnce, order, { ...every10, step })
    const first = yield* launch(body)
    for (const id of ["a", "b"]) {
      yield* Effect.provide(Baking.execute({ id }, { discard: true }), first.context)
    }
    yield* Effect.sleep("25 seconds")
    yield* first.stop
    // A runner of the later version, which is not there for long.
    const later = yield* launch(Effect.never)
    const end = DurableDeferred.make(`effect-lro/wait/${step}`, {
      success: Schema.TaggedStruct("Later", {})
    })
    yield* Effect.provide(
      Effect.flatMap(WorkflowEngine.WorkflowEngine, (engine) =>
        engine.deferredDone(end, {
          workflowName: "Baking",
          executionId: a,
          deferredName: end.name,
          exit: Exit.succeed({ _tag: "Later" })
        })),
      later.context
    )
    yield* Effect.sleep("100 millis")
    yield* later.stop
    const second = yield* launch(body)
    const before = (yield* requests).length
    yield* Effect.sleep("5 minutes")
    const polls = (yield* requests).length - before
    assert.isAtLeast(polls, 30)
    assert.isAtMost(polls, 32)
    yield* second.stop
  }).pipe(
    Effect.provide([storage, bakery({ onStart: () => Testing.neverDone() })]),
    withTime(new VirtualClock())
  ))

for (const runner of [memory, clustered]) {
  it.effect(`[17] a poll schedule that dies once costs a wait nothing, ${runner.name}`, () =>
    Effect.gen(function*() {
      let steps = 0
      const fragile = Schedule.spaced("10 seconds").pipe(
        Schedule.mapEffect((n) => steps++ === 2 ? Effect.die("a bug") : Effect.succeed(n))
      )
      const body = Durable.run(Bakery, bakeOnce, order, {
        step: "a",
        schedule: "fragile",
        longPoll: "off"
      })
      const exit = yield* Effect.exit(
        Effect.provide(
          Baking.execute({ id: "a" }),
          Layer.fresh(runner.layer(body, [Durable.schedules({ fragile })]))
        )
      )
      assert.isTrue(Exit.isSuccess(exit))
      assert.isAbove(steps, 3)
    }).pipe(
      Effect.provide(bakery({ onStart: () => Testing.succeedAfter("1 minute") })),
      withTime(new VirtualClock())
    ))

  it.effect(`the same step at the same time with another request is a StepConflict, and at most one is started, ${runner.name}`, () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Baking.execute({ id: "a" }))
      assert.strictEqual(error._tag, "StepConflict")
      assert.isAtMost((yield* requests).length, 1)
    }).pipe(
      Effect.provide(
        Layer.provideMerge(
          runner.layer(
            Effect.all([
              Durable.start(Bakery, bakeOnce, order, { step: "a" }),
              Durable.start(Bakery, bakeOnce, { ...order, cakeId: "b" }, { step: "a" })
            ], { concurrency: "unbounded" })
          ),
          bakery()
        )
      ),
      withTime(new VirtualClock())
    ))

  it.effect(`[15] the same step at the same time with the same request is one start, ${runner.name}`, () =>
    Effect.gen(function*() {
      const refs = yield* Baking.execute({ id: "a" })
      assert.strictEqual(refs, 1)
      assert.lengthOf(yield* requests, 1)
    }).pipe(
      Effect.provide(
        Layer.provideMerge(
          runner.layer(
            Effect.map(
              Effect.all(
                Array.from(
                  { length: 3 },
                  () => Durable.start(Bakery, bakeOnce, order, { step: "a" })
                ),
                { concurrency: "unbounded" }
              ),
              (refs) => new Set(refs.map(({ name }) => name)).size
            )
          ),
          bakery()
        )
      ),
      withTime(new VirtualClock())
    ))
}
