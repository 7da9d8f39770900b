/** A wait of a fiber over a fleet is a row where nobody can tell: against a poller of its own. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Metric, TestClock } from "effect"
import { Polling } from "effect-lro"
import { Bakery } from "../kit/bakery.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"
import { interruptAndAwait } from "../kit/fibers.ts"
import * as Server from "../kit/fleetServer.ts"
import * as Logs from "../kit/logs.ts"
import { inVirtualTime } from "../kit/services.ts"

const every = (seconds: number) => ({
  schedule: Polling.fixed(`${seconds} seconds`),
  longPoll: "off" as const
})

const layers = {
  fleet: (world: Server.World) => Server.layer(world),
  alone: (world: Server.World) => Server.layerAlone(world)
}

/** What is seen of one wait, beside which nobody waits: so that both ask by get, at the same instants. */
const seen = (world: Server.World, during: string) =>
  Effect.forEach(["fleet", "alone"] as const, (which) =>
    Effect.gen(function*() {
      const lines: Array<unknown> = []
      const clock = yield* Effect.clock
      const began = clock.unsafeCurrentTimeMillis()
      const keep = Logs.lines(({ annotations, level, message }) => {
        if (message.startsWith("Fleet")) return
        lines.push([(clock.unsafeCurrentTimeMillis() - began) / 1000, level, message, annotations])
      })
      const before = yield* Metric.value(live)
      const waits = Effect.flatMap(Bakery, (bakery) =>
        Effect.all([
          bakery.untilDone(Server.nameOf(0), every(25)),
          bakery.untilFinal(Server.nameOf(0), every(25))
        ], { concurrency: 2 })).pipe(Effect.annotateLogs("who", "me"), Logs.instead(keep))
      const fiber = yield* Effect.fork(Effect.exit(waits))
      yield* TestClock.adjust("1 minute")
      const meanwhile = yield* Metric.value(live)
      yield* TestClock.adjust(during as "1 hour")
      const exit = yield* Fiber.join(fiber)
      return {
        lines,
        exit: Exit.match(exit, {
          onSuccess: ([{ _tag }, final]) => [_tag, final._tag],
          onFailure: (cause) => [cause._tag, cause._tag === "Fail" ? cause.error._tag : ""]
        }),
        live: [meanwhile.value - before.value, (yield* Metric.value(live)).value - before.value],
        asked: yield* Server.asked
      }
    }).pipe(Effect.provide(layers[which](world)), inVirtualTime))

const live = Metric.gauge("effect_lro_live_waits", { description: "Waits that go on" })

const alike = (world: Server.World, during = "100 minutes") =>
  Effect.map(seen(world, during), ([fleet, alone]) => {
    assert(fleet !== undefined && alone !== undefined)
    assert.deepStrictEqual(fleet, alone)
    return fleet
  })

describe("[46] a wait over a fleet that is a row", () => {
  it.effect("[24] says when it goes on, in the context of its fiber, as any other", () =>
    Effect.gen(function*() {
      const { exit, lines, live } = yield* alike({
        plans: [{ endsAt: 5_000_000, end: "succeeded" }]
      })
      assert.deepStrictEqual(exit, ["Succeeded", "Succeeded"])
      assert.lengthOf(lines, 8)
      assert.include(JSON.stringify(lines[0]), "\"who\":\"me\"")
      assert.deepStrictEqual(live, [2, 0])
    }))

  it.effect("[17, 40] warns of each poll that failed, and goes on", () =>
    Effect.gen(function*() {
      const { lines } = yield* alike({
        plans: [{ endsAt: 200_000, end: "cancelled" }],
        fault: (_, { at }) =>
          at === 25_000 || at === 75_000 ? FakeHttp.failure(503, "UNAVAILABLE") : undefined
      })
      assert.isAbove(lines.length, 4)
    }))

  it.effect("[11] warns once of another name", () =>
    Effect.gen(function*() {
      const { lines } = yield* alike({
        plans: [{ endsAt: 40_000, end: "succeeded" }],
        project: "4711"
      })
      assert.include(JSON.stringify(lines), "the server answered")
    }))

  for (const end of ["failed", "deleted"] as const) {
    it.effect(`ends as any other: ${end}`, () => alike({ plans: [{ endsAt: 70_000, end }] }))
  }

  it.effect("[22] leaves when its fiber is interrupted, and aborts what nobody else waits for", () => {
    let aborted = 0
    const world: Server.World = {
      plans: [{ endsAt: 1e9, end: "succeeded" }],
      fault: () => Effect.onInterrupt(Effect.never, () => Effect.sync(() => void aborted++))
    }
    return Effect.gen(function*() {
      const bakery = yield* Bakery
      const fiber = yield* Effect.fork(bakery.untilDone(Server.nameOf(0), every(5)))
      yield* TestClock.adjust("1 second")
      yield* interruptAndAwait(fiber)
      assert.strictEqual(aborted, 1)
      yield* TestClock.adjust("1 hour")
      assert.lengthOf(yield* Server.asked, 1)
    }).pipe(Effect.provide(Server.layer(world)))
  })
})
