import * as Workflow from "@effect/workflow/Workflow"
import { WorkflowInstance } from "@effect/workflow/WorkflowEngine"
import * as Effect from "effect/Effect"

/**
 * What a step does with its execution meanwhile.
 *
 * @internal
 */
export interface Hold {
  /** Does what the execution may be suspended for, and ends it there if that gives nothing yet. */
  readonly orSuspend: <A, Pending extends A, E, R>(
    effect: Effect.Effect<A, E, R>,
    isPending: (value: A) => value is Pending
  ) => Effect.Effect<Exclude<A, Pending>, E, R | WorkflowInstance>
  /** Waits for what another step of the execution does. */
  readonly without: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

/**
 * Keeps an execution from being suspended while a step is at work. The engine suspends it, and interrupts all that runs in it, as soon as a
 * step waits and no activity goes on; but a step also makes keys and asks the storage, which takes turns of the event loop. A sibling that
 * was cut off there would not be polled, nor be cancelled with its execution.
 *
 * There is no moment between the step's hold and that of an activity: whoever looks at the count then would suspend.
 *
 * @internal
 */
export const holding = <A, E, R>(
  step: (hold: Hold) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R | WorkflowInstance> =>
  Effect.flatMap(WorkflowInstance, (instance) => {
    const state = instance.activityState
    let isHeld = false
    const take = Effect.sync(() => {
      if (state.count === 0) state.latch.unsafeClose()
      state.count++
      isHeld = true
    })
    const pass = Effect.sync(() => {
      state.count--
      isHeld = false
    })
    const drop = Effect.suspend(() => {
      if (!isHeld) return Effect.void
      return Effect.zipRight(pass, Effect.when(state.latch.open, () => state.count === 0))
    })
    const hold: Hold = {
      orSuspend: <A, Pending extends A, E, R>(
        effect: Effect.Effect<A, E, R>,
        isPending: (value: A) => value is Pending
      ) =>
        Effect.flatMap(
          Workflow.wrapActivityResult(
            Effect.zipRight(
              pass,
              Effect.tap(effect, (value) => isPending(value) ? Effect.void : take)
            ),
            isPending
          ),
          (value) =>
            isPending(value)
              ? Workflow.suspend(instance)
              : Effect.succeed(value as Exclude<A, Pending>)
        ),
      without: (effect) => Effect.zipRight(drop, Effect.tap(effect, take))
    }
    return Effect.uninterruptibleMask((restore) =>
      Effect.zipRight(take, Effect.ensuring(restore(step(hold)), drop))
    )
  })
