/** Workflows over the bakery and the operations server, on the engines that have no database. */
import {
  ClusterWorkflowEngine,
  MessageStorage,
  RunnerHealth,
  Runners,
  RunnerStorage,
  Sharding,
  ShardingConfig,
  Snowflake
} from "@effect/cluster"
import { Workflow, WorkflowEngine } from "@effect/workflow"
import { Effect, Exit, Layer, Schema, Scope } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as Durable from "effect-lro/Durable"
import * as Operations from "effect-lro/Operations"
import * as Testing from "effect-lro/testing"
import { bakeOnce, Bakery, binding, parent } from "./bakery.ts"
import { digestHere } from "./promptDigest.ts"

digestHere()

export const order = { parent, cake: { flavour: "plum" } }

/** What a workflow of a test may fail with. */
export const Failure = Durable.ErrorSchema

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

/** The operations server, which knows `bakeOnce` unless told, and the bakery's client of it. */
export const bakery = (options: Testing.Options = {}) =>
  Layer.provideMerge(
    client,
    Testing.layer({ bindings: [binding], methods: [bakeOnce], ...options })
  )

/** The bakery's client. */
export const client = Layer.orDie(Operations.layer(Bakery)).pipe(
  Layer.provide(Credentials.layerNone)
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

/** There is one runner at a time. */
export const shardsPerGroup = 10

export const config = ShardingConfig.layer({
  shardsPerGroup,
  entityTerminationTimeout: "500 millis",
  entityMessagePollInterval: "2 seconds",
  entityReplyPollInterval: "1 second",
  refreshAssignmentsInterval: "1 minute"
})

/** What outlives the runners: a database, in memory. */
export const storage = Layer.provide(MessageStorage.layerMemory, config)

/** A runner over a storage. */
export const overStorage = (
  body: Body,
  parts: ReadonlyArray<Durable.Schedules> = [],
  settings = config
): Layer.Layer<WorkflowEngine.WorkflowEngine, never, Bakery | MessageStorage.MessageStorage> =>
  Baking.toLayer(() => body).pipe(
    Layer.provide(Durable.layerCluster(Bakery, ...parts)),
    Layer.provideMerge(ClusterWorkflowEngine.layer),
    Layer.provide(Sharding.layer),
    Layer.provide([Runners.layerNoop, RunnerStorage.layerMemory, RunnerHealth.layerNoop]),
    Layer.provide(settings)
  )

export const clustered: Runner = {
  name: "in a cluster",
  layer: (body, parts) => Layer.provide(overStorage(body, parts), storage)
}

/** A runner with a scope of its own. `stop` is a shutdown: it gives the entities of the runner half a second. */
export const launch = (
  body: Body,
  parts?: ReadonlyArray<Durable.Schedules>,
  settings = config
) =>
  Effect.gen(function*() {
    const scope = yield* Scope.make()
    const context = yield* Layer.buildWithScope(overStorage(body, parts, settings), scope)
    return { context, stop: Scope.close(scope, Exit.void) }
  })

/** `kind@seconds` of every request. */
export const timeline = Effect.map(
  Effect.flatMap(Testing.OperationsServer, (server) => server.requests),
  (all) => all.map(({ at, method }) => `${method}@${at / 1000}`)
)

/** How many requests of each kind there were. */
export const counts = Effect.map(
  Effect.flatMap(Testing.OperationsServer, (server) => server.requests),
  (all) => {
    const of = (kind: Testing.MethodKind) => all.filter(({ method }) => method === kind).length
    return { start: of("start"), get: of("get"), cancel: of("cancel") }
  }
)

/** What is stored. */
export const rows = Effect.map(MessageStorage.MemoryDriver, ({ requests }) => ({
  messages: requests.size,
  replies: [...requests.values()].reduce((sum, { replies }) => sum + replies.length, 0)
}))

/** The storage, counting what is written: messages, replies, and replies that are taken back, so that the message is read again. */
export const countWrites = Effect.gen(function*() {
  const { encoded } = yield* MessageStorage.MemoryDriver
  const written = { messages: 0, replies: 0, takenBack: 0 }
  const count = <A, E>(of: keyof typeof written, write: Effect.Effect<A, E>) =>
    Effect.tap(write, () => Effect.sync(() => written[of] += 1))
  const storage = yield* MessageStorage.makeEncoded({
    ...encoded,
    // One that is there already is found, not written.
    saveEnvelope: (message) =>
      Effect.tap(
        encoded.saveEnvelope(message),
        ({ _tag }) => _tag === "Success" ? count("messages", Effect.void) : Effect.void
      ),
    saveReply: (reply) => count("replies", encoded.saveReply(reply)),
    clearReplies: (id) => count("takenBack", encoded.clearReplies(id))
  })
  return { written, storage }
}).pipe(Effect.provide(Snowflake.layerGenerator))
