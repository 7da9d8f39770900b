// Start an operation, watch it, and have its response
import { Console, Effect, Option, Stream } from "effect"
import * as Operation from "effect-lro/Operation"
import { createHub, NetworkConnectivity } from "effect-lro/services/networkconnectivity/v1"
import * as Testing from "effect-lro/testing"
import { run } from "playground"

const program = Effect.gen(function*() {
  const server = yield* Testing.OperationsServer
  yield* server.script(
    createHub,
    Testing.succeedAfter("2 seconds", {
      metadata: ({ fraction }) => ({ statusMessage: `${Math.round(100 * fraction)} %` })
    })
  )

  const operations = yield* NetworkConnectivity
  const request = { parent: "projects/p/locations/global", hubId: "offices", hub: {} }
  const started = yield* operations.start(createHub, request)
  yield* Console.log(`started ${started.name}`)

  yield* operations.watch(started).pipe(
    Stream.runForEach(({ _tag, metadata }) =>
      Console.log(
        _tag,
        Option.match(Operation.decoded(metadata), {
          onNone: () => "",
          onSome: ({ statusMessage }) => statusMessage
        })
      )
    )
  )
  const hub = yield* operations.untilDone(started.name, { method: createHub })
  yield* Console.log(`created ${hub.name}`)
})

run(program)
