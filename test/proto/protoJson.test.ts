import { assert, describe, it } from "@effect/vitest"
import {
  Arbitrary,
  DateTime,
  Duration,
  Effect,
  Either,
  Equal,
  FastCheck,
  Hash,
  Option,
  Schema
} from "effect"
import * as ProtoJson from "effect-lro/ProtoJson"
import { holds } from "../kit/property.ts"

const decoded = <A, I>(schema: Schema.Schema<A, I>, json: unknown): A =>
  Schema.decodeUnknownSync(schema)(json)
const encoded = <A, I>(schema: Schema.Schema<A, I>, value: A): I => Schema.encodeSync(schema)(value)
const encodedUnknown = (schema: Schema.Schema.AnyNoContext, value: unknown): unknown =>
  Schema.encodeUnknownSync(schema)(value)
const rejects = (schema: Schema.Schema.AnyNoContext, json: unknown): void =>
  assert.isTrue(Either.isLeft(Schema.decodeUnknownEither(schema)(json)), `accepted ${String(json)}`)

describe("[26] Timestamp", () => {
  it.effect.each([
    ["2024-02-29T12:34:56Z", "2024-02-29T12:34:56.000Z"],
    ["2024-02-29T12:34:56.7Z", "2024-02-29T12:34:56.700Z"],
    ["2024-02-29T12:34:56.123456789Z", "2024-02-29T12:34:56.123Z"],
    ["2024-02-29T12:34:56.999999999Z", "2024-02-29T12:34:56.999Z"],
    ["1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999Z"],
    ["2024-01-01T00:30:00+01:00", "2023-12-31T23:30:00.000Z"],
    ["2024-01-01T00:30:00.5-05:30", "2024-01-01T06:00:00.500Z"],
    ["2024-02-29t12:34:56z", "2024-02-29T12:34:56.000Z"],
    ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"],
    ["9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999Z"],
    ["2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000Z"]
  ])("%s is %s, and encodes back unchanged", ([text, iso]) =>
    Effect.sync(() => {
      const timestamp = decoded(ProtoJson.Timestamp, text)
      assert.strictEqual(DateTime.formatIso(timestamp), iso)
      assert.strictEqual(timestamp.raw, text)
      assert.isTrue(DateTime.isUtc(timestamp))
      assert.strictEqual(encoded(ProtoJson.Timestamp, timestamp), text)
    }))

  it.effect.each([
    "",
    "2024-02-29",
    "2024-02-29T12:34:56",
    "2024-02-29 12:34:56Z",
    "2024-02-29T12:34Z",
    "2023-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "2024-04-31T00:00:00Z",
    "2024-00-01T00:00:00Z",
    "2024-13-01T00:00:00Z",
    "2024-01-00T00:00:00Z",
    "2024-01-01T24:00:00Z",
    "2024-01-01T23:60:00Z",
    "2024-01-01T23:59:60Z",
    "2024-01-01T00:00:00.Z",
    "2024-01-01T00:00:00.1234567890Z",
    "2024-01-01T00:00:00+24:00",
    "2024-01-01T00:00:00+0100",
    "0000-12-31T00:00:00Z",
    "0001-01-01T00:00:00+00:01",
    "9999-12-31T23:59:59-00:01",
    "+012024-01-01T00:00:00Z",
    "2024-01-01T00:00:00Z\n",
    " 2024-01-01T00:00:00Z",
    "٢٠٢٤-01-01T00:00:00Z",
    "now",
    1704067200,
    null,
    {}
  ])("rejects %j", (json) => Effect.sync(() => rejects(ProtoJson.Timestamp, json)))

  it.effect("says what it expected", () =>
    Effect.sync(() => {
      const error = Either.flip(Schema.decodeUnknownEither(ProtoJson.Timestamp)("soon"))
      assert.include(Either.getOrThrow(error).message, `Expected Timestamp, actual "soon"`)
    }))

  it.effect("is a DateTime like any other: equality, arithmetic, printing", () =>
    Effect.sync(() => {
      const timestamp = decoded(ProtoJson.Timestamp, "2024-01-01T01:00:00.000000001+01:00")
      const plain = DateTime.unsafeMake("2024-01-01T00:00:00Z")
      assert.isTrue(Equal.equals(timestamp, plain))
      assert.strictEqual(Hash.hash(timestamp), Hash.hash(plain))
      assert.deepStrictEqual<DateTime.Utc>(timestamp, plain)
      assert.strictEqual(JSON.stringify(timestamp), JSON.stringify(plain))
      const later = DateTime.add(timestamp, { hours: 1 })
      assert.isFalse("raw" in later)
      assert.throws(() => Object.assign(timestamp, { raw: "x" }))
    }))

  it.effect("encodes a plain DateTime.Utc, and one that was made here, as ISO 8601", () =>
    Effect.sync(() => {
      const plain = DateTime.unsafeMake("2024-01-01T00:00:00.120Z")
      assert.strictEqual(
        encodedUnknown(ProtoJson.Timestamp, plain),
        "2024-01-01T00:00:00.120Z"
      )
      const made = ProtoJson.timestamp(
        DateTime.unsafeMakeZoned(plain, { timeZone: "Europe/Berlin" })
      )
      assert.strictEqual(made.raw, "2024-01-01T00:00:00.120Z")
      assert.isFalse("raw" in plain)
      const far = DateTime.unsafeMake(253402300800000)
      assert.isTrue(Either.isLeft(Schema.encodeUnknownEither(ProtoJson.Timestamp)(far)))
    }))

  it.effect("round-trips", () =>
    holds(Arbitrary.make(ProtoJson.Timestamp), 1000, (timestamp) =>
      Effect.sync(() => {
        const back = decoded(ProtoJson.Timestamp, encoded(ProtoJson.Timestamp, timestamp))
        assert.deepStrictEqual(back, timestamp)
        assert.strictEqual(back.raw, timestamp.raw)
      })))
})

