/** What an execution that has ended leaves behind: nobody polls for it, and nothing is cancelled that nobody wanted cancelled. */
import { MessageStorage } from "@effect/cluster"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Schedule } from "effect"
import * as Durable from "effect-lro/Durable"
import * as Testing from "effect-lro/testing"
import { bakeOnce, Bakery } from "../kit/bakery.ts"
import { isFull, some } from "../kit/counts.ts"
import { awayFrom, makeDatabase } from "../kit/database.ts"
import {
  bakery,
  Baking,
  type Body,
  clustered,
  counts,
  launch,
  memory,
  order,
  storage
} from "../kit/durable.ts"
import { withTime } from "../kit/services.ts"
import { VirtualClock } from "../kit/VirtualClock.ts"

const every10 = { schedule: { fixed: "10 seconds" }, spread: 0, longPoll: "off" } as const

const waitFor = (id: string) =>
  Durable.run(Bakery, bakeOnce, { ...order, cakeId: id }, {
    ...every10,
    step: id,
    onInterrupt: "cancel"
  })

const requests = Effect.flatMap(Testing.OperationsServer, (server) => server.requests)

/** `never` never ends, `fails` fails after a minute, what else there is succeeds then. */
const onStart: Testing.Options["onStart"] = ({ request }) => {
  const id = "cakeId" in request ? request["cakeId"] : undefined
  return id === "never"
    ? Testing.neverDone()
    : id === "fails"
    ? Testing.failAfter("1 minute", { code: "ABORTED" })
    : Testing.succeedAfter("1 minute")
}

const endings: ReadonlyArray<readonly [string, Body]> = [
  ["has failed", Effect.all([waitFor("fails"), waitFor("never")], { concurrency: "unbounded" })],
  [
    "has died",
    Effect.zipRight(
      Effect.all([waitFor("well"), Effect.race(waitFor("never"), waitFor("soon"))], {
        concurrency: "unbounded"
      }),
      Effect.die("a bug")
    )
  ],
  ["was content with the first of two", Effect.race(waitFor("never"), waitFor("well"))]
]

describe("[22] nobody polls for an execution that", () => {
  for (const runner of [memory, clustered]) {
    for (const [what, body] of endings) {
      it.effect(`${what}, ${runner.name}`, () =>
        Effect.gen(function*() {
          yield* Effect.exit(Baking.execute({ id: "a" }))
          yield* Effect.sleep("1 hour")
          const last = (yield* requests).at(-1)
          assert.isAtMost(last?.at ?? Infinity, 65_000)
          assert.strictEqual((yield* counts).cancel, 0)
        }).pipe(
          Effect.provide(Layer.provideMerge(runner.layer(body), bakery({ onStart }))),
          withTime(new VirtualClock())
        ))
    }
  }
})

interface Outage {
  readonly answerLost: boolean
  readonly duration: "3 seconds" | "20 seconds"
}

/** An interrupt over a database that is away from a call of the engine on: what came of it. */
const interruptOver = (from: number, outage: Outage) =>
  Effect.gen(function*() {
    const { calls, storage } = yield* awayFrom(yield* makeDatabase, from, outage)
    const runner = yield* Effect.provideService(
      launch(waitFor("a")),
      MessageStorage.MessageStorage,
      storage
    )
    const id = yield* Effect.provide(Baking.execute({ id: "a" }, { discard: true }), runner.context)
    yield* Effect.sleep("35 seconds")
    const begun = calls.length
    // One that the database did not take down dies, and is given again.
    const interrupt = Effect.retry(
      Effect.sandbox(Baking.interrupt(id)),
      Schedule.spaced("1 second")
    )
    yield* Effect.forkDaemon(Effect.provide(interrupt, runner.context))
    yield* Effect.sleep("4 seconds")
    const ended = calls.length
    yield* Effect.sleep("10 minutes")
    const result = yield* Effect.provide(Baking.poll(id), runner.context)
    const late = (yield* requests).filter(({ at }) => at > 335_000).length
    yield* runner.stop
    return {
      begun,
      ended,
      call: calls[from - 1],
      state: result?._tag,
      cancels: (yield* counts).cancel,
      late
    }
  }).pipe(
    Effect.provide([
      storage,
      bakery({ onStart: () => Testing.neverDone({ cancellation: "ignored" }) })
    ]),
    withTime(new VirtualClock())
  )

describe("[22] an interrupt over a database that is away, whatever the engine asks of it first, is one cancel and ends the polling", () => {
  for (const duration of ["3 seconds", "20 seconds"] as const) {
    for (const answerLost of [false, true]) {
      const what = answerLost ? "and the answer is lost to what it did" : "and does nothing"
      it.effect(`for ${duration}, ${what}`, () =>
        Effect.gen(function*() {
          const outage = { answerLost, duration }
          const { begun, ended } = yield* interruptOver(Infinity, outage)
          const kinds = new Set<string | undefined>()
          const moments = Array.from({ length: ended - begun }, (_, i) => begun + 1 + i)
          for (const from of some(moments, 4, answerLost ? 1 : 0)) {
            const { call, cancels, late, state } = yield* interruptOver(from, outage)
            kinds.add(call)
            assert.deepStrictEqual(
              { cancels, late, state },
              { cancels: 1, late: 0, state: "Complete" },
              `from call ${from} on, ${call}`
            )
          }
          if (isFull) {
            for (const kind of ["saveEnvelope", "saveReply", "unprocessedMessages"]) {
              assert.isTrue(kinds.has(kind), kind)
            }
          }
        }))
    }
  }
})
