/**
 * Cancels an operation and sees the wait for it end with `OperationCancelled`: an error of its own, neither a failed call nor an
 * interruption. At Google it creates a hub, and deletes it if the cancellation came too late. Run: npx tsx examples/cancel.ts
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Fiber, Layer } from "effect"
import * as NetworkConnectivity from "effect-lro/services/networkconnectivity/v1"
import * as Testing from "effect-lro/testing"
import * as Environment from "./support/environment.ts"

const { createHub, deleteHub } = NetworkConnectivity

const program = Effect.gen(function*() {
  const { project, server } = yield* Environment.Environment
  // It takes the embedded server half a second to stop.
  yield* server((it) => it.script(createHub, Testing.neverDone({ cancelAfter: "500 millis" })))
  const operations = yield* NetworkConnectivity.NetworkConnectivity

  const parent = `projects/${project}/locations/global`
  const hubId = "effect-lro-example"
  const started = yield* operations.start(createHub, { parent, hubId, hub: {} })
  yield* Console.log(`Started ${started.name}`)

  const waiting = yield* Effect.fork(operations.untilDone(started))
  yield* operations.cancel(started)
  yield* Console.log("Asked for its cancellation; the wait goes on until it is in effect")

  yield* Fiber.join(waiting).pipe(
    Effect.zipRight(Console.log("It had succeeded before the cancellation arrived")),
    Effect.zipRight(operations.run(deleteHub, { name: `${parent}/hubs/${hubId}` })),
    Effect.catchTag(
      "OperationCancelled",
      (error) => Console.log(`OperationCancelled: ${error.operation.name}; ${error.status.message}`)
    )
  )
})

const MainLayer = NetworkConnectivity.layer().pipe(Layer.provideMerge(Environment.layer))

program.pipe(Effect.provide(MainLayer), NodeRuntime.runMain)
