/**
 * The main job over real HTTP, on the embedded server at a free loopback port: starts operations, follows one with a bar, lists,
 * cancels one, and prints each typed outcome. Run: npm start
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer, Schema, Stream } from "effect"
import type * as LroError from "effect-lro/LroError"
import * as Operation from "effect-lro/Operation"
import { createHub, layer, NetworkConnectivity } from "effect-lro/services/networkconnectivity/v1"
import * as Management from "effect-lro/services/servicemanagement/v1"
import * as Testing from "effect-lro/testing"
import * as Environment from "./support/environment.ts"
import * as ProgressBar from "./support/progressBar.ts"

const parent = "projects/demo/locations/global"
const Hub = Schema.Struct({ name: Schema.String })
const scripts = new Map<unknown, Testing.Script>([
  ["good", Testing.succeedAfter("1 second")],
  ["bad", Testing.failAfter("1 second", { code: "ABORTED", message: "another change came first" })],
  ["slow", Testing.neverDone()],
  ["stubborn", Testing.neverDone({ cancellation: "unsupported" })]
])

const print = (what: string, call: Effect.Effect<{ readonly name: string }, LroError.WaitError>) =>
  Effect.map(call, ({ name }) => `Succeeded: ${name}`).pipe(
    Effect.catchTag(
      "OperationFailed",
      "OperationCancelled",
      "UNIMPLEMENTED",
      "NOT_FOUND",
      (error) => Effect.succeed(`${error._tag}: ${error.status.message}`)
    ),
    Effect.flatMap((outcome) => Console.log(`  ${what.padEnd(8)}  ${outcome}`))
  )

const program = Effect.gen(function*() {
  const services = yield* Management.ServiceManagement
  const shop = yield* services.start(Management.createService, { service: { serviceName: "shop" } })
  const hubs = yield* NetworkConnectivity
  const start = (hubId: string) => hubs.start(createHub, { parent, hubId, hub: {} })
  const [good, bad, slow, stubborn] = [
    yield* start("good"),
    yield* start("bad"),
    yield* start("slow"),
    yield* start("stubborn")
  ]

  const progress = Stream.map(services.watch(shop), ProgressBar.percentOf)
  yield* ProgressBar.draw("create a service {bar} {percentage}%", progress)

  yield* Console.log(`Operations of ${parent}`)
  yield* Stream.runForEach(
    hubs.list({ name: parent }),
    (operation) =>
      Console.log(`  ${operation.name.split("/").at(-1)}  ${Operation.state(operation)._tag}`)
  )

  yield* Console.log("Outcomes")
  yield* print("good", hubs.untilDone(good, { response: Hub }))
  yield* print("bad", hubs.untilDone(bad))
  yield* print("slow", Effect.zipRight(hubs.cancel(slow), hubs.untilDone(slow)))
  yield* print("stubborn", Effect.as(hubs.cancel(stubborn), stubborn))
  yield* print("missing", hubs.get({ name: `${parent}/operations/missing` }))
})

program.pipe(
  Effect.provide(Layer.merge(layer(), Management.layer())),
  Effect.provide(
    Environment.embedded({
      onStart: ({ request }) => scripts.get(request["hubId"]) ?? Testing.succeedAfter("2 seconds")
    })
  ),
  NodeRuntime.runMain
)
