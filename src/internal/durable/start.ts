import * as Activity from "@effect/workflow/Activity"
import { WorkflowEngine, WorkflowInstance } from "@effect/workflow/WorkflowEngine"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { CallErrorSchema } from "../../CallError.ts"
import type * as Durable from "../../Durable.ts"
import type { CallError } from "../../LroError.ts"
import type { Operation } from "../../Operation.ts"
import { OperationRef } from "../../OperationRef.ts"
import { canonical } from "../base/json.ts"
import { mayHaveArrived, tolerance } from "../errors/verdict.ts"
import { OperationSchema } from "../operation/schema.ts"
import { encode } from "../proto/requestValue.ts"
import type { AnyClient } from "./client.ts"
import { MayHaveStarted, StepConflict } from "./errors.ts"
import type { Hold } from "./hold.ts"
import { overOutages } from "./storage.ts"

/** What a start needs of a method. */
export interface StartMethod {
  readonly rpc: string
  readonly idempotencyField?: string | undefined
}

/** What a step has come to. `of` tells one request from another. */
const Recorded = Schema.Union(
  Schema.TaggedStruct("Started", {
    method: Schema.String,
    of: Schema.String,
    ref: OperationRef,
    /** The start reply, where it was done. */
    done: Schema.optional(OperationSchema)
  }),
  Schema.TaggedStruct("Refused", {
    method: Schema.String,
    of: Schema.String,
    error: Schema.Union(CallErrorSchema, MayHaveStarted)
  })
)

/** An operation that a step has started. */
export interface Recording {
  readonly ref: OperationRef
  readonly done: Operation | undefined
}

interface Work {
  readonly method: string
  readonly of: string
  readonly recorded: Deferred.Deferred<typeof Recorded.Type>
}

/** The starts that a run of an execution is at, by their steps: the engine in memory runs twice what is asked for twice at once. */
const works = new WeakMap<WorkflowInstance["Type"], Map<string, Work>>()

const worksOf = (instance: WorkflowInstance["Type"]): Map<string, Work> => {
  const own = works.get(instance) ?? new Map<string, Work>()
  works.set(instance, own)
  return own
}

/**
 * Starts an operation once in an execution: what came of it is recorded, and later runs of the execution read that.
 *
 * @internal
 */
export const start = (
  hold: Hold,
  client: AnyClient,
  method: StartMethod,
  request: object,
  options: Durable.StartOptions
): Effect.Effect<
  Recording,
  CallError | StepConflict | MayHaveStarted,
  WorkflowEngine | WorkflowInstance
> =>
  Effect.gen(function*() {
    const { step } = options
    const instance = yield* WorkflowInstance
    const name = `effect-lro/start/${step}`
    const of = yield* Activity.idempotencyKey(
      `${method.rpc} ${String(canonical(written(request)))}`
    )
    const activity = Activity.make({
      name,
      success: Recorded,
      execute: Effect.match(once(client, method, request, name, options), {
        onSuccess: (
          { done, ref }
        ) => ({ _tag: "Started", method: method.rpc, of, ref, done } as const),
        onFailure: (error) => ({ _tag: "Refused", method: method.rpc, of, error } as const)
      })
    })
    const conflict = (recorded: string) =>
      new StepConflict({ step, executionId: instance.executionId, recorded, wanted: method.rpc })
    const works = worksOf(instance)
    const other = works.get(step)
    if (other !== undefined && other.of !== of) return yield* conflict(other.method)
    const recorded = yield* (other === undefined
      ? alone(works, step, { method: method.rpc, of }, execute(hold, activity))
      : hold.without(Deferred.await(other.recorded)))
    if (recorded.of !== of) return yield* conflict(recorded.method)
    if (recorded._tag === "Refused") return yield* Effect.fail(recorded.error)
    return { ref: recorded.ref, done: recorded.done }
  })

const alone = <R>(
  works: Map<string, Work>,
  step: string,
  work: Omit<Work, "recorded">,
  recording: Effect.Effect<typeof Recorded.Type, never, R>
) =>
  Effect.suspend(() => {
    const recorded = Deferred.unsafeMake<typeof Recorded.Type>(FiberId.none)
    works.set(step, { ...work, recorded })
    return Effect.onExit(recording, (exit) => {
      works.delete(step)
      return Deferred.done(recorded, exit)
    })
  })

