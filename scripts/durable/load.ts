/**
 * Many suspended waits in one runner: `node --expose-gc --import tsx scripts/durable/load.ts 10000`. The engine's storage and the operations
 * server are in memory and in this process; what they hold of a wait is counted too. The last line is JSON.
 */
import {
  ClusterWorkflowEngine,
  MessageStorage,
  RunnerHealth,
  Runners,
  RunnerStorage,
  Sharding,
  ShardingConfig
} from "@effect/cluster"
import { Workflow } from "@effect/workflow"
import { Effect, Layer, Logger, LogLevel, Schema } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as Durable from "effect-lro/Durable"
import { createHub, layer, NetworkConnectivity } from "effect-lro/services/networkconnectivity/v1"
import * as NetworkConnectivityModule from "effect-lro/services/networkconnectivity/v1"
import * as Testing from "effect-lro/testing"

const waits = Number(process.argv[2] ?? "10000")

const Making = Workflow.make({
  name: "Making",
  payload: { hub: Schema.String },
  error: Durable.ErrorSchema,
  idempotencyKey: ({ hub }) => hub
})

const MakingLayer = Making.toLayer(({ hub }) =>
  Effect.asVoid(
    Durable.run(NetworkConnectivity, createHub, {
      parent: "projects/p/locations/global",
      hubId: hub,
      hub: {}
    }, { step: "create", schedule: { fixed: "1 minute" } })
  )
)

const heap = Effect.sync(() => {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
})

const program = Effect.gen(function*() {
  const server = yield* Testing.OperationsServer
  const before = yield* heap
  yield* Effect.forEach(
    Array.from({ length: waits }, (_, i) => `h${i}`),
    (hub) => Making.execute({ hub }, { discard: true }),
    { concurrency: 100, discard: true }
  )
  const polled = Effect.map(
    server.requests,
    (all) => new Set(all.filter(({ method }) => method === "get").map(({ name }) => name)).size
  )
  while ((yield* polled) < waits) yield* Effect.sleep("5 seconds")
  const after = yield* heap
  const cpu = process.cpuUsage()
  const asked = (yield* server.requests).length
  yield* Effect.sleep("60 seconds")
  const { system, user } = process.cpuUsage(cpu)
  console.log(
    JSON.stringify({
      waits,
      kilobytesPerWait: Math.round((after - before) / waits / 100) / 10,
      pollsPerMinute: (yield* server.requests).length - asked,
      core: Math.round((system + user) / 600_000) / 100
    })
  )
})

const storage = MessageStorage.layerMemory.pipe(Layer.provideMerge(ShardingConfig.layer()))

program.pipe(
  Effect.provide(
    MakingLayer.pipe(
      Layer.provide(Durable.layerCluster(NetworkConnectivity)),
      Layer.provideMerge(ClusterWorkflowEngine.layer),
      Layer.provide(Sharding.layer),
      Layer.provide([Runners.layerNoop, RunnerStorage.layerMemory, RunnerHealth.layerNoop]),
      Layer.provide(storage),
      Layer.provide(layer()),
      Layer.provide(Credentials.layerNone),
      Layer.provideMerge(
        Testing.layer({ services: [NetworkConnectivityModule], onStart: () => Testing.neverDone() })
      ),
      Layer.provide(Logger.minimumLogLevel(LogLevel.None))
    )
  ),
  Effect.runPromise
).then(() => process.exit(), (error: unknown) => {
  console.error(error)
  process.exit(1)
})
