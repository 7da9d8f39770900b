/** One suite for the engines that run in virtual time: what a durable wait gives, when it polls, what it leaves behind. */
import { assert, describe, it } from "@effect/vitest"
import { Cause, DateTime, Effect, Exit, Layer, Schedule } from "effect"
import * as Durable from "effect-lro/Durable"
import { OperationRef } from "effect-lro/OperationRef"
import * as Testing from "effect-lro/testing"
import { bake, bakeOnce, Bakery, Cake, name } from "../kit/bakery.ts"
import {
  bakery,
  Baking,
  type Body,
  clustered,
  counts,
  memory,
  order,
  timeline
} from "../kit/durable.ts"
import { withTime } from "../kit/services.ts"
import { VirtualClock } from "../kit/VirtualClock.ts"

const ref = new OperationRef({
  service: "bakery.googleapis.com",
  version: "v1",
  name,
  startedAt: DateTime.unsafeMake(0)
})

const cake = Testing.pack("example.bakery.v1.Cake", { flavour: "plum" })

/** Polls by get every ten seconds: the timeline is plain. */
const every10 = { schedule: { fixed: "10 seconds" }, spread: 0, longPoll: "off" } as const

/** Executes the workflow to its end. */
const execute = Effect.exit(Baking.execute({ id: "a" }))

const failure = (exit: Exit.Exit<unknown, { readonly _tag: string }>) =>
  Exit.isFailure(exit)
    ? Cause.failureOption(exit.cause).pipe((o) => o._tag === "Some" ? o.value : undefined)
    : undefined

