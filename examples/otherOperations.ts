/**
 * Operations of your own API that are not google.longrunning.Operation, in memory. Run: npx tsx examples/otherOperations.ts
 */
import { HttpClient, HttpClientResponse } from "@effect/platform"
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as OperationFormat from "effect-lro/OperationFormat"
import * as Operations from "effect-lro/Operations"

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

const jobs = ["GRINDING", "FINISHED"].map((state) => ({ id: "projects/p/jobs/1", state, flour: 7 }))
const http = HttpClient.make((request) =>
  Effect.sync(() => HttpClientResponse.fromWeb(request, Response.json(jobs.shift())))
)
const Http = Layer.merge(Credentials.layerNone, Layer.succeed(HttpClient.HttpClient, http))

const program = Effect.flatMap(Mill, (mill) => mill.untilDone("projects/p/jobs/1"))
const shown = Effect.tap(program, ({ operation }) => Console.log("ground", operation.response))
NodeRuntime.runMain(Effect.provide(shown, Layer.provide(Operations.layer(Mill), Http)))
