/**
 * A runner of the chaos run: an engine on the database that the environment names, and the workflow. Bundled before it is started, since a
 * process that is killed every few seconds has no time to compile.
 */
import {
  ClusterWorkflowEngine,
  EntityId,
  type MessageStorage,
  RunnerAddress,
  Sharding,
  type ShardingConfig,
  SingleRunner
} from "@effect/cluster"
import { NodeClusterSocket, NodeRuntime } from "@effect/platform-node"
import { LibsqlClient } from "@effect/sql-libsql"
import { PgClient } from "@effect/sql-pg"
import { Workflow, type WorkflowEngine } from "@effect/workflow"
import { Effect, Layer, Logger, LogLevel, Option, Redacted, Runtime, Schema } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as Durable from "effect-lro/Durable"
import * as Fleet from "effect-lro/Fleet"
import * as NodeTransport from "effect-lro/NodeTransport"
import { createHub, layer, NetworkConnectivity } from "effect-lro/services/networkconnectivity/v1"
import type { Question } from "./workers.ts"

const variable = (name: string): string => process.env[name] ?? ""

const Making = Workflow.make({
  name: "Making",
  payload: { hub: Schema.String },
  error: Durable.ErrorSchema,
  idempotencyKey: ({ hub }) => hub
})

const print = (line: string) => Effect.sync(() => console.log(line))

const MakingLayer = Making.toLayer(({ hub }) =>
  Durable.run(NetworkConnectivity, createHub, {
    parent: "projects/p/locations/global",
    hubId: hub,
    hub: {}
  }, {
    step: "create",
    onInterrupt: "cancel",
    schedule: { fixed: `${Number(variable("EVERY") || "10")} seconds` }
  }).pipe(
    Effect.tapBoth({
      onFailure: () => print(`ended ${hub}`),
      onSuccess: () => print(`ended ${hub}`)
    }),
    Effect.asVoid
  )
)

const postgres = variable("POSTGRES_URL")

/** What shortens a take-over. */
const short = {
  shardLockExpiration: "9 seconds",
  shardLockRefreshInterval: "3 seconds",
  runnerHealthCheckInterval: "5 seconds",
  entityMessagePollInterval: "2 seconds"
} as const

/** What shortens it to the least, on a database and processes that never take half a second for anything. */
const shortest = {
  shardLockExpiration: "2 seconds",
  shardLockRefreshInterval: "500 millis",
  refreshAssignmentsInterval: "250 millis",
  runnerHealthCheckInterval: "1 second",
  entityMessagePollInterval: "500 millis"
} as const

const settings = { default: {}, shortest }[variable("SETTINGS")] ?? short

const shardingConfig: Partial<ShardingConfig.ShardingConfig["Type"]> = {
  runnerAddress: Option.some(RunnerAddress.make("127.0.0.1", Number(variable("PORT")))),
  entityTerminationTimeout: "500 millis",
  ...(postgres === "" ? undefined : settings)
}

const Sharded: Layer.Layer<Sharding.Sharding | MessageStorage.MessageStorage, unknown> =
  postgres === ""
    ? SingleRunner.layer({ shardingConfig }).pipe(
      Layer.provide(LibsqlClient.layer({ url: variable("LIBSQL_URL"), intMode: "bigint" }))
    )
    : NodeClusterSocket.layer({ storage: "sql", shardingConfig }).pipe(
      Layer.provide(PgClient.layer({ url: Redacted.make(postgres), maxConnections: 5 }))
    )

/** For who asks: bytes of the heap after a collection, milliseconds of a processor so far; whether an execution lives here; an interrupt. */
const answer = (question: Question) =>
  Effect.gen(function*() {
    if (question === "heap") {
      globalThis.gc?.()
      return process.memoryUsage().heapUsed
    }
    if (question === "cpu") {
      const { system, user } = process.cpuUsage()
      return (system + user) / 1000
    }
    const id = yield* Making.executionId({ hub: question.hub })
    if (question.ask === "interrupt") return yield* Effect.as(Making.interrupt(id), true)
    const sharding = yield* Sharding.Sharding
    return sharding.hasShardId(sharding.getShardId(EntityId.make(id), "default"))
  })

const answering = Effect.gen(function*() {
  const runtime = yield* Effect.runtime<Sharding.Sharding | WorkflowEngine.WorkflowEngine>()
  process.on("message", (question: Question) => {
    void Runtime.runPromise(runtime)(answer(question)).then((answer) => process.send?.(answer))
  })
})

const program = Effect.gen(function*() {
  yield* answering
  yield* print("up")
  yield* Effect.forEach(
    Array.from({ length: Number(variable("SUBMIT")) }, (_, i) => `h${i}`),
    (hub) => Making.execute({ hub }, { discard: true }),
    { concurrency: 20, discard: true }
  )
  yield* print("submitted")
  return yield* Effect.never
})

const tick = variable("FLEET_TICK")

/** Its requests say who sends them. */
const options = {
  endpoint: variable("OPERATIONS_SERVER"),
  headers: { "x-runner": variable("PORT") }
}

const ClientLayer = tick === ""
  ? layer(options)
  : Fleet.layer(NetworkConnectivity, { ...options, tick: `${Number(tick)} seconds` })

const MainLayer = MakingLayer.pipe(
  Layer.provide(Durable.layerCluster(NetworkConnectivity)),
  Layer.provideMerge(ClusterWorkflowEngine.layer),
  Layer.provideMerge(Sharded),
  Layer.provide(ClientLayer),
  Layer.provide([NodeTransport.layer(), Credentials.layerNone]),
  Layer.provide(Logger.minimumLogLevel(LogLevel.Warning))
)

program.pipe(Effect.provide(MainLayer), NodeRuntime.runMain)