for (const runner of [memory, clustered]) {
  const test = (
    title: string,
    body: Body,
    check: Effect.Effect<void, unknown, any>,
    options: Testing.Options = {},
    parts: ReadonlyArray<Durable.Schedules> = []
  ) =>
    it.effect(title, () =>
      check.pipe(
        Effect.provide(Layer.provideMerge(runner.layer(body, parts), bakery(options))),
        withTime(new VirtualClock())
      ))

  describe(runner.name, () => {
    test(
      "[17, 18] run starts an operation, waits for it and decodes its response",
      Durable.run(Bakery, bakeOnce, order, { ...every10, step: "bake", response: Cake }),
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* execute, Exit.succeed({ flavour: "plum" }))
        const [first = "", ...polls] = yield* timeline
        const at = Number(first.slice("start@".length))
        assert.isBelow(at, 1)
        assert.deepStrictEqual(polls, [`get@${at + 10}`])
      })
    )

    test(
      "[15] the request id of a start belongs to the step of the execution, and transient failures are repeated with it",
      Durable.start(Bakery, bakeOnce, order, { step: "bake" }),
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        yield* server.fail({ method: "start" }, Testing.replyError("UNAVAILABLE"), { times: 7 })
        assert.isTrue(Exit.isSuccess(yield* execute))
        const ids = (yield* server.requests).map(({ query }) =>
          new URLSearchParams(query).get("requestId")
        )
        assert.lengthOf(ids, 8)
        assert.lengthOf(new Set(ids), 1)
        assert.match(
          ids[0] ?? "",
          /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/
        )
        assert.lengthOf(yield* server.operations, 1)
      })
    )

    test(
      "[15] a start without a request id is not repeated after it may have arrived",
      Durable.start(Bakery, bake, order, { step: "bake" }),
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        yield* server.fail({ method: "start" }, Testing.replyError("UNAVAILABLE"))
        assert.strictEqual(failure(yield* execute)?._tag, "UNAVAILABLE")
        assert.strictEqual((yield* counts).start, 1)
      }),
      { methods: [bake] }
    )

    test(
      "[15] a start that is said to be idempotent is",
      Durable.start(Bakery, bake, order, { step: "bake", idempotent: true }),
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        yield* server.fail({ method: "start" }, Testing.replyError("UNAVAILABLE"), { times: 4 })
        assert.isTrue(Exit.isSuccess(yield* execute))
        assert.strictEqual((yield* counts).start, 5)
      }),
      { methods: [bake] }
    )

    test(
      "[18] a reference is polled at once, and by the pace that is stored",
      Durable.untilDone(Bakery, ref, {
        step: "wait",
        schedule: { exponential: { initial: "1 second", multiplier: 2, cap: "1 minute" } },
        spread: 0,
        longPoll: "off",
        response: Cake
      }),
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        yield* server.put(name, Testing.succeedAfter("10 seconds", { response: cake }))
        assert.deepStrictEqual(yield* execute, Exit.succeed({ flavour: "plum" }))
        const at = (yield* server.requests).map((request) => request.at)
        assert.deepStrictEqual(at.map((each) => each - (at[0] ?? 0)), [0, 1000, 3000, 7000, 15_000])
      })
    )

    test(
      "[27] the final state where no response is asked for",
      Durable.untilDone(Bakery, ref, { ...every10, step: "wait" }).pipe(
        Effect.map(({ _tag, operation }) => ({ _tag, response: operation.response }))
      ),
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        yield* server.put(name, Testing.succeedAfter("10 seconds", { response: cake }))
        assert.deepStrictEqual(
          yield* execute,
          Exit.succeed({ _tag: "Succeeded", response: cake })
        )
      })
    )

    test(
      "[27] the response as the method says, where no Schema is given",
      Durable.run(Bakery, bakeOnce, order, { ...every10, step: "bake" }),
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* execute, Exit.succeed({ flavour: "plum" }))
      })
    )

    test(
      "the errors are those of a plain wait, and say which operation it was",
      Durable.run(Bakery, bakeOnce, order, { ...every10, step: "bake" }),
      Effect.gen(function*() {
        const error = failure(yield* execute)
        assert.strictEqual(error?._tag, "OperationFailed")
        assert.propertyVal(error, "code", "DATA_LOSS")
        const { operation } = error as unknown as { readonly operation: OperationRef }
        assert.strictEqual(operation.method, bakeOnce.rpc)
        assert.isString(operation.requestId)
      }),
      { onStart: () => Testing.failAfter("1 minute", { code: "DATA_LOSS" }) }
    )

    test(
      "a deadline ends the wait and not the operation",
      Durable.run(Bakery, bakeOnce, order, { ...every10, step: "bake", deadline: "1 minute" }),
      Effect.gen(function*() {
        const error = failure(yield* execute)
        assert.strictEqual(error?._tag, "WaitTimeout")
        assert.propertyVal(error, "reason", "deadline")
        assert.strictEqual((yield* counts).cancel, 0)
      }),
      { onStart: () => Testing.neverDone() }
    )

    test(
      "[17] a wait outlives an outage shorter than its budget, and ends with the last error after it",
      Durable.run(Bakery, bakeOnce, order, { ...every10, step: "bake", maxOutage: "5 minutes" }),
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        yield* server.fail({ method: "get" }, Testing.replyError("UNAVAILABLE"), { times: 100 })
        assert.strictEqual(failure(yield* execute)?._tag, "UNAVAILABLE")
        assert.strictEqual((yield* counts).get, 30)
      })
    )

    test(
      "a schedule may be the name of one that the layer has",
      Durable.run(Bakery, bakeOnce, order, {
        step: "bake",
        schedule: "slow",
        spread: 0,
        longPoll: "off",
        response: Cake
      }),
      Effect.gen(function*() {
        assert.isTrue(Exit.isSuccess(yield* execute))
        const [start = "", ...polls] = yield* timeline
        assert.deepStrictEqual(polls, [`get@${Number(start.slice(6)) + 300}`])
      }),
      {},
      [Durable.schedules({ slow: Schedule.spaced("5 minutes") })]
    )

    test(
      "a schedule that no layer has is refused",
      Durable.run(Bakery, bakeOnce, order, { step: "bake", schedule: "slow" }),
      Effect.gen(function*() {
        const error = failure(yield* execute)
        assert.strictEqual(error?._tag, "InvalidRequest")
        assert.propertyVal(error, "argument", "schedule")
      })
    )

    test(
      "nothing is started that could not be waited for",
      Durable.run(Bakery, bakeOnce, order, { step: "bake", deadline: 0 }),
      Effect.gen(function*() {
        assert.propertyVal(failure(yield* execute), "argument", "deadline")
        assert.deepStrictEqual(yield* timeline, [])
      })
    )

    for (
      const [what, again] of [
        ["request", Durable.start(Bakery, bakeOnce, { ...order, cakeId: "b" }, { step: "bake" })],
        ["method", Durable.start(Bakery, bake, order, { step: "bake" })]
      ] as const
    ) {
      test(
        `a step that is used for another ${what} is a StepConflict`,
        Effect.zipRight(Durable.start(Bakery, bakeOnce, order, { step: "bake" }), again),
        Effect.gen(function*() {
          assert.strictEqual(failure(yield* execute)?._tag, "StepConflict")
          assert.strictEqual((yield* counts).start, 1)
        })
      )
    }

    test(
      "a step that waits for another operation is a StepConflict",
      Effect.zipRight(
        Durable.untilDone(Bakery, ref, { ...every10, step: "wait" }),
        Durable.untilDone(Bakery, new OperationRef({ ...ref, name: `${name}2` }), {
          ...every10,
          step: "wait"
        })
      ),
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        yield* server.put(name, Testing.succeedAfter("10 seconds"))
        const error = failure(yield* execute)
        assert.strictEqual(error?._tag, "StepConflict")
        assert.strictEqual(
          (error as unknown as Error).message.replace(/execution \w+/, "execution x"),
          `step wait of execution x is the wait for bakery.googleapis.com/v1 ${name}, not the wait for bakery.googleapis.com/v1 ${name}2`
        )
      })
    )

    test(
      "an operation that is done in the start reply is not polled",
      Durable.run(Bakery, bakeOnce, order, { step: "bake", response: Cake }),
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* execute, Exit.succeed({ flavour: "plum" }))
        assert.lengthOf(yield* timeline, 1)
      }),
      { onStart: () => Testing.succeedAfter(0) }
    )

    test(
      "waits of one workflow go side by side",
      Effect.all(
        Array.from(
          { length: 20 },
          (_, i) =>
            Durable.run(Bakery, bakeOnce, { ...order, cakeId: `c${i}` }, {
              ...every10,
              step: `bake ${i}`,
              response: Cake
            })
        ),
        { concurrency: "unbounded" }
      ).pipe(Effect.map((cakes) => cakes.length)),
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* execute, Exit.succeed(20))
        assert.deepStrictEqual(yield* counts, { start: 20, get: 20, cancel: 0 })
        const requests = yield* (yield* Testing.OperationsServer).requests
        for (const { at, method } of requests) {
          assert.approximately(at, method === "get" ? 10_000 : 0, 100)
        }
      })
    )

    describe("[22] an interrupt of the execution", () => {
      const interrupted = (
        title: string,
        body: Body,
        check: Effect.Effect<void, unknown, any>
      ) =>
        test(
          title,
          body,
          Effect.gen(function*() {
            const executionId = yield* Baking.execute({ id: "a" }, { discard: true })
            yield* Effect.sleep("95 seconds")
            yield* Effect.fork(Baking.interrupt(executionId))
            yield* Effect.sleep("3 minutes")
            const result = yield* Baking.poll(executionId)
            assert.strictEqual(result?._tag, "Complete")
            assert.isTrue(result?._tag === "Complete" && Exit.isInterrupted(result.exit))
            yield* check
          }),
          { onStart: () => Testing.neverDone({ cancellation: "ignored" }) }
        )

      interrupted(
        "with cancel sends one cancel within a second, and ends the polling",
        Durable.run(Bakery, bakeOnce, order, { ...every10, step: "bake", onInterrupt: "cancel" }),
        Effect.gen(function*() {
          const requests = yield* (yield* Testing.OperationsServer).requests
          const cancels = requests.filter(({ method }) => method === "cancel")
          assert.lengthOf(cancels, 1)
          assert.isAtLeast(cancels[0]?.at ?? 0, 95_000)
          assert.isAtMost(cancels[0]?.at ?? 0, 96_000)
          assert.strictEqual((yield* counts).get, 9)
        })
      )

      interrupted(
        "leaves the operation, and ends the polling",
        Durable.run(Bakery, bakeOnce, order, { ...every10, step: "bake" }),
        Effect.gen(function*() {
          assert.deepStrictEqual(yield* counts, { start: 1, get: 9, cancel: 0 })
        })
      )
    })

    test(
      "[22] a failure of the workflow cancels nothing",
      Effect.all([
        Durable.run(Bakery, bakeOnce, order, { ...every10, step: "a", onInterrupt: "cancel" }),
        Durable.run(Bakery, bakeOnce, { ...order, cakeId: "b" }, {
          ...every10,
          step: "b",
          onInterrupt: "cancel"
        })
      ], { concurrency: "unbounded" }),
      Effect.gen(function*() {
        assert.strictEqual(failure(yield* execute)?._tag, "OperationFailed")
        assert.strictEqual((yield* counts).cancel, 0)
      }),
      {
        onStart: ({ request }) =>
          "cakeId" in request
            ? Testing.neverDone()
            : Testing.failAfter("1 minute", { code: "ABORTED" })
      }
    )

    test(
      "[22] an interrupt after the wait cancels nothing",
      Effect.zipRight(
        Durable.run(Bakery, bakeOnce, order, { ...every10, step: "a", onInterrupt: "cancel" }),
        Durable.run(Bakery, bakeOnce, { ...order, cakeId: "b" }, { ...every10, step: "b" })
      ),
      Effect.gen(function*() {
        const executionId = yield* Baking.execute({ id: "a" }, { discard: true })
        yield* Effect.sleep("10 minutes")
        yield* Effect.fork(Baking.interrupt(executionId))
        yield* Effect.sleep("10 minutes")
        const { cancel, start } = yield* counts
        assert.deepStrictEqual({ cancel, start }, { cancel: 0, start: 2 })
      }),
      {
        onStart: ({ request }) =>
          "cakeId" in request ? Testing.neverDone() : Testing.succeedAfter("1 minute")
      }
    )
  })
}
