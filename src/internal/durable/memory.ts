import { WorkflowEngine } from "@effect/workflow/WorkflowEngine"
import * as Effect from "effect/Effect"
import * as FiberMap from "effect/FiberMap"
import * as Layer from "effect/Layer"
import { poll } from "./poll.ts"
import { Poller } from "./port.ts"
import { type Part, toolsOf } from "./tools.ts"

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
      return Poller.of({
        begin: (key, job) =>
          Effect.asVoid(
            FiberMap.run(fibers, key, poll(engine, tools, job), { onlyIfMissing: true })
          ),
        end: (key) => FiberMap.remove(fibers, key)
      })
    })
  )
