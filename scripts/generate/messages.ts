/** The messages of a service version: what responses, metadata and the fields of requests are made of, to any depth. */
import protobuf from "protobufjs"
import { reach, targetOf } from "./catalogue.ts"
import { Names, packagePrefix, takenByMessages, typeName } from "./names.ts"
import {
  fieldName,
  fullName,
  hasBehavior,
  isDeprecated,
  nameOf,
  oneOfSiblings,
  type Resolved
} from "./protos.ts"

/** How a field, a metadata or a response is written: its type once decoded, its type in a request, its Schema. */
export interface Item {
  readonly decoded: string
  readonly input: string
  readonly schema: string
  /** A value without presence has a default. */
  readonly isScalar: boolean
}

export interface MessageField {
  readonly name: string
  readonly decoded: string
  /** `undefined` where a request has no such field. */
  readonly input: string | undefined
  readonly schema: string
  readonly hasPresence: boolean
  /** The oneof that it is a member of, where there are others. */
  readonly oneOf: string | undefined
  /** The other members, where the types do not say that they exclude each other. */
  readonly excludes: ReadonlyArray<string>
  readonly inputDocs: ReadonlyArray<string>
  readonly deprecated: boolean
}

export interface MessageModel {
  readonly kind: "message"
  readonly type: protobuf.Type
  readonly name: string
  /** Where requests hold it. */
  readonly inputName: string | undefined
  readonly fields: ReadonlyArray<MessageField>
}

export interface EnumModel {
  readonly kind: "enum"
  readonly type: protobuf.Enum
  readonly name: string
}

export interface MessagesModel {
  /** By name. */
  readonly declared: ReadonlyArray<MessageModel | EnumModel>
  /** Metadata or a response, for the service module. */
  readonly itemOf: (resolved: Resolved) => Item
  /** The type of a field of a request, likewise. */
  readonly inputOf: (field: protobuf.Field) => string
}

const scalar = (decoded: string, schema: string, input = decoded): Item => ({
  decoded,
  input,
  schema: `ProtoJson.${schema}`,
  isScalar: true
})

const proto = (name: string, input = `ProtoJson.${name}Input`): Item => ({
  decoded: `ProtoJson.${name}`,
  input,
  schema: `ProtoJson.${name}`,
  isScalar: false
})

const string = scalar("string", "string")
const bool = scalar("boolean", "bool")
const bytes = scalar("Uint8Array", "bytes", "ProtoJson.BytesInput")
const int32 = scalar("number", "int32")
const uint32 = scalar("number", "uint32")
const int64 = scalar("bigint", "int64", "ProtoJson.Int64Input")
const uint64 = scalar("bigint", "uint64", "ProtoJson.Int64Input")
const double = scalar("number", "double")

const scalars: ReadonlyMap<string, Item> = new Map([
  ["string", string],
  ["bool", bool],
  ["bytes", bytes],
  ["int32", int32],
  ["sint32", int32],
  ["sfixed32", int32],
  ["uint32", uint32],
  ["fixed32", uint32],
  ["int64", int64],
  ["sint64", int64],
  ["sfixed64", int64],
  ["uint64", uint64],
  ["fixed64", uint64],
  ["double", double],
  ["float", double]
])

const json = "{ readonly [key: string]: unknown }"

const wellKnown: ReadonlyMap<string, Item> = new Map([
  ["google.protobuf.Timestamp", proto("Timestamp")],
  ["google.protobuf.Duration", proto("Duration")],
  ["google.protobuf.FieldMask", proto("FieldMask")],
  ["google.protobuf.Any", proto("AnyValue", json)],
  ["google.protobuf.Struct", proto("JsonObject", json)],
  ["google.protobuf.Value", proto("JsonValue", "unknown")],
  ["google.protobuf.ListValue", proto("JsonValue", "unknown")],
  ["google.protobuf.NullValue", proto("JsonValue", "unknown")],
  ["google.rpc.Status", {
    decoded: "RpcStatus.Message",
    input: "RpcStatus.MessageInput",
    schema: "RpcStatus.Message",
    isScalar: false
  }],
  ...([
    ["StringValue", string],
    ["BoolValue", bool],
    ["BytesValue", bytes],
    ["Int32Value", int32],
    ["UInt32Value", uint32],
    ["Int64Value", int64],
    ["UInt64Value", uint64],
    ["DoubleValue", double],
    ["FloatValue", double]
  ] as const).map(([name, item]) =>
    [`google.protobuf.${name}`, {
      ...item,
      schema: `ProtoJson.optional(${item.schema})`,
      isScalar: false
    }] as const
  )
])

/** Those of google.protobuf that nobody reads: `Api`, `Type` and their like. */
const kept = proto("JsonObject", json)

const behaviors: ReadonlyArray<readonly [behavior: string, doc: string]> = [
  ["INPUT_ONLY", "Input only: never sent back."],
  ["IMMUTABLE", "Cannot be changed later."],
  ["REQUIRED", "Required by the service."]
]

