/**
 * What a poll costs a test in virtual time: a wait over the testing server under TestClock, and what of it TestClock takes for itself.
 * Reports and asserts nothing.
 *
 * npm run bench:virtual
 */
import { Effect, Fiber, Layer, Logger, TestClock, TestContext } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as Operations from "effect-lro/Operations"
import * as Polling from "effect-lro/Polling"
import * as Testing from "effect-lro/testing"

const binding = Operations.binding({
  service: "bakery.example.com",
  version: "v1",
  scopes: [],
  methods: { get: { verb: "GET", templates: ["/v1/{name=users/*/operations/*}"] } }
})

class Bakery extends Operations.Tag<Bakery>()("bench/Bakery", binding) {}

const name = "users/ada/operations/1"

const World = Operations.layer(Bakery).pipe(
  Layer.provide(Credentials.layerNone),
  Layer.provideMerge(Testing.layer({ bindings: [binding], methods: [] }))
)

interface Cost {
  /** Instants that something happens at. */
  readonly times: number
  /** Milliseconds of CPU. */
  readonly cpu: number
  /** Milliseconds that pass. */
  readonly real: number
}

/** Moves the clock until a fiber is done. */
const measure = <A, E>(
  fiber: Fiber.Fiber<A, E>,
  hours: number,
  times: Effect.Effect<number>
): Effect.Effect<Cost, E> =>
  Effect.gen(function*() {
    const cpu = process.cpuUsage()
    const begun = performance.now()
    yield* TestClock.adjust(`${hours + 1} hours`)
    yield* Fiber.join(fiber)
    const { system, user } = process.cpuUsage(cpu)
    return { times: yield* times, cpu: (user + system) / 1000, real: performance.now() - begun }
  })

/** A test's time: the clock as Effect has it, or the one that the testing server's users are given. */
const asItIs = TestContext.TestContext
const byTurns = Testing.layerTestClock.pipe(Layer.provideMerge(TestContext.TestContext))

const waiting = (hours: number, settings: Polling.Settings, time = byTurns) =>
  Effect.gen(function*() {
    const server = yield* Testing.OperationsServer
    const bakery = yield* Bakery
    yield* server.put(name, Testing.succeedAfter(`${hours} hours`))
    const fiber = yield* Effect.fork(Polling.withSettings(bakery.untilDone(name), settings))
    return yield* measure(fiber, hours, Effect.map(server.requests, (all) => all.length))
  }).pipe(Effect.provide(World), Effect.provide(time))

/** A fiber that sleeps, and does nothing. */
const sleeping = (hours: number, time: typeof asItIs) => {
  const times = 120 * hours
  return Effect.gen(function*() {
    const sleep = Effect.replicateEffect(Effect.sleep("30 seconds"), times, { discard: true })
    return yield* measure(yield* Effect.fork(sleep), hours, Effect.succeed(times))
  }).pipe(Effect.provide(time))
}

const report = (what: string, one: string, { cpu, real, times }: Cost) =>
  console.log(
    `${what}: ${times} times ${one}, ${(real / 1000).toFixed(1)} s, ${
      (cpu / 1000).toFixed(1)
    } s of them CPU; each ${(real / times).toFixed(2)} ms, ${
      (cpu / times).toFixed(2)
    } ms of them CPU`
  )

// One after the other, each by itself: the clock that an effect is given stays with its fiber.
const row = async (what: string, one: string, cost: Effect.Effect<Cost, unknown>) =>
  report(
    what,
    one,
    await Effect.runPromise(Effect.provide(cost, Logger.remove(Logger.defaultLogger)))
  )

await Effect.runPromise(Effect.provide(waiting(1, {}), Logger.remove(Logger.defaultLogger)))
await row("a day, default schedule", "a poll", waiting(24, {}))
await row("the same over TestClock as it is", "a poll", waiting(24, {}, asItIs))
await row("a day, a poll an hour", "a poll", waiting(24, { schedule: Polling.fixed("1 hour") }))
await row("a day of the clock alone", "a sleep of 30 seconds", sleeping(24, byTurns))
await row("a day of TestClock as it is alone", "a sleep of 30 seconds", sleeping(24, asItIs))
