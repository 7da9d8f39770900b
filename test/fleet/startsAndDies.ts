/**
 * Starts operations one after the other, and stores the reference of each, but for the last ones: `startsAndDies.ts <url> <file> <count> <stored>`.
 * Whoever runs it kills it then.
 */
import { FetchHttpClient } from "@effect/platform"
import { Effect, Layer, Redacted, Schema, Stream } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as Fleet from "effect-lro/Fleet"
import { OperationRef } from "effect-lro/OperationRef"
import { createHub, NetworkConnectivity } from "effect-lro/services/networkconnectivity/v1"
import * as fs from "node:fs"
import { requestOf } from "./hubs.ts"

const [, , endpoint = "", file = "", count, most] = process.argv

const toJson = Schema.encodeSync(Schema.parseJson(OperationRef))

let stored = 0

const requests = Array.from({ length: Number(count) }, (_, i) => requestOf(i))

Fleet.run(NetworkConnectivity, createHub, requests, {
  concurrency: 4,
  onStarted: (ref) =>
    Effect.suspend(() => {
      if (stored === Number(most)) {
        // The operation runs, and nobody will know its name.
        console.log("started")
        return Effect.never
      }
      stored++
      return Effect.sync(() => fs.appendFileSync(file, `${toJson(ref)}\n`))
    })
}).pipe(
  Stream.runDrain,
  Effect.provide(
    Fleet.layer(NetworkConnectivity, { endpoint }).pipe(
      Layer.provide(Credentials.layerToken(Redacted.make("token"))),
      Layer.provide(FetchHttpClient.layer)
    )
  ),
  Effect.runFork
)