/** As an activity runs by itself, with the hold of its step passed on to it. */
const execute = <S extends Schema.Schema.Any, R>(
  hold: Hold,
  activity: Activity.Activity<S, typeof Schema.Never, R>
) =>
  Effect.gen(function*() {
    const engine = yield* WorkflowEngine
    const attempt = yield* Activity.CurrentAttempt
    const result = yield* hold.orSuspend(
      overOutages(engine.activityExecute(activity, attempt)),
      (result) => result._tag === "Suspended"
    )
    return yield* result.exit
  }).pipe(Effect.withSpan(activity.name, { captureStackTrace: false }))

const written = (request: object): unknown => {
  try {
    return encode(request, "")
  } catch {
    return undefined
  }
}

const once = (
  client: AnyClient,
  method: StartMethod,
  request: object,
  name: string,
  options: Durable.StartOptions
): Effect.Effect<Recording, CallError | MayHaveStarted, WorkflowEngine | WorkflowInstance> =>
  Effect.gen(function*() {
    const field = method.idempotencyField
    const isRepeatable = field !== undefined || options.idempotent === true
    if (!isRepeatable) yield* attempt(method, name, options)
    const given = request as { readonly [field: string]: unknown }
    const sent = field === undefined || (given[field] ?? "") !== ""
      ? request
      : { ...request, [field]: uuidOf(yield* Activity.idempotencyKey(name)) }
    // A shutdown gives up one on the wire where repeating it is safe; any other is seen through, and its reference goes to the log.
    const sending = { ...callOptions(options), abortStart: isRepeatable }
    const { operation, ref } = yield* client.start(method, sent, sending).pipe(
      Effect.retry(repeats(isRepeatable, options)),
      Effect.catchIf(isClosed, () => Effect.never)
    )
    return { ref, done: operation.done ? operation : undefined }
  })

/** The runner shuts down: another takes the step up. */
const isClosed = (error: CallError): boolean =>
  error._tag === "TransportError" && error.reason === "Closed"

const callOptions = ({ errorFormat, idempotent, quotaProject, timeout }: Durable.StartOptions) => ({
  errorFormat,
  idempotent,
  quotaProject,
  timeout
})

/**
 * Records that a start is about to be tried which must not be carried out twice. A process that finds the record of another does not know
 * what became of it.
 */
const attempt = (method: StartMethod, name: string, { step }: Durable.StartOptions) =>
  Effect.gen(function*() {
    let isOwn = false
    const attemptedAt = yield* overOutages(
      Effect.suspend(() =>
        Activity.make({
          name: `${name}/attempt`,
          success: Schema.DateTimeUtc,
          execute: Effect.map(DateTime.now, (now) => {
            isOwn = true
            return now
          })
        })
      )
    )
    if (isOwn) return
    const { executionId } = yield* WorkflowInstance
    return yield* new MayHaveStarted({
      step,
      executionId,
      method: method.rpc,
      attemptedAt,
      hint:
        "look for it with list and a filter on the time of the attempt, or for the resource by the id that the request chose, before starting it in another step"
    })
  })

/** What passes is tried again, as a wait does with its polls; what may have been carried out only where repeating it is safe. */
const repeats = (isRepeatable: boolean, { maxOutage = "10 minutes" }: Durable.StartOptions) => ({
  while: (error: CallError) =>
    tolerance(error) === "transient" && (isRepeatable || isUnsent(error)),
  schedule: Schedule.exponential("1 second").pipe(
    Schedule.union(Schedule.spaced("30 seconds")),
    Schedule.jittered,
    Schedule.intersect(Schedule.identity<CallError>()),
    Schedule.modifyDelay(([, error], delay) => Duration.max(delay, hintOf(error))),
    Schedule.upTo(maxOutage)
  )
})

const isUnsent = (error: CallError): boolean =>
  error._tag === "CredentialsError" || !mayHaveArrived(error)

const hintOf = (error: CallError): Duration.Duration =>
  "retryAfter" in error && error.retryAfter !== undefined
    ? Duration.min(error.retryAfter, "10 minutes")
    : Duration.zero

/** The key of an activity as a UUID: `request_id` has to be one. */
const uuidOf = (hex: string): string =>
  [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32)
  ].join("-")
