/** Runners that come and go over one storage, in virtual time. */
import { MessageStorage } from "@effect/cluster"
import { assert, describe, it } from "@effect/vitest"
import type { WorkflowEngine } from "@effect/workflow"
import { Effect, Exit, Layer, Scope } from "effect"
import * as Durable from "effect-lro/Durable"
import * as Testing from "effect-lro/testing"
import { bake, bakeOnce, Bakery, Cake } from "../kit/bakery.ts"
import {
  bakery,
  Baking,
  type Body,
  client,
  counts,
  countWrites,
  type Failure,
  launch,
  order,
  rows,
  storage
} from "../kit/durable.ts"
import { withTime } from "../kit/services.ts"
import { VirtualClock } from "../kit/VirtualClock.ts"

const every10 = { schedule: { fixed: "10 seconds" }, spread: 0, longPoll: "off" } as const

const run = (options: object = {}): Body =>
  Durable.run(Bakery, bakeOnce, order, { ...every10, step: "bake", response: Cake, ...options })

const test = (
  title: string,
  check: Effect.Effect<void, unknown, any>,
  options: Testing.Options = {}
) =>
  it.effect(title, () =>
    check.pipe(
      Effect.provide([storage, bakery(options)]),
      withTime(new VirtualClock())
    ))

const begin = Baking.execute({ id: "a" }, { discard: true })

/** Waits for the exit of an execution. */
const await_ = (
  executionId: string
): Effect.Effect<
  Exit.Exit<unknown, typeof Failure.Type>,
  never,
  WorkflowEngine.WorkflowEngine
> =>
  Effect.flatMap(Baking.poll(executionId), (result) =>
    result?._tag === "Complete"
      ? Effect.succeed(result.exit)
      : Effect.delay(await_(executionId), "1 second"))

