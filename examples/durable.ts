/**
 * A wait that outlives its process: kill it half way, by Ctrl-C or kill -9, and run it again. It goes on where it was; the operation was
 * started once. Run: npx tsx examples/durable.ts
 */
import { ClusterWorkflowEngine, SingleRunner } from "@effect/cluster"
import { NodeRuntime } from "@effect/platform-node"
import { Workflow } from "@effect/workflow"
import { Console, Deferred, Effect, FiberId, Layer, Schema, Stream } from "effect"
import * as Durable from "effect-lro/Durable"
import type { OperationRef } from "effect-lro/OperationRef"
import { createService, layer, ServiceManagement } from "effect-lro/services/servicemanagement/v1"
import * as Outliving from "./support/outliving.ts"
import * as ProgressBar from "./support/progressBar.ts"

const NewService = Workflow.make({
  name: "NewService",
  payload: { serviceName: Schema.String, producerProjectId: Schema.String },
  success: Schema.Struct({ serviceName: Schema.String }),
  error: Durable.ErrorSchema,
  idempotencyKey: ({ serviceName }) => serviceName
})

/** For the bar, which is no part of the workflow. */
const started = Deferred.unsafeMake<OperationRef>(FiberId.none)

const NewServiceLayer = NewService.toLayer((service) =>
  Effect.gen(function*() {
    const create = Durable.start(ServiceManagement, createService, { service }, { step: "create" })
    const ref = yield* Effect.tap(create, (ref) => Deferred.succeed(started, ref))
    const options = { step: "wait", response: NewService.successSchema }
    return yield* Durable.untilDone(ServiceManagement, ref, options)
  })
)

const program = Effect.gen(function*() {
  const operations = yield* ServiceManagement
  const serviceName = "effect-lro-example.endpoints.demo.cloud.goog"
  const service = { serviceName, producerProjectId: "demo" }
  // One that waits already runs again, up to its wait: that tells the reference.
  yield* Effect.flatMap(NewService.execute(service, { discard: true }), NewService.resume)
  const ref = yield* Deferred.await(started)
  const states = operations.watch(ref, { method: createService })
  const percents = Stream.map(states, ProgressBar.percentOf)
  yield* ProgressBar.draw(`${ref.name} {bar} {percentage}%`, percents)
  yield* Console.log(`Created ${(yield* NewService.execute(service)).serviceName}`)
  yield* Outliving.end
})

const MainLayer = NewServiceLayer.pipe(
  Layer.provide(Durable.layerCluster(ServiceManagement)),
  Layer.provideMerge(ClusterWorkflowEngine.layer),
  Layer.provide(SingleRunner.layer({ shardingConfig: { entityTerminationTimeout: "500 millis" } })),
  Layer.provideMerge(layer()),
  Layer.provide(Outliving.layer)
)

program.pipe(Effect.provide(MainLayer), NodeRuntime.runMain)
