import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Either, FastCheck, Option, Schema } from "effect"
import * as Any from "effect-lro/Any"
import * as ProtoJson from "effect-lro/ProtoJson"
import * as Status from "effect-lro/Status"
import { holds } from "../kit/property.ts"

const prefix = "type.googleapis.com/"
const hubType = "google.cloud.networkconnectivity.v1.Hub"
class Hub extends Schema.Class<Hub>("Hub")({
  name: Schema.String,
  labels: Schema.optionalWith(Schema.Record({ key: Schema.String, value: Schema.String }), {
    default: () => ({})
  })
}) {}

const problem = <A>(schema: Schema.Schema<A, ProtoJson.AnyValue>, json: unknown): string =>
  Either.match(Schema.decodeUnknownEither(schema)(json), {
    onLeft: (error) => error.message,
    onRight: () => assert.fail("decoded")
  })

/** The well-known types whose JSON is nested, each with a Schema, its JSON and its value. */
const wellKnown: ReadonlyArray<readonly [string, Schema.Schema.AnyNoContext, unknown, unknown]> = [
  ["BoolValue", Schema.Boolean, true, true],
  ["BytesValue", ProtoJson.Bytes, "AQ==", Uint8Array.of(1)],
  ["DoubleValue", ProtoJson.Double, "NaN", NaN],
  ["FloatValue", ProtoJson.Double, 1.5, 1.5],
  ["Int32Value", ProtoJson.Int32, 7, 7],
  ["UInt32Value", ProtoJson.UInt32, 7, 7],
  ["Int64Value", ProtoJson.Int64, "7", 7n],
  ["UInt64Value", ProtoJson.UInt64, "7", 7n],
  ["StringValue", Schema.String, "text", "text"],
  ["FieldMask", ProtoJson.FieldMask, "a,b", ["a", "b"]],
  ["ListValue", Schema.Array(ProtoJson.JsonValue), [1, null], [1, null]],
  ["Struct", ProtoJson.JsonObject, { value: 1, a: { b: [] } }, { value: 1, a: { b: [] } }],
  ["Value", ProtoJson.JsonValue, null, null],
  [
    "Any",
    Any.of(hubType, Hub),
    { "@type": prefix + hubType, name: "h", labels: {} },
    new Hub({ name: "h" })
  ]
]

