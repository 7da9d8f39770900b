/**
 * An operation outlives its process: the first one starts it, stores its reference and is killed, the second picks the reference
 * up and waits. At Google the hub is deleted again. Run: npx tsx examples/resume.ts
 */
import { Command, FileSystem } from "@effect/platform"
import { NodeContext, NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer, Schema } from "effect"
import { OperationRef } from "effect-lro/OperationRef"
import * as NetworkConnectivity from "effect-lro/services/networkconnectivity/v1"
import * as Environment from "./support/environment.ts"

const { createHub, deleteHub } = NetworkConnectivity
const Stored = Schema.parseJson(OperationRef)
const [script = "", role = "parent", file = ""] = process.argv.slice(1)

const program = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const { project, variables } = yield* Environment.Environment
  const operations = yield* NetworkConnectivity.NetworkConnectivity
  const parent = `projects/${project}/locations/global`

  if (role === "first") {
    const onStarted = (ref: OperationRef) =>
      Effect.flatMap(Schema.encode(Stored)(ref), (json) => fs.writeFileString(file, json)).pipe(
        Effect.zipRight(Console.log(`first process: started ${ref.name}, stored it`)),
        Effect.zipRight(Effect.sync(() => process.kill(process.pid, "SIGKILL")))
      )
    const request = { parent, hubId: "effect-lro-example", hub: {} }
    yield* operations.run(createHub, request, { onStarted })
  } else if (role === "second") {
    const ref = yield* Effect.flatMap(fs.readFileString(file), Schema.decode(Stored))
    yield* Console.log(`second process: picked up ${ref.name}`)
    const hub = yield* operations.untilDone(ref, { method: createHub })
    yield* Console.log(`second process: created ${hub.name}`)
    yield* operations.run(deleteHub, { name: hub.name })
  } else {
    const file = yield* fs.makeTempFileScoped()
    const run = (role: string) =>
      Command.make(process.execPath, ...process.execArgv, script, role, file).pipe(
        Command.env(variables),
        Command.stdout("inherit"),
        Command.stderr("inherit"),
        Command.exitCode
      )
    yield* Effect.flip(run("first"))
    yield* Console.log("first process: killed")
    process.exitCode = yield* run("second")
  }
})

const MainLayer = NetworkConnectivity.layer().pipe(
  Layer.provideMerge(Layer.merge(Environment.layer, NodeContext.layer))
)

program.pipe(Effect.scoped, Effect.provide(MainLayer), NodeRuntime.runMain)
