/**
 * A runner of the chaos run: an engine on the database that the environment names, and the workflow. Bundled before it is started, since a
 * process that is killed every few seconds has no time to compile.
 */
import {
  ClusterWorkflowEngine,
  type MessageStorage,
  RunnerAddress,
  type Sharding,
  SingleRunner
} from "@effect/cluster"
import { FetchHttpClient, HttpClient, HttpClientRequest } from "@effect/platform"
import { NodeClusterSocket, NodeRuntime } from "@effect/platform-node"
import { LibsqlClient } from "@effect/sql-libsql"
import { PgClient } from "@effect/sql-pg"
import { Workflow } from "@effect/workflow"
import { Effect, Layer, Logger, LogLevel, Option, Redacted, Schema } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as Durable from "effect-lro/Durable"
import { createHub, layer, NetworkConnectivity } from "effect-lro/services/networkconnectivity/v1"

const variable = (name: string): string => process.env[name] ?? ""

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
    }, {
      step: "create",
      onInterrupt: "cancel",
      schedule: { fixed: "10 seconds" }
    })
  )
)

/** Every request goes to the one server, whomever it is meant for. */
const ServerClient = Layer.effect(
  HttpClient.HttpClient,
  Effect.map(
    HttpClient.HttpClient,
    HttpClient.mapRequest(
      HttpClientRequest.updateUrl((url) =>
        url.replace(/^https:\/\/[^/]+/, variable("OPERATIONS_SERVER"))
      )
    )
  )
).pipe(Layer.provide(FetchHttpClient.layer))

const postgres = variable("POSTGRES_URL")

const Sharded: Layer.Layer<Sharding.Sharding | MessageStorage.MessageStorage, unknown> =
  postgres === ""
    ? SingleRunner.layer({ shardingConfig: { entityTerminationTimeout: "500 millis" } }).pipe(
      Layer.provide(LibsqlClient.layer({ url: variable("LIBSQL_URL"), intMode: "bigint" }))
    )
    : NodeClusterSocket.layer({
      storage: "sql",
      shardingConfig: {
        runnerAddress: Option.some(RunnerAddress.make("127.0.0.1", Number(variable("PORT")))),
        entityTerminationTimeout: "500 millis",
        shardLockExpiration: "9 seconds",
        shardLockRefreshInterval: "3 seconds",
        runnerHealthCheckInterval: "5 seconds",
        entityMessagePollInterval: "2 seconds"
      }
    }).pipe(
      Layer.provide(PgClient.layer({ url: Redacted.make(postgres), maxConnections: 5 }))
    )

const program = Effect.gen(function*() {
  yield* Effect.sync(() => console.log("up"))
  yield* Effect.forEach(
    Array.from({ length: Number(variable("SUBMIT")) }, (_, i) => `h${i}`),
    (hub) => Making.execute({ hub }, { discard: true }),
    { concurrency: 20, discard: true }
  )
  yield* Effect.sync(() => console.log("submitted"))
  return yield* Effect.never
})

const MainLayer = MakingLayer.pipe(
  Layer.provide(Durable.layerCluster(NetworkConnectivity)),
  Layer.provideMerge(ClusterWorkflowEngine.layer),
  Layer.provide(Sharded),
  Layer.provide(layer()),
  Layer.provide([ServerClient, Credentials.layerNone]),
  Layer.provide(Logger.minimumLogLevel(LogLevel.Warning))
)

program.pipe(Effect.provide(MainLayer), NodeRuntime.runMain)
