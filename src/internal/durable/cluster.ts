import * as ClusterSchema from "@effect/cluster/ClusterSchema"
import * as Entity from "@effect/cluster/Entity"
import { MessageStorage } from "@effect/cluster/MessageStorage"
import type { Sharding } from "@effect/cluster/Sharding"
import * as Rpc from "@effect/rpc/Rpc"
import { WorkflowEngine } from "@effect/workflow/WorkflowEngine"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { JobFields } from "./job.ts"
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
  Layer.unwrapEffect(
    Effect.gen(function*() {
      makePatient(yield* MessageStorage)
      const engine = yield* WorkflowEngine
      const tools = yield* toolsOf(parts)
      return PollerEntity.toLayer(
        Effect.sync(() => {
          const jobs = new Map<string, Deferred.Deferred<void>>()
          return PollerEntity.of({
            poll: ({ payload }) =>
              Effect.gen(function*() {
                const over = yield* Deferred.make<void>()
                jobs.set(payload.token, over)
                yield* Effect.fork(Effect.intoDeferred(poll(engine, tools, payload), over))
                yield* Deferred.await(over)
              }).pipe(Effect.ensuring(Effect.sync(() => jobs.delete(payload.token)))),
            end: ({ payload }) =>
              Effect.suspend(() => {
                const over = jobs.get(payload.token)
                return over === undefined
                  ? Effect.void
                  : Effect.asVoid(Deferred.succeed(over, undefined))
              })
          })
        }),
        { concurrency: "unbounded", mailboxCapacity: "unbounded" }
      )
    })
  )

const sender = (parts: ReadonlyArray<Part>) =>
  Layer.effect(
    Poller,
    Effect.gen(function*() {
      const client = yield* PollerEntity.client
      const { schedules } = yield* toolsOf(parts)
      return Poller.of({
        schedules,
        begin: (key, job) => sent(client(entityOf(key)).poll(job, { discard: true })),
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
