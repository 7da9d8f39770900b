/** The database of the engine is away for a while, at every point of a wait. */
import { MessageStorage } from "@effect/cluster"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit } from "effect"
import * as Durable from "effect-lro/Durable"
import * as Testing from "effect-lro/testing"
import { bakeOnce, Bakery, Cake } from "../kit/bakery.ts"
import { isFull, some } from "../kit/counts.ts"
import { awayFrom, makeDatabase } from "../kit/database.ts"
import { bakery, Baking, counts, launch, order, rows, storage } from "../kit/durable.ts"
import { withTime } from "../kit/services.ts"
import { VirtualClock } from "../kit/VirtualClock.ts"

const body = Durable.run(Bakery, bakeOnce, order, {
  step: "bake",
  response: Cake,
  schedule: { fixed: "10 seconds" },
  spread: 0,
  longPoll: "off"
})

interface Outage {
  readonly answerLost: boolean
  readonly duration: "3 seconds" | "20 seconds"
}

/** A wait of half a minute over a database that is away from a call of the engine on: what came of it. */
const waitOver = (from: number, outage: Outage) =>
  Effect.gen(function*() {
    const { calls, storage } = yield* awayFrom(yield* makeDatabase, from, outage)
    const runner = yield* Effect.provideService(
      launch(body),
      MessageStorage.MessageStorage,
      storage
    )
    const begin = Baking.execute({ id: "a" }, { discard: true })
    const executionId = yield* Effect.provide(begin, runner.context)
    const begun = calls.length
    yield* Effect.sleep("40 seconds")
    const ended = calls.length
    yield* Effect.sleep("1 minute")
    const result = yield* Effect.provide(Baking.poll(executionId), runner.context)
    yield* runner.stop
    return {
      begun,
      ended,
      call: calls[from - 1],
      result: result?._tag === "Complete" ? result.exit : result,
      counts: yield* counts,
      operations: (yield* (yield* Testing.OperationsServer).operations).length,
      rows: yield* rows
    }
  }).pipe(
    Effect.provide([storage, bakery({ onStart: () => Testing.succeedAfter("25 seconds") })]),
    withTime(new VirtualClock())
  )

const good = {
  result: Exit.succeed({ flavour: "plum" }),
  cancels: 0,
  operations: 1,
  rows: { messages: 4, replies: 4 }
}

describe("[17] a database that is away, whatever the engine asks of it first, costs no wait", () => {
  for (const duration of ["3 seconds", "20 seconds"] as const) {
    for (const answerLost of [false, true]) {
      const what = answerLost ? "and the answer is lost to what it did" : "and does nothing"
      it.effect(`for ${duration}, ${what}`, () =>
        Effect.gen(function*() {
          const { begun, ended } = yield* waitOver(Infinity, { answerLost, duration })
          const kinds = new Set<string | undefined>()
          const moments = Array.from({ length: ended - begun }, (_, i) => begun + 1 + i)
          for (const from of some(moments, 4, answerLost ? 1 : 0)) {
            const { call, counts, operations, result, rows } = yield* waitOver(from, {
              answerLost,
              duration
            })
            kinds.add(call)
            assert.deepStrictEqual(
              { result, cancels: counts.cancel, operations, rows },
              good,
              `from call ${from} on, ${call}`
            )
          }
          if (isFull) {
            for (
              const kind of ["saveEnvelope", "saveReply", "clearReplies", "unprocessedMessages"]
            ) {
              assert.isTrue(kinds.has(kind), kind)
            }
          }
        }))
    }
  }
})
