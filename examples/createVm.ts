/**
 * Creates a VM at Compute Engine, waits for it, and reads its addresses: the operation ends in itself, `target` gets what it made.
 * Always runs on the embedded server. Run: npx tsx examples/createVm.ts
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer } from "effect"
import * as Compute from "effect-lro/services/compute/v1"
import * as Environment from "./support/environment.ts"

const where = { project: "demo", zone: "europe-west1-b" }

const program = Effect.gen(function*() {
  const compute = yield* Compute.ComputeEngine

  const operation = yield* compute.run(Compute.instancesInsert, {
    ...where,
    instanceResource: {
      name: "effect-lro-example",
      machineType: `zones/${where.zone}/machineTypes/e2-micro`,
      disks: [{
        boot: true,
        initializeParams: { sourceImage: "projects/debian-cloud/global/images/family/debian-12" }
      }],
      networkInterfaces: [{ network: "global/networks/default", networkIP: "10.132.0.2" }]
    }
  })
  yield* Console.log(`${operation.operationType} is ${operation.status}`)
  for (const { code, message } of operation.warnings) yield* Console.log(`${code}: ${message}`)

  const instance = yield* compute.target(operation)
  const addresses = instance.networkInterfaces.map(({ networkIP }) => networkIP)
  yield* Console.log(`${instance.name} has the address ${addresses.join(", ")}`)

  yield* compute.run(Compute.instancesDelete, { ...where, instance: "effect-lro-example" })
  yield* Console.log("Deleted it again")
}).pipe(
  Effect.catchTag(
    "OperationFailed",
    // RESOURCE_EXHAUSTED: try another zone, or the same one later.
    ({ code, status }) => Console.error(`${code}: ${status.message}`)
  )
)

const MainLayer = Compute.layer().pipe(
  Layer.provideMerge(Environment.embedded({ services: [Compute] }))
)

program.pipe(Effect.provide(MainLayer), NodeRuntime.runMain)
