/**
 * An example in proto JSON for every message of a service's metadata, made of the protos alone: the tests decode it with the
 * generated Schema. Every field is set, of a oneof one member; an example for each member.
 */
import protobuf from "protobufjs"
import { reach } from "./catalogue.ts"
import { fieldName, nameOf, resolve, type Resolved } from "./protos.ts"

type Json = { readonly [key: string]: unknown }

/** How deep messages stand in messages. Each has an example of its own, so nothing below is missed. */
const maxDepth = 2

const int64 = "9007199254740993"

const scalars: Json = {
  bool: true,
  bytes: "AQL/",
  int32: -7,
  sint32: -7,
  sfixed32: -7,
  uint32: 4294967295,
  fixed32: 4294967295,
  int64,
  sint64: int64,
  sfixed64: int64,
  uint64: "18446744073709551615",
  fixed64: "18446744073709551615",
  double: 1.5,
  float: 0.5
}

const wellKnown: Json = {
  "google.protobuf.Timestamp": "2026-08-22T15:42:04.123456789Z",
  "google.protobuf.Duration": "3.500s",
  "google.protobuf.FieldMask": "displayName,labels.a",
  "google.protobuf.Any": { "@type": "type.googleapis.com/google.protobuf.Duration", value: "1s" },
  "google.protobuf.Value": [1, "a", null],
  "google.protobuf.ListValue": [1, { a: true }],
  "google.protobuf.StringValue": "text",
  "google.protobuf.BoolValue": true,
  "google.protobuf.BytesValue": "AQL/",
  "google.protobuf.Int32Value": -7,
  "google.protobuf.UInt32Value": 7,
  "google.protobuf.Int64Value": int64,
  "google.protobuf.UInt64Value": int64,
  "google.protobuf.DoubleValue": 1.5,
  "google.protobuf.FloatValue": 0.5,
  "google.rpc.Status": { code: 5, message: "gone" }
}

const keyOf = (type: string): string => type === "string" ? "key" : type === "bool" ? "true" : "7"

const valueOf = (field: protobuf.Field, variant: number, depth: number): unknown => {
  if (field.type === "string") return field.name
  if (field.type in scalars) return scalars[field.type]
  if (field.parent === null) throw new Error(`${field.name} has no message`)
  const resolved = resolve(field.parent, field.type)
  // The last value: the first one is the default.
  if (resolved instanceof protobuf.Enum) return Object.keys(resolved.values).at(-1)
  if (resolved instanceof protobuf.Type) return messageOf(resolved, variant, depth + 1)
  return wellKnown[nameOf(resolved)] ?? { a: [1] }
}

const messageOf = (type: protobuf.Type, variant: number, depth: number): Json => {
  if (depth > maxDepth) return {}
  const out: Record<string, unknown> = {}
  for (const field of type.fieldsArray) {
    const members = field.partOf?.fieldsArray ?? [field]
    if (members[variant % members.length] !== field) continue
    const value = valueOf(field, variant, depth)
    out[fieldName(field)] = field instanceof protobuf.MapField
      ? { [keyOf(field.keyType)]: value }
      : field.repeated
      ? [value]
      : value
  }
  return out
}

export interface Example {
  readonly module: string
  /** The full name of the message. */
  readonly type: string
  readonly json: Json
}

export const examples = (
  module: string,
  roots: ReadonlyArray<Resolved>
): ReadonlyArray<Example> =>
  Array.from(reach(roots).values()).flatMap((type) => {
    if (type instanceof protobuf.Enum) return []
    const variants = Math.max(1, ...type.oneofsArray.map(({ fieldsArray }) => fieldsArray.length))
    return Array.from({ length: variants }, (_, variant) => ({
      module,
      type: type.fullName.slice(1),
      json: messageOf(type, variant, 0)
    }))
  })
