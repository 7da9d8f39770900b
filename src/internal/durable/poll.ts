import type * as WorkflowEngine from "@effect/workflow/WorkflowEngine"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { type CallError, InvalidRequest, type WaitTimeout } from "../../LroError.ts"
import type { AnyClient } from "./client.ts"
import { identityOf, type Job, type Settled, settledOf } from "./job.ts"
import * as Polling from "./polling.ts"
import { overOutages } from "./storage.ts"
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

/** How long a job is one that a wait has just begun with; one that is older was left behind by another process. */
const freshMillis = 10_000

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
  Effect.gen(function*() {
    const token = parse(job.token)
    // Who had the job before may have come as far as this.
    if ((yield* overOutages(lookUp(engine, token))) !== undefined) return
    const exit = Exit.succeed(yield* settle(tools, job))
    yield* overOutages(engine.deferredDone(settledOf(token.deferredName), { ...token, exit }))
  })

const settle = ({ clients, schedules }: Tools, job: Job): Effect.Effect<Settled> => {
  const client = Object.hasOwn(clients, job.client) ? clients[job.client] : undefined
  if (client === undefined) {
    // Another version of the program asked for it, and nothing is stored: a runner that has the client takes it up.
    return Effect.zipRight(
      Effect.logError(`${job.ref.name} is not polled: this runner has no client ${job.client}`),
      Effect.never
    )
  }
  const of = identityOf(job.ref)
  const ended = (error: CallError | WaitTimeout): Settled => ({ _tag: "Ended", of, error })
  const unknown = Polling.unknownSchedule(job.polling, schedules)
  if (unknown !== undefined) {
    return Effect.succeed(
      ended(
        new InvalidRequest({
          method: "Durable.untilDone",
          operation: job.ref,
          argument: "schedule",
          problem: `is \`${unknown}\`, which the runner has not registered`
        })
      )
    )
  }
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

/** What was just started may not be polled at once; what another process left behind is. */
const targetOf = ({ begunAt, fresh, ref }: Job, now: number): unknown =>
  fresh && now - begunAt < freshMillis
    ? { operation: { name: ref.name, done: false }, ref, name: ref.name }
    : ref

/** The end is decoded in the workflow, which knows the method. */
const undecoded = (value: unknown) => ({ _tag: "Decoded", value } as const)

const optionsOf = (
  { deadlineAt, polling, published, ref }: Job,
  schedules: Polling.Schedules,
  now: number
) => ({
  ...Polling.restore(polling, schedules),
  deadline: deadlineAt === undefined ? undefined : Math.max(deadlineAt - now, lastLookMillis),
  method: ref.method === undefined || published === undefined
    ? undefined
    : { rpc: ref.method, polling: published, decodeMetadata: undecoded }
})
