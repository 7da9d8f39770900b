/** A database in memory that treats its engine as SQL does; it can be away, and runners on it can be killed. */
import { ClusterError, MessageStorage, Snowflake } from "@effect/cluster"
import { Clock, Duration, Effect, Layer, Scope } from "effect"
import { type Body, client, config, overStorage } from "./durable.ts"
import { type Time, withTime } from "./services.ts"

/** What becomes of a call of the engine. */
export type Around = <A>(
  kind: string,
  call: Effect.Effect<A, ClusterError.PersistenceError>
) => Effect.Effect<A, ClusterError.PersistenceError>

const failed = (what: string) =>
  Effect.fail(new ClusterError.PersistenceError({ cause: new Error(what) }))

/**
 * The storage as a runner sees it, over what is stored. As on SQL a request has one reply, and a message is given to one read, unless its
 * shard is reset.
 */
export const makeDatabase = Effect.gen(function*() {
  const { encoded } = yield* MessageStorage.MemoryDriver
  const replied = new Set<string>()
  const read = new Set<string>()
  return (around: Around) =>
    MessageStorage.makeEncoded({
      saveEnvelope: (options) => around("saveEnvelope", encoded.saveEnvelope(options)),
      saveReply: (reply) =>
        around(
          "saveReply",
          Effect.suspend(() => {
            if (replied.has(reply.requestId)) return failed("one reply a request")
            replied.add(reply.requestId)
            return encoded.saveReply(reply)
          })
        ),
      clearReplies: (id) =>
        around(
          "clearReplies",
          Effect.suspend(() => {
            replied.delete(String(id))
            read.delete(String(id))
            return encoded.clearReplies(id)
          })
        ),
      requestIdForPrimaryKey: (key) =>
        around("requestIdForPrimaryKey", encoded.requestIdForPrimaryKey(key)),
      repliesFor: (ids) => around("repliesFor", encoded.repliesFor(ids)),
      repliesForUnfiltered: (ids) =>
        around("repliesForUnfiltered", encoded.repliesForUnfiltered(ids)),
      unprocessedMessages: (shards, now) =>
        around(
          "unprocessedMessages",
          Effect.map(encoded.unprocessedMessages(shards, now), (messages) => {
            const unread = messages.filter(({ envelope }) => !read.has(envelope.requestId))
            for (const { envelope } of unread) read.add(envelope.requestId)
            return unread
          })
        ),
      unprocessedMessagesById: (ids, now) =>
        around("unprocessedMessagesById", encoded.unprocessedMessagesById(ids, now)),
      resetShards: () => around("resetShards", Effect.sync(() => read.clear())),
      resetAddress: (address) => around("resetAddress", encoded.resetAddress(address)),
      clearAddress: (address) => around("clearAddress", encoded.clearAddress(address))
    })
}).pipe(Effect.provide(Snowflake.layerGenerator))

type Database = Effect.Effect.Success<typeof makeDatabase>

/**
 * A storage that is away for a while from the call on that is said: whatever is asked fails. The call itself is carried out if only its
 * answer is lost. `calls` says what was asked.
 */
export const awayFrom = (
  database: Database,
  from: number,
  { answerLost, duration }: {
    readonly answerLost: boolean
    readonly duration: Duration.DurationInput
  }
) => {
  const calls: Array<string> = []
  let back = 0
  const storage = database((kind, call) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      calls.push(kind)
      if (calls.length === from) back = now + Duration.toMillis(duration)
      if (now >= back) return call
      const away = failed("the database is away")
      return answerLost && calls.length === from ? Effect.zipRight(call, away) : away
    })
  ).pipe(Effect.provide(Snowflake.layerGenerator))
  return Effect.map(storage, (storage) => ({ calls, storage }))
}

/** Nothing comes after it. Unlike `Effect.never` it keeps no process alive. */
const death: Effect.Effect<never> = Effect.async(() => {})

/**
 * A runner that can be killed. Nothing of it runs to an end then, no finalizer either: its time stands still, and the database hears no
 * more of it. With `killedAt` it dies in that call of the engine, after it was carried out or before. `slow` are kinds of calls that take
 * that long.
 */
export const launchMortal = (
  database: Database,
  time: Time,
  body: Body,
  { answered = false, killedAt = Infinity, settings = config, slow = {} }: {
    readonly answered?: boolean
    readonly killedAt?: number
    readonly settings?: typeof config
    readonly slow?: { readonly [kind: string]: Duration.DurationInput }
  } = {}
) =>
  Effect.gen(function*() {
    let isDead = false
    const calls: Array<string> = []
    const kill = Effect.sync(() => {
      isDead = true
    })
    const storage = yield* database((kind, call) =>
      Effect.suspend(() => {
        if (isDead) return death
        calls.push(kind)
        if (calls.length !== killedAt) return Effect.delay(call, slow[kind] ?? 0)
        return answered
          ? Effect.zipRight(Effect.zipRight(call, kill), death)
          : Effect.zipRight(kill, death)
      })
    ).pipe(Effect.provide(Snowflake.layerGenerator))
    const scope = yield* Scope.make()
    const layer = overStorage(body, [], settings).pipe(
      Layer.provide([Layer.fresh(client), Layer.succeed(MessageStorage.MessageStorage, storage)])
    )
    const context = yield* withTime({
      millis: time.millis,
      nanos: time.nanos,
      timer: (millis, wake) =>
        isDead ? () => {} : time.timer(millis, () => {
          if (!isDead) wake()
        })
    })(Layer.buildWithScope(layer, scope))
    return { context, calls, kill }
  })
