/**
 * Starts a hub, waits for it and gets it typed: the method knows its response, and the arguments are checked to their last field.
 * At Google the hub is deleted again. Run: npx tsx examples/startHub.ts
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer } from "effect"
import * as NetworkConnectivity from "effect-lro/services/networkconnectivity/v1"
import * as Environment from "./support/environment.ts"

const program = Effect.gen(function*() {
  const { project } = yield* Environment.Environment
  const operations = yield* NetworkConnectivity.NetworkConnectivity

  const hub = yield* operations.run(NetworkConnectivity.createHub, {
    parent: `projects/${project}/locations/global`,
    hubId: "effect-lro-example",
    hub: { description: "Connects the offices", labels: { team: "network" } }
  }, { onInterrupt: "cancel" })

  yield* Console.log(`Created ${hub.name}: ${hub.description} (team ${hub.labels["team"]})`)

  // A method that returns nothing gives nothing.
  yield* operations.run(NetworkConnectivity.deleteHub, { name: hub.name })
  yield* Console.log("Deleted it again")
})

const MainLayer = NetworkConnectivity.layer().pipe(Layer.provideMerge(Environment.layer))

program.pipe(Effect.provide(MainLayer), NodeRuntime.runMain)
