import * as Activity from "@effect/workflow/Activity"
import * as DurableDeferred from "@effect/workflow/DurableDeferred"
import { WorkflowEngine, WorkflowInstance } from "@effect/workflow/WorkflowEngine"
import * as Clock from "effect/Clock"
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
import { atEnd, isInterrupted } from "./endings.ts"
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
    const instance = yield* WorkflowInstance
    const waiting = yield* turnOf(step, 1)
    // Before anything that takes time: an execution that ends meanwhile leaves nothing behind.
    const context = yield* Effect.context<WorkflowEngine | WorkflowInstance>()
    const wanted = identityOf(ref)
    yield* atEnd(
      `${step} ${wanted}`,
      (isInterrupt) => Effect.provide(abandon(subject, options, waiting, isInterrupt), context)
    )
    const settled = yield* settle(hold, subject, options, waiting)
    waiting.isSettled = true
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

/** Asks for polling, unless that was done before, and for its end. */
const settle = (
  hold: Hold,
  subject: Subject,
  options: WaitOptions,
  waiting: Waiting
): Effect.Effect<End, InvalidRequest, Poller | WorkflowEngine | WorkflowInstance> =>
  Effect.gen(function*() {
    const earlier = yield* waiting.lookUp
    if (earlier === undefined) {
      const settings = yield* check(subject, options, subject.ref)
      if (settings !== undefined) {
        waiting.isBegun = true
        const job = yield* jobOf(subject, waiting.token, settings)
        yield* waiting.poller.begin(yield* waiting.key, job)
      }
    } else if (isAbandoned(earlier) && !(yield* isInterrupted)) {
      // The run that gave it up was cut off before its end was stored, and this one may come to another end.
      Object.assign(waiting, yield* turnOf(options.step, waiting.turn + 1))
      return yield* settle(hold, subject, options, waiting)
    }
    const end = endOf(earlier) ??
      (yield* hold.orSuspend(Effect.map(waiting.lookUp, endOf), Predicate.isUndefined))
    return yield* end
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
 * Refuses settings that no wait could begin with. One that has begun, with other settings or on a runner that has another schedule, goes on:
 * it has no settings here.
 *
 * @internal
 */
export const check = (
  subject: Omit<Subject, "fresh" | "ref">,
  options: WaitOptions,
  ref?: OperationRef
): Effect.Effect<
  Settings | undefined,
  InvalidRequest,
  Poller | WorkflowEngine | WorkflowInstance
> =>
  Effect.catchAll(
    settingsOfWait(subject, options, ref),
    (error) =>
      Effect.flatMap(
        hasBegun(options.step, 1),
        (begun) => begun ? Effect.succeed(undefined) : error
      )
  )

/** In this turn of the wait or in a later one. */
const hasBegun = (
  step: string,
  turn: number
): Effect.Effect<boolean, never, Poller | WorkflowEngine | WorkflowInstance> =>
  Effect.gen(function*() {
    const { key, lookUp, poller, token } = yield* turnOf(step, turn)
    const settled = yield* lookUp
    if (settled === undefined) return yield* poller.begun(yield* key, token)
    return isAbandoned(settled) ? yield* hasBegun(step, turn + 1) : true
  })

const settingsOfWait = (
  { client, method, tag }: Omit<Subject, "fresh" | "ref">,
  options: WaitOptions,
  ref: OperationRef | undefined
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

/** One wait of a step for its polling, and whether it needs to be given up. */
interface Waiting {
  readonly turn: number
  readonly poller: Poller["Type"]
  readonly deferred: ReturnType<typeof settledOf>
  readonly token: DurableDeferred.Token
  readonly key: Effect.Effect<string, never, WorkflowInstance>
  readonly lookUp: Effect.Effect<
    Exit.Exit<Settled> | undefined,
    never,
    WorkflowEngine | WorkflowInstance
  >
  isBegun: boolean
  isSettled: boolean
}

const turnOf = (
  step: string,
  turn: number
): Effect.Effect<Waiting, never, Poller | WorkflowEngine | WorkflowInstance> =>
  Effect.gen(function*() {
    const engine = yield* WorkflowEngine
    const poller = yield* Poller
    const deferred = settledOf(waitName(step, turn))
    return {
      turn,
      poller,
      deferred,
      token: yield* DurableDeferred.token(deferred),
      key: Activity.idempotencyKey(deferred.name),
      lookUp: overOutages(engine.deferredResult(deferred)),
      isBegun: false,
      isSettled: false
    }
  })

/** Nobody waits any more: the polling ends, and with `onInterrupt: "cancel"` an interrupt cancels the operation, unless it has ended. */
const abandon = (
  { client, ref }: Subject,
  options: WaitOptions,
  waiting: Waiting,
  isInterrupt: boolean
): Effect.Effect<void, never, WorkflowEngine | WorkflowInstance> =>
  Effect.gen(function*() {
    const { deferred, lookUp, poller, token } = waiting
    if (waiting.isSettled) return
    const key = yield* waiting.key
    const settled = yield* lookUp
    if (settled === undefined) {
      if (isInterrupt && options.onInterrupt === "cancel") yield* cancel(client, ref, options)
      if (!waiting.isBegun && !(yield* poller.begun(key, token))) return
      const value: Settled = { _tag: "Abandoned", of: identityOf(ref) }
      yield* overOutages(DurableDeferred.succeed(deferred, { token, value }))
    } else if (!isAbandoned(settled)) return
    // Also where the run that wrote it came no further.
    yield* poller.end(key, token)
  }).pipe(
    Effect.catchAllDefect((defect) =>
      Effect.logWarning(`could not end the wait for ${ref.name}`, defect)
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
