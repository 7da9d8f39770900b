/**
 * Errors by code: the tag of a failed call is its google.rpc code, an operation that failed is another error, and both keep all
 * that the server said. Changes nothing, at Google either. Run: npx tsx examples/errors.ts
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer } from "effect"
import * as LroError from "effect-lro/LroError"
import * as NetworkConnectivity from "effect-lro/services/networkconnectivity/v1"
import * as Testing from "effect-lro/testing"
import * as Environment from "./support/environment.ts"

const { deleteHub } = NetworkConnectivity
const abort = Testing.failAfter("1 second", { code: "ABORTED", message: "the hub has spokes" })

const program = Effect.gen(function*() {
  const { project, server } = yield* Environment.Environment
  const parent = `projects/${project}/locations/global`
  const operations = yield* NetworkConnectivity.NetworkConnectivity

  // One code. Afterwards it is gone from the type of the error.
  yield* operations.get({ name: `${parent}/operations/none` }).pipe(
    Effect.flatMap((operation) => Console.log(`Found ${operation.name}`)),
    Effect.catchTag(
      "NOT_FOUND",
      ({ httpStatus, status }) => Console.log(`get: HTTP ${httpStatus}, ${status.message}`)
    )
  )

  // Several. InvalidRequest is the client's: nothing was sent.
  yield* operations.cancel({ name: "operations/../hubs" }).pipe(
    Effect.catchTags({
      InvalidRequest: (error) => Console.log(error.message),
      UNIMPLEMENTED: () => Console.log("cancel: this service cannot"),
      PERMISSION_DENIED: (error) => Console.log(LroError.userMessage(error))
    })
  )

  // An operation that failed, by its code, and apart from it a call that failed.
  yield* server((it) => it.script(deleteHub, abort))
  yield* operations.run(deleteHub, { name: `${parent}/hubs/effect-lro-no-such-hub` }).pipe(
    Effect.zipRight(Console.log("run: deleted")),
    Effect.catchIf(
      LroError.failedWith("ABORTED"),
      ({ code, status }) => Console.log(`run: the operation failed with ${code}, ${status.message}`)
    ),
    Effect.catchIf(LroError.isCallError, ({ _tag }) => Console.log(`run: the call failed, ${_tag}`))
  )
})

const MainLayer = NetworkConnectivity.layer().pipe(Layer.provideMerge(Environment.layer))

program.pipe(Effect.provide(MainLayer), NodeRuntime.runMain)
