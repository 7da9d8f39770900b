import type { MessageStorage } from "@effect/cluster/MessageStorage"
import type { ShardId } from "@effect/cluster/ShardId"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schedule from "effect/Schedule"

/** The engine raises what its storage fails with as a defect. */
const isStorageFailure = (cause: Cause.Cause<unknown>): boolean =>
  [...Cause.defects(cause), ...Cause.failures(cause)].some(
    (each) => Predicate.isTagged(each, "PersistenceError") || Predicate.isTagged(each, "SqlError")
  )

const policy = Schedule.exponential("200 millis", 1.5).pipe(
  Schedule.union(Schedule.spaced("10 seconds"))
)

/**
 * Repeats what fails in a way, for as long as it takes, and says so.
 *
 * @internal
 */
export const untilGood = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  passes: (cause: Cause.Cause<E>) => boolean,
  message: string
): Effect.Effect<A, E, R> =>
  effect.pipe(
    Effect.sandbox,
    Effect.tapError((cause) => passes(cause) ? Effect.logWarning(message, cause) : Effect.void),
    Effect.retry({ schedule: policy, while: passes }),
    Effect.unsandbox
  )

/**
 * Repeats what the storage of the engine fails, for as long as it takes: a database that restarts would end up as a defect in the result of
 * the workflow. What is repeated is found again by its key.
 *
 * @internal
 */
export const overOutages = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  untilGood(
    effect,
    isStorageFailure,
    "the storage of the workflow engine failed; trying again"
  )

/**
 * The engine gives up after a second, and for good: a reply that was not saved is never saved, and its request not read again while the
 * runner lives; a resumption that was not written is taken for one that was; a question that was not answered is a defect, which becomes the
 * result of the execution. Longer outages than a minute it notices itself, at the locks of its shards, and begins anew.
 */
const patience = Schedule.spaced("250 millis").pipe(Schedule.upTo("1 minute"))

const isFailing = (error: { readonly _tag: string }) => error._tag === "PersistenceError"

const waited = <A, E extends { readonly _tag: string }, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> => Effect.retry(effect, { schedule: patience, while: isFailing })

const patientOnes = new WeakSet<MessageStorage["Type"]>()

/**
 * Has the storage of the engine wait for a database that is away. In place: the engine has been built on this one, and asks it by these
 * functions.
 *
 * @internal
 */
export const makePatient = (storage: MessageStorage["Type"]): void => {
  if (patientOnes.has(storage)) return
  patientOnes.add(storage)
  const {
    clearReplies,
    repliesForUnfiltered,
    requestIdForPrimaryKey,
    resetShards,
    saveReply,
    unprocessedMessages
  } = storage
  /**
   * Shards whose messages are as if nobody had read them. What another runner has read, or a read whose answer was lost, waits for ten
   * minutes otherwise; the engine tries once, for some seconds, and goes on.
   */
  const handedOver = new Set<string>()
  const handOver = (shards: ReadonlyArray<ShardId>) =>
    Effect.tap(resetShards(shards), () => {
      for (const shard of shards) handedOver.add(String(shard))
    })
  const forget = (shards: ReadonlyArray<ShardId>) => {
    for (const shard of shards) handedOver.delete(String(shard))
  }
  const patient: Partial<MessageStorage["Type"]> = {
    clearReplies: (id) => waited(clearReplies(id)),
    repliesForUnfiltered: (ids) => waited(repliesForUnfiltered(ids)),
    requestIdForPrimaryKey: (key) => waited(requestIdForPrimaryKey(key)),
    resetShards: (ids) =>
      Effect.suspend(() => {
        const shards = [...ids]
        forget(shards)
        return waited(handOver(shards))
      }),
    unprocessedMessages: (ids) =>
      Effect.suspend(() => {
        const shards = [...ids]
        const left = shards.filter((shard) => !handedOver.has(String(shard)))
        return (left.length === 0 ? Effect.void : handOver(left)).pipe(
          Effect.zipRight(Effect.suspend(() => unprocessedMessages(shards))),
          Effect.tapErrorTag("PersistenceError", () => Effect.sync(() => forget(shards)))
        )
      }),
    saveReply: (reply) => {
      const { requestId } = reply.reply
      const isAnswered = Effect.map(
        repliesForUnfiltered([requestId]),
        (replies) => replies.some(({ _tag }) => _tag === "WithExit")
      )
      return waited(
        Effect.catchTag(saveReply(reply), "PersistenceError", (error) =>
          Effect.if(isAnswered, {
            // It was saved and only the answer lost, or another runner was quicker: who waits for the reply looks for it.
            onTrue: () => storage.unregisterReplyHandler(requestId),
            onFalse: () => Effect.fail(error)
          }))
      )
    }
  }
  Object.assign(storage, patient)
}
