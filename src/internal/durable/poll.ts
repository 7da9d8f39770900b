import type * as WorkflowEngine from "@effect/workflow/WorkflowEngine"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { CallError, WaitTimeout } from "../../LroError.ts"
import type { AnyClient } from "./client.ts"
import { freshMillis, identityOf, type Job, type Settled, settledOf } from "./job.ts"
import * as Polling from "./polling.ts"
import { overOutages, untilGood } from "./storage.ts"
import { lookUp, parse } from "./token.ts"

/**
 * What a runner polls with: clients by the keys of their tags, schedules by their names.
 *
 * @internal
 */
export interface Tools {
  readonly clients: { readonly [key: string]: AnyClient }
  readonly schedules: Polling.Schedules
}

/** What is left for a last look where nobody polled when the deadline passed. */
const lastLookMillis = 1000

/**
 * Does a job: polls by the client that it names and puts the end where the workflow waits for it. It ends with nothing put there only by
 * an interruption: whatever takes the job up again polls on.
 *
 * @internal
 */
export const poll = (
  engine: WorkflowEngine.WorkflowEngine["Type"],
  tools: Tools,
  job: Job
): Effect.Effect<void> =>
  overDefects(
    job,
    Effect.gen(function*() {
      const token = parse(job.token)
      // Who had the job before may have come as far as this.
      if ((yield* overOutages(lookUp(engine, token))) !== undefined) return
      const exit = Exit.succeed(yield* settle(tools, job))
      yield* overOutages(engine.deferredDone(settledOf(token.deferredName), { ...token, exit }))
    })
  )

/** A defect, of a transport or a schedule say, may be gone after a while; it is nobody else's. */
const overDefects = (job: Job, polling: Effect.Effect<void>): Effect.Effect<void> =>
  untilGood(
    polling,
    (cause) => !Cause.isInterrupted(cause),
    `the polling of ${job.ref.name} died; trying again`
  )

/** What this runner lacks; nothing is stored then: another version of the program asked for it, and one that has it takes the job up. */
const lackingOf = ({ clients, schedules }: Tools, job: Job): string | undefined => {
  if (!Object.hasOwn(clients, job.client)) return `client ${job.client}`
  const schedule = Polling.unknownSchedule(job.polling, schedules)
  return schedule === undefined ? undefined : `schedule ${schedule}`
}

const settle = (tools: Tools, job: Job): Effect.Effect<Settled> => {
  const { clients, schedules } = tools
  const client = clients[job.client]
  const lacking = lackingOf(tools, job)
  if (client === undefined || lacking !== undefined) {
    return Effect.zipRight(
      Effect.logError(`${job.ref.name} is not polled: this runner has no ${lacking}`),
      Effect.never
    )
  }
  const of = identityOf(job.ref)
  const ended = (error: CallError | WaitTimeout): Settled => ({ _tag: "Ended", of, error })
  return Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const wait = client.untilFinal(targetOf(job, now), optionsOf(job, schedules, now))
    return Effect.matchCauseEffect(wait, {
      onSuccess: ({ operation }) => Effect.succeed<Settled>({ _tag: "Done", of, operation }),
      onFailure: (cause) => Effect.map(ownEnd(cause), ended)
    })
  })
}

/**
 * What ended the wait itself. That a runner shuts down is no end, however it shows; nor is a defect, which may be gone after a restart.
 */
const ownEnd = (
  cause: Cause.Cause<CallError | WaitTimeout>
): Effect.Effect<CallError | WaitTimeout> => {
  const failure = Cause.failureOption(cause)
  if (failure._tag === "None") return Effect.failCause(cause as Cause.Cause<never>)
  const error = failure.value
  return error._tag === "TransportError" && error.reason === "Closed"
    ? Effect.never
    : Effect.succeed(error)
}

/** What was just started may not be polled at once, and may not be found yet; what another process left behind is. */
const targetOf = (job: Job, now: number): unknown => {
  const { begunAt, fresh, ref } = job
  return fresh && now - begunAt < Math.max(freshMillis, graceOf(job))
    ? { operation: { name: ref.name, done: false }, ref, name: ref.name }
    : ref
}

/** Milliseconds from when the workflow asked. */
const graceOf = ({ polling: { notFoundGrace = 0 } }: Job): number => notFoundGrace ?? Infinity

/** The end is decoded in the workflow, which knows the method. */
const undecoded = (value: unknown) => ({ _tag: "Decoded", value } as const)

const optionsOf = (job: Job, schedules: Polling.Schedules, now: number) => {
  const { begunAt, deadlineAt, polling, published, ref } = job
  return {
    ...Polling.restore(polling, schedules),
    notFoundGrace: Math.max(0, begunAt + graceOf(job) - now),
    // That of the client's layer is among it.
    deadline: deadlineAt === undefined ? Infinity : Math.max(deadlineAt - now, lastLookMillis),
    method: ref.method === undefined || published === undefined
      ? undefined
      : {
        rpc: ref.method,
        polling: Polling.restorePublished(published),
        decodeMetadata: undecoded
      }
  }
}
