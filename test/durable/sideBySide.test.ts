/** Several waits of one execution: none is cut off by another that has less to do. */
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Exit, Option } from "effect"
import * as Durable from "effect-lro/Durable"
import * as Testing from "effect-lro/testing"
import { bakeOnce, Bakery } from "../kit/bakery.ts"
import { launchMortal, makeDatabase } from "../kit/database.ts"
import { bakery, Baking, order, storage } from "../kit/durable.ts"
import { withTime } from "../kit/services.ts"
import { VirtualClock } from "../kit/VirtualClock.ts"

const ids = ["a", "b", "c", "d", "e"]

const body = Effect.forEach(
  ids,
  (id) =>
    Durable.run(Bakery, bakeOnce, { ...order, cakeId: id }, {
      schedule: { fixed: "10 seconds" },
      spread: 0,
      longPoll: "off",
      step: id,
      onInterrupt: "cancel"
    }),
  { concurrency: "unbounded" }
).pipe(Effect.map((cakes) => cakes.length))

/** Databases whose answers take turns of the event loop, the same for all calls or not. */
const databases = [[5, 5, 5, 5], [50, 1, 10, 1], [1, 50, 10, 1], [1, 1, 10, 50]].map((
  [ask = 0, read = 0, write = 0, reply = 0]
) => ({
  requestIdForPrimaryKey: ask,
  repliesForUnfiltered: read,
  saveEnvelope: write,
  saveReply: reply
}))

const requests = Effect.flatMap(Testing.OperationsServer, (server) => server.requests)

const namesOf = (kind: Testing.MethodKind, since = 0) =>
  Effect.map(
    requests,
    (all) =>
      new Set(all.filter(({ at, method }) => method === kind && at >= since).map((r) => r.name))
        .size
  )

/** Each start is answered later than the one before. */
const unequalStarts = Effect.gen(function*() {
  const server = yield* Testing.OperationsServer
  for (let i = 0; i < ids.length; i++) {
    yield* server.fail({ method: "start" }, Testing.delayReply(`${300 + i * 300} millis`))
  }
})

const test = (
  title: string,
  check: (time: VirtualClock, slow: typeof databases[0]) => Effect.Effect<void, unknown, any>,
  onStart: Testing.Options["onStart"]
) =>
  it.effect.each(databases)(`${title}: %o`, (slow) => {
    const time = new VirtualClock()
    return check(time, slow).pipe(Effect.provide([storage, bakery({ onStart })]), withTime(time))
  })

const begin = Baking.execute({ id: "a" }, { discard: true })

describe("waits side by side over a database that takes its time, started one after the other", () => {
  test(
    "[17] are all polled, and give their ends",
    (time, slow) =>
      Effect.gen(function*() {
        yield* unequalStarts
        const runner = yield* launchMortal(yield* makeDatabase, time, body, { slow })
        const id = yield* Effect.provide(begin, runner.context)
        yield* Effect.sleep("15 seconds")
        assert.strictEqual(yield* namesOf("get"), ids.length)
        yield* Effect.sleep("1 minute")
        const result = yield* Effect.provide(Baking.poll(id), runner.context)
        assert.deepStrictEqual(
          result?._tag === "Complete" ? result.exit : result,
          Exit.succeed(ids.length)
        )
        yield* runner.kill
      }),
    () => Testing.succeedAfter("35 seconds")
  )

  test(
    "[22] are all cancelled by an interrupt, within a second, and nobody polls after it",
    (time, slow) =>
      Effect.gen(function*() {
        yield* unequalStarts
        const runner = yield* launchMortal(yield* makeDatabase, time, body, { slow })
        const id = yield* Effect.provide(begin, runner.context)
        yield* Effect.sleep("65 seconds")
        const accepted = yield* Clock.currentTimeMillis
        yield* Effect.provide(Baking.interrupt(id), runner.context)
        yield* Effect.sleep("5 minutes")
        const all = yield* requests
        assert.strictEqual(yield* namesOf("cancel"), ids.length)
        assert.lengthOf(all.filter(({ method }) => method === "cancel"), ids.length)
        assert.isAtMost(Math.max(...all.map(({ at }) => at)), accepted + 1000)
        yield* runner.kill
      }),
    () => Testing.neverDone({ cancellation: "ignored" })
  )

  test(
    "[22] are all cancelled where the runner is killed between two cancels, and nobody polls after it",
    (time, slow) =>
      Effect.gen(function*() {
        const database = yield* makeDatabase
        const server = yield* Testing.OperationsServer
        const first = yield* launchMortal(database, time, body, { slow })
        const id = yield* Effect.provide(begin, first.context)
        yield* Effect.sleep("65 seconds")
        yield* server.fail({ method: "cancel" }, Testing.delayReply("1 hour"), { times: 2 })
        yield* Effect.provide(Baking.interrupt(id), first.context)
        yield* Effect.sleep("1 second")
        yield* first.kill
        const second = yield* launchMortal(database, time, body, { slow })
        const restarted = yield* Clock.currentTimeMillis
        yield* Effect.sleep("5 minutes")
        assert.strictEqual(yield* namesOf("cancel"), ids.length)
        const result = yield* Effect.provide(Baking.poll(id), second.context)
        assert.isTrue(result?._tag === "Complete" && Exit.isInterrupted(result.exit))
        assert.strictEqual(yield* namesOf("get", restarted + 10_000), 0)
        yield* second.kill
      }),
    () => Testing.neverDone({ cancellation: "ignored" })
  )

  test(
    "[17] go on where their runner is killed in between",
    (time, slow) =>
      Effect.gen(function*() {
        const database = yield* makeDatabase
        for (const [at, answered] of [[20, false], [33, true], [47, false]] as const) {
          const runner = yield* launchMortal(database, time, body, { slow, killedAt: at, answered })
          yield* Effect.timeoutOption(Effect.provide(begin, runner.context), "1 second")
          yield* Effect.sleep("5 seconds")
          yield* runner.kill
        }
        const last = yield* launchMortal(database, time, body, { slow })
        const exit = yield* Effect.exit(
          Effect.timeoutOption(
            Effect.provide(Baking.execute({ id: "a" }), last.context),
            "3 minutes"
          )
        )
        assert.deepStrictEqual(exit, Exit.succeed(Option.some(ids.length)))
        assert.lengthOf(yield* (yield* Testing.OperationsServer).operations, ids.length)
        yield* last.kill
      }),
    () => Testing.succeedAfter("1 minute")
  )
})
