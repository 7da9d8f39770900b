/** What an execution that has ended leaves behind: nobody polls for it, and nothing is cancelled that nobody wanted cancelled. */
import { MessageStorage } from "@effect/cluster"
import { assert, describe, it } from "@effect/vitest"
import { DurableDeferred } from "@effect/workflow"
import { Effect, Layer, Schedule, Schema } from "effect"
import * as Durable from "effect-lro/Durable"
import * as Testing from "effect-lro/testing"
import { bakeOnce, Bakery, Cake } from "../kit/bakery.ts"
import { isFull, some } from "../kit/counts.ts"
import { awayFrom, launchMortal, makeDatabase } from "../kit/database.ts"
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

/** `never` never ends, `fails` fails after a minute, what else there is succeeds then, `soon` after twenty seconds, and `late` after ten minutes. */
const onStart: Testing.Options["onStart"] = ({ request }) => {
  const id = "cakeId" in request ? request["cakeId"] : undefined
  return id === "never"
    ? Testing.neverDone()
    : id === "fails"
    ? Testing.failAfter("1 minute", { code: "ABORTED" })
    : Testing.succeedAfter(id === "soon" ? "20 seconds" : id === "late" ? "10 minutes" : "1 minute")
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

/** The last run of each does not come to the wait for what never ends. */
const unreached: ReadonlyArray<readonly [string, Body]> = [
  [
    "has failed beside others that had gone further",
    Effect.all([
      Effect.zipRight(waitFor("soon"), waitFor("never")),
      waitFor("fails")
    ], { concurrency: "unbounded" })
  ],
  [
    "was content with the first of two, the other one being longer",
    Effect.race(
      waitFor("well"),
      Effect.zipRight(waitFor("soon"), waitFor("never"))
    )
  ],
  [
    "had recorded a race",
    Effect.zipRight(
      DurableDeferred.raceAll({
        name: "race",
        success: Schema.Any,
        error: Durable.ErrorSchema,
        effects: [waitFor("well"), waitFor("never")]
      }),
      waitFor("soon")
    )
  ]
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

describe("[22] nobody polls much longer than it took for an execution that", () => {
  for (const runner of [memory, clustered]) {
    for (const [what, body] of unreached) {
      it.effect(`${what}, ${runner.name}`, () =>
        Effect.gen(function*() {
          yield* Effect.exit(Baking.execute({ id: "a" }))
          yield* Effect.sleep("1 day")
          const last = (yield* requests).at(-1)
          assert.isAtMost(last?.at ?? Infinity, 12 * 60_000)
          assert.strictEqual((yield* counts).cancel, 0)
        }).pipe(
          Effect.provide(Layer.provideMerge(runner.layer(body), bakery({ onStart }))),
          withTime(new VirtualClock())
        ))
    }
  }
})

for (const runner of [memory, clustered]) {
  const inside: ReadonlyArray<readonly [string, Body, number]> = [
    [
      "is recorded as a whole",
      DurableDeferred.into(
        waitFor("never"),
        DurableDeferred.make("whole", { success: Schema.Any, error: Durable.ErrorSchema })
      ),
      1
    ],
    [
      "is part of a race that is recorded",
      DurableDeferred.raceAll({
        name: "race",
        success: Schema.Any,
        error: Durable.ErrorSchema,
        effects: [waitFor("never"), waitFor("never too")]
      }),
      2
    ],
    [
      "is made twice at once",
      Effect.all([waitFor("never"), waitFor("never")], {
        concurrency: "unbounded"
      }),
      1
    ],
    [
      "has the step of a wait for another operation",
      Effect.forEach(
        ["one", "two"],
        (id) =>
          Effect.flatMap(
            Durable.start(Bakery, bakeOnce, { ...order, cakeId: id }, { step: id }),
            (ref) =>
              Durable.untilDone(Bakery, ref, {
                ...every10,
                step: "wait",
                response: Cake,
                onInterrupt: "cancel"
              })
          ),
        { concurrency: "unbounded" }
      ),
      2
    ]
  ]
  for (const [what, body, operations] of inside) {
    it.effect(`[22] an interrupt of a wait that ${what} is one cancel an operation and ends the polling, ${runner.name}`, () =>
      Effect.gen(function*() {
        const id = yield* Baking.execute({ id: "a" }, { discard: true })
        yield* Effect.sleep("35 seconds")
        yield* Effect.fork(Baking.interrupt(id))
        yield* Effect.sleep("10 minutes")
        const all = yield* requests
        assert.strictEqual((yield* counts).cancel, operations)
        assert.isAtMost(all.at(-1)?.at ?? Infinity, 36_000)
      }).pipe(
        Effect.provide(
          Layer.provideMerge(
            runner.layer(body),
            bakery({ onStart: () => Testing.neverDone({ cancellation: "ignored" }) })
          )
        ),
        withTime(new VirtualClock())
      ))
  }
}

describe("[17] a run that comes to another end than the one before, which was not stored", () => {
  /** The first run that comes so far dies of what is gone in the next. A runner is killed in a call of its engine. */
  const runsOver = (killedAt: number, answered: boolean) => {
    const time = new VirtualClock()
    let died = false
    const body = Effect.all([
      waitFor("late"),
      Effect.tap(waitFor("well"), () => {
        if (died) return Effect.void
        died = true
        return Effect.die("what passes")
      })
    ], { concurrency: "unbounded" })
    return Effect.gen(function*() {
      const database = yield* makeDatabase
      const first = yield* launchMortal(database, time, body, { answered, killedAt })
      const id = yield* Effect.provide(
        Baking.execute({ id: "a" }, { discard: true }),
        first.context
      )
      yield* Effect.sleep("58 seconds")
      const begun = first.calls.length
      yield* Effect.sleep("12 seconds")
      const ended = first.calls.length
      yield* first.kill
      const second = yield* launchMortal(database, time, body)
      yield* Effect.sleep("20 minutes")
      const result = yield* Effect.provide(Baking.poll(id), second.context)
      yield* second.kill
      return {
        begun,
        ended,
        call: first.calls[killedAt - 1],
        state: result?._tag,
        last: (yield* requests).at(-1)?.at ?? Infinity
      }
    }).pipe(Effect.provide([storage, bakery({ onStart })]), withTime(time))
  }

  for (const answered of [false, true]) {
    it.effect(`ends all the same, where a runner is killed ${answered ? "after" : "before"} a call is carried out`, () =>
      Effect.gen(function*() {
        const { begun, ended } = yield* runsOver(Infinity, answered)
        const moments = Array.from({ length: ended - begun }, (_, i) => begun + 1 + i)
        for (const killedAt of some(moments, 6, answered ? 1 : 0)) {
          const { call, last, state } = yield* runsOver(killedAt, answered)
          assert.strictEqual(state, "Complete", `killed in call ${killedAt}, ${call}`)
          assert.isAtMost(last, 12 * 60_000)
        }
      }))
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
