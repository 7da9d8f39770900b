import * as DurableDeferred from "@effect/workflow/DurableDeferred"
import * as Workflow from "@effect/workflow/Workflow"
import { WorkflowEngine, WorkflowInstance } from "@effect/workflow/WorkflowEngine"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Predicate from "effect/Predicate"
import { overOutages } from "./storage.ts"

type AtEnd = (isInterrupt: boolean) => Effect.Effect<void>

/** By the scopes of executions: the engine makes copies of an instance. */
const ends = new WeakMap<WorkflowInstance["Type"]["scope"], Map<string, AtEnd>>()

/**
 * Does something once when the execution is over; different things side by side.
 *
 * @internal
 */
export const atEnd = (
  what: string,
  end: AtEnd
): Effect.Effect<void, never, WorkflowEngine | WorkflowInstance> =>
  Effect.flatMap(WorkflowInstance, (instance) => {
    const others = ends.get(instance.scope)
    if (others !== undefined) {
      others.set(what, end)
      return Effect.void
    }
    const all = new Map([[what, end]])
    ends.set(instance.scope, all)
    return Workflow.addFinalizer((exit) =>
      // A runner that shuts down leaves it to the next one.
      Effect.interruptible(
        Effect.flatMap(endingOf(instance, exit), (ending) =>
          ending === undefined ? Effect.void : Effect.forEach(
            all.values(),
            (end) =>
              end(ending === "interrupted"),
            { concurrency: 16, discard: true }
          ))
      )
    )
  })

/** How the execution has ended: `undefined` where only its runner has, which looks much the same. */
const endingOf = (
  { interrupted, workflow }: WorkflowInstance["Type"],
  exit: Exit.Exit<unknown, unknown>
): Effect.Effect<"ended" | "interrupted" | undefined, never, WorkflowEngine | WorkflowInstance> => {
  if (Exit.isSuccess(exit)) return Effect.succeed("ended")
  if (Cause.isInterruptedOnly(exit.cause)) {
    return interrupted
      ? Effect.succeed("interrupted")
      : Effect.map(isInterrupted, (is) => is ? "interrupted" : undefined)
  }
  // The engine runs it again then.
  const isRepeated = Cause.isDie(exit.cause) &&
    !Context.get(workflow.annotations, Workflow.CaptureDefects)
  return Effect.succeed(isRepeated ? undefined : "ended")
}

/** By this name a cluster keeps that an execution was interrupted; in memory its instance says so. */
const InterruptSignal = DurableDeferred.make("Workflow/InterruptSignal")

/**
 * Whether the execution was interrupted, in a cluster.
 *
 * @internal
 */
export const isInterrupted: Effect.Effect<boolean, never, WorkflowEngine | WorkflowInstance> =
  Effect
    .flatMap(
      WorkflowEngine,
      (engine) =>
        Effect.map(overOutages(engine.deferredResult(InterruptSignal)), Predicate.isNotUndefined)
    )
