/** The values of proto3 JSON that are no messages; whose words they are, payload.ts says. */
import { isObject } from "../base/json.ts"
import type * as Catalogue from "../services/catalogue.ts"

/**
 * What is wrong with a value: the type that was wanted and Google's words, or the name of a field that a well-known type lacks.
 *
 * @internal
 */
export interface Problem {
  readonly type: string
  readonly text: string
  /** The field of a wrapper that the value is of. */
  readonly inside?: string
  readonly unknown?: string
}

const bounds: { readonly [type: string]: readonly [low: bigint, high: bigint] } = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n]
}

const isWithin = (type: string, value: unknown): boolean => {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value
  if (typeof number !== "number" || !Number.isInteger(number)) return false
  const [low, high] = bounds[type] ?? [0n, 0n]
  const exact = typeof value === "string" && /^-?\d+$/.test(value) ? BigInt(value) : BigInt(number)
  return exact >= low && exact <= high
}

const isFloat = (value: unknown): boolean =>
  typeof value === "number" ||
  (typeof value === "string" && value.trim() !== "" &&
    (!Number.isNaN(Number(value)) || value === "NaN"))

const isBoolean = (value: unknown): boolean =>
  typeof value === "boolean" || value === "true" || value === "false"

const isBase64 = (value: unknown): boolean =>
  typeof value === "string" && /^[\w+/-]*={0,2}$/.test(value)

/** The kinds of integers by what they hold. */
const integers: { readonly [scalar: string]: string } = {
  int32: "int32",
  sint32: "int32",
  sfixed32: "int32",
  uint32: "uint32",
  fixed32: "uint32",
  int64: "int64",
  sint64: "int64",
  sfixed64: "int64",
  uint64: "uint64",
  fixed64: "uint64"
}

const isScalar = (type: string, value: unknown): boolean => {
  switch (type) {
    case "string":
      return typeof value === "string"
    case "bool":
      return isBoolean(value)
    case "bytes":
      return isBase64(value)
    case "double":
    case "float":
      return isFloat(value)
    default:
      return isWithin(integers[type] ?? type, value)
  }
}

const scalarProblem = (type: string, value: unknown): Problem | undefined =>
  isScalar(type, value) ? undefined : {
    type: `TYPE_${type.toUpperCase()}`,
    text: type === "bytes"
      ? `Base64 decoding failed for ${JSON.stringify(value)}`
      : JSON.stringify(value)
  }

const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i

/** Texts of well-known types, and what Google says of others. */
const texts: { readonly [type: string]: (value: unknown) => string | undefined } = {
  "google.protobuf.Timestamp": (value) =>
    typeof value !== "string"
      ? `Invalid data type for timestamp, value is ${JSON.stringify(value)}`
      : timestamp.test(value)
      ? undefined
      : "Illegal timestamp format; timestamps must end with 'Z' or have a valid timezone offset.",
  "google.protobuf.Duration": (value) =>
    typeof value !== "string"
      ? `Invalid data type for duration, value is ${JSON.stringify(value)}`
      : !value.endsWith("s")
      ? "Illegal duration format; duration must end with 's'"
      : /^-?\d+(?:\.\d{1,9})?s$/.test(value)
      ? undefined
      : "Invalid duration format, failed to parse seconds",
  "google.protobuf.FieldMask": (value) =>
    typeof value === "string"
      ? undefined
      : `Invalid data type for field mask, value is ${JSON.stringify(value)}`
}

/** The fields of well-known types, which they may be written with. */
const fields: { readonly [type: string]: ReadonlyArray<string> } = {
  "google.protobuf.Timestamp": ["seconds", "nanos"],
  "google.protobuf.Duration": ["seconds", "nanos"],
  "google.protobuf.FieldMask": ["paths"],
  "google.protobuf.Empty": []
}

const wrapped: { readonly [type: string]: string } = {
  "google.protobuf.BoolValue": "bool",
  "google.protobuf.BytesValue": "bytes",
  "google.protobuf.DoubleValue": "double",
  "google.protobuf.FloatValue": "float",
  "google.protobuf.Int32Value": "int32",
  "google.protobuf.Int64Value": "int64",
  "google.protobuf.StringValue": "string",
  "google.protobuf.UInt32Value": "uint32",
  "google.protobuf.UInt64Value": "uint64"
}

const wellKnownProblem = (
  name: string,
  field: string,
  value: unknown
): Problem | undefined => {
  const type = `type.googleapis.com/${name}`
  if (name === "google.protobuf.Value" || name === "google.protobuf.NullValue") return undefined
  if (isObject(value)) {
    if (name === "google.protobuf.Struct") return undefined
    if (name === "google.protobuf.Any") {
      return Object.keys(value).length === 0 || typeof Reflect.get(value, "@type") === "string"
        ? undefined
        : { type: "Any", text: "Missing or invalid @type for any field" }
    }
    const known = fields[name] ?? (wrapped[name] === undefined ? [] : ["value"])
    const unknown = Object.keys(value).find((key) => !known.includes(key))
    return unknown === undefined ? undefined : { type, text: "", unknown }
  }
  const inner = wrapped[name]
  if (inner !== undefined) {
    const problem = scalarProblem(inner, value)
    return problem === undefined ? undefined : { ...problem, inside: "value" }
  }
  const text = texts[name]
  if (text === undefined) {
    return name === "google.protobuf.ListValue" && Array.isArray(value)
      ? undefined
      : { type, text: JSON.stringify(value) }
  }
  const problem = text(value)
  return problem === undefined ? undefined : { type, text: `Field '${field}', ${problem}` }
}

/**
 * What is wrong with a value that is neither a message nor a list.
 *
 * @internal
 */
export const problemOf = (
  type: Catalogue.Type,
  values: Catalogue.Enum | undefined,
  field: string,
  value: unknown
): Problem | undefined => {
  if (type.kind === "wellKnown") return wellKnownProblem(type.name, field, value)
  if (type.kind === "scalar") return scalarProblem(type.name, value)
  // proto3: a number outside the enum is kept.
  return isWithin("int32", value) || (typeof value === "string" && values?.values.has(value))
    ? undefined
    : { type: `type.googleapis.com/${type.name}`, text: JSON.stringify(value) }
}
