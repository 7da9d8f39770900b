/**
 * Operations that outlive the process that waits for them, on the workflow engine of Effect: @effect/workflow, on @effect/cluster and SQL.
 *
 * A workflow starts operations and waits for them in named steps. While it waits it is suspended: nothing of it runs. A poller, which the
 * layers of this module start in every runner, polls and wakes it. A process that dies, or a deploy, costs neither the operation nor the
 * wait: another runner polls on. What a wait stores is the same number of rows whatever the number of its polls.
 *
 * Its packages are optional peers: `npm i @effect/workflow @effect/cluster @effect/rpc @effect/sql @effect/experimental`.
 *
 * @example
 * import { ClusterWorkflowEngine, SingleRunner } from "@effect/cluster"
 * import { LibsqlClient } from "@effect/sql-libsql"
 * import { Workflow } from "@effect/workflow"
 * import * as Durable from "effect-lro/Durable"
 * import { createHub, NetworkConnectivity } from "effect-lro/services/networkconnectivity/v1"
 * import { Effect, Layer, Schema } from "effect"
 *
 * const NewHub = Workflow.make({
 *   name: "NewHub",
 *   payload: { project: Schema.String, hub: Schema.String },
 *   idempotencyKey: ({ hub, project }) => `${project}/${hub}`,
 *   error: Durable.ErrorSchema
 * })
 *
 * const NewHubLayer = NewHub.toLayer(({ hub, project }) =>
 *   Effect.asVoid(
 *     Durable.run(
 *       NetworkConnectivity,
 *       createHub,
 *       { parent: `projects/${project}/locations/global`, hubId: hub, hub: {} },
 *       { step: "create", onInterrupt: "cancel" }
 *     )
 *   )
 * )
 *
 * const EngineLayer = ClusterWorkflowEngine.layer.pipe(
 *   Layer.provideMerge(SingleRunner.layer({ shardingConfig: { entityTerminationTimeout: "500 millis" } })),
 *   Layer.provide(LibsqlClient.layer({ url: "file:waits.db", intMode: "bigint" }))
 * )
 *
 * export const RunnerLayer = NewHubLayer.pipe(
 *   Layer.provide(Durable.layerCluster(NetworkConnectivity)),
 *   Layer.provideMerge(EngineLayer)
 * )
 *
 * @since 0.1.0
 */
import type { MessageStorage } from "@effect/cluster/MessageStorage"
import type { Sharding } from "@effect/cluster/Sharding"
import type { WorkflowEngine, WorkflowInstance } from "@effect/workflow/WorkflowEngine"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { AnyBinding } from "./Binding.ts"
import type { TagClass } from "./Client.ts"
import type {
  AnyTagClass,
  MethodOption,
  NoOption,
  ResponseOption,
  Schedules,
  StartOptions,
  WaitOptions
} from "./DurableOptions.ts"
import { type AnyTag, clientOf } from "./internal/durable/client.ts"
import * as cluster from "./internal/durable/cluster.ts"
import { MayHaveStarted, StepConflict } from "./internal/durable/errors.ts"
import { holding } from "./internal/durable/hold.ts"
import * as memory from "./internal/durable/memory.ts"
import type { Poller } from "./internal/durable/port.ts"
import * as starts from "./internal/durable/start.ts"
import * as waits from "./internal/durable/wait.ts"
import { type CallError, type WaitError, WaitErrorSchema } from "./LroError.ts"
import type { StartMethod } from "./Method.ts"
import type * as Operation from "./Operation.ts"
import type { OperationRef } from "./OperationRef.ts"

export {
  /**
   * A start that must not be carried out twice was tried by a process that is gone, and nobody knows what came of it: an operation may run.
   * Nothing was sent again.
   *
   * @since 0.1.0
   * @category errors
   */
  MayHaveStarted,
  /**
   * A step of an execution was first used for something else: another method, another request, another operation. A workflow has to come to
   * the same steps whenever it runs.
   *
   * @since 0.1.0
   * @category errors
   */
  StepConflict
}

export {
  /**
   * Who polls for the waits of workflows: {@link layerCluster} or {@link layerMemory}.
   *
   * @since 0.1.0
   * @category tags
   */
  Poller
} from "./internal/durable/port.ts"

/**
 * What a step may fail with beside the errors of a plain start or wait.
 *
 * @since 0.1.0
 * @category errors
 */
export type StepError = StepConflict | MayHaveStarted

/**
 * The Schema of {@link StepError}.
 *
 * @since 0.1.0
 * @category schemas
 */
