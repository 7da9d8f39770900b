/**
 * Durable waits behind HTTP: submit, look, interrupt, and errors with a status each. Run: npx tsx examples/durableService.ts
 */
import { ClusterWorkflowEngine, SingleRunner } from "@effect/cluster"
import { HttpApiBuilder, HttpServer } from "@effect/platform"
import { NodeHttpServer, NodeRuntime } from "@effect/platform-node"
import { Workflow } from "@effect/workflow"
import { Effect, Layer, Schema } from "effect"
import * as Durable from "effect-lro/Durable"
import { createHub, layer, NetworkConnectivity } from "effect-lro/services/networkconnectivity/v1"
import { createServer } from "node:http"
import * as Environment from "./support/environment.ts"
import { Api, problemOf, tour } from "./support/hubsApi.ts"
import { Known } from "./support/known.ts"
import * as TemporaryDatabase from "./support/temporaryDatabase.ts"

const NewHub = Workflow.make({
  name: "NewHub",
  payload: { hub: Schema.String },
  success: Schema.Struct({ name: Schema.String }),
  error: Durable.ErrorSchema,
  idempotencyKey: ({ hub }) => hub
})

const NewHubLayer = NewHub.toLayer(({ hub }) => {
  const request = { parent: "projects/demo/locations/global", hubId: hub, hub: {} }
  const options = { step: "create", onInterrupt: "cancel", response: NewHub.successSchema } as const
  return Durable.run(NetworkConnectivity, createHub, request, options)
})

/** The execution of a hub that somebody submitted: an interrupt of any other would be kept, and end one that begins later. */
const find = (hub: { readonly hub: string }) => Effect.tap(NewHub.executionId(hub), Known.check)

const ApiLayer = HttpApiBuilder.group(Api, "hubs", (handlers) =>
  handlers
    .handle("submit", ({ path }) => Effect.tap(NewHub.execute(path, { discard: true }), Known.add))
    .handle("look", ({ path }) =>
      Effect.gen(function*() {
        const result = yield* NewHub.poll(yield* find(path))
        if (result?._tag !== "Complete") return { state: "running" as const }
        const { name } = yield* Effect.mapErrorCause(result.exit, problemOf)
        return { state: "created" as const, name }
      }))
    .handle("interrupt", ({ path }) => Effect.flatMap(find(path), NewHub.interrupt)))

const ServiceLayer = HttpApiBuilder.serve().pipe(
  Layer.provide(HttpApiBuilder.api(Api)),
  Layer.provide([ApiLayer, NewHubLayer]),
  Layer.provide([Durable.layerCluster(NetworkConnectivity), Known.Default]),
  Layer.provide(ClusterWorkflowEngine.layer),
  Layer.provide(SingleRunner.layer({ shardingConfig: { entityTerminationTimeout: "500 millis" } })),
  Layer.provide([layer(), TemporaryDatabase.layer]),
  Layer.provideMerge(Environment.embedded()),
  Layer.provideMerge(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" }))
)

HttpServer.addressFormattedWith(tour).pipe(Effect.provide(ServiceLayer), NodeRuntime.runMain)
