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

/** Not stored: a poller that does not get it finds that the wait is over when it is taken up, or when the operation is done. */
const End = Rpc.make("end", { payload: { token: Schema.String } })

/** An entity for each wait: they are spread over the runners also where one execution waits for a thousand operations. */
const PollerEntity = Entity.make("effect-lro/Poller", [Poll, End])

const entity = (
  parts: ReadonlyArray<Part>
): Layer.Layer<never, never, MessageStorage | Sharding | WorkflowEngine> =>
  Layer.unwrapEffect(
    Effect.gen(function*() {
      makePatient(yield* MessageStorage)
      const engine = yield* WorkflowEngine
      const tools = yield* toolsOf(parts)
      return PollerEntity.toLayer(
        Effect.map(Deferred.make<void>(), (ended) =>
          PollerEntity.of({
            poll: ({ payload }) =>
              Effect.raceFirst(poll(engine, tools, payload), Deferred.await(ended)),
            end: () => Effect.asVoid(Deferred.succeed(ended, undefined))
          })),
        { concurrency: "unbounded", mailboxCapacity: "unbounded" }
      )
    })
  )

const sender = Layer.effect(
  Poller,
  Effect.map(PollerEntity.client, (client) =>
    Poller.of({
      begin: (key, job) =>
        overOutages(
          client(key).poll(job, { discard: true }).pipe(
            Effect.catchTag("AlreadyProcessingMessage", () => Effect.void),
            Effect.orDie
          )
        ),
      end: (key, token) =>
        Effect.ignoreLogged(
          Effect.timeoutOption(Effect.orDie(client(key).end({ token })), "5 seconds")
        )
    }))
)

/**
 * Polls in entities of a cluster.
 *
 * @internal
 */
export const layerCluster = (
  parts: ReadonlyArray<Part>
): Layer.Layer<Poller, never, MessageStorage | Sharding | WorkflowEngine> =>
  Layer.merge(entity(parts), sender)
