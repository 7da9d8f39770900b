/** Workflows over the bakery and the operations server, on the engines that have no database. */
import "./promptDigest.ts"
import { ClusterWorkflowEngine, TestRunner } from "@effect/cluster"
import { Workflow, WorkflowEngine } from "@effect/workflow"
import { type Effect, Layer, Schema } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as Durable from "effect-lro/Durable"
import * as LroError from "effect-lro/LroError"
import * as Operations from "effect-lro/Operations"
import * as Testing from "effect-lro/testing"
import { bake, bakeOnce, Bakery, binding, parent } from "./bakery.ts"

export const order = { parent, cake: { flavour: "plum" } }

/** What a workflow of a test may fail with. */
export const Failure = Schema.Union(LroError.WaitErrorSchema, Durable.StepErrorSchema)

/** A workflow whose body is the test's. */
export const Baking = Workflow.make({
  name: "Baking",
  payload: { id: Schema.String },
  success: Schema.Unknown,
  error: Failure,
  idempotencyKey: ({ id }) => id
})

export type Body = Effect.Effect<
  unknown,
  typeof Failure.Type,
  Bakery | Durable.Poller | WorkflowEngine.WorkflowEngine | WorkflowEngine.WorkflowInstance
>

/** The operations server, and the bakery's client of it. */
export const bakery = (options: Testing.Options = {}, layer: Operations.LayerOptions = {}) =>
  Operations.layer(Bakery, layer).pipe(
    Layer.provide(Credentials.layerNone),
    Layer.provideMerge(
      Testing.layer({ bindings: [binding], methods: [bake, bakeOnce], ...options })
    ),
    Layer.orDie
  )

/** A runner in virtual time: an engine, and the workflow with its body. */
export interface Runner {
  readonly name: string
  readonly layer: (
    body: Body,
    parts?: ReadonlyArray<Durable.Schedules>
  ) => Layer.Layer<WorkflowEngine.WorkflowEngine, never, Bakery>
}

export const memory: Runner = {
  name: "in memory",
  layer: (body, parts = []) =>
    Baking.toLayer(() => body).pipe(
      Layer.provide(Durable.layerMemory(Bakery, ...parts)),
      Layer.provideMerge(WorkflowEngine.layerMemory)
    )
}

export const clustered = {
  name: "in a cluster",
  layer: (body: Body, parts: ReadonlyArray<Durable.Schedules> = []) =>
    Baking.toLayer(() => body).pipe(
      Layer.provide(Durable.layerCluster(Bakery, ...parts)),
      Layer.provideMerge(ClusterWorkflowEngine.layer),
      Layer.provideMerge(TestRunner.layer)
    )
}
