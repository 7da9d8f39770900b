import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Schema } from "effect"
import * as ProtoJson from "effect-lro/ProtoJson"

const decoded = <A, I>(schema: Schema.Schema<A, I>, json: unknown): A =>
  Schema.decodeUnknownSync(schema)(json)
const encoded = <A, I>(schema: Schema.Schema<A, I>, value: A): I => Schema.encodeSync(schema)(value)
const rejects = (schema: Schema.Schema.AnyNoContext, json: unknown): void =>
  assert.isTrue(Either.isLeft(Schema.decodeUnknownEither(schema)(json)), `accepted ${String(json)}`)

describe("FieldMask, Struct, Value and Any", () => {
  it.effect("a field mask is a list of paths", () =>
    Effect.sync(() => {
      for (
        const [text, paths] of [["a,b.cD", ["a", "b.cD"]], ["", []], ["a, b,", ["a", "b"]]] as const
      ) {
        const mask = decoded(ProtoJson.FieldMask, text)
        assert.deepStrictEqual<ReadonlyArray<string>>(Array.from(mask), paths)
        assert.strictEqual(mask.raw, text)
        assert.deepStrictEqual(Object.keys(mask), paths.map((_, i) => String(i)))
        assert.strictEqual(encoded(ProtoJson.FieldMask, mask), text)
      }
      const made = ProtoJson.fieldMask(["a", "b.cD"])
      assert.strictEqual(encoded(ProtoJson.FieldMask, made), "a,b.cD")
      for (const path of ["a,b", "", "a b"]) {
        const mask = ProtoJson.fieldMask([path])
        assert.isTrue(Either.isLeft(Schema.encodeEither(ProtoJson.FieldMask)(mask)))
      }
    }))

  it.effect("objects and values are kept as they are", () =>
    Effect.sync(() => {
      const json: unknown = JSON.parse(`{"@type":"x/y","__proto__":{"a":1},"b":[null,{"c":1.5}]}`)
      assert.strictEqual<unknown>(decoded(ProtoJson.JsonObject, json), json)
      assert.strictEqual<unknown>(decoded(ProtoJson.JsonValue, json), json)
      assert.strictEqual<unknown>(decoded(ProtoJson.AnyValue, json), json)
      for (const value of [null, true, 0, "", []]) {
        assert.strictEqual(decoded(ProtoJson.JsonValue, value), value)
        rejects(ProtoJson.JsonObject, value)
        rejects(ProtoJson.AnyValue, value)
      }
      for (const value of [undefined, 1n, Symbol("s"), () => 1]) rejects(ProtoJson.JsonValue, value)
      rejects(ProtoJson.AnyValue, { "@type": 7 })
      assert.deepStrictEqual(decoded(ProtoJson.AnyValue, { a: 1 }), { a: 1 })
    }))
})
