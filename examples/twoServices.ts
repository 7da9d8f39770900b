/**
 * Two services in one program: waits at once for everything that runs in both, each operation with the client it belongs to.
 * Changes nothing. Run: npx tsx examples/twoServices.ts
 */
import { NodeRuntime } from "@effect/platform-node"
import * as NetworkConnectivity from "effect-lro/services/networkconnectivity/v1"
import * as WorkloadManager from "effect-lro/services/workloadmanager/v1"
import * as Testing from "effect-lro/testing"
import { Console, Effect, Layer, Stream } from "effect"
import * as Environment from "./support/environment.ts"

const program = Effect.gen(function*() {
  const { project, server } = yield* Environment.Environment
  const global = `projects/${project}/locations/global`
  const regional = `projects/${project}/locations/us-central1`
  // Names are unique within a service only: both have an operation of this name.
  yield* server((it) =>
    it.put(`${regional}/operations/nightly`, Testing.succeedAfter("1 second"), {
      service: WorkloadManager.binding.service
    })
  )
})
