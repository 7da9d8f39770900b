/**
 * Operations of an API of your own that are not google.longrunning.Operation, as those of Compute Engine, GKE and Cloud SQL are not: a format
 * says what they mean, all else is as ever. Runs in memory. Run: npx tsx examples/otherOperations.ts
 */
import { HttpClient, HttpClientResponse } from "@effect/platform"
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer, Schedule } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as OperationFormat from "effect-lro/OperationFormat"
import * as Operations from "effect-lro/Operations"

// { "id": "projects/p/jobs/1", "state": "FINISHED", "flour": 7 }, or with `"failure": "no grain"`
const format = OperationFormat.make({
  operation: (json) => {
    const { failure, id, state } = json
    if (typeof id !== "string") return "it has no id"
    if (state !== "FINISHED") return { name: id, done: false, metadata: json }
    return failure === undefined
      ? { name: id, done: true, metadata: json, response: json }
      : { name: id, done: true, metadata: json, error: { code: 2, message: failure } }
  }
})

class Mill extends Operations.Tag<Mill>()(
  "app/Mill",
  Operations.binding({
    service: "mill.example.com",
    version: "v1",
    scopes: [],
    operationFormat: format,
    methods: { get: { verb: "GET", templates: ["/v1/{name=projects/*/jobs/*}"] } }
  })
) {}

const program = Effect.gen(function*() {
  const mill = yield* Mill
  const { operation } = yield* mill.untilDone("projects/p/jobs/1", {
    schedule: Schedule.spaced("100 millis")
  })
  yield* Console.log("ground", operation.response)
})

const replies = ["GRINDING", "GRINDING", "FINISHED"]
const Http = HttpClient.make((request) => {
  const job = { id: "projects/p/jobs/1", state: replies.shift(), flour: 7 }
  return Effect.succeed(HttpClientResponse.fromWeb(request, Response.json(job)))
})

const MainLayer = Operations.layer(Mill).pipe(
  Layer.provide(Credentials.layerNone),
  Layer.provide(Layer.succeed(HttpClient.HttpClient, Http))
)

program.pipe(Effect.provide(MainLayer), NodeRuntime.runMain)
