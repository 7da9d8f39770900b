import { HttpServerResponse } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, DateTime, Duration, Effect, Either, FastCheck, Pretty, Schema } from "effect"
import * as ProtoJson from "effect-lro/ProtoJson"
import * as JSONSchema from "effect/JSONSchema"

interface Layer extends ProtoJson.Unknown {
  readonly flavour: string
  readonly filling?: Cake
}

const Layer: ProtoJson.Message<Layer> = ProtoJson.message("example.bakery.v1.Layer", () => ({
  flavour: ProtoJson.string,
  filling: Cake
}))

type Cake =
  & ProtoJson.Unknown
  & {
    readonly displayName: string
    readonly vegan: boolean
    readonly heat: number
    readonly eggs: number
    readonly crumbs: bigint
    readonly grains: bigint
    readonly weight: number
    readonly photo: Uint8Array
    readonly state: ProtoJson.OpenEnum<"STATE_UNSPECIFIED" | "BAKING" | "DONE">
    readonly layers: ReadonlyArray<Layer>
    readonly slices: { readonly [guest: string]: bigint }
    readonly byGuest: { readonly [guest: string]: Layer }
    readonly bakedAt?: ProtoJson.Timestamp
    readonly rest?: ProtoJson.Duration
    readonly candles?: number
    readonly note?: string
    readonly mask?: ProtoJson.FieldMask
    readonly recipe?: ProtoJson.JsonObject
    readonly anything?: ProtoJson.JsonValue
    readonly details?: ProtoJson.AnyValue
    readonly mood?: number
  }
  & ProtoJson.OneOf<{
    readonly cream: string
    readonly glaze: Layer
  }>

const Cake: ProtoJson.Message<Cake> = ProtoJson.message("example.bakery.v1.Cake", () => ({
  displayName: ProtoJson.string,
  vegan: ProtoJson.bool,
  heat: ProtoJson.int32,
  eggs: ProtoJson.uint32,
  crumbs: ProtoJson.int64,
  grains: ProtoJson.uint64,
  weight: ProtoJson.double,
  photo: ProtoJson.bytes,
  state: ProtoJson.openEnum({ STATE_UNSPECIFIED: 0, BAKING: 1, DONE: 5 }),
  layers: ProtoJson.repeated(Layer),
  slices: ProtoJson.map(ProtoJson.int64),
  byGuest: ProtoJson.map(Layer),
  bakedAt: ProtoJson.Timestamp,
  rest: ProtoJson.Duration,
  candles: ProtoJson.optional(ProtoJson.int32),
  note: ProtoJson.optional(ProtoJson.string),
  mask: ProtoJson.FieldMask,
  recipe: ProtoJson.JsonObject,
  anything: ProtoJson.JsonValue,
  details: ProtoJson.AnyValue,
  mood: Schema.NumberFromString,
  cream: ProtoJson.oneOf("topping", ProtoJson.string),
  glaze: ProtoJson.oneOf("topping", Layer)
}))

const decode = (json: unknown): Cake => Schema.decodeUnknownSync(Cake)(json)
const encode = (cake: Cake): ProtoJson.JsonObject => Schema.encodeSync(Cake)(cake)
const problem = (json: unknown): string =>
  Either.match(Schema.decodeUnknownEither(Cake)(json), {
    onLeft: ({ message }) => message,
    onRight: () => assert.fail("decoded")
  })

const empty = {
  displayName: "",
  vegan: false,
  heat: 0,
  eggs: 0,
  crumbs: 0n,
  grains: 0n,
  weight: 0,
  photo: new Uint8Array(),
  state: "STATE_UNSPECIFIED",
  layers: [],
  slices: {},
  byGuest: {}
}

const full = {
  displayName: "plum",
  vegan: true,
  heat: -7,
  eggs: 4294967295,
  crumbs: "-9223372036854775808",
  grains: "18446744073709551615",
  weight: "NaN",
  photo: "AQI=",
  state: "DONE",
  layers: [{ flavour: "a" }, { flavour: "", filling: { ...encode(decode({})), displayName: "b" } }],
  slices: { ada: "1", __proto__: "2" },
  byGuest: { ada: { flavour: "c" } },
  bakedAt: "2026-01-02T03:04:05.678901234Z",
  rest: "3.500s",
  candles: 0,
  note: "",
  mask: "a,b.c",
  recipe: { a: [1] },
  anything: null,
  details: { "@type": "x/y", a: 1 },
  mood: "5",
  cream: ""
}

