/**
 * Operations of your own API that are not google.longrunning.Operation: a format says what they mean. Runs in memory.
 * Run: npx tsx examples/otherOperations.ts
 */
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
    return failure === undefined
      ? { ...job, response: json }
      : { ...job, error: { code: 2, message: failure } }
  }
})

const binding = Operations.binding({
  service: "mill.example.com",
  version: "v1",
  scopes: [],
  operationFormat,
  methods: { get: { verb: "GET", templates: ["/v1/{name=projects/*/jobs/*}"] } }
})
class Mill extends Operations.Tag<Mill>()("app/Mill", binding) {}

const states = ["GRINDING", "FINISHED"]
const http = HttpClient.make((request) => {
  const job = { id: "projects/p/jobs/1", state: states.shift(), flour: 7 }
  return Effect.succeed(HttpClientResponse.fromWeb(request, Response.json(job)))
})
const Http = Layer.merge(Credentials.layerNone, Layer.succeed(HttpClient.HttpClient, http))

const program = Effect.flatMap(Mill, (mill) => mill.untilDone("projects/p/jobs/1"))
const shown = Effect.tap(program, ({ operation }) => Console.log("ground", operation.response))
NodeRuntime.runMain(Effect.provide(shown, Layer.provide(Operations.layer(Mill), Http)))