describe("[26] Duration", () => {
  it.effect.each<readonly [string, bigint]>([
    ["3.5s", 3_500_000_000n],
    ["0s", 0n],
    ["1s", 1_000_000_000n],
    ["45.837906927s", 45_837_906_927n],
    ["0.000000001s", 1n],
    ["-1.5s", 0n],
    ["-0.5s", 0n],
    ["315576000000s", 315_576_000_000_000_000_000n],
    ["-315576000000s", 0n]
  ])("%s is %s nanoseconds, and encodes back unchanged", ([text, nanos]) =>
    Effect.sync(() => {
      const duration = decoded(ProtoJson.Duration, text)
      assert.deepStrictEqual(Duration.toNanos(duration), Option.some(nanos))
      assert.strictEqual(duration.raw, text)
      assert.strictEqual(encoded(ProtoJson.Duration, duration), text)
    }))

  it.effect.each([
    "",
    "s",
    "3",
    "3.s",
    ".5s",
    "+3s",
    "3m",
    "3 s",
    "3S",
    "--3s",
    "1e3s",
    "0.0000000001s",
    "315576000000.000000001s",
    "315576000001s",
    "9999999999999s",
    "Infinitys",
    3.5,
    null
  ])("rejects %j", (json) => Effect.sync(() => rejects(ProtoJson.Duration, json)))

  it.effect("is a Duration like any other, and leaves the shared constants alone", () =>
    Effect.sync(() => {
      const zero = decoded(ProtoJson.Duration, "-7s")
      assert.isFalse("raw" in Duration.zero)
      assert.isTrue(Equal.equals(zero, Duration.zero))
      const duration = decoded(ProtoJson.Duration, "3.500s")
      assert.isTrue(Equal.equals(duration, Duration.seconds(3.5)))
      assert.strictEqual(Hash.hash(duration), Hash.hash(Duration.seconds(3.5)))
      assert.deepStrictEqual<Duration.Duration>(duration, Duration.seconds(3.5))
    }))

  it.effect.each<readonly [Duration.DurationInput, string]>([
    ["90 minutes", "5400s"],
    [1500, "1.500s"],
    ["5 micros", "0.000005s"],
    [7n, "0.000000007s"],
    [0, "0s"]
  ])(
    "encodes a duration of %s that was made here or is plain",
    ([input, text]) =>
      Effect.sync(() => {
        assert.strictEqual(ProtoJson.duration(input).raw, text)
        const plain = Duration.decode(input)
        assert.strictEqual(encodedUnknown(ProtoJson.Duration, plain), text)
        assert.isFalse("raw" in plain)
      })
  )

  it.effect("does not encode what the wire cannot hold", () =>
    Effect.sync(() => {
      for (
        const duration of [
          Duration.infinity,
          ProtoJson.duration(Infinity),
          Duration.seconds(315_576_000_001)
        ]
      ) {
        assert.isTrue(Either.isLeft(Schema.encodeUnknownEither(ProtoJson.Duration)(duration)))
      }
    }))

  it.effect("round-trips", () =>
    holds(Arbitrary.make(ProtoJson.Duration), 1000, (duration) =>
      Effect.sync(() => {
        const back = decoded(ProtoJson.Duration, encoded(ProtoJson.Duration, duration))
        assert.deepStrictEqual(back, duration)
        assert.isTrue(Equal.equals(back, duration))
      })))
})

