/**
 * The proto3 JSON mapping as Schemas: the field types of Google's messages, for metadata and response Schemas.
 *
 * Item schemas (`Timestamp`, `Int64`, …) are used anywhere. Field helpers (`string`, `option`, `repeated`, …) are used as
 * fields of `Schema.Struct` and `Schema.Class`: proto3 JSON leaves a field out when it has its default, so an absent field
 * and `null` decode to that default. Unknown keys are ignored.
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import type * as Duration_ from "effect/Duration"
import type * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as base from "./internal/base/schema.ts"
import * as internal from "./internal/proto/schemas.ts"

/**
 * A UTC instant to the millisecond, with the text that the server sent.
 *
 * Equality and order look at the millisecond only; `raw` keeps the digits below it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Timestamp extends DateTime.Utc {
  /**
   * The RFC 3339 text, at most nine fraction digits.
   *
   * @since 0.1.0
   */
  readonly raw: string
}

/**
 * A duration to the nanosecond, with the text that the server sent.
 *
 * A negative duration is zero, since Effect's has no sign; `raw` keeps it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Duration extends Duration_.Duration {
  /**
   * The text, seconds with up to nine fraction digits and an `s`.
   *
   * @since 0.1.0
   */
  readonly raw: string
}

/**
 * A JSON value of any kind.
 *
 * @since 0.1.0
 * @category models
 */
export type JsonValue = null | boolean | number | string | ReadonlyArray<JsonValue> | JsonObject

/**
 * A JSON object of any shape.
 *
 * @since 0.1.0
 * @category models
 */
export interface JsonObject {
  readonly [key: string]: JsonValue
}

/**
 * A google.protobuf.Any in JSON, not decoded.
 *
 * @since 0.1.0
 * @category models
 */
export interface AnyValue {
  /**
   * The type URL, `type.googleapis.com/<full message name>`.
   *
   * @since 0.1.0
   */
  readonly "@type"?: string | undefined
  readonly [key: string]: unknown
}

/**
 * A value of an open enum: one of the known names, a name that is not known yet, or a number that is not known yet.
 *
 * @since 0.1.0
 * @category models
 */
export type OpenEnum<Names extends string> = Names | (string & {}) | number

/**
 * A field that may be absent or `null` in JSON and is always there once decoded.
 *
 * @since 0.1.0
 * @category models
 */
export interface Field<A, I, R = never> extends base.Field<A, I, R> {}

/**
 * Makes a `Timestamp` of a point in time, for a message that a program builds itself.
 *
 * @since 0.1.0
 * @category constructors
 */
export const timestamp: (dateTime: DateTime.DateTime) => Timestamp = internal.timestamp

/**
 * Makes a `Duration` of any duration input, for a message that a program builds itself. An infinite one cannot be encoded.
 *
 * @since 0.1.0
 * @category constructors
 */
export const duration: (input: Duration_.DurationInput) => Duration = internal.duration

/**
 * google.protobuf.Timestamp: RFC 3339 text with `Z` or an offset and up to nine fraction digits.
 *
 * Decodes to a `DateTime.Utc` cut to the millisecond, with the text in `raw`. Encodes `raw` when there is one, so nothing
 * is lost on the way back, and ISO 8601 for any other `DateTime.Utc`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Timestamp: Schema.Schema<Timestamp, string> = internal.Timestamp

/**
 * google.protobuf.Duration: seconds with up to nine fraction digits and an `s`, `"3.5s"`.
 *
 * Decodes to an Effect `Duration` to the nanosecond, with the text in `raw`; a negative one is zero. Encodes `raw` when
 * there is one. An infinite duration cannot be encoded.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Duration: Schema.Schema<Duration, string> = internal.Duration

/**
 * int32, sint32, sfixed32: a number, or its decimal text.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Int32: Schema.Schema<number, number | string> = internal.Int32

/**
 * uint32, fixed32: a number, or its decimal text.
 *
 * @since 0.1.0
 * @category schemas
 */
export const UInt32: Schema.Schema<number, number | string> = internal.UInt32

/**
 * int64, sint64, sfixed64: decimal text, or a number that JavaScript holds exactly. Encodes to text.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Int64: Schema.Schema<bigint, number | string> = internal.Int64

/**
 * uint64, fixed64: decimal text, or a number that JavaScript holds exactly. Encodes to text.
 *
 * @since 0.1.0
 * @category schemas
 */
export const UInt64: Schema.Schema<bigint, number | string> = internal.UInt64

/**
 * double, float: a number, its text, or one of `"NaN"`, `"Infinity"`, `"-Infinity"`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Double: Schema.Schema<number, number | string> = internal.Double

/**
 * bytes: base64 of the standard or the URL-safe alphabet, padded or not. Encodes to padded standard base64.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Bytes: Schema.Schema<Uint8Array, string> = internal.Bytes

/**
 * google.protobuf.FieldMask: the paths of a comma-separated list, as sent.
 *
 * @since 0.1.0
 * @category schemas
 */
