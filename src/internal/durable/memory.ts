import { WorkflowEngine } from "@effect/workflow/WorkflowEngine"
import * as Effect from "effect/Effect"
import * as FiberMap from "effect/FiberMap"
import * as Layer from "effect/Layer"
import { makeJobs } from "./jobs.ts"
import { poll } from "./poll.ts"
import { Poller } from "./port.ts"
import { parse, workflowOf } from "./token.ts"
import { type Part, toolsOf } from "./tools.ts"

/**
 * Has an execution run once more when it runs no longer. The engine in memory wakes only what is suspended: the end of a wait that is put
 * while the execution runs, since another of its waits has just ended, would wake nobody.
 */
const wake = (engine: WorkflowEngine["Type"], token: string): Effect.Effect<void> =>
  Effect.suspend(() => {
    const { executionId, workflowName } = parse(token)
    const workflow = workflowOf(workflowName)
    const isRunning = Effect.map(
      engine.poll(workflow, executionId),
      (result) => result === undefined
    )
    const ran = Effect.repeat(Effect.delay(isRunning, "100 millis"), {
      while: (running) => running
    })
    return Effect.zipRight(ran, engine.resume(workflow, executionId))
  })

/**
 * Polls in fibers of its own.
 *
 * @internal
 */
export const layerMemory = (
  parts: ReadonlyArray<Part>
): Layer.Layer<Poller, never, WorkflowEngine> =>
  Layer.scoped(
    Poller,
    Effect.gen(function*() {
      const engine = yield* WorkflowEngine
      const tools = yield* toolsOf(parts)
      const fibers = yield* FiberMap.make<string>()
      const jobs = yield* makeJobs(({ executionId, workflowName }) =>
        Effect.map(
          engine.poll(workflowOf(workflowName), executionId),
          (result) => result?._tag === "Complete"
        )
      )
      const wakers = yield* FiberMap.make<string>()
      const work = (token: string, polling: Effect.Effect<void>) =>
        Effect.zipRight(
          polling,
          // One for all that end at once: the last.
          FiberMap.run(wakers, parse(token).executionId, wake(engine, token))
        )
      return Poller.of({
        schedules: tools.schedules,
        begin: (key, job) =>
          Effect.asVoid(
            FiberMap.run(
              fibers,
              key,
              jobs.run(job, work(job.token, poll(engine, tools, job))),
              { onlyIfMissing: true }
            )
          ),
        begun: (key) => FiberMap.has(fibers, key),
        end: (key) => FiberMap.remove(fibers, key)
      })
    })
  )
