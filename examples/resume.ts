/**
 * An operation outlives its process: the first process starts it, stores its reference and is killed; a second one picks the
 * reference up and waits. At Google the hub is deleted again. Run: npx tsx examples/resume.ts
 */
import { Command, FileSystem } from "@effect/platform"
import { NodeContext, NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Schema, Stream } from "effect"
import { OperationRef } from "effect-lro/OperationRef"
import * as NetworkConnectivity from "effect-lro/services/networkconnectivity/v1"
import * as Environment from "./support/environment.ts"

const { createHub, deleteHub } = NetworkConnectivity
const Hub = Schema.Struct({ name: Schema.String })
const StoredRef = Schema.parseJson(OperationRef)

const first = (file: string) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const { project } = yield* Environment.Environment
    const operations = yield* NetworkConnectivity.NetworkConnectivity
    const parent = `projects/${project}/locations/global`
    yield* operations.run(createHub, { parent, hubId: "effect-lro-example", hub: {} }, {
      // Runs before the wait begins, also when this fiber was interrupted while the call was on the wire.
      onStarted: (ref) =>
        Effect.flatMap(Schema.encode(StoredRef)(ref), (json) => fs.writeFileString(file, json))
          .pipe(
            Effect.zipRight(Console.log(`stored ${ref.name}`))
          )
    })
  })

const second = (file: string) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const operations = yield* NetworkConnectivity.NetworkConnectivity
    const ref = yield* Effect.flatMap(fs.readFileString(file), Schema.decode(StoredRef))
    yield* Console.log(`picked up ${ref.name}`)
    const hub = yield* operations.untilDone(ref, { response: Hub, method: createHub })
    yield* Console.log(`created ${hub.name}`)
    yield* operations.run(deleteHub, { name: hub.name })
  })