/** More combinations of the members of oneofs than these are no union. */
const maxCombinations = 32

/** The oneofs that have more than one member. */
const oneOfsOf = (type: protobuf.Type): ReadonlyArray<protobuf.OneOf> =>
  type.oneofsArray.filter(({ fieldsArray }) => fieldsArray.length > 1)

/** Whether the types say that the members of a oneof exclude each other. */
export const areExclusive = (type: protobuf.Type): boolean =>
  oneOfsOf(type).reduce((product, { fieldsArray }) => product * (fieldsArray.length + 1), 1) <=
    maxCombinations

export const messagesModel = (
  /** Responses and metadata. */
  received: ReadonlyArray<Resolved>,
  /** What the fields of requests are. */
  sent: ReadonlyArray<Resolved>,
  /** The packages whose types have the shorter names. */
  packages: ReadonlySet<string>
): MessagesModel => {
  const reached = reach([...received, ...sent])
  const inRequests = reach(sent)
  const isOwn = (name: string): boolean =>
    Array.from(packages).some((own) => name.startsWith(`${own}.`))
  const order = Array.from(reached.keys()).sort((a, b) =>
    Number(isOwn(b)) - Number(isOwn(a)) || (a < b ? -1 : 1)
  )
  const names = new Names(takenByMessages)
  const nameFor = new Map<string, string>()
  for (const name of order) {
    nameFor.set(name, names.claim(typeName(name), `${packagePrefix(name)}${typeName(name)}`))
  }
  const inputFor = new Map<string, string>()
  for (const name of order) {
    if (!(inRequests.get(name) instanceof protobuf.Type)) continue
    inputFor.set(
      name,
      names.claim(`${nameFor.get(name)}Input`, `${packagePrefix(name)}${typeName(name)}Input`)
    )
  }

  const itemOf = (resolved: Resolved, module = ""): Item => {
    const known = "kind" in resolved ? wellKnown.get(resolved.name) ?? kept : undefined
    if (known !== undefined) return known
    const name = nameFor.get(nameOf(resolved))
    if (name === undefined) throw new Error(`${nameOf(resolved)} was not reached`)
    const isScalar = resolved instanceof protobuf.Enum
    return {
      decoded: `${module}${name}`,
      input: `${module}${isScalar ? name : inputFor.get(nameOf(resolved))}`,
      schema: `${module}${name}`,
      isScalar
    }
  }

  const fieldOf = (field: protobuf.Field, module = ""): Item => {
    const [target] = targetOf(field)
    const item = target === undefined ? scalars.get(field.type) : itemOf(target, module)
    if (item === undefined) throw new Error(`${fullName(field)}: type ${field.type}`)
    if (!field.map && !field.repeated) return item
    // In a list or a map there is no presence.
    const inner = item.schema.replace(/^ProtoJson\.optional\((.*)\)$/, "$1")
    const around = (type: string): string =>
      field.map ? `{ readonly [key: string]: ${type} }` : `ReadonlyArray<${type}>`
    return {
      decoded: around(item.decoded),
      input: around(item.input),
      schema: `ProtoJson.${field.map ? "map" : "repeated"}(${inner})`,
      isScalar: true
    }
  }

  const declared = Array.from(reached.values(), (type): MessageModel | EnumModel => {
    const key = fullName(type)
    const name = nameFor.get(key) ?? ""
    return type instanceof protobuf.Enum ? { kind: "enum", type, name } : {
      kind: "message",
      type,
      name,
      inputName: inputFor.get(key),
      fields: type.fieldsArray.map((field) => messageField(field, fieldOf(field)))
    }
  })
  return {
    declared: declared.sort((a, b) => a.name < b.name ? -1 : 1),
    itemOf: (resolved) => itemOf(resolved, "Messages."),
    inputOf: (field) => fieldOf(field, "Messages.").input
  }
}

const messageField = (field: protobuf.Field, item: Item): MessageField => {
  const siblings = oneOfSiblings(field)
  const isMember = siblings.length > 0
  const inner = item.schema.replace(/^ProtoJson\.optional\((.*)\)$/, "$1")
  const { parent } = field
  const exclusive = !(parent instanceof protobuf.Type) || areExclusive(parent)
  return {
    name: fieldName(field),
    decoded: item.decoded,
    input: hasBehavior(field, "OUTPUT_ONLY") ? undefined : item.input,
    schema: isMember
      ? `ProtoJson.oneOf(${JSON.stringify(field.partOf?.name)}, ${inner})`
      : item.isScalar && field.partOf !== null
      ? `ProtoJson.optional(${item.schema})`
      : item.schema,
    hasPresence: field.partOf !== null || !item.isScalar,
    oneOf: isMember && exclusive ? field.partOf?.name : undefined,
    excludes: exclusive ? [] : siblings,
    inputDocs: behaviors.flatMap(([behavior, text]) => hasBehavior(field, behavior) ? [text] : []),
    deprecated: isDeprecated(field)
  }
}
