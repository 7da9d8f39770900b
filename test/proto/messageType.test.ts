import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Schema } from "effect"
import * as Any from "effect-lro/Any"
import * as LroError from "effect-lro/LroError"
import * as Operation from "effect-lro/Operation"
import * as Operations from "effect-lro/Operations"
import * as ProtoJson from "effect-lro/ProtoJson"
import { bake, binding, http, name, parent } from "../kit/bakery.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"

class BakeMetadata extends Schema.Class<BakeMetadata>("example.bakery.v1.BakeMetadata")({
  percent: Schema.Int
}) {}
const BakeMessage = ProtoJson.message<{ readonly percent: number }>(
  "example.bakery.v1.BakeMetadata",
  () => ({ percent: ProtoJson.int32 })
)
class Progress extends Schema.Class<Progress>("Progress")({ percent: Schema.Int }) {}

const operation = (type: string | undefined) => ({
  name,
  done: false,
  metadata: { ...(type === undefined ? {} : { "@type": type }), percent: 7 }
})

describe("[27] metadata of another message", () => {
  const url = "type.googleapis.com"

  it.each([
    undefined,
    "type.googleapis.com/example.bakery.v1.BakeMetadata",
    "type.googleapis.com/example.bakery.v1beta1.BakeMetadata",
    "BakeMetadata"
  ])("is not that of %s", (type) => {
    const { metadata } = Operation.state(operation(type), { metadata: BakeMetadata })
    assert.deepStrictEqual(
      Operation.decoded(metadata),
      Option.some(new BakeMetadata({ percent: 7 }))
    )
    assert.deepStrictEqual(
      Operation.decoded(Operation.state(operation(type), { metadata: BakeMessage }).metadata),
      Option.some({ percent: 7 })
    )
  })

  it.each([
    `${url}/example.bakery.v1.OperationMetadata`,
    `${url}/google.protobuf.Struct`,
    `${url}/example.bakery.v1.Bake`
  ])("is Undecodable, not a message of empty fields: %s", (type) => {
    for (const schema of [BakeMetadata, BakeMessage]) {
      const metadata = Operation.metadata<{ readonly percent: number }>(operation(type), schema)
      assert.deepStrictEqual(
        metadata,
        Option.some({
          _tag: "Undecodable",
          raw: operation(type).metadata,
          path: "",
          problem: `the metadata is of type ${
            type.slice(url.length + 1)
          }, not example.bakery.v1.BakeMetadata`
        })
      )
    }
  })

  it("is what a Schema says that is named otherwise, or that takes the whole Any", () => {
    const received = operation(`${url}/example.bakery.v1.Other`)
    assert.deepStrictEqual(
      Operation.decoded(Operation.state(received, { metadata: Progress }).metadata),
      Option.some(new Progress({ percent: 7 }))
    )
    const Other = Any.of("example.bakery.v1.Other", BakeMetadata)
    assert.deepStrictEqual(
      Operation.decoded(Operation.state(received, { metadata: Other }).metadata),
      Option.some(new BakeMetadata({ percent: 7 }))
    )
  })
})

describe("[27] a response of another message", () => {
  const Cake = Schema.Struct({ flavour: Schema.String })
  class CakeClass extends Schema.Class<CakeClass>("example.bakery.v1.Cake")(Cake.fields) {}
  const replying = (type: string | undefined) =>
    http(() =>
      FakeHttp.json({
        name,
        done: true,
        response: type === undefined ? { flavour: "plum" } : { "@type": type, flavour: "plum" }
      })
    )

  it.scoped.each([
    undefined,
    "type.googleapis.com/example.bakery.v1.Cake",
    "type.googleapis.com/example.bakery.v2.Cake"
  ])("is not that of %s", (type) =>
    Effect.gen(function*() {
      const bakery = yield* Operations.make(binding)
      const cake = yield* bakery.run(bake, { parent, cake: {} }, { response: Cake })
      assert.deepStrictEqual(cake, { flavour: "plum" })
    }).pipe(Effect.provide(replying(type))))

  it.scoped("is a ResultDecodeError", () =>
    Effect.gen(function*() {
      const bakery = yield* Operations.make(binding)
      const waits: ReadonlyArray<Effect.Effect<unknown, LroError.WaitError>> = [
        bakery.run(bake, { parent, cake: {} }),
        bakery.untilDone(name, { method: bake }),
        bakery.run(bake, { parent, cake: {} }, { response: Cake }),
        bakery.untilDone(name, { response: Cake, method: bake }),
        // The Schema says what it is of.
        bakery.untilDone(name, { response: CakeClass })
      ]
      for (const wait of waits) {
        const error = yield* Effect.flip(wait)
        assert.instanceOf(error, LroError.ResultDecodeError)
        assert.strictEqual(
          error.message,
          `${name} SUCCEEDED; its response can't be read; don't start it again: ` +
            "the response is of type example.bakery.v1.Pie, not example.bakery.v1.Cake"
        )
      }
      // Who says what the message is, is believed.
      const Pie = Any.of("example.bakery.v1.Pie", Cake)
      const pie = yield* bakery.untilDone(name, { response: Pie, method: bake })
      assert.deepStrictEqual(pie, { flavour: "plum" })
    }).pipe(Effect.provide(replying("type.googleapis.com/example.bakery.v1.Pie"))))
})

describe("[27] a get that nothing shows to be served", () => {
  it.scoped("is none of the client's", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make({
        ...binding,
        methods: { ...binding.methods, get: { ...binding.methods.get, unverified: true } }
      })
      for (
        const method of ["get", "poll", "run", "untilDone", "untilFinal", "watch", "cancelAndWait"]
      ) {
        assert.notProperty(client, method)
      }
      assert.property(client, "start")
    }).pipe(Effect.provide(http(() => FakeHttp.json({})))))
})
