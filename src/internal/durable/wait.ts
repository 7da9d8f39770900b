import * as Activity from "@effect/workflow/Activity"
import * as DurableDeferred from "@effect/workflow/DurableDeferred"
import * as Workflow from "@effect/workflow/Workflow"
import { WorkflowEngine, WorkflowInstance } from "@effect/workflow/WorkflowEngine"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Predicate from "effect/Predicate"
import type * as Durable from "../../Durable.ts"
import type { InvalidRequest, WaitError } from "../../LroError.ts"
import type { PublishedPolling } from "../../Method.ts"
import type { Operation } from "../../Operation.ts"
import type { OperationRef } from "../../OperationRef.ts"
import { CurrentSettings } from "../../Polling.ts"
import { given } from "../base/given.ts"
import { CurrentCallOptions } from "../call/options.ts"
import { refuse } from "../call/refuse.ts"
import { settingsOf } from "../client/settingsOf.ts"
import * as Pace from "../wait/pace.ts"
import type { AnyClient, AnyTag } from "./client.ts"
import { StepConflict } from "./errors.ts"
import type { Hold } from "./hold.ts"
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
  hold: Hold,
  subject: Subject,
  options: WaitOptions
): Effect.Effect<unknown, WaitError | StepConflict, Poller | WorkflowEngine | WorkflowInstance> =>
  Effect.gen(function*() {
    const { ref } = subject
    const { step } = options
    const settings = yield* check(subject, options, ref)
    const engine = yield* WorkflowEngine
    const instance = yield* WorkflowInstance
    const poller = yield* Poller
    const deferred = settledOf(waitName(step))
    const token = yield* DurableDeferred.token(deferred)
    const key = Activity.idempotencyKey(deferred.name)
    const lookUp = overOutages(engine.deferredResult(deferred))
    const waiting = { instance, key, lookUp, poller, deferred, token, isSettled: false }
    // Before anything that takes time: an execution that ends meanwhile leaves nothing behind.
    yield* atEnd(instance, (isInterrupt) =>
      Effect.provideService(
        abandon(subject, options, waiting, isInterrupt),
        WorkflowEngine,
        engine
      ))
    const earlier = yield* lookUp
    if (earlier === undefined) {
      yield* poller.begin(yield* key, yield* jobOf(subject, token, settings))
    }
    const end = endOf(earlier) ??
      (yield* hold.orSuspend(Effect.map(lookUp, endOf), Predicate.isUndefined))
    const settled = yield* end ?? Effect.never
    waiting.isSettled = true
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

type End = Exclude<Settled, { readonly _tag: "Abandoned" }>

/** What a run that came to its end gave up is no end of the wait: this run comes to the same end without it. */
const endOf = (exit: Exit.Exit<Settled> | undefined): Exit.Exit<End> | undefined =>
  exit === undefined || isAbandoned(exit) ? undefined : exit as Exit.Exit<End>

const isAbandoned = (exit: Exit.Exit<Settled>): boolean =>
  Exit.isSuccess(exit) && exit.value._tag === "Abandoned"

/** The settings of a wait as they are stored, and from when they count. */
interface Settings {
  readonly polling: Polling.Stored
  /** Milliseconds, of this wait or of the layer of its client. */
  readonly deadline: number | undefined
}

/**
 * Refuses settings that no wait could begin with.
 *
 * @internal
 */
export const check = (
  { client, method, tag }: Omit<Subject, "fresh" | "ref">,
  options: WaitOptions,
  ref?: OperationRef
): Effect.Effect<Settings, InvalidRequest, Poller> =>
  Effect.gen(function*() {
    const about = { method: "Durable.untilDone", operation: ref }
    const { schedules } = yield* Poller
    const wanted = yield* overAmbient(options)
    const polling = Polling.store(wanted)
    const unknown = Polling.unknownSchedule(polling, schedules)
    if (unknown !== undefined) {
      return yield* refuse(
        about.method,
        "schedule",
        `is \`${unknown}\`, which the layer of the poller has not registered`,
        ref
      )
    }
    const { deadline, notFoundGrace } = yield* Pace.resolve(
      settingsOf(client) ?? { binding: tag.binding, polling: {} },
      { ...Polling.restore(polling, schedules), deadline: wanted.deadline },
      about,
      method?.polling
    )
    return { polling: { ...polling, notFoundGrace: notFoundGrace ?? null }, deadline }
  })

/** What is set around the step, as far as it can be stored. */
const overAmbient = (options: WaitOptions): Effect.Effect<WaitOptions> =>
  Effect.gen(function*() {
    const { schedule: _, ...settings } = yield* CurrentSettings
    const { timeout } = yield* CurrentCallOptions
    return { ...settings, ...given({ timeout }), ...given(options) }
  })

const jobOf = (
  { fresh, method, ref, tag }: Subject,
  token: string,
  { deadline, polling }: Settings
): Effect.Effect<Job> =>
  Effect.map(Clock.currentTimeMillis, (now) => ({
    token,
    client: tag.key,
    ref,
    fresh,
    begunAt: now,
    deadlineAt: deadline === undefined ? undefined : now + deadline,
    published: method?.polling && Polling.storePublished(method.polling),
    polling
  }))

type AtEnd = (isInterrupt: boolean) => Effect.Effect<void>

const ends = new WeakMap<WorkflowInstance["Type"], Array<AtEnd>>()

/** Does something when the execution is over; what several waits want of it is done side by side. */
const atEnd = (
  instance: WorkflowInstance["Type"],
  end: AtEnd
): Effect.Effect<void, never, WorkflowInstance> =>
  Effect.suspend(() => {
    const others = ends.get(instance)
    if (others !== undefined) {
      others.push(end)
      return Effect.void
    }
    const all = [end]
    ends.set(instance, all)
    return Workflow.addFinalizer((exit) =>
      isOver(instance, exit)
        // A runner that shuts down leaves it to the next one, which comes to the same end.
        ? Effect.interruptible(
          Effect.forEach(all, (end) => end(instance.interrupted && Exit.isInterrupted(exit)), {
            concurrency: 16,
            discard: true
          })
        )
        : Effect.void
    )
  })

/** The execution has come to an end: not its runner, which ends the same way. */
const isOver = (instance: WorkflowInstance["Type"], exit: Exit.Exit<unknown, unknown>): boolean => {
  if (Exit.isSuccess(exit)) return true
  if (Cause.isInterruptedOnly(exit.cause)) return instance.interrupted
  // The engine runs it again then.
  return Context.get(instance.workflow.annotations, Workflow.CaptureDefects) ||
    !Cause.isDie(exit.cause)
}

interface Waiting {
  readonly instance: WorkflowInstance["Type"]
  readonly key: Effect.Effect<string, never, WorkflowInstance>
  readonly lookUp: Effect.Effect<Exit.Exit<Settled> | undefined, never, WorkflowInstance>
  readonly poller: Poller["Type"]
  readonly deferred: ReturnType<typeof settledOf>
  readonly token: DurableDeferred.Token
  readonly isSettled: boolean
}

/** Nobody waits any more: the polling ends, and with `onInterrupt: "cancel"` an interrupt cancels the operation, unless it has ended. */
const abandon = (
  { client, ref }: Subject,
  options: WaitOptions,
  waiting: Waiting,
  isInterrupt: boolean
): Effect.Effect<void, never, WorkflowEngine> =>
  Effect.gen(function*() {
    if (waiting.isSettled) return
    const settled = yield* waiting.lookUp
    if (settled === undefined) {
      if (isInterrupt && options.onInterrupt === "cancel") yield* cancel(client, ref, options)
      const value: Settled = { _tag: "Abandoned", of: identityOf(ref) }
      yield* overOutages(
        DurableDeferred.succeed(waiting.deferred, { token: waiting.token, value })
      )
    } else if (!isAbandoned(settled)) return
    // Also where the run that wrote it came no further.
    yield* waiting.poller.end(yield* waiting.key, waiting.token)
  }).pipe(Effect.provideService(WorkflowInstance, waiting.instance))

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