export const FieldMask: Schema.Schema<ReadonlyArray<string>, string> = internal.FieldMask

/**
 * google.protobuf.Value: any JSON value, kept as it is.
 *
 * @since 0.1.0
 * @category schemas
 */
export const JsonValue: Schema.Schema<JsonValue> = internal.JsonValue

/**
 * google.protobuf.Struct, and any message that has no Schema here: a JSON object, kept as it is.
 *
 * @since 0.1.0
 * @category schemas
 */
export const JsonObject: Schema.Schema<JsonObject> = internal.JsonObject

/**
 * google.protobuf.Any, kept as it is: a JSON object, normally with `@type`. The module `Any` decodes it.
 *
 * @since 0.1.0
 * @category schemas
 */
export const AnyValue: Schema.Schema<AnyValue> = internal.AnyValue

/**
 * An enum that stays open: its name or its number.
 *
 * A number that is known decodes to its name; names and numbers that are not known are kept as they are, so that a new
 * value of the server's breaks nothing. Of two names with one number the first is taken.
 *
 * @since 0.1.0
 * @category schemas
 */
export const enumeration: <const Values extends { readonly [name: string]: number }>(
  values: Values
) => Schema.Schema<OpenEnum<Extract<keyof Values, string>>, number | string> = internal.enumeration

/**
 * A field that decodes to a default when it is absent or `null`. The constructors of `Schema.Class` may leave it out.
 *
 * @since 0.1.0
 * @category fields
 */
export const withDefault = <A, I, R>(
  item: Schema.Schema<A, I, R>,
  defaultValue: () => A
): Field<A, I, R> => base.withDefault(item, defaultValue)

/**
 * A string field, `""` when absent.
 *
 * @since 0.1.0
 * @category fields
 */
export const string: Field<string, string> = /*#__PURE__*/ withDefault(Schema.String, () => "")

/**
 * A bool field, `false` when absent.
 *
 * @since 0.1.0
 * @category fields
 */
export const bool: Field<boolean, boolean> = /*#__PURE__*/ withDefault(Schema.Boolean, () => false)

/**
 * An `Int32` field, `0` when absent.
 *
 * @since 0.1.0
 * @category fields
 */
export const int32: Field<number, number | string> = /*#__PURE__*/ withDefault(Int32, () => 0)

/**
 * A `UInt32` field, `0` when absent.
 *
 * @since 0.1.0
 * @category fields
 */
export const uint32: Field<number, number | string> = /*#__PURE__*/ withDefault(UInt32, () => 0)

/**
 * An `Int64` field, `0n` when absent.
 *
 * @since 0.1.0
 * @category fields
 */
export const int64: Field<bigint, number | string> = /*#__PURE__*/ withDefault(Int64, () => 0n)

/**
 * A `UInt64` field, `0n` when absent.
 *
 * @since 0.1.0
 * @category fields
 */
export const uint64: Field<bigint, number | string> = /*#__PURE__*/ withDefault(UInt64, () => 0n)

/**
 * A `Double` field, `0` when absent.
 *
 * @since 0.1.0
 * @category fields
 */
export const double: Field<number, number | string> = /*#__PURE__*/ withDefault(Double, () => 0)

/**
 * A `Bytes` field, empty when absent.
 *
 * @since 0.1.0
 * @category fields
 */
export const bytes: Field<Uint8Array, string> = /*#__PURE__*/ withDefault(
  Bytes,
  () => new Uint8Array()
)

/**
 * An enum field: when absent, the name whose number is 0, else the first name.
 *
 * @since 0.1.0
 * @category fields
 */
export const enumField = <const Values extends { readonly [name: string]: number }>(
  values: Values
): Field<OpenEnum<Extract<keyof Values, string>>, number | string> => {
  const names = Object.keys(values)
  const zero = names.find((name) => values[name] === 0) ?? names[0] ?? 0
  return withDefault(enumeration(values), () => zero)
}

/**
 * A field with presence, `Option.none()` when absent: a message, a Timestamp, a Duration, a wrapper, a member of a oneof, a
 * proto3 `optional`. Encodes by omission.
 *
 * @since 0.1.0
 * @category fields
 */
export const option = <A, I, R>(item: Schema.Schema<A, I, R>): Field<Option.Option<A>, I, R> =>
  base.asOption(item)

/**
 * A repeated field, `[]` when absent.
 *
 * @since 0.1.0
 * @category fields
 */
export const repeated = <A, I, R>(
  item: Schema.Schema<A, I, R>
): Field<ReadonlyArray<A>, ReadonlyArray<I>, R> => withDefault(Schema.Array(item), () => [])

/**
 * A map field, `{}` when absent: a plain object with any keys. A key `__proto__` is a property like any other.
 *
 * @since 0.1.0
 * @category fields
 */
export const map = <A, I, R>(
  item: Schema.Schema<A, I, R>
): Field<{ readonly [key: string]: A }, { readonly [key: string]: I }, R> =>
  withDefault(internal.MapSchema(item), () => ({}))
