/** A program of a user, before google-auth-library is installed: a client, the operations server in memory, a clock that is moved. */
import { Effect, Fiber, Layer, Schema, TestClock, TestContext } from "effect"
import { Credentials, LroError } from "effect-lro"
import * as GoogleAuth from "effect-lro/GoogleAuth"
import * as NetworkConnectivity from "effect-lro/services/networkconnectivity/v1"
import * as Testing from "effect-lro/testing"

const { binding, createHub } = NetworkConnectivity

const program = Effect.gen(function*() {
  const server = yield* Testing.OperationsServer
  const operations = yield* NetworkConnectivity.NetworkConnectivity
  yield* server.script(createHub, Testing.succeedAfter("1 hour"))
  const request = { parent: "projects/p/locations/global", hubId: "h", hub: {} }
  const response = Schema.Struct({ name: Schema.String })
  const fiber = yield* Effect.fork(operations.run(createHub, request, { response }))
  yield* TestClock.adjust("2 hours")
  const hub = yield* Fiber.join(fiber)
  const missing = yield* Effect.flip(operations.get({ name: `${request.parent}/operations/none` }))
  return `${hub.name}, then ${missing._tag} is ${LroError.isRpcError(missing)}`
}).pipe(
  Effect.provide(
    NetworkConnectivity.layer().pipe(
      Layer.provideMerge(Testing.layer({ bindings: [binding], methods: [createHub] })),
      Layer.provide(Credentials.layerNone),
      Layer.provideMerge(TestContext.TestContext)
    )
  )
)

const withoutLibrary = Effect.flip(Layer.launch(GoogleAuth.layer()))

Effect.runPromise(program).then(console.log)
Effect.runPromise(withoutLibrary).then((error) => console.log(error.message))
