/**
 * Starts a hub, waits for it and gets it typed: the Schema of the response is yours, the arguments are checked. At Google the
 * hub is deleted again. Run: npx tsx examples/startHub.ts
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer, Schema } from "effect"
import * as NetworkConnectivity from "effect-lro/services/networkconnectivity/v1"
import * as Environment from "./support/environment.ts"

class Hub extends Schema.Class<Hub>("Hub")({
  name: Schema.String,
  description: Schema.String,
  labels: Schema.optionalWith(Schema.Record({ key: Schema.String, value: Schema.String }), {
    default: () => ({})
  })
}) {
  get id() {
    return this.name.split("/").at(-1)
  }
}

const program = Effect.gen(function*() {
  const { project } = yield* Environment.Environment
  const operations = yield* NetworkConnectivity.NetworkConnectivity

  const hub = yield* operations.run(NetworkConnectivity.createHub, {
    parent: `projects/${project}/locations/global`,
    hubId: "effect-lro-example",
    hub: { description: "Connects the offices", labels: { team: "network" } }
  }, { response: Hub, onInterrupt: "cancel" })

  yield* Console.log(`Created hub ${hub.id}: ${hub.description} (team ${hub.labels["team"]})`)

  const deleted = yield* operations.run(NetworkConnectivity.deleteHub, { name: hub.name })
  yield* Console.log(`Deleted it again with ${deleted.name}`)
})

const MainLayer = NetworkConnectivity.layer().pipe(Layer.provideMerge(Environment.layer))

program.pipe(Effect.provide(MainLayer), NodeRuntime.runMain)
