/**
 * An API that this package does not know: a binding says where its operations are served, a method how one is started. This one
 * is nobody's, so it always runs on the embedded server. Run: npx tsx examples/privateApi.ts
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer, Schema, Stream } from "effect"
import * as Operations from "effect-lro/Operations"
import * as ProtoJson from "effect-lro/ProtoJson"
import * as Environment from "./support/environment.ts"

class Bakery extends Operations.Tag<Bakery>()(
  "app/Bakery",
  Operations.binding({
    service: "bakery.example.com",
    version: "v1",
    scopes: [],
    methods: {
      get: { verb: "GET", templates: ["/v1/{name=users/*/operations/*}"] },
      list: { verb: "GET", templates: ["/v1/{name=users/*}/operations"] }
      // It cannot cancel: `bakery.cancel` does not compile.
    }
  })
) {}

interface Cake extends Readonly<{ flavour: string; layers: number }> {}
const Cake = ProtoJson.message<Cake>("example.bakery.v1.Cake", () => ({
  flavour: ProtoJson.string,
  layers: ProtoJson.int32
}))

const bake = Operations.method<{ readonly parent: string; readonly cake: Cake }>()({
  service: "bakery.example.com/v1",
  rpc: "example.bakery.v1.Bakery.Bake",
  verb: "POST",
  templates: ["/v1/{parent=users/*}/cakes"],
  body: "cake",
  request: { parent: { in: "path", required: true }, cake: { in: "body", required: true } },
  response: Cake,
  metadata: Schema.Struct({ degrees: Schema.Number })
})

const program = Effect.gen(function*() {
  const bakery = yield* Bakery
  const cake = { flavour: "plum", layers: 2 }
  const started = yield* bakery.start(bake, { parent: "users/ada", cake })

  yield* Stream.runForEach(
    bakery.list({ name: "users/ada" }),
    ({ done, name }) => Console.log(`${name} is ${done ? "done" : "in the oven"}`)
  )
  const baked = yield* bakery.untilDone(started)
  yield* Console.log(`A ${baked.flavour} cake of ${baked.layers} layers`)
})

const MainLayer = Operations.layer(Bakery).pipe(
  Layer.provideMerge(Environment.embedded({ bindings: [Bakery.binding], methods: [bake] }))
)

program.pipe(Effect.provide(MainLayer), NodeRuntime.runMain)
