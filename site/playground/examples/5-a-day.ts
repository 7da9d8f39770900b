// A day of waiting, in virtual time
import { Console, Duration, Effect, Fiber, Logger, LogLevel, TestClock } from "effect"
import * as Polling from "effect-lro/Polling"
import { createHub, NetworkConnectivity } from "effect-lro/services/networkconnectivity/v1"
import * as Testing from "effect-lro/testing"
import { runVirtual } from "playground"

const program = Effect.gen(function*() {
  const server = yield* Testing.OperationsServer
  yield* server.script(createHub, Testing.succeedAfter("20 hours"))

  const operations = yield* NetworkConnectivity
  const request = { parent: "projects/p/locations/global", hubId: "slow", hub: {} }
  const schedule = Polling.fixed("2 hours")
  const fiber = yield* Effect.fork(operations.run(createHub, request, { schedule }))
  yield* TestClock.adjust("1 day")
  const hub = yield* Fiber.join(fiber)

  const polls = (yield* server.requests).filter(({ method }) => method === "get")
  yield* Console.log(`created ${hub.name} after ${polls.length} polls`)
  yield* Console.log(polls.map(({ at }) => Duration.format(Duration.millis(at))).join("\n"))
}).pipe(Logger.withMinimumLogLevel(LogLevel.Warning))

runVirtual(program)
