/**
 * Two services in one program: starts something in each at the same time and waits for both. At Google both are deleted again.
 * Run: npx tsx examples/twoServices.ts
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer } from "effect"
import * as NetworkConnectivity from "effect-lro/services/networkconnectivity/v1"
import * as WorkloadManager from "effect-lro/services/workloadmanager/v1"
import * as Environment from "./support/environment.ts"

const { createHub, deleteHub } = NetworkConnectivity
const { createEvaluation, deleteEvaluation } = WorkloadManager

const program = Effect.gen(function*() {
  const { project } = yield* Environment.Environment
  const network = yield* NetworkConnectivity.NetworkConnectivity
  const workloads = yield* WorkloadManager.WorkloadManager

  // `network.run(createEvaluation, …)` does not compile: that method is another service's.
  const [hub, evaluation] = yield* Effect.zip(
    network.run(createHub, {
      parent: `projects/${project}/locations/global`,
      hubId: "effect-lro-example",
      hub: { description: "Connects the offices" }
    }),
    workloads.run(createEvaluation, {
      parent: `projects/${project}/locations/us-central1`,
      evaluationId: "effect-lro-example",
      evaluation: { ruleNames: ["disk-is-encrypted"], evaluationType: "OTHER" }
    }),
    { concurrent: true }
  )

  yield* Console.log(`Network Connectivity: ${hub.name}, ${hub.description}`)
  yield* Console.log(`Workload Manager:     ${evaluation.name}, ${evaluation.ruleNames.join(", ")}`)

  yield* Effect.zip(
    network.run(deleteHub, { name: hub.name }),
    workloads.run(deleteEvaluation, { name: evaluation.name }),
    { concurrent: true }
  )
})

const MainLayer = Layer.merge(NetworkConnectivity.layer(), WorkloadManager.layer()).pipe(
  Layer.provideMerge(Environment.layer)
)

program.pipe(Effect.provide(MainLayer), NodeRuntime.runMain)
