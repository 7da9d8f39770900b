/** Operations of your own API, not google.longrunning.Operation: a format says what they mean. Run: npx tsx examples/otherOperations.ts */
import { HttpClient, HttpClientResponse } from "@effect/platform"
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer } from "effect"
import { Credentials, OperationFormat, Operations } from "effect-lro"

// { "id": "projects/p/jobs/1", "state": "FINISHED", "flour": 7 }, or with `"failure": "no grain"`
const operationFormat = OperationFormat.make({
  operation: (json) => {
    const { failure, id, state } = json
    if (typeof id !== "string") return "it has no id"
    const job = { name: id, done: state === "FINISHED", metadata: json }
    if (!job.done) return job
    return failure === undefined
      ? { ...job, response: json }
      : { ...job, error: { message: failure } }
  }
})

class Mill extends Operations.Tag<Mill>()(
  "app/Mill",
  Operations.binding({
    service: "mill.example.com",
    version: "v1",
    scopes: [],
    operationFormat,
    methods: { get: { verb: "GET", templates: ["/v1/{name=projects/*/jobs/*}"] } }
  })
) {}

// Instead of an API: runs in memory.
const states = ["GRINDING", "FINISHED"]
const http = HttpClient.make((request) => {
  const job = { id: "projects/p/jobs/1", state: states.shift(), flour: 7 }
  return Effect.succeed(HttpClientResponse.fromWeb(request, Response.json(job)))
})
const Http = Layer.merge(Credentials.layerNone, Layer.succeed(HttpClient.HttpClient, http))

const program = Effect.flatMap(Mill, (mill) => mill.untilDone("projects/p/jobs/1")).pipe(
  Effect.tap(({ operation }) => Console.log("ground", operation.response))
)
program.pipe(Effect.provide(Layer.provide(Operations.layer(Mill), Http)), NodeRuntime.runMain)
