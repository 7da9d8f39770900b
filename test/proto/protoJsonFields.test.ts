import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Either, FastCheck, Option, Schema } from "effect"
import * as ProtoJson from "effect-lro/ProtoJson"
import { holds } from "../kit/property.ts"

const decoded = <A, I>(schema: Schema.Schema<A, I>, json: unknown): A =>
  Schema.decodeUnknownSync(schema)(json)
const encoded = <A, I>(schema: Schema.Schema<A, I>, value: A): I => Schema.encodeSync(schema)(value)
const rejects = (schema: Schema.Schema.AnyNoContext, json: unknown): void =>
  assert.isTrue(Either.isLeft(Schema.decodeUnknownEither(schema)(json)), `accepted ${String(json)}`)

describe("FieldMask, Struct, Value and Any", () => {
  it.effect("a field mask is a list of paths", () =>
    Effect.sync(() => {
      assert.deepStrictEqual(decoded(ProtoJson.FieldMask, "a,b.cD"), ["a", "b.cD"])
      assert.deepStrictEqual(decoded(ProtoJson.FieldMask, ""), [])
      assert.deepStrictEqual(decoded(ProtoJson.FieldMask, "a, b,"), ["a", "b"])
      assert.strictEqual(encoded(ProtoJson.FieldMask, ["a", "b.cD"]), "a,b.cD")
      for (const path of ["a,b", "", "a b"]) {
        assert.isTrue(Either.isLeft(Schema.encodeEither(ProtoJson.FieldMask)([path])))
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

describe("[26] enumeration", () => {
  const state = { STATE_UNSPECIFIED: 0, ACTIVE: 1, RUNNING: 1, DONE: 2 }
  const State = ProtoJson.enumeration(state)

  it.effect.each<readonly [unknown, unknown]>([
    ["DONE", "DONE"],
    [2, "DONE"],
    [1, "ACTIVE"],
    ["RUNNING", "RUNNING"],
    ["NOVEL", "NOVEL"],
    [99, 99],
    [-1, -1],
    ["2", "2"],
    ["__proto__", "__proto__"]
  ])("%j is %j, and is stable", ([json, value]) =>
    Effect.sync(() => {
      const item = decoded(State, json)
      assert.strictEqual(item, value)
      assert.strictEqual(decoded(State, encoded(State, item)), value)
    }))

  it.effect.each([1.5, null, true, {}])(
    "rejects %j",
    (json) => Effect.sync(() => rejects(State, json))
  )

  it.effect("a field has the name of 0 when absent, else the first", () =>
    Effect.sync(() => {
      const schema = Schema.Struct({
        zero: ProtoJson.enumField(state),
        late: ProtoJson.enumField({ B: 2, A: 0 }),
        first: ProtoJson.enumField({ X: 1, Y: 2 })
      })
      assert.deepStrictEqual(decoded(schema, { late: null }), {
        zero: "STATE_UNSPECIFIED",
        late: "A",
        first: "X"
      })
      assert.deepStrictEqual(decoded(schema, { zero: 2, late: 2, first: 3 }), {
        zero: "DONE",
        late: "B",
        first: 3
      })
    }))
})

describe("[26] fields", () => {
  class Inner extends Schema.Class<Inner>("Inner")({ id: ProtoJson.string }) {}
  class Message extends Schema.Class<Message>("Message")({
    string: ProtoJson.string,
    bool: ProtoJson.bool,
    int32: ProtoJson.int32,
    uint32: ProtoJson.uint32,
    int64: ProtoJson.int64,
    uint64: ProtoJson.uint64,
    double: ProtoJson.double,
    bytes: ProtoJson.bytes,
    timestamp: ProtoJson.option(ProtoJson.Timestamp),
    duration: ProtoJson.option(ProtoJson.Duration),
    inner: ProtoJson.option(Inner),
    wrapper: ProtoJson.option(Schema.String),
    list: ProtoJson.repeated(Inner),
    map: ProtoJson.map(ProtoJson.Int64)
  }) {}
  const keys = Object.keys(Message.fields)
  const empty = {
    string: "",
    bool: false,
    int32: 0,
    uint32: 0,
    int64: 0n,
    uint64: 0n,
    double: 0,
    bytes: new Uint8Array(),
    timestamp: Option.none(),
    duration: Option.none(),
    inner: Option.none(),
    wrapper: Option.none(),
    list: [],
    map: {}
  }
  const full = {
    string: "s",
    bool: true,
    int32: 1,
    uint32: 2,
    int64: "3",
    uint64: "4",
    double: 5.5,
    bytes: "AA==",
    timestamp: "2024-01-01T00:00:00.123456789Z",
    duration: "1.5s",
    inner: { id: "i" },
    wrapper: "",
    list: [{ id: "1" }, { id: "" }],
    map: { a: "1", b: "2" }
  }

  it.effect("have their defaults when absent, null or left out of the constructor", () =>
    Effect.sync(() => {
      assert.deepStrictEqual({ ...decoded(Message, {}) }, empty)
      assert.deepStrictEqual({
        ...decoded(Message, Object.fromEntries(keys.map((key) => [key, null])))
      }, empty)
      assert.deepStrictEqual({ ...new Message() }, empty)
    }))

  it.effect("encode to the JSON that they were decoded from, options by omission", () =>
    Effect.sync(() => {
      assert.deepStrictEqual(encoded(Message, decoded(Message, full)), full)
      assert.deepStrictEqual(Object.keys(encoded(Message, new Message())).sort(), [
        "bool",
        "bytes",
        "double",
        "int32",
        "int64",
        "list",
        "map",
        "string",
        "uint32",
        "uint64"
      ])
    }))

  it.effect("ignore unknown keys", () =>
    Effect.sync(() =>
      assert.deepStrictEqual({ ...decoded(Message, { novelty: 1, "@type": "x/y" }) }, empty)
    ))

  it.effect("reject another type, and say where", () =>
    Effect.sync(() => {
      for (const key of keys) rejects(Message, { [key]: Symbol("wrong") })
      const error = Either.flip(
        Schema.decodeUnknownEither(Message)({ map: { a: "1", "b c": "x" } })
      )
      const message = Either.getOrThrow(error).message
      assert.include(message, `["b c"]`)
      assert.include(message, `Expected Int64, actual "x"`)
    }))

  it.effect("round-trip", () =>
    holds(Arbitrary.make(Message), 1000, (message) =>
      Effect.sync(() => {
        const wire: unknown = JSON.parse(JSON.stringify(encoded(Message, message)))
        assert.deepStrictEqual({ ...decoded(Message, wire) }, {
          ...message,
          double: message.double + 0
        })
      })))

  it.effect("withDefault makes a field of any Schema", () =>
    Effect.sync(() => {
      const schema = Schema.Struct({
        size: ProtoJson.withDefault(Schema.NumberFromString, () => 50)
      })
      assert.deepStrictEqual(decoded(schema, {}), { size: 50 })
      assert.deepStrictEqual(decoded(schema, { size: "7" }), { size: 7 })
    }))
})

describe("map", () => {
  const Labels = Schema.Struct({ labels: ProtoJson.map(Schema.String) })

  it.effect("keeps __proto__ and other names of Object's as own properties, both ways", () =>
    Effect.sync(() => {
      const json = `{"labels":{"__proto__":"p","constructor":"c","toString":"t"}}`
      const { labels } = decoded(Labels, JSON.parse(json))
      assert.deepStrictEqual(Object.entries(labels), [["__proto__", "p"], ["constructor", "c"], [
        "toString",
        "t"
      ]])
      assert.strictEqual(Object.getPrototypeOf(labels), Object.prototype)
      assert.strictEqual(JSON.stringify(encoded(Labels, { labels })), json)
    }))

  it.effect("never sets a prototype", () =>
    Effect.sync(() => {
      const schema = Schema.Struct({ nested: ProtoJson.map(ProtoJson.JsonObject) })
      const { nested } = decoded(
        schema,
        JSON.parse(`{"nested":{"__proto__":{"__proto__":{"isAdmin":true}}}}`)
      )
      assert.isFalse("isAdmin" in nested)
      assert.deepStrictEqual(Object.keys(nested), ["__proto__"])
      assert.isFalse("isAdmin" in {})
    }))

  it.effect.each([[], "text", 7, true])(
    "rejects %j",
    (labels) => Effect.sync(() => rejects(Labels, { labels }))
  )

  it.effect("decodes items that need an effect", () =>
    Effect.gen(function*() {
      const Slow = Schema.transformOrFail(Schema.String, Schema.String, {
        strict: true,
        decode: (text) => Effect.as(Effect.yieldNow(), `${text}!`),
        encode: (text) => Effect.as(Effect.yieldNow(), text.slice(0, -1))
      })
      const schema = Schema.Struct({ map: ProtoJson.map(Slow) })
      const value = yield* Schema.decodeUnknown(schema)({ map: { a: "1", b: "2" } })
      assert.deepStrictEqual(value, { map: { a: "1!", b: "2!" } })
      assert.deepStrictEqual(yield* Schema.encode(schema)(value), { map: { a: "1", b: "2" } })
    }))

  it.effect("round-trips any keys", () =>
    holds(
      FastCheck.dictionary(
        FastCheck.oneof(FastCheck.string(), FastCheck.constant("__proto__")),
        FastCheck.string()
      ),
      1000,
      (labels) =>
        Effect.sync(() => {
          const wire: unknown = JSON.parse(JSON.stringify(encoded(Labels, { labels })))
          assert.deepStrictEqual(
            Object.entries(decoded(Labels, wire).labels),
            Object.entries(labels)
          )
        })
    ))
})
