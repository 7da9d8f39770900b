/**
 * Tests your own code with `effect-lro/testing`: a server that is an `HttpClient` layer, and a clock that the test moves. Two days
 * of waiting take no time. Needs no network and no test runner. Run: npx tsx examples/testing.ts
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Fiber, Layer, Logger, LogLevel } from "effect"
import { TestClock, TestContext } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as Polling from "effect-lro/Polling"
import * as NetworkConnectivity from "effect-lro/services/networkconnectivity/v1"
import * as Testing from "effect-lro/testing"
import { strict as assert } from "node:assert"

const { binding, createHub } = NetworkConnectivity

/** The code under test: makes a hub, however long it takes, and again if the operation failed. */
const provision = Effect.gen(function*() {
  const operations = yield* NetworkConnectivity.NetworkConnectivity
  const request = { parent: "projects/p/locations/global", hubId: "h1", hub: {} }
  const schedule = Polling.exponential({ initial: "1 minute", multiplier: 2, cap: "1 hour" })
  return yield* operations.run(createHub, request, { schedule })
}).pipe(Effect.retry({ times: 1, while: (error) => error._tag === "OperationFailed" }))

const test = Effect.gen(function*() {
  const server = yield* Testing.OperationsServer
  yield* server.script(createHub, Testing.failAfter("1 hour", { code: "ABORTED" }), { times: 1 })
  yield* server.script(createHub, Testing.succeedAfter("24 hours"))

  const fiber = yield* Effect.fork(provision)
  yield* TestClock.adjust("1 day")
  assert.equal((yield* Fiber.status(fiber))._tag, "Suspended", "it still waits after a day")
  yield* TestClock.adjust("1 day")
  const hub = yield* Fiber.join(fiber)
  assert.equal(hub.name, "projects/p/locations/global/hubs/h1")

  const requests = yield* server.requests
  const starts = requests.filter(({ method }) => method === "start").length
  assert.equal(starts, 2)
  yield* Console.log(
    `passed: two days of waiting, ${starts} starts, ${requests.length - starts} polls`
  )
})

const TestLayer = NetworkConnectivity.layer().pipe(
  Layer.provideMerge(Testing.layer({ bindings: [binding], methods: [createHub] })),
  Layer.provide(Credentials.layerNone),
  Layer.provideMerge(Testing.layerTestClock),
  Layer.provideMerge(TestContext.TestContext)
)

test.pipe(
  // Two days of `still waiting`, all at once.
  Logger.withMinimumLogLevel(LogLevel.Warning),
  Effect.provide(TestLayer),
  NodeRuntime.runMain
)
