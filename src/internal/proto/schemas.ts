import * as DateTime from "effect/DateTime"
import * as Duration_ from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Rec from "effect/Record"
import * as Schema from "effect/Schema"
import type * as AST from "effect/SchemaAST"
import type * as ProtoJson from "../../ProtoJson.ts"
import * as Json from "../base/json.ts"
import {
  type Constant,
  constant,
  declare,
  type Kind,
  orFail,
  transform,
  transformOrFail
} from "../base/schema.ts"
import * as internal from "./texts.ts"

const withRaw = (value: object, raw: string): void => {
  // Not enumerable: the value prints, compares and serialises like any other of its kind.
  Object.defineProperty(value, "raw", { value: raw })
}

const timestampWithRaw = (dateTime: DateTime.Utc, raw: string): ProtoJson.Timestamp => {
  withRaw(dateTime, raw)
  return dateTime as ProtoJson.Timestamp
}

const durationWithRaw = (duration: Duration_.Duration, raw: string): ProtoJson.Duration => {
  withRaw(duration, raw)
  return duration as ProtoJson.Duration
}

/** @internal */
export const timestamp = (dateTime: DateTime.DateTime): ProtoJson.Timestamp =>
  timestampWithRaw(
    DateTime.unsafeMake(dateTime.epochMillis),
    DateTime.formatIso(DateTime.toUtc(dateTime))
  )

/** @internal */
export const duration = (input: Duration_.DurationInput): ProtoJson.Duration => {
  const nanos = Option.getOrUndefined(Duration_.toNanos(input))
  const value = nanos === undefined ? Duration_.millis(Infinity) : internal.durationOfNanos(nanos)
  return durationWithRaw(value, internal.formatDuration(value) ?? "")
}

const TimestampFromSelf: Schema.Schema<ProtoJson.Timestamp> = /*#__PURE__*/ declare(
  (value: unknown): value is ProtoJson.Timestamp =>
    DateTime.isDateTime(value) && DateTime.isUtc(value),
  {
    identifier: "TimestampFromSelf",
    pretty: DateTime.formatIso,
    equivalence: DateTime.Equivalence,
    arbitrary: (fc) =>
      fc.integer(internal.timestampMillis).map((millis) => timestamp(DateTime.unsafeMake(millis)))
  }
)

/** @internal */
export const Timestamp: Schema.Schema<ProtoJson.Timestamp, string> = /*#__PURE__*/ transformOrFail(
  Schema.String,
  TimestampFromSelf,
  {
    decode: (text) => {
      const dateTime = internal.parseTimestamp(text)
      return orFail(dateTime && timestampWithRaw(dateTime, text))
    },
    encode: (value: DateTime.Utc & { readonly raw?: string }) =>
      orFail(
        value.raw ?? internal.formatTimestamp(value),
        "A timestamp must lie in the years 1 to 9999"
      )
  }
).annotations({ identifier: "Timestamp" })

const DurationFromSelf: Schema.Schema<ProtoJson.Duration> = /*#__PURE__*/ declare(
  (value: unknown): value is ProtoJson.Duration => Duration_.isDuration(value),
  {
    identifier: "DurationFromSelf",
    pretty: String,
    equivalence: Duration_.Equivalence,
    arbitrary: (fc) =>
      fc.bigInt({ min: 0n, max: internal.maxDurationNanos }).map((nanos) => duration(nanos))
  }
)

/** @internal */
export const Duration: Schema.Schema<ProtoJson.Duration, string> = /*#__PURE__*/ transformOrFail(
  Schema.String,
  DurationFromSelf,
  {
    decode: (text) => {
      const value = internal.parseDuration(text)
      return orFail(value && durationWithRaw(value, text))
    },
    encode: (value: Duration_.Duration & { readonly raw?: string }) =>
      orFail(
        value.raw || internal.formatDuration(value),
        "A duration must be at most 315576000000s"
      )
  }
).annotations({ identifier: "Duration" })

