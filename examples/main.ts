/**
 * The main job over real HTTP, on the embedded server at a free loopback port: starts operations, follows one with a bar, lists,
 * cancels one, and prints each typed outcome. Run: npm start
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer, Stream } from "effect"
import type * as LroError from "effect-lro/LroError"
import * as Operation from "effect-lro/Operation"
import * as Network from "effect-lro/services/networkconnectivity/v1"
import * as Management from "effect-lro/services/servicemanagement/v1"
import * as Environment from "./support/environment.ts"
import * as ProgressBar from "./support/progressBar.ts"

const parent = "projects/demo/locations/global"

const print = (what: string, call: Effect.Effect<{ readonly name: string }, LroError.WaitError>) =>
  call.pipe(
    Effect.map(({ name }) => `succeeded: ${name}`),
    Effect.catchTags({
      OperationFailed: ({ code, status }) => Effect.succeed(`failed: ${code}, ${status.message}`),
      OperationCancelled: ({ status }) => Effect.succeed(`cancelled: ${status.message}`),
      UNIMPLEMENTED: ({ _tag, status }) => Effect.succeed(`${_tag}: ${status.message}`),
      NOT_FOUND: ({ _tag, status }) => Effect.succeed(`${_tag}: ${status.message}`)
    }),
    Effect.flatMap((outcome) => Console.log(`  ${what.padEnd(12)} ${outcome}`))
  )

const program = Effect.gen(function*() {
  const hubs = yield* Network.NetworkConnectivity
  // The embedded server does with a hub what its id says.
  const start = (hubId: string) => hubs.start(Network.createHub, { parent, hubId, hub: {} })
  const [good, bad] = [yield* start("succeeds"), yield* start("fails")]
  const [endless, stubborn] = [yield* start("never-ends"), yield* start("cannot-be-cancelled")]

  const services = yield* Management.ServiceManagement
  const shop = yield* services.start(Management.createService, { service: { serviceName: "shop" } })
  const progress = Stream.map(services.watch(shop), ProgressBar.percentOf)
  yield* ProgressBar.draw("create a service {bar} {percentage}%", progress)

  yield* Console.log(`Operations of ${parent}`)
  const list = Stream.map(hubs.list({ name: parent }), (operation) => Operation.state(operation))
  yield* Stream.runForEach(list, ({ _tag, name }) => Console.log(`  ${name.split("/")[5]} ${_tag}`))

  yield* Console.log("Outcomes")
  yield* print("untilDone", hubs.untilDone(good))
  yield* print("untilDone", hubs.untilDone(bad))
  yield* print("cancel", Effect.zipRight(hubs.cancel(endless), hubs.untilDone(endless)))
  yield* print("cancel", Effect.as(hubs.cancel(stubborn), stubborn))
  yield* print("get", hubs.get({ name: `${parent}/operations/missing` }))
})

const MainLayer = Layer.merge(Network.layer(), Management.layer()).pipe(
  Layer.provideMerge(Environment.embedded())
)

program.pipe(Effect.provide(MainLayer), NodeRuntime.runMain)
