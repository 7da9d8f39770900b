/**
 * What a poll costs a test in virtual time: CPU of a wait over the testing server under TestClock. Reports and asserts nothing.
 *
 * npx tsx bench/virtualPolls.ts
 */
import { Effect, Fiber, Layer, TestClock, TestContext } from "effect"
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

/** CPU milliseconds of a wait of a while, and its polls. */
const measure = (hours: number, settings: Polling.Settings) =>
  Effect.gen(function*() {
    const server = yield* Testing.OperationsServer
    const bakery = yield* Bakery
    yield* server.put(name, Testing.succeedAfter(`${hours} hours`))
    const fiber = yield* Effect.fork(Polling.withSettings(bakery.untilDone(name), settings))
    const begun = process.cpuUsage()
    yield* TestClock.adjust(`${hours + 1} hours`)
    yield* Fiber.join(fiber)
    const { system, user } = process.cpuUsage(begun)
    const polls = (yield* server.requests).length
    return { polls, millis: (user + system) / 1000 }
  }).pipe(Effect.provide(World), Effect.provide(TestContext.TestContext))

const report = (
  what: string,
  { millis, polls }: { readonly polls: number; readonly millis: number }
) =>
  console.log(
    `${what}: ${polls} polls, ${(millis / 1000).toFixed(2)} s of CPU, ${
      (millis / polls).toFixed(2)
    } ms a poll`
  )

await Effect.runPromise(Effect.gen(function*() {
  yield* measure(1, {})
  report("a day, default schedule", yield* measure(24, {}))
  report("a day, a poll an hour", yield* measure(24, { schedule: Polling.fixed("1 hour") }))
}))