export const StepErrorSchema: Schema.Schema<
  StepError,
  Schema.Schema.Encoded<typeof StepConflict> | Schema.Schema.Encoded<typeof MayHaveStarted>
> = /*#__PURE__*/ Schema.Union(StepConflict, MayHaveStarted)

/**
 * The Schema of all that {@link run} may fail with: the error of a workflow that does nothing else.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ErrorSchema: Schema.Schema<
  WaitError | StepError,
  Schema.Schema.Encoded<typeof WaitErrorSchema> | Schema.Schema.Encoded<typeof StepErrorSchema>
> = /*#__PURE__*/ Schema.Union(WaitErrorSchema, StepErrorSchema)

/**
 * What starts and waits take.
 *
 * @since 0.1.0
 */
export type * from "./DurableOptions.ts"

/** What is inferred elsewhere. Unlike `NoInfer` it is not seen in an editor. */
type Fixed<A> = [A][A extends unknown ? 0 : never]

type ServiceOf<B extends AnyBinding> = `${B["service"]}/${B["version"]}`

/**
 * Starts an operation, once in an execution, and gives the reference to it. What came of it is recorded; later runs of the execution read
 * that.
 *
 * A method with a request id gets one that belongs to the step: repeated by another process, it is still one operation, as long as the
 * service remembers request ids. Any other start is recorded before it is sent, and a run that finds such a record without an end fails
 * with {@link MayHaveStarted}, unless the start is `idempotent`. Failures that pass are tried again, for `maxOutage`; an interrupt of the
 * execution acts after that, since the engine does not interrupt an activity.
 *
 * Fails with {@link StepConflict} where the step was used for another method or request. An operation that was done in the start reply and
 * got no name cannot be waited for: {@link run} gives its end.
 *
 * @since 0.1.0
 * @category constructors
 */
export const start = <Self, Key extends string, const B extends AnyBinding, Request>(
  tag: TagClass<Self, Key, B>,
  method: StartMethod<ServiceOf<B>, Request, unknown, unknown>,
  request: Fixed<Request>,
  options: StartOptions
): Effect.Effect<OperationRef, CallError | StepError, Self | WorkflowEngine | WorkflowInstance> =>
  holding((hold) =>
    clientOf(tag).pipe(
      Effect.flatMap((client) => starts.start(hold, client, method, request as object, options)),
      Effect.map(({ ref }) => ref)
    )
  )

/**
 * Waits for the end of an operation, suspended, and gives what a plain `untilDone` gives, with its errors.
 *
 * `deadline`, also that of the client's layer, counts from the first run of the step and is an instant from then on. The end is stored as
 * received and decoded here, at every run. Fails with {@link StepConflict} where the step waited for another operation, and with
 * `InvalidRequest` where the wait could not begin: settings that cannot be, or a schedule that no part of the layer has registered.
 *
 * Waits of one execution go side by side, and each is polled, under `Effect.all` with `concurrency: "unbounded"`. When the execution is
 * over, its polling ends, at once or, where its last run did not come to the wait, some time later; a wait that lost a race is polled until
 * then. A runner that shuts down or dies ends nothing.
 *
 * @since 0.1.0
 * @category waiting
 */
export const untilDone: {
  /**
   * Waits for the end of an operation and decodes its response.
   *
   * @since 0.1.0
   * @category waiting
   */
  <Self, Key extends string, const B extends AnyBinding, A, R>(
    tag: TagClass<Self, Key, B>,
    ref: OperationRef,
    options: WaitOptions & ResponseOption<A, R>
  ): Effect.Effect<
    A,
    WaitError | StepConflict,
    Self | R | Poller | WorkflowEngine | WorkflowInstance
  >
  /**
   * Waits for the end of an operation and gives its response as the method that started it says.
   *
   * @since 0.1.0
   * @category waiting
   */
  <Self, Key extends string, const B extends AnyBinding, W>(
    tag: TagClass<Self, Key, B>,
    ref: OperationRef,
    options: WaitOptions & MethodOption<W>
  ): Effect.Effect<W, WaitError | StepConflict, Self | Poller | WorkflowEngine | WorkflowInstance>
  /**
   * Waits for the end of an operation and gives the final state.
   *
   * @since 0.1.0
   * @category waiting
   */
  <Self, Key extends string, const B extends AnyBinding>(
    tag: TagClass<Self, Key, B>,
    ref: OperationRef,
    options: WaitOptions & NoOption
  ): Effect.Effect<
    Operation.Succeeded,
    WaitError | StepConflict,
    Self | Poller | WorkflowEngine | WorkflowInstance
  >
} = (tag: AnyTag, ref: OperationRef, options: waits.WaitOptions): Effect.Effect<never> =>
  holding((hold) =>
    Effect.flatMap(
      clientOf(tag),
      (client) =>
        waits.wait(hold, { tag, client, ref, method: options.method, fresh: false }, options)
    )
  ) as Effect.Effect<never>

