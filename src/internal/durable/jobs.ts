import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type { Scope } from "effect/Scope"
import { freshMillis, type Job } from "./job.ts"
import { untilGood } from "./storage.ts"
import { parse, type Token } from "./token.ts"

/** The first look at an execution whose job goes on; each further one is after twice the time, up to a day. */
const firstLook = 10 * 60_000
const lastPause = 24 * 60 * 60_000

interface Entry {
  readonly over: Deferred.Deferred<void>
  pause: number
  lookAt: number
}

/**
 * The jobs of a runner. Most are ended by themselves or by their execution. The waits that a run did not come to before its execution ended,
 * those that lost a race that is recorded say, have nobody to end them: now and then it is looked whether their execution is over.
 *
 * @internal
 */
export interface Jobs {
  /** Polls until that comes to its end, or the job is ended, or nobody waits any more. */
  readonly run: (job: Job, polling: Effect.Effect<void>) => Effect.Effect<void>
  readonly end: (token: string) => Effect.Effect<void>
}

/** @internal */
export const makeJobs = (
  isOver: (token: Token) => Effect.Effect<boolean>
): Effect.Effect<Jobs, never, Scope> =>
  Effect.gen(function*() {
    const entries = new Map<string, Entry>()
    const end = (token: string) =>
      Effect.suspend(() => {
        const entry = entries.get(token)
        return entry === undefined ? Effect.void : Deferred.succeed(entry.over, undefined)
      }).pipe(Effect.asVoid)
    const look = Effect.gen(function*() {
      const now = yield* Clock.currentTimeMillis
      for (const [token, entry] of entries) {
        if (now < entry.lookAt) continue
        entry.pause = Math.min(2 * entry.pause, lastPause)
        entry.lookAt = now + entry.pause
        if (yield* isOver(parse(token))) yield* end(token)
      }
    })
    yield* untilGood(look, () => true, "could not look whether executions are over").pipe(
      Effect.delay("1 minute"),
      Effect.forever,
      Effect.interruptible,
      Effect.forkScoped
    )
    return {
      end,
      run: ({ begunAt, token }, polling) =>
        Effect.gen(function*() {
          const now = yield* Clock.currentTimeMillis
          // One that was left behind.
          if (now - begunAt > freshMillis && (yield* isOver(parse(token)))) return
          const over = yield* Deferred.make<void>()
          const entry = { over, pause: firstLook, lookAt: now + firstLook }
          entries.set(token, entry)
          // A fiber less than a race; who returns ends it.
          yield* Effect.fork(Effect.intoDeferred(polling, over))
          yield* Effect.ensuring(
            Deferred.await(over),
            Effect.sync(() => entries.delete(token))
          )
        })
    }
  })
