/**
 * A host that gives an invocation little time, a function or a cron job: the reference is stored as soon as there is one, each
 * waits until 10 seconds before its own time-out, and the next one goes on. At Google the hub is deleted again.
 * Run: npx tsx examples/shortLived.ts
 */
import { KeyValueStore } from "@effect/platform"
import { NodeRuntime } from "@effect/platform-node"
import { Console, Duration, Effect, Layer, Option } from "effect"
import { OperationRef } from "effect-lro/OperationRef"
import * as NetworkConnectivity from "effect-lro/services/networkconnectivity/v1"
import * as Testing from "effect-lro/testing"
import * as Environment from "./support/environment.ts"

const { createHub, deleteHub } = NetworkConnectivity

/** What the host calls, with the time that it has; the client is a new one each time. Gives the hub, or nothing yet. */
const invoke = (remaining: Duration.DurationInput) =>
  Effect.gen(function*() {
    const { project } = yield* Environment.Environment
    const operations = yield* NetworkConnectivity.NetworkConnectivity
    const store = (yield* KeyValueStore.KeyValueStore).forSchema(OperationRef)
    const deadline = Duration.max(Duration.subtract(remaining, "10 seconds"), "1 second")
    const request = { parent: `projects/${project}/locations/global`, hubId: "effect-lro-example" }

    const wait = Option.match(yield* store.get("hub"), {
      onNone: () =>
        operations.run(createHub, { ...request, hub: {} }, {
          deadline,
          // At once: it is not lost, however this invocation ends.
          onStarted: (ref) => store.set("hub", ref)
        }),
      onSome: (ref) =>
        Effect.zipRight(
          Console.log(`goes on with ${ref.name}`),
          operations.untilDone(ref, { method: createHub, deadline })
        )
    })
    return yield* Effect.catchTag(Effect.asSome(wait), "WaitTimeout", ({ operation, polls }) => {
      const log = Console.log(`${operation.name} still runs after ${polls} polls: stored`)
      return Effect.as(log, Option.none())
    })
  }).pipe(Effect.provide(NetworkConnectivity.layer()))

const program = Effect.gen(function*() {
  const { server } = yield* Environment.Environment
  yield* server(({ script }) => script(createHub, Testing.succeedAfter("3 seconds")))

  const hub = yield* Effect.repeat(invoke("11 seconds"), { until: Option.isSome })
  const { name } = yield* hub
  yield* Console.log(`created ${name}`)
  const operations = yield* NetworkConnectivity.NetworkConnectivity
  yield* operations.run(deleteHub, { name })
})

const MainLayer = NetworkConnectivity.layer().pipe(
  Layer.provideMerge(Layer.merge(Environment.layer, KeyValueStore.layerMemory))
)

program.pipe(Effect.provide(MainLayer), NodeRuntime.runMain)