/**
 * Starts an operation and waits for its end, in one step: {@link start} and {@link untilDone}, with the errors of both. `deadline` counts from
 * when it is started; `maxOutage` holds for the start, and for the wait. Nothing is started where the wait could not begin.
 *
 * @since 0.1.0
 * @category waiting
 */
export const run: {
  /**
   * Starts an operation, waits for its end and decodes its response.
   *
   * @since 0.1.0
   * @category waiting
   */
  <Self, Key extends string, const B extends AnyBinding, Request, A, R>(
    tag: TagClass<Self, Key, B>,
    method: StartMethod<ServiceOf<B>, Request, unknown, unknown>,
    request: Fixed<Request>,
    options: StartOptions & Omit<WaitOptions, "method"> & ResponseOption<A, R>
  ): Effect.Effect<A, WaitError | StepError, Self | R | Poller | WorkflowEngine | WorkflowInstance>
  /**
   * Starts an operation, waits for its end and gives its response; of a method that was declared without one the final state.
   *
   * @since 0.1.0
   * @category waiting
   */
  <Self, Key extends string, const B extends AnyBinding, Request, M, W>(
    tag: TagClass<Self, Key, B>,
    method: StartMethod<ServiceOf<B>, Request, M, W>,
    request: Fixed<Request>,
    options: StartOptions & Omit<WaitOptions, "method"> & { readonly response?: undefined }
  ): Effect.Effect<W, WaitError | StepError, Self | Poller | WorkflowEngine | WorkflowInstance>
} = (
  tag: AnyTag,
  method: starts.StartMethod & waits.WaitMethod,
  request: object,
  options: StartOptions & waits.WaitOptions
): Effect.Effect<never> =>
  holding((hold) =>
    Effect.gen(function*() {
      const client = yield* clientOf(tag)
      // Nothing is started that could not be waited for.
      yield* waits.check({ tag, client, method }, options)
      const { done, ref } = yield* starts.start(hold, client, method, request, options)
      const subject = { tag, client, ref, method, fresh: true }
      return yield* (done === undefined
        ? waits.wait(hold, subject, options)
        : waits.outcome(subject, done, options))
    })
  ) as Effect.Effect<never>

/**
 * Registers poll schedules: a part of a layer, beside its tags.
 *
 * @example
 * import * as Durable from "effect-lro/Durable"
 * import { NetworkConnectivity } from "effect-lro/services/networkconnectivity/v1"
 * import { Schedule } from "effect"
 *
 * export const PollerLayer = Durable.layerCluster(
 *   NetworkConnectivity,
 *   Durable.schedules({ nightly: Schedule.cron("0 3 * * *") })
 * )
 *
 * @since 0.1.0
 * @category constructors
 */
export const schedules = (schedules: Schedules["schedules"]): Schedules => ({ schedules })

type ClientsOf<P> = P extends Context.Tag<infer Self, infer _> ? Self : never

/**
 * Polls in a cluster: in every runner that has this layer, for all workflows, by the clients of the tags as their layers made them. All
 * runners need the same tags and schedules: a job for a client or a schedule that its runner has not is not polled until another runner has
 * its shard, and the log says so as an error. A runner without this layer loses the jobs of its shards: the engine gives their messages up.
 *
 * Where the layer is, the engine's storage waits up to a minute for a database that is away; without it an outage of a second may leave an
 * execution suspended for good.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerCluster = <const Parts extends ReadonlyArray<AnyTagClass | Schedules>>(
  ...parts: Parts
): Layer.Layer<
  Poller,
  never,
  ClientsOf<Parts[number]> | MessageStorage | Sharding | WorkflowEngine
> => cluster.layerCluster(parts)

/**
 * Polls in this process, for `WorkflowEngine.layerMemory`: what it does not outlive nothing of the engine does. For tests, and for programs
 * that run the same workflow without a database.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerMemory = <const Parts extends ReadonlyArray<AnyTagClass | Schedules>>(
  ...parts: Parts
): Layer.Layer<Poller, never, ClientsOf<Parts[number]> | WorkflowEngine> =>
  memory.layerMemory(parts)
