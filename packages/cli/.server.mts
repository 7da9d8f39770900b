import { NodeHttpServer } from "@effect/platform-node"
import * as Alloy from "/work/wt/cli/src/services/alloydb/v1.ts"
import * as Testing from "/work/wt/cli/src/testing.ts"
import { Effect, Layer } from "effect"
import { createServer } from "node:http"
const L = Testing.layerServer({ services: [Alloy] }).pipe(Layer.provide(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" })))
const meta = (e) => Testing.pack("google.cloud.alloydb.v1.OperationMetadata", { verb: "create", target: "projects/p/locations/l/clusters/c", createTime: new Date().toISOString() })
Effect.runPromise(Effect.gen(function*() {
  const s = yield* Testing.OperationsServer
  const n = "projects/p/locations/l/operations/"
  yield* s.put(n + "ok", Testing.succeedAfter("4 seconds"))
  yield* s.put(n + "bad", Testing.failAfter("3 seconds", { code: "RESOURCE_EXHAUSTED", message: "no room" }))
  yield* s.put(n + "never", Testing.neverDone())
  yield* s.put(n + "bar", Testing.succeedAfter("20 seconds", { metadata: (p) => Testing.pack("google.cloud.alloydb.v1.OperationMetadata", { verb: "import", progressPercentage: Math.floor(p.fraction * 100) }) }))
  console.log(s.url)
  yield* Effect.never
}).pipe(Effect.provide(L)))