describe("a runner that is shut down", () => {
  test(
    "[17, 22] leaves its waits to the next, which polls at once; nothing is cancelled or started twice",
    Effect.gen(function*() {
      const body = run({ onInterrupt: "cancel" })
      const first = yield* launch(body)
      const id = yield* Effect.provide(begin, first.context)
      yield* Effect.sleep("35 seconds")
      yield* first.stop
      yield* Effect.sleep("1 minute")
      const second = yield* launch(body)
      const exit = yield* Effect.provide(await_(id), second.context)
      assert.deepStrictEqual(exit, Exit.succeed({ flavour: "plum" }))
      assert.deepStrictEqual(yield* counts, { start: 1, get: 7, cancel: 0 })
      yield* second.stop
    }),
    { onStart: () => Testing.succeedAfter("2 minutes") }
  )

  test(
    "costs no rows: four messages and four replies, whatever the polls and the runners",
    Effect.gen(function*() {
      let runner = yield* launch(run())
      const id = yield* Effect.provide(begin, runner.context)
      for (let i = 0; i < 5; i++) {
        yield* Effect.sleep("1 minute")
        yield* runner.stop
        runner = yield* launch(run())
      }
      yield* Effect.provide(await_(id), runner.context)
      yield* runner.stop
      assert.deepStrictEqual(yield* rows, { messages: 4, replies: 4 })
      assert.isAbove((yield* counts).get, 30)
    }),
    { onStart: () => Testing.succeedAfter("6 minutes") }
  )

  for (const polls of [6, 60]) {
    test(
      `writes four messages and their replies; the run has one more, from when it was suspended: ${polls} polls`,
      Effect.gen(function*() {
        const { storage, written } = yield* countWrites
        const runner = yield* Effect.provideService(
          launch(run()),
          MessageStorage.MessageStorage,
          storage
        )
        const id = yield* Effect.provide(begin, runner.context)
        yield* Effect.provide(await_(id), runner.context)
        yield* runner.stop
        assert.strictEqual((yield* counts).get, polls)
        assert.deepStrictEqual(written, { messages: 4, replies: 5, takenBack: 1 })
        assert.deepStrictEqual(yield* rows, { messages: 4, replies: 4 })
      }),
      { onStart: () => Testing.succeedAfter(`${polls * 10 - 5} seconds`) }
    )
  }

  test(
    "keeps the deadline of a wait: an instant",
    Effect.gen(function*() {
      const body = run({ deadline: "2 minutes" })
      const first = yield* launch(body)
      const id = yield* Effect.provide(begin, first.context)
      yield* Effect.sleep("90 seconds")
      yield* first.stop
      const second = yield* launch(body)
      const exit = yield* Effect.provide(await_(id), second.context)
      assert.isTrue(Exit.isFailure(exit))
      const requests = yield* (yield* Testing.OperationsServer).requests
      assert.isAtMost(requests.at(-1)?.at ?? 0, 120_500)
      yield* second.stop
    }),
    { onStart: () => Testing.neverDone() }
  )

  test(
    "past the deadline of a wait: one more look",
    Effect.gen(function*() {
      const body = run({ deadline: "2 minutes" })
      const first = yield* launch(body)
      const id = yield* Effect.provide(begin, first.context)
      yield* Effect.sleep("90 seconds")
      yield* first.stop
      yield* Effect.sleep("1 hour")
      const second = yield* launch(body)
      const exit = yield* Effect.provide(await_(id), second.context)
      assert.deepStrictEqual(exit, Exit.succeed({ flavour: "plum" }))
      yield* second.stop
    }),
    { onStart: () => Testing.succeedAfter("100 seconds") }
  )

  test(
    "[15] repeats a start whose reply it lost, with the same request id: one operation",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      yield* server.fail({ method: "start" }, Testing.delayReply("20 seconds"))
      const first = yield* launch(run())
      const id = yield* Effect.provide(begin, first.context)
      yield* Effect.sleep("5 seconds")
      yield* first.stop
      const second = yield* launch(run())
      const exit = yield* Effect.provide(await_(id), second.context)
      assert.deepStrictEqual(exit, Exit.succeed({ flavour: "plum" }))
      assert.strictEqual((yield* counts).start, 2)
      assert.lengthOf(yield* server.operations, 1)
      yield* second.stop
    })
  )

  for (const idempotent of [false, true]) {
    const what = idempotent
      ? "repeats a start that is said to be idempotent"
      : "does not repeat a start that may have been carried out"
    test(
      `[15] ${what}, without a request id`,
      Effect.gen(function*() {
        const body = Durable.start(Bakery, bake, order, { step: "bake", idempotent })
        const server = yield* Testing.OperationsServer
        yield* server.fail({ method: "start" }, Testing.delayReply("20 seconds"))
        const first = yield* launch(body)
        const id = yield* Effect.provide(begin, first.context)
        yield* Effect.sleep("5 seconds")
        yield* first.stop
        const second = yield* launch(body)
        const exit = yield* Effect.provide(await_(id), second.context)
        assert.strictEqual((yield* counts).start, idempotent ? 2 : 1)
        if (idempotent) assert.isTrue(Exit.isSuccess(exit))
        else {
          const error = yield* Effect.flip(exit)
          assert.strictEqual(error._tag, "MayHaveStarted")
          assert.match(
            error.message,
            /^step bake of execution \w+: an earlier attempt at example.bakery.v1.Bakery.Bake may have started/
          )
          // With the attempt's own record.
          assert.deepStrictEqual(yield* rows, { messages: 3, replies: 3 })
        }
        yield* second.stop
      }),
      { methods: [bake] }
    )
  }

  test(
    "[22] and closes its client first stores no outcome",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const clients = yield* Scope.make()
      const context = yield* Layer.buildWithScope(client, clients)
      const first = yield* Effect.provide(launch(run()), context)
      const id = yield* Effect.provide(begin, first.context)
      yield* Effect.sleep("35 seconds")
      yield* Scope.close(clients, Exit.void)
      yield* Effect.sleep("5 minutes")
      assert.strictEqual(
        (yield* Effect.provide(Baking.poll(id), first.context))?._tag,
        "Suspended"
      )
      yield* first.stop
      const second = yield* launch(run())
      const exit = yield* Effect.provide(await_(id), second.context)
      assert.deepStrictEqual(exit, Exit.succeed({ flavour: "plum" }))
      assert.lengthOf(yield* server.operations, 1)
      yield* second.stop
    }),
    { onStart: () => Testing.succeedAfter("2 minutes") }
  )

  test(
    "[22] in the middle of an interrupt: the next one sends a cancel whose answer was not there, again",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const body = run({ onInterrupt: "cancel" })
      const first = yield* launch(body)
      const id = yield* Effect.provide(begin, first.context)
      yield* Effect.sleep("35 seconds")
      yield* server.fail({ method: "cancel" }, Testing.delayReply("1 hour"))
      yield* Effect.provide(Baking.interrupt(id), first.context)
      yield* Effect.sleep("1 second")
      yield* first.stop
      const second = yield* launch(body)
      const exit = yield* Effect.provide(await_(id), second.context)
      assert.isTrue(Exit.isInterrupted(exit))
      assert.strictEqual((yield* counts).cancel, 2)
      yield* second.stop
    }),
    { onStart: () => Testing.neverDone() }
  )
})