const numeric = <A extends number | bigint>(
  identifier: string,
  to: Schema.Schema<A>,
  parse: (value: number | string) => A | undefined,
  encode: (value: A) => number | string
): Schema.Schema<A, number | string> =>
  transformOrFail(Schema.Union(Schema.Number, Schema.String), to, {
    decode: (input) => orFail(parse(input)),
    encode: (value) => Either.right(encode(value))
  }).annotations({ identifier })

const number = (value: number): number => value

/** @internal */
export const Int32: Schema.Schema<number, number | string> = /*#__PURE__*/ numeric(
  "Int32",
  /*#__PURE__*/ Schema.Int.pipe(/*#__PURE__*/ Schema.between(-2147483648, 2147483647)),
  internal.parseInteger,
  number
)

/** @internal */
export const UInt32: Schema.Schema<number, number | string> = /*#__PURE__*/ numeric(
  "UInt32",
  /*#__PURE__*/ Schema.Int.pipe(/*#__PURE__*/ Schema.between(0, 4294967295)),
  internal.parseInteger,
  number
)

/** @internal */
export const Int64: Schema.Schema<bigint, number | string> = /*#__PURE__*/ numeric(
  "Int64",
  /*#__PURE__*/ Schema.BigIntFromSelf.pipe(
    /*#__PURE__*/ Schema.betweenBigInt(-0x8000_0000_0000_0000n, 0x7fff_ffff_ffff_ffffn)
  ),
  internal.parseBigInteger,
  String
)

/** @internal */
export const UInt64: Schema.Schema<bigint, number | string> = /*#__PURE__*/ numeric(
  "UInt64",
  /*#__PURE__*/ Schema.BigIntFromSelf.pipe(
    /*#__PURE__*/ Schema.betweenBigInt(0n, 0xffff_ffff_ffff_ffffn)
  ),
  internal.parseBigInteger,
  String
)

/** @internal */
export const Double: Schema.Schema<number, number | string> = /*#__PURE__*/ numeric(
  "Double",
  Schema.Number,
  (value) => typeof value === "number" ? value : internal.parseDouble(value),
  internal.formatDouble
)

/** @internal */
export const Bytes: Schema.Schema<Uint8Array, string> = /*#__PURE__*/ transformOrFail(
  Schema.String,
  Schema.Uint8ArrayFromSelf,
  {
    decode: (text) => orFail(internal.parseBytes(text)),
    encode: (bytes) => Either.right(Encoding.encodeBase64(bytes))
  }
).annotations({ identifier: "Bytes" })

/** @internal */
export const fieldMask = (paths: ReadonlyArray<string>): ProtoJson.FieldMask =>
  maskWithRaw(paths, paths.join(","))

const maskWithRaw = (paths: ReadonlyArray<string>, raw: string): ProtoJson.FieldMask => {
  const mask = [...paths]
  withRaw(mask, raw)
  return mask as ReadonlyArray<string> as ProtoJson.FieldMask
}

const isPath = (path: unknown): boolean => typeof path === "string" && /^[^\s,]+$/.test(path)

const FieldMaskFromSelf: Schema.Schema<ProtoJson.FieldMask> = /*#__PURE__*/ declare(
  (value: unknown): value is ProtoJson.FieldMask => Array.isArray(value) && value.every(isPath),
  {
    identifier: "FieldMaskFromSelf",
    pretty: String,
    equivalence: (a, b) => String(a) === String(b),
    arbitrary: (fc) => fc.array(fc.stringMatching(/^[a-z]+$/)).map(fieldMask)
  }
)

/** @internal */
export const FieldMask: Schema.Schema<ProtoJson.FieldMask, string> = /*#__PURE__*/ transform(
  Schema.String,
  FieldMaskFromSelf,
  {
    decode: (text) => maskWithRaw(internal.parseFieldMask(text), text),
    encode: (paths: ReadonlyArray<string> & { readonly raw?: string }) =>
      paths.raw ?? paths.join(",")
  }
).annotations({ identifier: "FieldMask" })

/** Of JSON that is kept as it is. A function with its spread: to a bundler that is not pure. */
const kept = <A>(is: (value: unknown) => value is A, kind: Kind<A>): Schema.Schema<A> =>
  declare(is, {
    pretty: (value) => JSON.stringify(value),
    equivalence: (a, b) => Json.canonical(a) === Json.canonical(b),
    ...kind
  })

