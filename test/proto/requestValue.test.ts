import { assert, describe, it } from "@effect/vitest"
import {
  Chunk,
  Data,
  DateTime,
  Duration,
  FastCheck as fc,
  HashMap,
  List,
  Option,
  Redacted,
  Schema
} from "effect"
import { encode, Refused } from "effect-lro/internal/proto/requestValue"
import * as ProtoJson from "effect-lro/ProtoJson"

const timestamp = "2026-01-02T03:04:05.123456789Z"
const decoded = Schema.decodeSync(ProtoJson.Timestamp)
const duration = Schema.decodeSync(ProtoJson.Duration)

class Cake extends Schema.Class<Cake>("Cake")({ flavour: Schema.String }) {}
class Box extends Data.Class<{ readonly size: number }> {
  get volume() {
    return this.size ** 3
  }
}
class Foreign {
  readonly a = 1
}

describe("[37] a request value", () => {
  it.each<readonly [what: string, value: unknown, json: unknown]>([
    ["null", null, null],
    ["JSON", { a: [1, "b", { c: true }] }, { a: [1, "b", { c: true }] }],
    ["absent", undefined, undefined],
    ["an absent field", { a: undefined, b: Option.none(), c: 1 }, { c: 1 }],
    ["int64", 9007199254740993n, "9007199254740993"],
    ["what is no number", [NaN, Infinity, -Infinity], ["NaN", "Infinity", "-Infinity"]],
    ["a Date", new Date(0), "1970-01-01T00:00:00.000Z"],
    ["a DateTime", DateTime.unsafeMake(1), "1970-01-01T00:00:00.001Z"],
    [
      "a DateTime of a zone",
      DateTime.unsafeMakeZoned(0, { timeZone: "Europe/Berlin" }),
      "1970-01-01T00:00:00.000Z"
    ],
    ["a Timestamp, with all of its digits", decoded(timestamp), timestamp],
    ["a Duration", Duration.millis(1500), "1.500s"],
    ["a Duration of nanoseconds", Duration.nanos(1n), "0.000000001s"],
    ["a Duration from JSON", duration("-3.5s"), "-3.5s"],
    ["no time", Duration.zero, "0s"],
    ["bytes", new Uint8Array([251, 255]), "+/8="],
    ["a Buffer", Buffer.from("plum"), "cGx1bQ=="],
    ["Option", Option.some(Option.some([Option.some(1n)])), ["1"]],
    ["an instance of Schema.Class", new Cake({ flavour: "plum" }), { flavour: "plum" }],
    ["an instance of Data.Class", new Box({ size: 2 }), { size: 2 }],
    ["a struct of Data", Data.struct({ a: Data.array([1]) }), { a: [1] }],
    ["an object without prototype", Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    ["a FieldMask, which is no list", ProtoJson.fieldMask(["a", "b.c"]), "a,b.c"],
    [
      "unknown fields, which stand in for none that is there",
      [{ a: undefined, b: 2, [ProtoJson.unknownFields]: { a: 1, b: 1, c: { d: [1] } } }],
      [{ c: { d: [1] }, b: 2 }]
    ],
    ["unknown fields that are none", { a: 1, [ProtoJson.unknownFields]: undefined }, { a: 1 }],
    ["a key of a prototype", JSON.parse("{\"__proto__\":1}"), JSON.parse("{\"__proto__\":1}")]
  ])("may be %s", (_, value, json) => {
    assert.deepStrictEqual(encode(value, "a"), json)
  })

  it.each<readonly [value: unknown, path: string, problem: string]>([
    [new Map([["a", 1]]), "", "is an instance of Map"],
    [{ a: new Set([1]) }, "a", "is an instance of Set"],
    [{ a: [1, Chunk.of(1)] }, "a[1]", "is a Chunk"],
    [{ a: { b: Redacted.make("secret") } }, "a.b", "is Redacted"],
    [{ a: HashMap.empty() }, "a", "is no plain object"],
    [{ a: List.empty() }, "a", "is no plain object"],
    [{ a: () => 1 }, "a", "is a function"],
    [{ a: Symbol("a") }, "a", "is a symbol"],
    [{ a: { [Symbol("b")]: 1 } }, "a", "has a symbol for a key"],
    [{ a: { [ProtoJson.unknownFields]: { b: new Map() } } }, "a.b", "is an instance of Map"],
    [{ a: new Foreign() }, "a", "is an instance of Foreign"],
    [{ a: Object.create({ b: 1 }) }, "a", "is no plain object"],
    [{ a: new Float64Array(1) }, "a", "is an instance of Float64Array"],
    [{ a: new ArrayBuffer(1) }, "a", "is an instance of ArrayBuffer"],
    [{ a: new Error("no") }, "a", "is an instance of Error"],
    [{ a: Promise.resolve(1) }, "a", "is an instance of Promise"],
    [{ a: /a/ }, "a", "is an instance of RegExp"],
    [{ a: new URL("https://a.example") }, "a", "is an instance of URL"],
    [{ a: Object(1n) }, "a", "is an instance of BigInt"],
    [{ a: { toJSON: () => 1 } }, "a.toJSON", "is a function"],
    [{ a: new Date(NaN) }, "a", "is an invalid date"],
    [{ a: new Date(253402300800000) }, "a", "lies outside of the years 1 to 9999"],
    [{ a: Duration.infinity }, "a", "is not finite"],
    [{ a: ProtoJson.duration(Duration.infinity) }, "a", "is not finite"],
    [{ a: Duration.weeks(1e9) }, "a", "is too long"],
    [{ a: [1, undefined] }, "a[1]", "is absent: a list has no gaps"],
    // oxlint-disable-next-line no-sparse-arrays
    [{ a: [1, , 2] }, "a[1]", "is absent: a list has no gaps"],
    [{ a: [Option.none()] }, "a[0]", "is absent: a list has no gaps"],
    [{ a: "\ud800" }, "a", "contains a lone surrogate"],
    [{ a: { "\udc00": 1 } }, "a", "contains a lone surrogate"]
  ])("that is %o is refused at `%s`: %s", (value, path, problem) => {
    assert.deepStrictEqual(encode(value, ""), new Refused(path, problem))
  })

  it("may be nested a hundred times and no deeper", () => {
    const nested = (levels: number) => {
      let value: unknown = 1
      for (let i = 0; i < levels; i++) value = i % 2 === 0 ? { a: value } : [value]
      return value
    }
    assert.notInstanceOf(encode(nested(100), "x"), Refused)
    assert.deepStrictEqual(encode(nested(101), "x"), new Refused("x", "is nested too deeply"))
    const cycle: { self?: unknown } = {}
    cycle.self = [cycle]
    assert.deepStrictEqual(encode({ b: cycle }, ""), new Refused("b", "is nested too deeply"))
  })

  it("that is a negative zero is a zero, as JSON writes it", () => {
    assert.deepStrictEqual(encode({ a: -0 }, ""), { a: 0 })
  })

  it("that is JSON stays as it is", () => {
    fc.assert(fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      assert.deepStrictEqual(encode(value, ""), JSON.parse(JSON.stringify(value)))
    }))
  })

  it("of any kind becomes JSON that loses nothing, or is refused", () => {
    const scalar = fc.oneof(
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true }),
      fc.anything({ withTypedArray: true, withNullPrototype: true, withBoxedValues: true }),
      fc.constantFrom(Duration.infinity, Chunk.of(1), Redacted.make("s"), Option.none(), () => 1),
      fc.date({ noInvalidDate: false }).map((date) => Option.some(date)),
      fc.uint8Array()
    )
    const value = fc.dictionary(fc.string(), fc.oneof(scalar, fc.array(scalar)))
    fc.assert(fc.property(value, (value) => {
      const encoded = encode(value, "")
      if (encoded instanceof Refused) return
      // What is JSON survives a round trip; no field is lost but the absent ones.
      assert.deepStrictEqual(JSON.parse(JSON.stringify(encoded)), encoded)
      const given = Object.entries(value).filter(([, item]) =>
        item !== undefined && !(Option.isOption(item) && Option.isNone(item))
      )
      assert.deepStrictEqual(
        Object.keys(encoded ?? {}).sort(),
        given.map(([key]) => key).sort()
      )
    }))
  })

  it("that is a Timestamp or bytes decodes to itself", () => {
    const roundTrip = <A>(schema: Schema.Schema<A, string>, value: A) =>
      Schema.decodeUnknownSync(schema)(encode(value, ""))
    fc.assert(fc.property(
      fc.date({
        min: new Date(-62135596800000),
        max: new Date(253402300799999),
        noInvalidDate: true
      }),
      fc.uint8Array(),
      fc.bigInt({ min: 0n, max: 10n ** 18n }),
      (date, bytes, nanos) => {
        const { epochMillis } = roundTrip(ProtoJson.Timestamp, decoded(date.toISOString()))
        assert.strictEqual(epochMillis, date.getTime())
        assert.deepStrictEqual(roundTrip(ProtoJson.Bytes, bytes), bytes)
        const length = roundTrip(ProtoJson.Duration, ProtoJson.duration(Duration.nanos(nanos)))
        assert.deepStrictEqual(Duration.toNanos(length), Option.some(nanos))
      }
    ))
  })
})