describe("[26] a message", () => {
  it("has its defaults, and nothing where a field has presence", () => {
    assert.deepStrictEqual<unknown>(decode({}), empty)
    const names = Object.keys(full).concat("glaze").filter((name) => name !== "anything")
    assert.deepStrictEqual<unknown>(
      decode(Object.fromEntries(names.map((name) => [name, null]))),
      empty
    )
    // Nobody can spoil the defaults of the next one.
    const layers: unknown = decode({}).layers
    if (Array.isArray(layers)) layers.push(1)
    assert.deepStrictEqual<unknown>(decode({}), empty)
  })

  it("encodes to what it was decoded from", () => {
    assert.deepStrictEqual<unknown>(encode(decode(full)), full)
    const { anything, bakedAt, candles, crumbs, mask, mood, rest, weight } = decode(full)
    assert.deepStrictEqual<ReadonlyArray<unknown>>(
      [anything, candles, crumbs, mood, weight, mask?.raw, bakedAt?.raw, rest?.raw],
      [null, 0, -9223372036854775808n, 5, NaN, full.mask, full.bakedAt, full.rest]
    )
    assert.isTrue(bakedAt !== undefined && DateTime.isUtc(bakedAt))
    assert.isTrue(rest !== undefined && Duration.equals(rest, "3500 millis"))
  })

  it("takes the names of the proto, too, of which the JSON name has the last word", () => {
    assert.deepStrictEqual(decode({ display_name: "a", baked_at: full.bakedAt }), {
      ...decode({ displayName: "a", bakedAt: full.bakedAt })
    })
    assert.strictEqual(decode({ display_name: "a", displayName: "b" }).displayName, "b")
  })

  it.each<readonly [unknown, unknown]>([
    ["DONE", "DONE"],
    [5, "DONE"],
    ["NOVEL", "NOVEL"],
    [99, 99],
    [-1, -1],
    ["5", "5"],
    ["__proto__", "__proto__"]
  ])("an enum keeps %j as %j", (json, value) => {
    assert.strictEqual(decode({ state: json }).state, value)
    assert.strictEqual(encode(decode({ state: json }))["state"], value)
  })

  it("an enum without 0 begins with its first name; of two names with a number the first is taken", () => {
    const message = ProtoJson.message<{ readonly a: string | number; readonly b: string | number }>(
      "example.Enums",
      () => ({
        a: ProtoJson.openEnum({ X: 1, Y: 2 }),
        b: ProtoJson.openEnum({ B: 2, A: 0, RUNNING: 1, ACTIVE: 1 })
      })
    )
    assert.deepStrictEqual(Schema.decodeUnknownSync(message)({ b: 1 }), { a: "X", b: "RUNNING" })
    assert.deepStrictEqual(Schema.decodeUnknownSync(message)({}), { a: "X", b: "A" })
  })

  it("keeps keys of maps that are names of Object's, and sets no prototype", () => {
    const json = JSON.parse(
      `{"slices":{"__proto__":"1","constructor":"2"},"byGuest":{"__proto__":{"flavour":"x"}},"__proto__":{"isAdmin":true}}`
    )
    const cake = decode(json)
    assert.deepStrictEqual(Object.entries(cake.slices), [["__proto__", 1n], ["constructor", 2n]])
    assert.deepStrictEqual(Object.keys(cake.byGuest), ["__proto__"])
    assert.strictEqual(Object.getPrototypeOf(cake.byGuest), Object.prototype)
    assert.strictEqual(Object.getPrototypeOf(cake), Object.prototype)
    assert.isFalse("isAdmin" in cake)
    const again = JSON.parse(JSON.stringify(encode(cake)))
    assert.deepStrictEqual(again, { ...encode(decode({})), ...json })
  })

  it("a oneof has one member or none", () => {
    const cake = decode({ cream: "c" })
    if (cake.cream !== undefined) {
      // The compiler knows it.
      const other: undefined = cake.glaze
      assert.isUndefined(other)
    }
    assert.deepStrictEqual(Object.keys(decode({ cream: null, glaze: {} })), [
      ...Object.keys(empty),
      "glaze"
    ])
    assert.include(
      problem({ layers: [{ filling: { cream: "", glaze: {} } }] }),
      `["layers"][0]["filling"]`
    )
    assert.include(
      problem({ cream: "", glaze: {} }),
      "Expected one of the oneof topping, actual cream and glaze"
    )
    const both = { ...decode({}), cream: "", glaze: { flavour: "" } } as unknown as Cake
    assert.isTrue(Either.isLeft(Schema.encodeEither(Cake)(both)))
    assert.isFalse(Schema.is(Cake)(both))
  })

  it.each<readonly [unknown, string]>([
    [{ layers: [{}, { filling: { crumbs: "x" } }] }, `["layers"][1]["filling"]["crumbs"]`],
    [{ byGuest: { "a b": { flavour: 1 } } }, `["byGuest"]["a b"]["flavour"]`],
    [{ slices: [] }, `["slices"]`],
    [{ slices: { a: null } }, `["slices"]["a"]`],
    [{ layers: [null] }, `["layers"][0]`],
    [{ layers: {} }, "Expected a list, actual an object"],
    [{ bakedAt: "yesterday" }, `["bakedAt"]`],
    [{ mood: "sad" }, `["mood"]`],
    [{ heat: 2147483648 }, "Expected an int32, actual 2147483648"],
    [{ eggs: -1 }, "Expected a uint32, actual -1"],
    [{ grains: -1 }, "Expected a uint64, actual -1"],
    [{ crumbs: "9223372036854775808" }, "Expected an int64"],
    [{ photo: "!" }, "Expected base64"],
    [{ vegan: "true" }, `Expected a boolean, actual "true"`],
    [{ displayName: 7 }, "Expected a string, actual 7"],
    [{ weight: "heavy" }, "Expected a number"],
    [{ state: 1.5 }, "Expected the name or the number of an enum"],
    [{ state: {} }, "Expected the name or the number of an enum"],
    [7, "Expected"],
    [null, "Expected"],
    [[], "Expected"]
  ])("refuses %j and says where", (json, words) => {
    assert.include(problem(json), words)
  })

  it("is no deeper than a hundred levels", () => {
    const nested = (levels: number, inside: object): object =>
      levels === 0 ? inside : { layers: [{ filling: nested(levels - 1, inside) }] }
    decode(nested(33, {}))
    assert.include(problem(nested(33, { layers: [{}] })), "nested too deeply")
    assert.include(problem(nested(33, { newer: [[]] })), "nested too deeply")
    assert.include(problem(nested(33, { recipe: { a: {} } })), "nested too deeply")
    assert.isTrue(Either.isLeft(Schema.decodeUnknownEither(Cake)(nested(20_000, {}))))
  })

  it("is not looked at before it is used", () => {
    let made = 0
    const Lazy = ProtoJson.message<{ readonly a: string }>("example.Lazy", () => {
      made++
      return { a: ProtoJson.string }
    })
    const Around = ProtoJson.message<{ readonly lazy?: { readonly a: string } }>(
      "example.Around",
      () => ({ lazy: Lazy })
    )
    void Around.ast
    assert.strictEqual(Lazy.fullName, "example.Lazy")
    assert.strictEqual(made, 0)
    Schema.decodeUnknownSync(Around)({ lazy: {} })
    Schema.decodeUnknownSync(Around)({ lazy: {} })
    assert.strictEqual(made, 1)
  })
})

