/**
 * Waits with a progress bar: `watch` gives the states of an operation as a stream, its metadata typed by the method that
 * started it. At Google the service is deleted again. Run: npx tsx examples/progress.ts
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer, Option, Stream } from "effect"
import * as Operation from "effect-lro/Operation"
import * as ServiceManagement from "effect-lro/services/servicemanagement/v1"
import type * as Messages from "effect-lro/services/servicemanagement/v1/messages"
import * as Testing from "effect-lro/testing"
import * as Environment from "./support/environment.ts"
import * as ProgressBar from "./support/progressBar.ts"

const { createService, deleteService } = ServiceManagement

/** What the embedded server says while it "creates" the service. */
const creation = Testing.succeedAfter("2 seconds", {
  metadata: ({ fraction }) =>
    Testing.pack("google.api.servicemanagement.v1.OperationMetadata", {
      progressPercentage: Math.round(fraction * 100),
      steps: [
        { description: "reserve the name", status: fraction < 0.5 ? "IN_PROGRESS" : "DONE" },
        { description: "publish it", status: fraction < 0.5 ? "NOT_STARTED" : "IN_PROGRESS" }
      ]
    })
})

const progressOf = (state: Operation.State<Messages.OperationMetadata>) => {
  if (state._tag !== "Running") return [100, state._tag] as const
  const metadata = Operation.decoded(state.metadata)
  if (Option.isNone(metadata)) return [0, "no metadata yet"] as const
  const { progressPercentage, steps } = metadata.value
  const step = steps.find(({ status }) => status === "IN_PROGRESS")
  return [progressPercentage, step?.description ?? ""] as const
}

const program = Effect.gen(function*() {
  const { project, server } = yield* Environment.Environment
  yield* server((it) => it.script(createService, creation))
  const operations = yield* ServiceManagement.ServiceManagement
  const serviceName = `effect-lro-example.endpoints.${project}.cloud.goog`

  const service = { serviceName, producerProjectId: project }
  const started = yield* operations.start(createService, { service })
  const progress = Stream.map(operations.watch(started), progressOf)
  yield* ProgressBar.draw("creating {bar} {percentage}% {step}", progress)
  const created = yield* operations.untilDone(started)
  yield* Console.log(`Created ${created.serviceName}`)
  yield* operations.run(deleteService, { serviceName })
})

const MainLayer = ServiceManagement.layer().pipe(Layer.provideMerge(Environment.layer))

program.pipe(Effect.provide(MainLayer), NodeRuntime.runMain)
