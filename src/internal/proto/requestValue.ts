/**
 * What a request may hold, in proto3 JSON. The set is closed: what `JSON.stringify` would write as something else, or leave out, is
 * refused.
 */
import * as Chunk from "effect/Chunk"
import * as Data from "effect/Data"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Encoding from "effect/Encoding"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { isWellFormed } from "../base/text.ts"
import { maxDepth, tooDeep } from "./depth.ts"
import * as Texts from "./texts.ts"
import { unknownFields } from "./unknownFields.ts"

/** @internal */
export interface Fields {
  readonly [field: string]: Value
}

/** @internal */
export type Value = null | boolean | number | string | ReadonlyArray<Value> | Fields

/**
 * A value that is none of a request, by its path: `hub.labels.a`, `tags[1]`.
 *
 * @internal
 */
export class Refused {
  readonly path: string
  readonly problem: string
  constructor(path: string, problem: string) {
    this.path = path
    this.problem = problem
  }
}

/**
 * The proto3 JSON of a value; `undefined` is an absent field.
 *
 * @internal
 */
export const encode = (value: unknown, path: string, depth = 0): Value | undefined | Refused => {
  switch (typeof value) {
    case "undefined":
    case "boolean":
      return value
    case "number":
      // JSON has no negative zero.
      return Texts.formatDouble(value + 0)
    case "bigint":
      return String(value)
    case "string":
      return isWellFormed(value) ? value : new Refused(path, loneSurrogate)
    case "object":
      return value === null ? null : encodeObject(value, path, depth)
    default:
      return new Refused(path, `is a ${typeof value}`)
  }
}

const loneSurrogate = "contains a lone surrogate"

const encodeObject = (value: object, path: string, depth: number): Value | undefined | Refused => {
  if (Option.isOption(value)) {
    return Option.isNone(value) ? undefined : encode(value.value, path, depth)
  }
  // oxlint-disable-next-line no-restricted-globals -- a date that is given, not the clock
  if (value instanceof Date) {
    return Number.isNaN(value.getTime())
      ? new Refused(path, "is an invalid date")
      : timestamp(DateTime.unsafeFromDate(value), path)
  }
  if (DateTime.isDateTime(value)) return rawOf(value) ?? timestamp(value, path)
  if (Duration.isDuration(value)) {
    return (rawOf(value) || Texts.formatDuration(value)) ??
      new Refused(path, Duration.isFinite(value) ? "is too long" : "is not finite")
  }
  if (value instanceof Uint8Array) return Encoding.encodeBase64(value)
  if (depth >= maxDepth) return new Refused(/^[^.[]*/.exec(path)?.[0] ?? path, `is ${tooDeep}`)
  if (Array.isArray(value)) return rawOf(value) ?? encodeList(value, path, depth)
  return isMessage(value)
    ? encodeMessage(value, path, depth)
    : new Refused(path, `is ${kindOf(value)}`)
}

/** The text of a Timestamp, a Duration or a FieldMask of ProtoJson: it has digits that the value lacks. */
const rawOf = (value: object): string | undefined =>
  "raw" in value && typeof value.raw === "string" ? value.raw : undefined

const timestamp = (dateTime: DateTime.DateTime, path: string): string | Refused =>
  Texts.formatTimestamp(DateTime.toUtc(dateTime)) ??
    new Refused(path, "lies outside of the years 1 to 9999")

const encodeList = (
  items: ReadonlyArray<unknown>,
  path: string,
  depth: number
): ReadonlyArray<Value> | Refused => {
  const encoded: Array<Value> = []
  // Not `map`, which passes over the holes of a sparse array.
  for (let i = 0; i < items.length; i++) {
    const item = encode(items[i], `${path}[${i}]`, depth + 1)
    if (item instanceof Refused) return item
    if (item === undefined) return new Refused(`${path}[${i}]`, "is absent: a list has no gaps")
    encoded.push(item)
  }
  return encoded
}

/** Plain objects, of other realms too; what `Data` makes, instances of `Schema.Class` among it. */
const isMessage = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null ||
    value instanceof Data.Class
}

const encodeMessage = (value: object, path: string, depth: number): Fields | Refused => {
  const symbol = Object.getOwnPropertySymbols(value).find((key) =>
    key !== unknownFields && Object.prototype.propertyIsEnumerable.call(value, key)
  )
  if (symbol !== undefined) return new Refused(path, "has a symbol for a key")
  const fields: Array<readonly [key: string, value: Value]> = []
  for (const [key, item] of [...unknownOf(value), ...Object.entries(value)]) {
    if (!isWellFormed(key)) return new Refused(path, loneSurrogate)
    const field = encode(item, path === "" ? key : `${path}.${key}`, depth + 1)
    if (field instanceof Refused) return field
    if (field !== undefined) fields.push([key, field])
  }
  // Defines `__proto__` like any other key.
  return Object.fromEntries(fields)
}

/** The fields of a message that was decoded, which its Schema did not have. Nothing of them stands in for a field of it. */
const unknownOf = (value: object): ReadonlyArray<readonly [key: string, item: unknown]> => {
  const unknown: unknown = Reflect.get(value, unknownFields)
  return typeof unknown === "object" && unknown !== null
    ? Object.entries(unknown).filter(([key]) => !Object.hasOwn(value, key))
    : []
}

const kindOf = (value: object): string => {
  if (Redacted.isRedacted(value)) return "Redacted"
  if (Chunk.isChunk(value)) return "a Chunk"
  const { constructor } = value
  return typeof constructor === "function" && constructor.name !== "" && constructor !== Object
    ? `an instance of ${constructor.name}`
    : "no plain object"
}

/** @internal */
export const isFields = (value: Value | undefined): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value)
