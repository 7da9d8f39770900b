// The same by `require`: Effect comes as CommonJS here, effect-lro as the ES module that it is.
const { Effect, Fiber, Layer, Schema, TestClock, TestContext } = require("effect")
const { Credentials, LroError } = require("effect-lro")
const NetworkConnectivity = require("effect-lro/services/networkconnectivity/v1")
const Testing = require("effect-lro/testing")

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
  return `required: ${hub.name}, then ${missing._tag} is ${LroError.isRpcError(missing)}`
}).pipe(
  Effect.provide(
    NetworkConnectivity.layer().pipe(
      Layer.provideMerge(Testing.layer({ bindings: [binding], methods: [createHub] })),
      Layer.provide(Credentials.layerNone)
    )
  ),
  Effect.provide(TestContext.TestContext)
)

Effect.runPromise(program).then(console.log)
