import * as ClusterSchema from "@effect/cluster/ClusterSchema"
import * as Entity from "@effect/cluster/Entity"
import { MessageStorage } from "@effect/cluster/MessageStorage"
import { Sharding } from "@effect/cluster/Sharding"
import * as Rpc from "@effect/rpc/Rpc"
import { WorkflowEngine } from "@effect/workflow/WorkflowEngine"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { find, isOver } from "./executions.ts"
import { JobFields } from "./job.ts"
import { makeJobs } from "./jobs.ts"
import { poll } from "./poll.ts"
import { Poller } from "./port.ts"
import { makePatient, overOutages } from "./storage.ts"
import { type Part, toolsOf } from "./tools.ts"

/** A resend of a job is none: its key is the token. */
const Poll = Rpc.make("poll", { payload: JobFields, primaryKey: ({ token }) => token })
  .annotate(ClusterSchema.Persisted, true)
  // A runner that shuts down leaves the job to the next.
  .annotate(ClusterSchema.Uninterruptible, "server")

/** Stored: it follows its job to whoever takes that up. Where the polling has not begun yet, it finds that the wait is over. */
const End = Rpc.make("end", {
  payload: { token: Schema.String },
  primaryKey: ({ token }) => token
}).annotate(ClusterSchema.Persisted, true)

const PollerEntity = Entity.make("effect-lro/Poller", [Poll, End])

/**
 * The entity of a job, by the first digits of its key, which is a digest: 256 of them, spread over the runners also where one execution
 * waits for a thousand operations. One for each job took more than all else of a wait.
 */
const entityOf = (key: string): string => key.slice(0, 2)

const entity = (
  parts: ReadonlyArray<Part>
): Layer.Layer<never, never, MessageStorage | Sharding | WorkflowEngine> =>
  Layer.unwrapScoped(
    Effect.gen(function*() {
      const storage = yield* MessageStorage
      makePatient(storage)
      const sharding = yield* Sharding
      const engine = yield* WorkflowEngine
      const tools = yield* toolsOf(parts)
      const jobs = yield* makeJobs((token) => isOver(storage, sharding, token))
      return PollerEntity.toLayer(
        Effect.succeed(
          PollerEntity.of({
            poll: ({ payload }) => jobs.run(payload, poll(engine, tools, payload)),
            end: ({ payload }) => jobs.end(payload.token)
          })
        ),
        { concurrency: "unbounded", mailboxCapacity: "unbounded" }
      )
    })
  )

const sender = (parts: ReadonlyArray<Part>) =>
  Layer.effect(
    Poller,
    Effect.gen(function*() {
      const storage = yield* MessageStorage
      const sharding = yield* Sharding
      const client = yield* PollerEntity.client
      const { schedules } = yield* toolsOf(parts)
      return Poller.of({
        schedules,
        begin: (key, job) => sent(client(entityOf(key)).poll(job, { discard: true })),
        begun: (key, token) =>
          Effect.map(
            find(storage, sharding, {
              entity: PollerEntity.type,
              id: entityOf(key),
              tag: "poll",
              key: token
            }),
            Option.isSome
          ),
        end: (key, token) => sent(client(entityOf(key)).end({ token }, { discard: true }))
      })
    })
  )

/** Written; one that was written before is under way. */
const sent = <E extends { readonly _tag: string }>(message: Effect.Effect<void, E>) =>
  overOutages(
    Effect.catchAll(
      message,
      (error) => error._tag === "AlreadyProcessingMessage" ? Effect.void : Effect.die(error)
    )
  )

/**
 * Polls in entities of a cluster.
 *
 * @internal
 */
export const layerCluster = (
  parts: ReadonlyArray<Part>
): Layer.Layer<Poller, never, MessageStorage | Sharding | WorkflowEngine> =>
  Layer.merge(entity(parts), sender(parts))