/** @internal */
export const JsonValue: Schema.Schema<ProtoJson.JsonValue> = /*#__PURE__*/ kept(
  internal.isJsonValue,
  {
    identifier: "JsonValue",
    // Any: an empty one counts as none.
    jsonSchema: { anyOf: [{}] },
    arbitrary: (fc) => fc.jsonValue().map((value) => value as ProtoJson.JsonValue)
  }
)

/** @internal */
export const JsonObject: Schema.Schema<ProtoJson.JsonObject> = /*#__PURE__*/ kept(
  internal.isJsonObject,
  {
    identifier: "JsonObject",
    jsonSchema: { type: "object" },
    arbitrary: (fc) =>
      fc.dictionary(fc.string(), fc.jsonValue()).map((value) => value as ProtoJson.JsonObject)
  }
)

/**
 * Marks the Schema that takes a whole google.protobuf.Any, so that its `@type` is left in place.
 *
 * @internal
 */
export const AnyAnnotationId = Symbol.for("effect-lro/Any")

/** @internal */
export const AnyValue: Schema.Schema<ProtoJson.AnyValue> = /*#__PURE__*/ kept(internal.isAny, {
  identifier: "Any",
  mark: AnyAnnotationId,
  jsonSchema: { type: "object" },
  arbitrary: (fc) => fc.record({ "@type": fc.webUrl() })
})

type Result<B> = Effect.Effect<B, ParseResult.ParseIssue>

type Entry<B> = readonly [key: string, value: B]

const isSync = <B>(result: Result<B>): result is Either.Either<B, ParseResult.ParseIssue> =>
  Either.isEither(result)

/**
 * `Object.fromEntries` defines properties, so a key `__proto__` is a key like any other; an assignment would set the
 * prototype. Where the items decode at once the map does too: a map must not turn a struct asynchronous.
 */
const parseMap = <B>(parseItem: (item: unknown, options: AST.ParseOptions) => Result<B>) =>
(
  input: unknown,
  options: AST.ParseOptions,
  ast: AST.Declaration
): Result<{ readonly [key: string]: B }> => {
  if (!Json.isObject(input)) return ParseResult.fail(new ParseResult.Type(ast, input))
  const entries = Object.entries(input).map(([key, item]): Result<Entry<B>> =>
    ParseResult.mapBoth(parseItem(item, options), {
      onFailure: (issue) =>
        new ParseResult.Composite(ast, input, new ParseResult.Pointer(key, input, issue)),
      onSuccess: (value): Entry<B> => [key, value]
    })
  )
  return entries.every(isSync)
    ? Either.map(Either.all(entries), (entries) => Object.fromEntries(entries))
    : Effect.map(Effect.all(entries), (entries) => Object.fromEntries(entries))
}

/**
 * A map field: a plain object with any keys, `__proto__` included.
 *
 * @internal
 */
export const MapSchema = <A, I, R>(
  item: Schema.Schema<A, I, R>
): Schema.Schema<{ readonly [key: string]: A }, { readonly [key: string]: I }, R> =>
  Schema.declare(
    [item],
    {
      decode: (item) => parseMap(ParseResult.decodeUnknown(item)),
      encode: (item) => parseMap(ParseResult.encodeUnknown(item))
    },
    {
      identifier: "Map",
      jsonSchema: { type: "object" },
      pretty: (item) => (map) =>
        `{ ${
          Object.entries(map).map(([key, value]) => `${JSON.stringify(key)}: ${item(value)}`).join(
            ", "
          )
        } }`,
      equivalence: Rec.getEquivalence,
      arbitrary: (item) => (fc) => fc.dictionary(fc.string(), item(fc))
    }
  )

/**
 * The `_tag` of a detail, `@type` in JSON. A detail that is the field of a message, not in an Any, has no `@type`.
 *
 * @internal
 */
export const typeTag = <Tag extends string>(
  tag: Tag
): Constant<Tag, "@type"> => {
  const name = `google.rpc.${tag}`
  return constant(tag, "@type", {
    is: (url) => internal.messageName(url) === name,
    written: `type.googleapis.com/${name}`
  })
}
