/** Waits over a fleet against waits over a poller each: what they end with and when, what they cancel, what they leave behind. */
import { assert, describe, it } from "@effect/vitest"
import { Cause, Chunk, Effect, Exit, Fiber, Layer, Stream, TestClock } from "effect"
import { Operations, Polling } from "effect-lro"
import * as Credentials from "effect-lro/Credentials"
import * as Fleet from "effect-lro/Fleet"
import * as Testing from "effect-lro/testing"
import { bake, Bakery, binding, parent } from "../kit/bakery.ts"
import { interruptAndAwait } from "../kit/fibers.ts"
import * as FleetKit from "../kit/fleet.ts"

const nameOf = (i: number) => `${parent}/operations/o${i}`
const options = { schedule: Polling.fixed("5 seconds"), longPoll: "off" } as const

const server = Layer.merge(
  Testing.layer({ bindings: [binding], methods: [bake] }),
  Credentials.layerNone
)
const polling = { spread: 0 }
const sources = {
  fleet: Fleet.layer(Bakery, { polling }).pipe(Layer.provideMerge(server)),
  alone: Operations.layer(Bakery, { polling }).pipe(Layer.provideMerge(server))
}

type Client = Effect.Effect.Success<typeof Bakery>

const seconds = Effect.map(Effect.clock, (clock) => clock.unsafeCurrentTimeMillis() / 1000)

const tagOf = (exit: Exit.Exit<unknown, { readonly _tag: string }>): string =>
  Exit.match(exit, {
    onSuccess: (value) => JSON.stringify(value),
    onFailure: (cause) =>
      cause._tag === "Fail"
        ? cause.error._tag
        : Cause.isInterruptedOnly(cause)
        ? "interrupted"
        : "died"
  })

/** What a wait does over each source: its events with their instants, and all that is no get and no list. */
const compare = <E extends { readonly _tag: string }>(
  put: (server: Testing.Service) => Effect.Effect<unknown>,
  play: (
    client: Client,
    note: (event: string) => Effect.Effect<void>
  ) => Effect.Effect<unknown, E>
) =>
  Effect.gen(function*() {
    const seen = yield* Effect.forEach(Object.values(sources), (layer) =>
      Effect.gen(function*() {
        const events: Array<string> = []
        const began = yield* seconds
        const note = (event: string) =>
          Effect.map(
            seconds,
            (now) => void events.push(`${Math.round((now - began) * 1000) / 1000} ${event}`)
          )
        const server = yield* Testing.OperationsServer
        yield* put(server)
        const client = yield* Bakery
        // Company, so that the fleet lists.
        yield* Effect.forEach([8, 9], (i) => server.put(nameOf(i), Testing.succeedAfter("1 hour")))
        const company = yield* Effect.forkAll(
          [8, 9].map((i) => client.untilDone(nameOf(i), options))
        )
        const fiber = yield* Effect.fork(
          Effect.flatMap(Effect.exit(play(client, note)), (exit) => note(tagOf(exit)))
        )
        yield* TestClock.adjust("10 minutes")
        yield* Fiber.join(fiber)
        yield* Fiber.interrupt(company)
        const others = (yield* server.requests).filter(({ method }) =>
          method !== "get" && method !== "list"
        )
        return {
          events,
          others: others.map(({ at, method }) => [method, at / 1000 - began] as const),
          lists: (yield* FleetKit.count("list")) > 0
        }
      }).pipe(Effect.provide(layer)))
    const [fleet, alone] = seen
    assert(fleet !== undefined && alone !== undefined)
    assert.deepStrictEqual([fleet.lists, alone.lists], [true, false])
    assert.deepStrictEqual(fleet.events, alone.events)
    assert.deepStrictEqual(fleet.others, alone.others)
    return fleet
  })

const growing = Testing.succeedAfter("23 seconds", {
  metadata: [
    { at: 0, metadata: Testing.pack("example.bakery.v1.Progress", { percent: 10 }) },
    { at: "12 seconds", metadata: Testing.pack("example.bakery.v1.Progress", { percent: 60 }) }
  ],
  response: Testing.pack("example.bakery.v1.Cake", { flavour: "plum" })
})