describe("[26] numbers and bytes", () => {
  const numbers = {
    Int32: ProtoJson.Int32,
    UInt32: ProtoJson.UInt32,
    Int64: ProtoJson.Int64,
    UInt64: ProtoJson.UInt64,
    Double: ProtoJson.Double
  }
  const decodedNumber = (name: keyof typeof numbers, json: unknown): unknown =>
    Schema.decodeUnknownSync(Schema.make(numbers[name].ast))(json)

  it.effect.each<readonly [keyof typeof numbers, unknown, unknown]>([
    ["Int32", 7, 7],
    ["Int32", "-7", -7],
    ["Int32", "1.0", 1],
    ["Int32", "1e2", 100],
    ["Int32", 2147483647, 2147483647],
    ["UInt32", "4294967295", 4294967295],
    ["Int64", "9223372036854775807", 9223372036854775807n],
    ["Int64", "-9223372036854775808", -9223372036854775808n],
    ["Int64", 9007199254740991, 9007199254740991n],
    ["Int64", "0", 0n],
    ["Int64", "1e3", 1000n],
    ["UInt64", "18446744073709551615", 18446744073709551615n],
    ["Double", 1.5, 1.5],
    ["Double", "-1.5e-3", -0.0015],
    ["Double", "NaN", NaN],
    ["Double", "Infinity", Infinity],
    ["Double", "-Infinity", -Infinity]
  ])(
    "%s decodes %j",
    ([name, json, value]) =>
      Effect.sync(() => assert.deepStrictEqual<unknown>(decodedNumber(name, json), value))
  )

  it.effect("rejects what is no such number", () =>
    Effect.sync(() => {
      const rubbish = [
        "",
        " ",
        " 1",
        "1 ",
        "0x10",
        "1_000",
        "1n",
        "abc",
        "+1",
        ".5",
        "5.",
        null,
        true,
        [],
        {}
      ]
      const integers = [ProtoJson.Int32, ProtoJson.UInt32, ProtoJson.Int64, ProtoJson.UInt64]
      for (const schema of integers) {
        for (
          const json of [
            ...rubbish,
            1.5,
            "1.5",
            NaN,
            Infinity,
            "NaN",
            "Infinity",
            1e300,
            "9".repeat(1e6)
          ]
        ) {
          rejects(schema, json)
        }
      }
      for (const json of [...rubbish, "infinity", "1e999"]) rejects(ProtoJson.Double, json)
      for (const json of [2147483648, "-2147483649"]) rejects(ProtoJson.Int32, json)
      for (const json of [-1, "4294967296"]) rejects(ProtoJson.UInt32, json)
      for (const json of ["9223372036854775808", "-9223372036854775809", 9007199254740992]) {
        rejects(ProtoJson.Int64, json)
      }
      for (const json of ["-1", "18446744073709551616"]) rejects(ProtoJson.UInt64, json)
    }))

  it.effect("encodes int64 as text, and a double that JSON lacks as its name", () =>
    Effect.sync(() => {
      assert.strictEqual(encoded(ProtoJson.Int64, -5n), "-5")
      assert.strictEqual(encoded(ProtoJson.UInt64, 5n), "5")
      assert.strictEqual(encoded(ProtoJson.Int32, 5), 5)
      assert.deepStrictEqual(
        [1.5, NaN, Infinity, -Infinity].map((n) => encoded(ProtoJson.Double, n)),
        [
          1.5,
          "NaN",
          "Infinity",
          "-Infinity"
        ]
      )
      assert.isTrue(Either.isLeft(Schema.encodeEither(ProtoJson.Int64)(2n ** 63n)))
    }))

  it.effect("round-trip", () => {
    const schema = Schema.Struct({
      int32: ProtoJson.Int32,
      uint32: ProtoJson.UInt32,
      int64: ProtoJson.Int64,
      uint64: ProtoJson.UInt64,
      double: ProtoJson.Double,
      bytes: ProtoJson.Bytes
    })
    return holds(Arbitrary.make(schema), 1000, (values) =>
      Effect.sync(() => {
        const wire: unknown = JSON.parse(JSON.stringify(encoded(schema, values)))
        // JSON has no negative zero.
        assert.deepStrictEqual(decoded(schema, wire), { ...values, double: values.double + 0 })
      }))
  })

  it.effect.each<readonly [string, ReadonlyArray<number>]>([
    ["", []],
    ["AA==", [0]],
    ["AA", [0]],
    ["+/8=", [251, 255]],
    ["-_8=", [251, 255]],
    ["-_8", [251, 255]],
    ["AAEC", [0, 1, 2]]
  ])(
    "bytes %j",
    ([text, bytes]) =>
      Effect.sync(() =>
        assert.deepStrictEqual(decoded(ProtoJson.Bytes, text), Uint8Array.from(bytes))
      )
  )

  it.effect.each([
    "A",
    "AAAAA",
    "A===",
    "=",
    "==",
    "AA=",
    "AAA==",
    "AAAA=",
    "A=A=",
    "AA=A",
    "A A=",
    "A\n==",
    "A*==",
    "é",
    1,
    null
  ])(
    "rejects bytes %j",
    (json) => Effect.sync(() => rejects(ProtoJson.Bytes, json))
  )

  it.effect("bytes decode the same from either alphabet, padded or not", () =>
    holds(FastCheck.uint8Array(), 1000, (bytes) =>
      Effect.sync(() => {
        const node = Buffer.from(bytes)
        const text = encoded(ProtoJson.Bytes, bytes)
        assert.strictEqual(text, node.toString("base64"))
        for (const form of [text, text.replaceAll("=", ""), node.toString("base64url")]) {
          assert.deepStrictEqual(decoded(ProtoJson.Bytes, form), bytes)
        }
      })))
})
