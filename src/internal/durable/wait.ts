import * as Activity from "@effect/workflow/Activity"
import * as DurableDeferred from "@effect/workflow/DurableDeferred"
import * as Workflow from "@effect/workflow/Workflow"
import { WorkflowEngine, WorkflowInstance } from "@effect/workflow/WorkflowEngine"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { constFalse } from "effect/Function"
import type * as Durable from "../../Durable.ts"
import { InvalidRequest, type WaitError } from "../../LroError.ts"
import type { PublishedPolling } from "../../Method.ts"
import type { Operation } from "../../Operation.ts"
import type { OperationRef } from "../../OperationRef.ts"
import { settingsProblem } from "../../Polling.ts"
import type { AnyClient, AnyTag } from "./client.ts"
import { StepConflict } from "./errors.ts"
import { identityOf, type Job, type Settled, settledOf, waitName } from "./job.ts"
import * as Polling from "./polling.ts"
import { Poller } from "./port.ts"
import { overOutages } from "./storage.ts"

/** What a wait needs of a method: the same as its plain twin. */
export interface WaitMethod {
  readonly rpc: string
  readonly polling?: PublishedPolling
}

/** What is waited for. */
export interface Subject {
  readonly tag: AnyTag
  readonly client: AnyClient
  readonly ref: OperationRef
  readonly method: WaitMethod | undefined
  /** It was started by the same step. */
  readonly fresh: boolean
}

/** The options of a wait, whatever its response. */
export type WaitOptions = Durable.WaitOptions & { readonly response?: unknown }

/**
 * Waits for the end of an operation, suspended.
 *
 * @internal
 */
export const wait = (
  subject: Subject,
  options: WaitOptions
): Effect.Effect<unknown, WaitError | StepConflict, Poller | WorkflowEngine | WorkflowInstance> =>
  Effect.gen(function*() {
    const { ref } = subject
    const { step } = options
    const engine = yield* WorkflowEngine
    const instance = yield* WorkflowInstance
    const deferred = settledOf(waitName(step))
    const earlier = yield* overOutages(engine.deferredResult(deferred))
    if (earlier === undefined) {
      yield* check(options, ref)
      const poller = yield* Poller
      const key = yield* Activity.idempotencyKey(deferred.name)
      const token = yield* DurableDeferred.token(deferred)
      const job = yield* jobOf(subject, token, options)
      yield* Workflow.wrapActivityResult(poller.begin(key, job), constFalse)
      yield* Workflow.addFinalizer((exit) =>
        isInterrupted(instance, exit)
          ? abandon(subject, options, { deferred, engine, instance, poller, key, token })
          : Effect.void
      )
    }
    const settled = yield* (earlier ?? overOutages(DurableDeferred.await(deferred)))
    // A run that was interrupted, and then cut short: the engine learns at the next suspension that it was.
    if (settled._tag === "Abandoned") return yield* Workflow.suspend(instance)
    const wanted = identityOf(ref)
    if (settled.of !== wanted) {
      return yield* new StepConflict({
        step,
        executionId: instance.executionId,
        recorded: `the wait for ${settled.of}`,
        wanted: `the wait for ${wanted}`
      })
    }
    return settled._tag === "Ended"
      ? yield* Effect.fail(settled.error)
      : yield* outcome(subject, settled.operation, options)
  })

/**
 * The final operation, as received, to what a plain wait would have given: a client does not poll what is done.
 *
 * @internal
 */
export const outcome = (
  { client, method, ref }: Subject,
  operation: Operation,
  { response }: WaitOptions
): Effect.Effect<unknown, WaitError> =>
  client.untilDone({ operation, ref, name: ref.name, method }, { response })

/**
 * Refuses settings that no wait could begin with.
 *
 * @internal
 */
export const check = (
  options: WaitOptions,
  ref?: OperationRef
): Effect.Effect<void, InvalidRequest> => {
  const { schedule } = Polling.restore(Polling.store(options), {})
  const wrong = settingsProblem({ deadline: options.deadline, spread: options.spread, schedule })
  return wrong === undefined ? Effect.void : Effect.fail(
    new InvalidRequest({
      method: "Durable.untilDone",
      operation: ref,
      argument: wrong[0],
      problem: wrong[1]
    })
  )
}

const jobOf = (
  { fresh, method, ref, tag }: Subject,
  token: string,
  options: Durable.Settings
): Effect.Effect<Job> =>
  Effect.map(Clock.currentTimeMillis, (now) => ({
    token,
    client: tag.key,
    ref,
    fresh,
    begunAt: now,
    deadlineAt: deadlineAt(now, options.deadline),
    published: method?.polling && {
      initial: Duration.toMillis(method.polling.initial),
      multiplier: method.polling.multiplier,
      cap: Duration.toMillis(method.polling.cap)
    },
    polling: Polling.store(options)
  }))

const deadlineAt = (now: number, deadline: Duration.DurationInput | undefined) => {
  const millis = deadline === undefined ? Infinity : Duration.toMillis(deadline)
  return millis === Infinity ? undefined : now + millis
}

/** The execution was interrupted: not a runner that shuts down, which ends the same way, nor a failure. */
const isInterrupted = (
  instance: WorkflowInstance["Type"],
  exit: Exit.Exit<unknown, unknown>
): boolean => instance.interrupted && Exit.isInterrupted(exit)

interface Waiting {
  readonly deferred: ReturnType<typeof settledOf>
  readonly engine: WorkflowEngine["Type"]
  readonly instance: WorkflowInstance["Type"]
  readonly poller: Poller["Type"]
  readonly key: string
  readonly token: DurableDeferred.Token
}

/** Nobody waits any more: with `onInterrupt: "cancel"` the operation is cancelled, unless it has ended before; and the polling ends. */
const abandon = (
  { client, ref }: Subject,
  options: WaitOptions,
  { deferred, engine, instance, key, poller, token }: Waiting
): Effect.Effect<void> =>
  Effect.gen(function*() {
    if ((yield* engine.deferredResult(deferred)) !== undefined) return
    if (options.onInterrupt === "cancel") yield* cancel(client, ref, options)
    const value: Settled = { _tag: "Abandoned", of: identityOf(ref) }
    yield* DurableDeferred.succeed(deferred, { token, value })
    yield* poller.end(key, token)
  }).pipe(
    Effect.provideService(WorkflowEngine, engine),
    Effect.provideService(WorkflowInstance, instance),
    Effect.catchAllCause((cause) =>
      Effect.logWarning(`could not end the wait for ${ref.name}`, cause)
    )
  )

/** One cancel, for at most five seconds; its outcome goes to the log. */
const cancel = (
  client: AnyClient,
  ref: OperationRef,
  { errorFormat, quotaProject, timeout }: Durable.Settings
): Effect.Effect<void> =>
  client.cancel === undefined
    ? Effect.logWarning(`${ref.service} has no cancel: ${ref.name} goes on`)
    : client.cancel(ref, { errorFormat, quotaProject, timeout, retry: "none" }).pipe(
      Effect.interruptible,
      Effect.timeout("5 seconds"),
      Effect.matchEffect({
        onSuccess: () => Effect.logInfo(`cancelled ${ref.name}: its execution was interrupted`),
        onFailure: (error) =>
          Effect.logWarning(
            `could not cancel ${ref.name} of an interrupted execution: ${error.message}`
          )
      })
    )
