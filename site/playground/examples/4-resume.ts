// A reference is plain JSON: another process waits on
import { Console, Effect, Schema } from "effect"
import { OperationRef } from "effect-lro/OperationRef"
import { createHub, NetworkConnectivity } from "effect-lro/services/networkconnectivity/v1"
import * as Testing from "effect-lro/testing"
import { run } from "playground"

const Stored = Schema.parseJson(OperationRef)
let database = ""

const before = Effect.gen(function*() {
  const operations = yield* NetworkConnectivity
  yield* operations.start(
    createHub,
    { parent: "projects/p/locations/global", hubId: "h", hub: {} },
    {
      // Runs as soon as there is a name, even if this process is being stopped.
      onStarted: (ref: OperationRef) =>
        Effect.map(Schema.encode(Stored)(ref), (json) => {
          database = json
        })
    }
  )
})

const after = Effect.gen(function*() {
  const operations = yield* NetworkConnectivity
  const ref = yield* Schema.decode(Stored)(database)
  return yield* operations.untilDone(ref, { method: createHub })
})

const program = Effect.gen(function*() {
  const server = yield* Testing.OperationsServer
  yield* server.script(createHub, Testing.succeedAfter("2 seconds"))
  yield* before
  yield* Console.log("stored:", database)
  yield* Effect.sleep("1 second")
  const hub = yield* after
  yield* Console.log(`created ${hub.name}`)
})

run(program)
