/**
 * A wait that outlives its process: kill it at any moment, by Ctrl-C or kill -9, and run it again. Run: npx tsx examples/durable.ts
 */
import { ClusterWorkflowEngine, SingleRunner } from "@effect/cluster"
import { NodeRuntime } from "@effect/platform-node"
import { Workflow } from "@effect/workflow"
import { Console, Deferred, Effect, FiberId, Layer, Schema } from "effect"
import * as Durable from "effect-lro/Durable"
import type { OperationRef } from "effect-lro/OperationRef"
import * as Oracle from "effect-lro/services/oracledatabase/v1"
import * as Outliving from "./support/outliving.ts"
import * as ProgressBar from "./support/progressBar.ts"

const { createOdbNetwork, OracleDatabaseGoogleCloud: Database } = Oracle

const NewNetwork = Workflow.make({
  name: "NewNetwork",
  payload: { parent: Schema.String, odbNetworkId: Schema.String },
  success: Schema.Struct({ name: Schema.String }),
  error: Durable.ErrorSchema,
  idempotencyKey: ({ odbNetworkId, parent }) => `${parent}/${odbNetworkId}`
})

/** For the bar, which is no part of the workflow. */
const started = Deferred.unsafeMake<OperationRef>(FiberId.none)

const NewNetworkLayer = NewNetwork.toLayer((order) =>
  Effect.gen(function*() {
    const request = { ...order, odbNetwork: { network: "projects/demo/global/networks/default" } }
    // It has a request id: a start that was on its way is repeated, and is one operation.
    const ref = yield* Durable.start(Database, createOdbNetwork, request, { step: "create" })
    yield* Deferred.succeed(started, ref)
    return yield* Durable.untilDone(Database, ref, { step: "wait", method: createOdbNetwork })
  })
)

const program = Effect.gen(function*() {
  const operations = yield* Database
  const order = { parent: "projects/demo/locations/us-east4", odbNetworkId: "effect-lro-example" }
  const end = NewNetwork.execute(order)
  // One that waits already runs again, up to its wait: that tells the reference. One that has ended does not.
  yield* Effect.flatMap(NewNetwork.execute(order, { discard: true }), NewNetwork.resume)
  const ref = yield* Effect.raceFirst(Deferred.await(started), Effect.as(end, undefined))
  if (ref !== undefined) {
    const states = operations.watch(ref, { method: createOdbNetwork })
    yield* Effect.ignore(ProgressBar.drawStates(`${ref.name} {bar} {percentage}%`, states))
  }
  yield* Console.log(`Created ${(yield* end).name}`)
})

const MainLayer = NewNetworkLayer.pipe(
  Layer.provide(Durable.layerCluster(Database)),
  Layer.provideMerge(ClusterWorkflowEngine.layer),
  Layer.provide(SingleRunner.layer({ shardingConfig: { entityTerminationTimeout: "500 millis" } })),
  Layer.provideMerge(Oracle.layer()),
  Layer.provide(Outliving.layer)
)

program.pipe(Outliving.thenForget, Effect.provide(MainLayer), NodeRuntime.runMain)