describe("[27] Any.of", () => {
  const HubAny = Any.of(hubType, Hub)

  it.effect("decodes the message beside its @type, and encodes it there", () =>
    Effect.gen(function*() {
      const json = { "@type": prefix + hubType, name: "h", labels: { a: "b" } }
      const hub = yield* Schema.decodeUnknown(HubAny)(json)
      assert.deepStrictEqual(hub, new Hub({ name: "h", labels: { a: "b" } }))
      const encoded = yield* Schema.encode(HubAny)(hub)
      assert.deepStrictEqual(encoded, json)
      assert.strictEqual(Object.keys(encoded)[0], "@type")
    }))

  it.effect("compares what follows the last slash, and keeps the URL that was given", () =>
    Effect.gen(function*() {
      const schema = Any.of(`example.com/types/${hubType}`, Hub)
      for (const type of [prefix + hubType, hubType, `/${hubType}`]) {
        assert.strictEqual(
          (yield* Schema.decodeUnknown(schema)({ "@type": type, name: "h" })).name,
          "h"
        )
      }
      const encoded = yield* Schema.encode(schema)(new Hub({ name: "h" }))
      assert.strictEqual(encoded["@type"], `example.com/types/${hubType}`)
    }))

  it.effect("decodes an Any without @type, since nothing contradicts it", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* Schema.decodeUnknown(HubAny)({ name: "h" })).name, "h")
    }))

  it.effect("refuses another type and names both", () =>
    Effect.sync(() => {
      const message = problem(HubAny, {
        "@type": `${prefix}google.cloud.networkconnectivity.v1.Spoke`,
        name: "h"
      })
      assert.include(message, `Expected ${hubType} in @type`)
      assert.include(message, `"google.cloud.networkconnectivity.v1.Spoke"`)
      for (const type of ["Hub", `${hubType}x`, `x${hubType}`, `${hubType}/`, ""]) {
        assert.include(problem(HubAny, { "@type": type }), "in @type")
      }
    }))

  it.effect.each([null, "text", 7, [], { "@type": 7 }])(
    "refuses %j",
    (json) => Effect.sync(() => assert.include(problem(HubAny, json), "Any"))
  )

  it.effect("reports a message that does not fit", () =>
    Effect.sync(() => assert.include(problem(HubAny, { "@type": hubType, name: 7 }), `["name"]`)))

  it.effect.each(wellKnown)(
    "unwraps google.protobuf.%s",
    ([name, schema, json, value]) =>
      Effect.gen(function*() {
        const any = Any.of(`google.protobuf.${name}`, Schema.make<unknown, unknown>(schema.ast))
        const wire = { "@type": `${prefix}google.protobuf.${name}`, value: json }
        const decoded = yield* Schema.decodeUnknown(any)(wire)
        assert.deepStrictEqual(decoded, value)
        assert.deepStrictEqual<unknown>(yield* Schema.encode(any)(decoded), wire)
        assert.deepStrictEqual(Any.strip(wire), json)
      })
  )

  it.effect("unwraps Timestamp and Duration with their text", () =>
    Effect.gen(function*() {
      const timestamp = yield* Schema.decodeUnknown(
        Any.of("google.protobuf.Timestamp", ProtoJson.Timestamp)
      )({
        "@type": `${prefix}google.protobuf.Timestamp`,
        value: "2024-01-01T00:00:00.123456789Z"
      })
      assert.strictEqual(timestamp.raw, "2024-01-01T00:00:00.123456789Z")
      const duration = yield* Schema.decodeUnknown(
        Any.of("google.protobuf.Duration", ProtoJson.Duration)
      )({
        "@type": `${prefix}google.protobuf.Duration`,
        value: "3s"
      })
      assert.strictEqual(duration.raw, "3s")
    }))

  it.effect("takes Empty bare, as Google's front ends send it, and nested", () =>
    Effect.gen(function*() {
      const schema = Any.of("google.protobuf.Empty", Schema.Struct({}))
      const type = `${prefix}google.protobuf.Empty`
      assert.deepStrictEqual(yield* Schema.decodeUnknown(schema)({ "@type": type }), {})
      assert.deepStrictEqual(yield* Schema.decodeUnknown(schema)({ "@type": type, value: {} }), {})
      assert.deepStrictEqual<unknown>(yield* Schema.encode(schema)({}), { "@type": type })
    }))

  it.effect("leaves a field `value` of an ordinary message alone", () =>
    Effect.gen(function*() {
      const schema = Any.of("a.b.C", Schema.Struct({ value: Schema.String }))
      const json = { "@type": "type.googleapis.com/a.b.C", value: "v" }
      assert.deepStrictEqual(yield* Schema.decodeUnknown(schema)(json), { value: "v" })
      assert.deepStrictEqual<unknown>(yield* Schema.encode(schema)({ value: "v" }), json)
    }))

  it.effect("carries a Status and its details", () =>
    Effect.gen(function*() {
      const status = Any.of("google.rpc.Status", Status.Status)
      const json = { "@type": `${prefix}google.rpc.Status`, code: 5, message: "m" }
      assert.deepStrictEqual(
        yield* Schema.decodeUnknown(status)(json),
        Status.make({ code: 5, message: "m" })
      )
      const info = Any.of("google.rpc.ErrorInfo", Status.ErrorInfo)
      const detail = {
        "@type": `${prefix}google.rpc.ErrorInfo`,
        reason: "R",
        domain: "d",
        metadata: {}
      }
      const decoded = yield* Schema.decodeUnknown(info)(detail)
      assert.strictEqual(decoded.reason, "R")
      assert.deepStrictEqual<unknown>(yield* Schema.encode(info)(decoded), detail)
      const elsewhere = Any.of("example.com/google.rpc.ErrorInfo", Status.ErrorInfo)
      const encoded = yield* Schema.encode(elsewhere)(decoded)
      assert.strictEqual(encoded["@type"], "example.com/google.rpc.ErrorInfo")
    }))

  it.effect("does not encode a message whose JSON is no object", () =>
    Effect.sync(() => {
      const result = Schema.encodeEither(Any.of("a.b.C", Schema.String))("text")
      assert.isTrue(Either.isLeft(result))
    }))

  it.effect("keeps a field __proto__ an ordinary field", () =>
    Effect.gen(function*() {
      const schema = Any.of("a.b.C", ProtoJson.JsonObject)
      const json = `{"@type":"type.googleapis.com/a.b.C","__proto__":{"isAdmin":true}}`
      const decoded = yield* Schema.decodeUnknown(schema)(JSON.parse(json))
      assert.deepStrictEqual(Object.keys(decoded), ["__proto__"])
      assert.isFalse("isAdmin" in decoded)
      assert.strictEqual(JSON.stringify(yield* Schema.encode(schema)(decoded)), json)
    }))

  it.effect("round-trips", () =>
    holds(Arbitrary.make(Hub), 1000, (hub) =>
      Effect.gen(function*() {
        const wire: unknown = JSON.parse(JSON.stringify(yield* Schema.encode(HubAny)(hub)))
        assert.deepStrictEqual(yield* Schema.decodeUnknown(HubAny)(wire), hub)
      })))
})

