/**
 * The pure half of proto3 JSON: text to values and back, `undefined` where the text is none of the type.
 */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import * as Option from "effect/Option"
import type { AnyValue, JsonObject, JsonValue } from "../../ProtoJson.ts"
import { isObject } from "../base/json.ts"

/** @internal */
export const isJsonObject = (value: unknown): value is JsonObject => isObject(value)

/** @internal */
export const isAny = (value: unknown): value is AnyValue =>
  isObject(value) && (value["@type"] === undefined || typeof value["@type"] === "string")

/** @internal */
export const isJsonValue = (value: unknown): value is JsonValue =>
  value === null || ["boolean", "number", "string", "object"].includes(typeof value)

/**
 * The full message name of a type URL: what follows the last slash. The part before it names a type server that nobody asks.
 *
 * @internal
 */
export const messageName = (typeUrl: unknown): string | undefined =>
  typeof typeUrl === "string" ? typeUrl.slice(typeUrl.lastIndexOf("/") + 1) : undefined

/**
 * The JSON name of a proto field, as protoc makes it: `service_class` to `serviceClass`.
 *
 * @internal
 */
export const jsonName = (name: string): string =>
  name.replace(/_+(.?)/g, (_, c: string) => c.toUpperCase())

const timestampPattern =
  /^(\d{4})-(\d{2})-(\d{2})[Tt]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-](?:[01]\d|2[0-3]):[0-5]\d))$/

const daysInMonth = (year: number, month: number): number => {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/**
 * 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999Z, the range of google.protobuf.Timestamp.
 *
 * @internal
 */
export const timestampMillis = { min: -62135596800000, max: 253402300799999 }

const inTimestampRange = (dateTime: DateTime.Utc): boolean =>
  dateTime.epochMillis >= timestampMillis.min && dateTime.epochMillis <= timestampMillis.max

/**
 * RFC 3339 to an instant, digits below the millisecond cut off. The day is checked here, because the JavaScript parser
 * takes 30 February for 1 March.
 *
 * @internal
 */
export const parseTimestamp = (text: string): DateTime.Utc | undefined => {
  const match = timestampPattern.exec(text)
  if (match === null) return undefined
  const [, year = "", month = "", day = "", hour, minute, second, fraction = "", offset = "Z"] =
    match
  if (Number(year) < 1 || Number(month) < 1 || Number(month) > 12) return undefined
  if (Number(day) < 1 || Number(day) > daysInMonth(Number(year), Number(month))) return undefined
  const millis = fraction.slice(0, 3).padEnd(3, "0")
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.${millis}${offset}`
  return Option.getOrUndefined(Option.filter(DateTime.make(iso), inTimestampRange))
}

/** @internal */
export const formatTimestamp = (dateTime: DateTime.Utc): string | undefined =>
  inTimestampRange(dateTime) ? DateTime.formatIso(dateTime) : undefined

const durationPattern = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/

/**
 * The largest google.protobuf.Duration, 10,000 years.
 *
 * @internal
 */
export const maxDurationNanos = 315_576_000_000n * 1_000_000_000n

/**
 * "3.5s" to a duration; a negative one is zero, since Effect's has no sign.
 *
 * @internal
 */
export const parseDuration = (text: string): Duration.Duration | undefined => {
  const match = durationPattern.exec(text)
  if (match === null) return undefined
  const [, sign, seconds = "", fraction = ""] = match
  const nanos = BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, "0"))
  if (nanos > maxDurationNanos) return undefined
  return durationOfNanos(sign === "-" ? 0n : nanos)
}

/**
 * Whole milliseconds are held as such, the way Effect does: equal durations must have equal hashes. Always a new object,
 * never the shared `Duration.zero`, so that the caller can add a property.
 *
 * @internal
 */
export const durationOfNanos = (nanos: bigint): Duration.Duration =>
  nanos % 1_000_000n === 0n ? Duration.millis(Number(nanos / 1_000_000n)) : Duration.nanos(nanos)

/** @internal */
export const formatDuration = (duration: Duration.Duration): string | undefined => {
  const nanos = Option.getOrUndefined(Duration.toNanos(duration))
  if (nanos === undefined || nanos > maxDurationNanos) return undefined
  const seconds = nanos / 1_000_000_000n
  const fraction = (nanos % 1_000_000_000n).toString().padStart(9, "0").replace(/(?:000)+$/, "")
  return fraction === "" ? `${seconds}s` : `${seconds}.${fraction}s`
}

const numberPattern = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** @internal */
export const parseDouble = (text: string): number | undefined => {
  switch (text) {
    case "NaN":
      return NaN
    case "Infinity":
      return Infinity
    case "-Infinity":
      return -Infinity
  }
  const value = numberPattern.test(text) ? Number(text) : NaN
  return Number.isFinite(value) ? value : undefined
}

/** @internal */
export const formatDouble = (value: number): number | string =>
  Number.isFinite(value) ? value : String(value)

/** @internal */
export const parseInteger = (value: number | string): number | undefined => {
  const number = typeof value === "number" ? value : numberPattern.test(value) ? Number(value) : NaN
  return Number.isSafeInteger(number) ? number : undefined
}

/** @internal */
export const parseBigInteger = (value: number | string): bigint | undefined => {
  // Twenty digits hold every 64-bit integer; converting a long run of digits takes quadratic time.
  if (typeof value === "string" && /^-?\d{1,20}$/.test(value)) return BigInt(value)
  const number = parseInteger(value)
  return number === undefined ? undefined : BigInt(number)
}

/** @internal */
export const parseBytes = (text: string): Uint8Array | undefined => {
  const match = /^([A-Za-z0-9+/_-]*)(={0,2})$/.exec(text)
  if (match === null) return undefined
  const [, digits = "", padding] = match
  if (digits.length % 4 === 1 || (padding !== "" && text.length % 4 !== 0)) return undefined
  const standard = digits.replaceAll("-", "+").replaceAll("_", "/")
  const padded = standard.padEnd(Math.ceil(digits.length / 4) * 4, "=")
  return Either.getOrUndefined(Encoding.decodeBase64(padded))
}

/** @internal */
export const parseFieldMask = (text: string): ReadonlyArray<string> =>
  text.split(",").map((path) => path.trim()).filter((path) => path !== "")