const states = (state: {
  readonly _tag: string
  readonly metadata: { readonly _tag: string }
}) => `${state._tag} ${JSON.stringify(state.metadata)}`

describe("[46] over a fleet, as over a poller each,", () => {
  it.effect("`watch` tells each change once, at the same instants", () =>
    Effect.gen(function*() {
      const { events } = yield* compare(
        (server) => server.put(nameOf(0), growing),
        (client, note) =>
          Stream.runForEach(
            client.watch(nameOf(0), { schedule: options.schedule, method: bake }),
            (state) => note(states(state))
          )
      )
      assert.lengthOf(events, 4)
      assert.deepStrictEqual(events.map((event) => event.split(" ", 2).join(" ")), [
        "0 Running",
        "15 Running",
        "25 Succeeded",
        "25 undefined"
      ])
    }))

  it.effect("`watch` shows a failed state, and fails where the wait does", () =>
    Effect.gen(function*() {
      const watch = (i: number) =>
        compare(
          (server) =>
            server.put(
              nameOf(0),
              Testing.failAfter("8 seconds", { code: "ABORTED", message: "no" })
            ),
          (client, note) =>
            Stream.runForEach(
              client.watch(nameOf(i), { schedule: options.schedule }),
              (state) => note(states(state))
            )
        )
      assert.include((yield* watch(0)).events.join(), "10 Failed")
      assert.include((yield* watch(7)).events.join(), "NOT_FOUND")
    }))

  it.effect("a `watch` that is left stops", () =>
    compare(
      (server) => server.put(nameOf(0), growing),
      (client, note) =>
        Effect.flatMap(
          Stream.runCollect(
            Stream.take(client.watch(nameOf(0), { schedule: options.schedule }), 2)
          ),
          (all) => note(Chunk.toReadonlyArray(all).map(states).join())
        )
    ))

  for (
    const [what, cancellation] of [
      ["that is honoured", "supported"],
      ["that is not", "ignored"],
      ["that the service does not know", "unsupported"]
    ] as const
  ) {
    it.effect(`\`cancelAndWait\` sends one cancel, ${what}, and gives the true outcome`, () =>
      Effect.gen(function*() {
        const { events, others } = yield* compare(
          (server) =>
            server.put(
              nameOf(0),
              Testing.succeedAfter("23 seconds", { cancellation, cancelAfter: "7 seconds" })
            ),
          (client, note) =>
            Effect.flatMap(
              Effect.delay(client.cancelAndWait(nameOf(0), options), "5 seconds"),
              ({ _tag }) => note(_tag)
            )
        )
        assert.deepStrictEqual(others, [["cancel", 5]])
        assert.strictEqual(
          events[0],
          cancellation === "supported" ? "15 Cancelled" : "25 Succeeded"
        )
      }))
  }

  it.effect("`onInterrupt: \"cancel\"` cancels at the interruption, and nothing is left", () =>
    Effect.gen(function*() {
      const { others } = yield* compare(
        (server) => server.put(nameOf(0), Testing.neverDone()),
        (client, note) =>
          Effect.gen(function*() {
            const fiber = yield* Effect.fork(
              client.untilDone(nameOf(0), { ...options, onInterrupt: "cancel" })
            )
            yield* Effect.sleep("13 seconds")
            yield* note(tagOf(yield* interruptAndAwait(fiber)))
          })
      )
      assert.deepStrictEqual(others, [["cancel", 13]])
    }))

  it.effect("… of a `run`, too", () =>
    Effect.gen(function*() {
      const { others } = yield* compare(
        () => Effect.void,
        (client, note) =>
          Effect.gen(function*() {
            const fiber = yield* Effect.fork(
              client.run(bake, { parent, cake: {} }, { ...options, onInterrupt: "cancel" })
            )
            yield* Effect.sleep("8 seconds")
            yield* note(tagOf(yield* interruptAndAwait(fiber)))
          })
      )
      assert.deepStrictEqual(others, [["start", 0], ["cancel", 8]])
    }))

  it.effect("an interruption without it leaves the operation running", () =>
    Effect.gen(function*() {
      const { others } = yield* compare(
        (server) => server.put(nameOf(0), Testing.neverDone()),
        (client, note) =>
          Effect.gen(function*() {
            const fiber = yield* Effect.fork(client.untilDone(nameOf(0), options))
            yield* Effect.sleep("13 seconds")
            yield* note(tagOf(yield* interruptAndAwait(fiber)))
          })
      )
      assert.deepStrictEqual(others, [])
    }))

  it.effect("a deadline ends the wait, and `run` gives the response of its method", () =>
    Effect.gen(function*() {
      const { events } = yield* compare(
        (server) =>
          Effect.zipRight(
            server.put(nameOf(0), Testing.neverDone()),
            server.script(
              bake,
              Testing.succeedAfter("8 seconds", { response: { flavour: "plum" } })
            )
          ),
        (client, note) =>
          Effect.gen(function*() {
            const run = client.run(bake, { parent, cake: {} }, options)
            yield* note(tagOf(yield* Effect.exit(run)))
            const runFinal = client.runFinal(bake, { parent, cake: {} }, options)
            yield* note(tagOf(yield* Effect.exit(runFinal)))
            const late = client.untilDone(nameOf(0), { ...options, deadline: "42 seconds" })
            yield* note(tagOf(yield* Effect.exit(late)))
          })
      )
      assert.strictEqual(events[0], "10 {\"flavour\":\"plum\"}")
      assert.include(events[1], "20 {\"_tag\":\"Succeeded\"")
      assert.include(events[2], "WaitTimeout")
    }))
})

