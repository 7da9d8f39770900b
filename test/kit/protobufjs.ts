/**
 * What protobufjs by itself makes of the messages of a service: examples in proto JSON, and whether it takes a JSON. It has types only
 * for what proto3 JSON writes as an object; a timestamp is a text to it, a wrapper a scalar.
 */
import type * as Catalogue from "effect-lro/internal/services/catalogue"
import protobuf from "protobufjs"

export type Json = { readonly [key: string]: unknown }

const int64 = "9007199254740993"

const scalars: Json = {
  string: "text",
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

/** How the JSON of a well-known type looks to protobufjs, and an example of it. */
const wellKnown: ReadonlyMap<string, readonly [type: string, example: unknown]> = new Map([
  ["Timestamp", ["string", "2026-08-22T15:42:04.123456789Z"]],
  ["Duration", ["string", "3.500s"]],
  ["FieldMask", ["string", "displayName,labels.a"]],
  ["StringValue", ["string", "text"]],
  ["BoolValue", ["bool", true]],
  ["BytesValue", ["bytes", "AQL/"]],
  ["Int32Value", ["int32", -7]],
  ["UInt32Value", ["uint32", 7]],
  ["Int64Value", ["int64", int64]],
  ["UInt64Value", ["uint64", int64]],
  ["DoubleValue", ["double", 1.5]],
  ["FloatValue", ["float", 0.5]]
])

/** Kept as JSON, in a field of the type of the tests that holds its text. */
const kept: Json = {
  "google.protobuf.Any": { "@type": "type.googleapis.com/google.protobuf.Duration", value: "1s" },
  "google.protobuf.Value": [1, "a", null],
  "google.protobuf.ListValue": [1, { a: true }]
}

const keptType = "Kept"

const statusType = "google.rpc.Status"

/** Without namespaces: the names are those of the catalogue, and nothing is to be resolved. */
const flat = (name: string): string => name.replaceAll(".", "_")

protobuf.wrappers[`.${keptType}`] = {
  fromObject(json) {
    return this.create({ text: JSON.stringify(json) })
  },
  toObject: (message) => JSON.parse(String(Reflect.get(message, "text")))
}

interface Typed {
  readonly type: string
  readonly example: unknown
}

const typed = ({ type: { kind, name } }: Catalogue.Field): Typed => {
  if (kind === "scalar") return { type: name, example: scalars[name] }
  const [type, example] = wellKnown.get(name.replace("google.protobuf.", "")) ?? []
  if (type !== undefined) return { type, example }
  if (name === statusType) {
    return { type: flat(name), example: { code: 5, message: "gone", details: [{ a: [1] }] } }
  }
  return name.startsWith("google.protobuf.")
    ? { type: keptType, example: kept[name] ?? { a: [1] } }
    : { type: flat(name), example: undefined }
}

export interface Protos {
  readonly type: (name: string) => protobuf.Type
  /** Every field is set, of a oneof one member; an example for each member. `newer` has what no proto here has. */
  readonly examples: (name: string, newer?: boolean) => ReadonlyArray<Json>
  /** The same JSON, after it was a message in bytes. */
  readonly throughBytes: (name: string, json: Json) => Json
}

export const protosOf = ({ enums, messages }: Catalogue.Catalogue): Protos => {
  const root = new protobuf.Root()
  root.add(new protobuf.Type(keptType).add(new protobuf.Field("text", 1, "string")))
  root.add(
    new protobuf.Type(flat(statusType))
      .add(new protobuf.Field("code", 1, "int32"))
      .add(new protobuf.Field("message", 2, "string"))
      .add(new protobuf.Field("details", 3, keptType, "repeated"))
  )
  for (const { name, values } of enums.values()) {
    root.add(new protobuf.Enum(flat(name), Object.fromEntries(values)))
  }
  for (const { fields, name } of messages.values()) {
    if (name === statusType) continue
    const type = new protobuf.Type(flat(name))
    Array.from(fields.values()).forEach((field, i) => {
      const of = typed(field).type
      type.add(
        field.shape === "map"
          ? new protobuf.MapField(field.jsonName, i + 1, field.key ?? "", of)
          : new protobuf.Field(
            field.jsonName,
            i + 1,
            of,
            field.shape === "list" ? "repeated" : "optional"
          )
      )
    })
    root.add(type)
  }
  root.resolveAll()

  const valueOf = (
    field: Catalogue.Field,
    variant: number,
    depth: number,
    newer: boolean
  ): unknown => {
    const { kind, name } = field.type
    if (kind === "enum") {
      return newer
        ? "NEWER"
        : Array.from(enums.get(name)?.values.keys() ?? []).at(-1)
    }
    return kind === "message" && messages.has(name)
      ? exampleOf(name, variant, depth + 1, newer)
      : typed(field).example
  }

  const exampleOf = (name: string, variant: number, depth: number, newer: boolean): Json => {
    // Each message has an example of its own, so nothing below is missed.
    if (depth > 2) return newer ? { notThereYet: depth } : {}
    const fields = Array.from(messages.get(name)?.fields.values() ?? [])
    const entries = fields.flatMap((field): ReadonlyArray<readonly [string, unknown]> => {
      const members = fields.filter(({ oneOf }) => oneOf !== undefined && oneOf === field.oneOf)
      if (members.length > 0 && members[variant % members.length] !== field) return []
      const value = valueOf(field, variant, depth, newer)
      const key = field.key === "string" ? "key" : field.key === "bool" ? "true" : "7"
      return [[
        field.jsonName,
        field.shape === "map" ? { [key]: value } : field.shape === "list" ? [value] : value
      ]]
    })
    return Object.fromEntries(newer ? [...entries, ["notThereYet", { a: [depth] }]] : entries)
  }

  const type = (name: string) => root.lookupType(flat(name))
  return {
    type,
    examples: (name, newer = false) => {
      const oneOfs = Array.from(messages.get(name)?.fields.values() ?? [], ({ oneOf }) => oneOf)
      const variants = Math.max(
        1,
        ...oneOfs.map((oneOf) => oneOf === undefined ? 0 : oneOfs.filter((o) => o === oneOf).length)
      )
      return Array.from({ length: variants }, (_, variant) => exampleOf(name, variant, 0, newer))
    },
    throughBytes: (name, json) => {
      const of = type(name)
      const message = of.fromObject(json)
      const problem = of.verify(message)
      if (problem !== null) throw new Error(`${name}: ${problem}`)
      return of.toObject(of.decode(of.encode(message).finish()), {
        longs: String,
        enums: String,
        bytes: String,
        json: true
      })
    }
  }
}