describe("[27] unknown fields", () => {
  const newer = {
    ...encode(decode({})),
    since: { v: 2 },
    layers: [{ flavour: "a", colour: "red", filling: { ...encode(decode({})), also: [1] } }],
    byGuest: { ada: { flavour: "b", size: 1 } },
    glaze: { flavour: "c", shine: true }
  }

  it("are kept at every depth, and written back", () => {
    const cake = decode(newer)
    assert.deepStrictEqual(cake[ProtoJson.unknownFields], { since: { v: 2 } })
    assert.deepStrictEqual(cake.layers[0]?.[ProtoJson.unknownFields], { colour: "red" })
    assert.deepStrictEqual<unknown>(encode(cake), newer)
    assert.isFalse(Reflect.ownKeys(decode({})).includes(ProtoJson.unknownFields))
  })

  it("travel with a spread, and stand in for no known field", () => {
    const cake: Cake = { ...decode(newer), displayName: "changed" }
    assert.deepStrictEqual<unknown>(encode(cake), { ...newer, displayName: "changed" })
    const { note: _, ...rest } = decode({ note: "n" })
    const hostile = { ...rest, [ProtoJson.unknownFields]: { note: "x", display_name: "y", ok: 1 } }
    assert.deepStrictEqual(encode(hostile as unknown as Cake), { ...encode(decode({})), ok: 1 })
  })

  it("are told apart by equality, and leave it otherwise", () => {
    const equals = Schema.equivalence(Cake)
    assert.isTrue(equals(decode(newer), decode(newer)))
    assert.isFalse(equals(decode(newer), decode({ ...newer, since: { v: 3 } })))
    assert.isFalse(equals(decode({ note: "" }), decode({})))
  })
})

