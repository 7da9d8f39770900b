// An interrupted wait cancels its operation, if you say so
import { Console, Effect, Fiber, Stream } from "effect"
import * as Operation from "effect-lro/Operation"
import { createHub, NetworkConnectivity } from "effect-lro/services/networkconnectivity/v1"
import * as Testing from "effect-lro/testing"
import { run } from "playground"

const parent = "projects/p/locations/global"

const program = Effect.gen(function*() {
  const server = yield* Testing.OperationsServer
  yield* server.script(createHub, Testing.neverDone())
  const operations = yield* NetworkConnectivity

  for (const onInterrupt of ["leave", "cancel"] as const) {
    const request = { parent, hubId: onInterrupt, hub: {} }
    const fiber = yield* Effect.fork(operations.run(createHub, request, { onInterrupt }))
    yield* Effect.sleep("1 second")
    // What Ctrl-C does under NodeRuntime.runMain.
    yield* Fiber.interrupt(fiber)
  }

  yield* operations.list({ name: parent }).pipe(
    Stream.map((operation) => Operation.state(operation)),
    Stream.runForEach(({ _tag, name }) => Console.log(_tag, name))
  )
})

run(program)
