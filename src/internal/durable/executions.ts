import { EntityAddress } from "@effect/cluster/EntityAddress"
import { EntityId } from "@effect/cluster/EntityId"
import { EntityType } from "@effect/cluster/EntityType"
import type { MessageStorage } from "@effect/cluster/MessageStorage"
import type { Sharding } from "@effect/cluster/Sharding"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import { overOutages } from "./storage.ts"
import type { Token } from "./token.ts"

/**
 * Messages as the engine finds them: by who they are for and by their keys.
 *
 * @internal
 */
export const find = (
  storage: MessageStorage["Type"],
  sharding: Sharding["Type"],
  { entity, id, key, tag }: {
    readonly entity: string
    readonly id: string
    readonly tag: string
    readonly key: string
  }
) => {
  const entityId = EntityId.make(id)
  const address = new EntityAddress({
    entityType: EntityType.make(entity),
    entityId,
    shardId: sharding.getShardId(entityId, "default")
  })
  return overOutages(Effect.orDie(storage.requestIdForPrimaryKey({ address, tag, id: key })))
}

/**
 * Whether an execution is over, or was deleted. The engine is not asked, which would take this for the definition of the workflow.
 *
 * @internal
 */
export const isOver = (
  storage: MessageStorage["Type"],
  sharding: Sharding["Type"],
  { executionId, workflowName }: Token
): Effect.Effect<boolean> =>
  Effect.gen(function*() {
    const run = yield* find(storage, sharding, {
      entity: `Workflow/${workflowName}`,
      id: executionId,
      tag: "run",
      key: ""
    })
    if (Option.isNone(run)) return true
    const replies = yield* overOutages(Effect.orDie(storage.repliesForUnfiltered([run.value])))
    const last = replies.at(-1)
    if (last?._tag !== "WithExit") return false
    const value: unknown = last.exit._tag === "Success" ? last.exit.value : undefined
    return !Predicate.isTagged(value, "Suspended")
  })
