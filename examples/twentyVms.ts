/**
 * Stops and starts twenty VMs at once, while an upgrade of a GKE node pool runs beside and is cancelled.
 * Always runs on the embedded server. Run: npx tsx examples/twentyVms.ts
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer } from "effect"
import * as Compute from "effect-lro/services/compute/v1"
import * as Gke from "effect-lro/services/container/v1"
import * as Testing from "effect-lro/testing"
import * as Environment from "./support/environment.ts"

const where = { project: "demo", zone: "europe-west1-b" }
const vms = Array.from({ length: 20 }, (_, i) => `vm-${i + 1}`)
const pool = "projects/demo/locations/europe-west1/clusters/shop/nodePools/blue"

const program = Effect.gen(function*() {
  const compute = yield* Compute.ComputeEngine
  const gke = yield* Gke.KubernetesEngine

  const upgrade = yield* gke.start(Gke.updateNodePool, { name: pool, nodeVersion: "1.34" })

  const all = (method: typeof Compute.instancesStop | typeof Compute.instancesStart) =>
    Effect.forEach(
      vms,
      // A held poll keeps a connection busy: a fleet polls by get.
      (instance) => compute.run(method, { ...where, instance }, { longPoll: "off" }),
      { concurrency: "unbounded" }
    )
  yield* Console.log(`Stopped ${(yield* all(Compute.instancesStop)).length} VMs`)
  yield* Console.log(`Started ${(yield* all(Compute.instancesStart)).length} VMs`)

  // GKE says DONE for cancelled and completed alike: look at the node pool afterwards.
  const final = yield* gke.cancelAndWait(upgrade)
  yield* Console.log(`The upgrade of the node pool: ${final._tag}`)
})

const MainLayer = Layer.merge(Compute.layer(), Gke.layer()).pipe(
  Layer.provideMerge(Environment.embedded({
    services: [Compute, Gke],
    onStart: ({ rpc }) =>
      rpc.endsWith(".UpdateNodePool") ? Testing.neverDone() : Testing.succeedAfter("1 second")
  }))
)

program.pipe(Effect.provide(MainLayer), NodeRuntime.runMain)
