/** A runner is killed, at every point of a wait. */
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Exit, Option } from "effect"
import * as Durable from "effect-lro/Durable"
import * as Testing from "effect-lro/testing"
import { bakeOnce, Bakery, Cake } from "../kit/bakery.ts"
import { isFull, some } from "../kit/counts.ts"
import { launchMortal, makeDatabase } from "../kit/database.ts"
import { bakery, Baking, counts, order, rows, storage } from "../kit/durable.ts"
import { withTime } from "../kit/services.ts"
import { VirtualClock } from "../kit/VirtualClock.ts"

const body = Durable.run(Bakery, bakeOnce, order, {
  step: "bake",
  response: Cake,
  schedule: { fixed: "10 seconds" },
  spread: 0,
  longPoll: "off",
  onInterrupt: "cancel"
})

/** A wait of half a minute whose first runner is killed in a call of its engine; ten seconds later comes the next. */
const waitOver = (killedAt: number, answered: boolean) => {
  const time = new VirtualClock()
  return Effect.gen(function*() {
    const database = yield* makeDatabase
    const first = yield* launchMortal(database, time, body, { answered, killedAt })
    const begin = Effect.provide(Baking.execute({ id: "a" }, { discard: true }), first.context)
    yield* Effect.timeout(begin, "1 second").pipe(Effect.option)
    const begun = first.calls.length
    yield* Effect.sleep("40 seconds")
    const ended = first.calls.length
    yield* first.kill
    const second = yield* launchMortal(database, time, body)
    const exit = yield* Effect.exit(
      Effect.timeoutOption(Effect.provide(Baking.execute({ id: "a" }), second.context), "2 minutes")
    )
    // What is left over is read again.
    yield* Effect.sleep("10 seconds")
    yield* second.kill
    return {
      begun,
      ended,
      call: first.calls[killedAt - 1],
      exit,
      counts: yield* counts,
      operations: (yield* (yield* Testing.OperationsServer).operations).length,
      rows: yield* rows
    }
  }).pipe(
    Effect.provide([storage, bakery({ onStart: () => Testing.succeedAfter("25 seconds") })]),
    withTime(time)
  )
}

describe("[15, 22] a runner that is killed in any call of its engine costs no wait and starts nothing twice", () => {
  for (const answered of [false, true]) {
    it.effect(
      answered ? "after it was carried out" : "before it was carried out",
      () =>
        Effect.gen(function*() {
          const { ended } = yield* waitOver(Infinity, answered)
          const kinds = new Set<string | undefined>()
          const moments = Array.from({ length: ended }, (_, i) => 1 + i)
          for (const killedAt of some(moments, 4, answered ? 1 : 0)) {
            const { call, counts, exit, operations, rows } = yield* waitOver(killedAt, answered)
            kinds.add(call)
            assert.deepStrictEqual(
              { exit, cancels: counts.cancel, operations, rows },
              {
                exit: Exit.succeed(Option.some({ flavour: "plum" })),
                cancels: 0,
                operations: 1,
                rows: { messages: 4, replies: 4 }
              },
              `killed in call ${killedAt}, ${call}`
            )
          }
          if (isFull) {
            for (
              const kind of ["saveEnvelope", "saveReply", "clearReplies", "unprocessedMessages"]
            ) {
              assert.isTrue(kinds.has(kind), kind)
            }
          }
        })
    )
  }
})

it.effect("[22] an interrupt right after a runner was killed: the next one cancels within a second", () => {
  const time = new VirtualClock()
  return Effect.gen(function*() {
    const database = yield* makeDatabase
    const first = yield* launchMortal(database, time, body)
    const id = yield* Effect.provide(Baking.execute({ id: "a" }, { discard: true }), first.context)
    yield* Effect.sleep("35 seconds")
    yield* first.kill
    const second = yield* launchMortal(database, time, body)
    const accepted = yield* Clock.currentTimeMillis
    yield* Effect.provide(Baking.interrupt(id), second.context)
    yield* Effect.sleep("1 minute")
    const requests = yield* (yield* Testing.OperationsServer).requests
    const cancels = requests.filter(({ method }) => method === "cancel")
    assert.lengthOf(cancels, 1)
    assert.isAtMost(cancels[0]?.at ?? Infinity, accepted + 1000)
    const result = yield* Effect.provide(Baking.poll(id), second.context)
    assert.isTrue(result?._tag === "Complete" && Exit.isInterrupted(result.exit))
    // Who polled is dead, and who would poll was told.
    assert.isAtMost(requests.at(-1)?.at ?? Infinity, accepted + 1000)
    // With the interrupt, and what ended the polling.
    assert.deepStrictEqual(yield* rows, { messages: 6, replies: 6 })
    yield* second.kill
  }).pipe(
    Effect.provide([
      storage,
      bakery({ onStart: () => Testing.neverDone({ cancellation: "ignored" }) })
    ]),
    withTime(time)
  )
})

it.effect("[17] the next runner on a database that is slow to take its shards over goes on all the same", () => {
  const time = new VirtualClock()
  return Effect.gen(function*() {
    const database = yield* makeDatabase
    const first = yield* launchMortal(database, time, body)
    const id = yield* Effect.provide(Baking.execute({ id: "a" }, { discard: true }), first.context)
    yield* Effect.sleep("15 seconds")
    yield* first.kill
    const second = yield* launchMortal(database, time, body, {
      slow: { resetShards: "15 seconds" }
    })
    yield* Effect.sleep("1 minute")
    const result = yield* Effect.provide(Baking.poll(id), second.context)
    assert.strictEqual(result?._tag, "Complete")
    yield* second.kill
  }).pipe(
    Effect.provide([storage, bakery({ onStart: () => Testing.succeedAfter("25 seconds") })]),
    withTime(time)
  )
})