describe("what is derived of a message", () => {
  it("values of it, which survive the wire", () => {
    FastCheck.assert(
      FastCheck.property(Arbitrary.make(Cake), (cake) => {
        const wire: unknown = JSON.parse(JSON.stringify(encode(cake)))
        assert.isTrue(Schema.is(Cake)(cake))
        assert.deepStrictEqual<unknown>(encode(decode(wire)), wire)
      }),
      { numRuns: 50 }
    )
  })

  it("a guard, which sees what is missing, too", () => {
    const cake = decode(full)
    assert.isTrue(Schema.is(Cake)(cake))
    assert.isTrue(Schema.is(Cake)({ ...cake }))
    assert.isFalse(Schema.is(Cake)({ ...cake, displayName: 1 }))
    assert.isFalse(Schema.is(Cake)({ ...cake, layers: [{}] }))
    assert.isFalse(Schema.is(Cake)(full))
    assert.isFalse(Schema.is(Cake)(undefined))
  })

  it("a text", () => {
    const text = Pretty.make(Cake)(decode(full))
    assert.include(text, `"displayName": "plum"`)
    assert.include(text, `"bakedAt": 2026-01-02T03:04:05.678Z`)
  })

  it("a JSON Schema by its name, in which messages refer to each other", () => {
    const schema = JSONSchema.make(Cake)
    assert.strictEqual(Reflect.get(schema, "$ref"), "#/$defs/example.bakery.v1.Cake")
    const text = JSON.stringify(schema)
    assert.include(text, `"$ref":"#/$defs/example.bakery.v1.Layer"`)
    assert.include(text, `"$ref":"#/$defs/example.bakery.v1.Cake"`)
    assert.notInclude(text, `"additionalProperties":false`)
  })

  it.effect("a response of a server", () =>
    Effect.gen(function*() {
      const response = yield* HttpServerResponse.schemaJson(Cake)(decode(full))
      const web = HttpServerResponse.toWeb(response)
      assert.deepStrictEqual(yield* Effect.promise(() => web.json()), full)
    }))

  it("other Schemas", () => {
    const Box = Schema.Struct({ cake: Cake, more: Schema.Array(Layer) })
    const json = { cake: full, more: [{ flavour: "a" }] }
    assert.deepStrictEqual<unknown>(
      Schema.encodeSync(Box)(Schema.decodeUnknownSync(Box)(json)),
      json
    )
    const Titled = Cake.annotations({ title: "Cake" }).pipe(Schema.filter(({ heat }) => heat < 0))
    assert.isTrue(Either.isRight(Schema.decodeUnknownEither(Titled)(full)))
    assert.isTrue(Either.isLeft(Schema.decodeUnknownEither(Titled)({})))
    const type = Schema.typeSchema(Cake)
    assert.isTrue(Either.isRight(Schema.decodeUnknownEither(type)(decode(full))))
    assert.isTrue(Either.isLeft(Schema.decodeUnknownEither(type)(full)))
  })
})

describe("google.protobuf.Empty", () => {
  it("is void", () => {
    assert.strictEqual(ProtoJson.Empty.fullName, "google.protobuf.Empty")
    assert.isUndefined(Schema.decodeUnknownSync(ProtoJson.Empty)({ whatever: 1 }))
    assert.deepStrictEqual(Schema.encodeSync(ProtoJson.Empty)(undefined), {})
    assert.isTrue(Either.isLeft(Schema.decodeUnknownEither(ProtoJson.Empty)("text")))
    assert.isTrue(Schema.is(ProtoJson.Empty)(undefined))
    assert.isFalse(Schema.is(ProtoJson.Empty)({}))
  })
})
