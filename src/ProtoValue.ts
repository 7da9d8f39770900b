/**
 * The values of proto3 JSON that are more than a string, a number or a boolean: their decoded types, their Schemas, and what requests take
 * for them. {@link ProtoJson} exports them all again.
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import type * as Duration_ from "effect/Duration"
import type * as Schema from "effect/Schema"
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
 * The paths of a google.protobuf.FieldMask, with their text: what a request sends.
 *
 * @since 0.1.0
 * @category models
 */
export interface FieldMask extends ReadonlyArray<string> {
  /**
   * The paths, separated by commas.
   *
   * @since 0.1.0
   */
  readonly raw: string
}

/**
 * What a request takes for a google.protobuf.Timestamp: RFC 3339 text, a date or a point in time.
 *
 * @since 0.1.0
 * @category inputs
 */
export type TimestampInput = string | Date | DateTime.DateTime

/**
 * What a request takes for a google.protobuf.Duration: seconds with an `s`, or a duration.
 *
 * @since 0.1.0
 * @category inputs
 */
export type DurationInput = string | Duration_.Duration

/**
 * What a request takes for a google.protobuf.FieldMask inside a message: paths separated by commas, or what {@link fieldMask} makes.
 *
 * @since 0.1.0
 * @category inputs
 */
export type FieldMaskInput = string | FieldMask

/**
 * What a request takes for bytes: base64, or the bytes.
 *
 * @since 0.1.0
 * @category inputs
 */
export type BytesInput = string | Uint8Array

/**
 * What a request takes for an integer of 64 bits.
 *
 * @since 0.1.0
 * @category inputs
 */
export type Int64Input = bigint | number | string

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
 * Makes a `FieldMask` of paths, for a message of a request.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fieldMask: (paths: ReadonlyArray<string>) => FieldMask = internal.fieldMask

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
 * google.protobuf.FieldMask: the paths of a comma-separated list, as sent, with the text in `raw`. Encodes `raw` when there is one.
 *
 * @since 0.1.0
 * @category schemas
 */
export const FieldMask: Schema.Schema<FieldMask, string> = internal.FieldMask

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