describe("[46] one wait of many over a fleet", () => {
  it.effect("is interrupted, and the others do not notice: they share the listings as before", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const all = Array.from({ length: 50 }, (_, i) => i)
      yield* Effect.forEach(
        all,
        (i) => server.put(nameOf(i), Testing.succeedAfter(i === 7 ? "1 hour" : "28 seconds"))
      )
      const client = yield* Bakery
      const fibers = yield* Effect.forEach(
        all,
        (i) =>
          Effect.fork(
            client.untilDone(nameOf(i), {
              ...options,
              onInterrupt: i === 7 ? "cancel" : "leave"
            })
          )
      )
      yield* TestClock.adjust("13 seconds")
      const [seventh] = fibers.slice(7)
      assert(seventh !== undefined)
      assert.isTrue(Exit.isInterrupted(yield* interruptAndAwait(seventh)))
      yield* TestClock.adjust("1 hour")
      const exits = yield* Effect.forEach(fibers, Fiber.await)
      assert.deepStrictEqual(
        exits.map((exit) => Exit.isSuccess(exit)),
        all.map((i) => i !== 7)
      )
      assert.deepStrictEqual(yield* FleetKit.asked, [
        ...[0, 5, 10].map((at) => ["list", at] as const),
        ["cancel", 13],
        ...[15, 20, 25, 30].map((at) => ["list", at] as const)
      ])
    }).pipe(Effect.provide(FleetKit.layer())))

  it.effect("that is interrupted while a page is on its way costs nothing; the last one aborts it", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      yield* Effect.forEach([0, 1, 2], (i) => server.put(nameOf(i), Testing.neverDone()))
      yield* server.fail({ method: "list" }, Testing.delayReply("4 seconds"), { times: 100 })
      const client = yield* Bakery
      const fibers = yield* Effect.forEach(
        [0, 1, 2],
        (i) => Effect.fork(client.untilDone(nameOf(i), options))
      )
      yield* TestClock.adjust("2 seconds")
      const [first, ...others] = fibers
      assert(first !== undefined)
      yield* interruptAndAwait(first)
      yield* TestClock.adjust("10 seconds")
      const before = (yield* FleetKit.asked).length
      assert.isAtLeast(before, 2)
      yield* Fiber.interruptAll(others)
      yield* TestClock.adjust("1 hour")
      assert.lengthOf(yield* FleetKit.asked, before)
    }).pipe(Effect.provide(FleetKit.layer())))
})
