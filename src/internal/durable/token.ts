import * as DurableDeferred from "@effect/workflow/DurableDeferred"
import * as Workflow from "@effect/workflow/Workflow"
import * as WorkflowEngine from "@effect/workflow/WorkflowEngine"
import * as Effect from "effect/Effect"
import { settledOf } from "./job.ts"

/**
 * Whose wait it is.
 *
 * @internal
 */
export interface Token {
  readonly workflowName: string
  readonly executionId: string
  readonly deferredName: string
}

/** @internal */
export const parse = (token: string): Token => {
  const { deferredName, executionId, workflowName } = DurableDeferred.TokenParsed.fromString(token)
  return { deferredName, executionId, workflowName }
}

/**
 * A workflow by its name, for what the engine asks of it from outside: its definition may not be in this process.
 *
 * @internal
 */
export const workflowOf = (name: string) =>
  Workflow.make({ name, payload: {}, idempotencyKey: () => "" })

/**
 * The end that was put for a token, from outside of the execution: `undefined` when there is none yet.
 *
 * @internal
 */
export const lookUp = (
  engine: WorkflowEngine.WorkflowEngine["Type"],
  { deferredName, executionId, workflowName }: Token
): Effect.Effect<object | undefined> =>
  Effect.suspend(() =>
    Effect.provideService(
      engine.deferredResult(settledOf(deferredName)),
      WorkflowEngine.WorkflowInstance,
      WorkflowEngine.WorkflowInstance.initial(workflowOf(workflowName), executionId)
    )
  )