describe("Any.strip and Any.typeUrl", () => {
  it.effect("strip takes @type away and changes nothing else", () =>
    Effect.sync(() => {
      const json = { "@type": prefix + hubType, name: "h", value: 1 }
      assert.deepStrictEqual(Any.strip(json), { name: "h", value: 1 })
      assert.deepStrictEqual(Object.keys(json), ["@type", "name", "value"])
      assert.deepStrictEqual(Any.strip({ "@type": 7, a: 1 }), { a: 1 })
      assert.deepStrictEqual(Any.strip({ "@type": `${prefix}google.protobuf.Empty` }), {})
      assert.deepStrictEqual(Any.strip({ "@type": `${prefix}google.protobuf.Struct`, a: 1 }), {
        a: 1
      })
    }))

  it.effect("strip gives JSON without @type back as it is", () =>
    holds(
      FastCheck.anything().filter((json) => Option.isNone(Any.typeUrl(json))),
      1000,
      (json) => Effect.sync(() => assert.isTrue(Object.is(Any.strip(json), json)))
    ))

  it.effect("typeUrl is the @type, where it is text", () =>
    Effect.sync(() => {
      assert.deepStrictEqual(
        Any.typeUrl({ "@type": prefix + hubType }),
        Option.some(prefix + hubType)
      )
      for (const json of [null, undefined, 7, "text", [], {}, { "@type": 7 }, { "@type": null }]) {
        assert.isTrue(Option.isNone(Any.typeUrl(json)))
      }
    }))
})

describe("Any.isOf", () => {
  const hub = Any.of(hubType, Hub)

  it.effect("is true for what takes the whole Any", () =>
    Effect.sync(() => {
      for (
        const schema of [
          hub,
          ProtoJson.AnyValue,
          hub.annotations({ identifier: "HubAny" }),
          hub.pipe(Schema.filter(() => true)),
          Schema.compose(hub, Schema.typeSchema(Hub)),
          Schema.Union(hub, Any.of("a.b.C", Schema.Struct({}))),
          Schema.encodedSchema(hub)
        ]
      ) assert.isTrue(Any.isOf(schema), String(schema))
    }))

  it.effect("is false for a plain Schema", () =>
    Effect.sync(() => {
      for (
        const schema of [
          Hub,
          Status.Status,
          ProtoJson.Duration,
          ProtoJson.JsonObject,
          Schema.Unknown
        ]
      ) {
        assert.isFalse(Any.isOf(schema), String(schema))
      }
      assert.isFalse(Any.isOf(Schema.typeSchema(hub)))
      assert.isFalse(Any.isOf(Schema.Struct({ nested: hub })))
    }))

  it.effect("an Any of several types decodes to the one that it is", () =>
    holds(
      FastCheck.tuple(FastCheck.constantFrom("A", "B"), Arbitrary.make(Schema.String)),
      1000,
      ([type, name]) =>
        Effect.gen(function*() {
          const schema = Schema.Union(
            Any.of("x.A", Schema.Struct({ name: Schema.String })),
            Any.of("x.B", Schema.Struct({ name: Schema.Array(Schema.String) }))
          )
          const value = yield* Schema.decodeUnknown(schema)({
            "@type": `t/x.${type}`,
            name: type === "A" ? name : [name]
          })
          assert.deepStrictEqual<unknown>(value.name, type === "A" ? name : [name])
        })
    ))
})
