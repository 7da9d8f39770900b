/** The metadata messages of a service version and all that they are made of, in an order in which they can be defined. */
import protobuf from "protobufjs"
import { type Names, typeName } from "./names.ts"
import { jsonName, pascal } from "./names.ts"
import {
  explicitJsonName,
  fullName,
  isDeprecated,
  nameOf,
  resolve,
  type Resolved
} from "./protos.ts"

/** A Schema in the generated text, and the type of its JSON. */
export interface Item {
  readonly schema: string
  readonly encoded: string
  /** The field helper for a value without presence. */
  readonly field?: string
  /** The type arguments of the field helpers, where types that are not named would fill pages. */
  readonly types?: string
}

export interface MessageField {
  readonly name: string
  readonly presence: "default" | "option" | "repeated" | "map"
  readonly item: Item
  /** The other members of its oneof. */
  readonly oneOf: ReadonlyArray<string>
  readonly deprecated: boolean
}

export interface EnumModel {
  readonly name: string
  readonly fullName: string
  readonly values: ReadonlyArray<readonly [name: string, number: number]>
}

export interface MessageModel {
  readonly type: protobuf.Type
  readonly name: string
  readonly fullName: string
  readonly fields: ReadonlyArray<MessageField>
  /** The name of the interface of its JSON, where other messages contain the message. */
  readonly encodedName: string | undefined
  readonly isRecursive: boolean
  readonly isMetadata: boolean
}

export interface MetadataModel {
  readonly enums: ReadonlyArray<EnumModel>
  readonly messages: ReadonlyArray<MessageModel>
  /** The Schema of a metadata type, for methods. */
  readonly itemOf: (resolved: Resolved) => Item
  /** Whether google.rpc.Status is used. */
  readonly usesStatus: boolean
}

const number = (item: string, field: string): Item => ({
  schema: `ProtoJson.${item}`,
  encoded: "number | string",
  field: `ProtoJson.${field}`
})

const text = (item: string): Item => ({ schema: `ProtoJson.${item}`, encoded: "string" })

const kept = (item: string): Item => ({ schema: `ProtoJson.${item}`, encoded: `ProtoJson.${item}` })

const stringItem: Item = { schema: "Schema.String", encoded: "string", field: "ProtoJson.string" }
const boolItem: Item = { schema: "Schema.Boolean", encoded: "boolean", field: "ProtoJson.bool" }
const bytesItem: Item = { schema: "ProtoJson.Bytes", encoded: "string", field: "ProtoJson.bytes" }
const int32 = number("Int32", "int32")
const uint32 = number("UInt32", "uint32")
const int64 = number("Int64", "int64")
const uint64 = number("UInt64", "uint64")
const double = number("Double", "double")

const scalars: ReadonlyMap<string, Item> = new Map([
  ["string", stringItem],
  ["bool", boolItem],
  ["bytes", bytesItem],
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

const wellKnown: ReadonlyMap<string, Item> = new Map([
  ["google.protobuf.Timestamp", text("Timestamp")],
  ["google.protobuf.Duration", text("Duration")],
  ["google.protobuf.FieldMask", text("FieldMask")],
  ["google.protobuf.Any", kept("AnyValue")],
  ["google.protobuf.Struct", kept("JsonObject")],
  ["google.protobuf.Empty", kept("JsonObject")],
  ["google.protobuf.Value", kept("JsonValue")],
  ["google.protobuf.ListValue", kept("JsonValue")],
  ["google.protobuf.StringValue", stringItem],
  ["google.protobuf.BoolValue", boolItem],
  ["google.protobuf.BytesValue", bytesItem],
  ["google.protobuf.Int32Value", int32],
  ["google.protobuf.UInt32Value", uint32],
  ["google.protobuf.Int64Value", int64],
  ["google.protobuf.UInt64Value", uint64],
  ["google.protobuf.DoubleValue", double],
  ["google.protobuf.FloatValue", double]
])

const statusName = "google.rpc.Status"
const statusItem: Item = { schema: "RpcStatus", encoded: "Schema.Schema.Encoded<typeof RpcStatus>" }

/** What a field is made of: nothing for a scalar. */
const target = (field: protobuf.Field): Resolved | undefined => {
  if (scalars.has(field.type)) return undefined
  if (field.parent === null) throw new Error(`${field.name} has no message`)
  return resolve(field.parent, field.type)
}

const dependencies = (type: protobuf.Type): ReadonlyArray<protobuf.Type> =>
  type.fieldsArray.map(target).filter((resolved) => resolved instanceof protobuf.Type) as Array<
    protobuf.Type
  >

/** Groups of messages that contain each other, each group after those that it needs (Tarjan). */
const groups = (
  roots: ReadonlyArray<protobuf.Type>
): ReadonlyArray<ReadonlyArray<protobuf.Type>> => {
  const out: Array<ReadonlyArray<protobuf.Type>> = []
  const index = new Map<protobuf.Type, number>()
  const low = new Map<protobuf.Type, number>()
  const stack: Array<protobuf.Type> = []
  const visit = (type: protobuf.Type): number => {
    const own = index.size
    index.set(type, own)
    stack.push(type)
    let lowest = own
    for (const next of dependencies(type)) {
      if (!index.has(next)) lowest = Math.min(lowest, visit(next))
      else if (stack.includes(next)) {
        lowest = Math.min(lowest, low.get(next) ?? index.get(next) ?? own)
      }
    }
    low.set(type, lowest)
    if (lowest === own) out.push(stack.splice(stack.indexOf(type)))
    return lowest
  }
  for (const root of roots) {
    if (!index.has(root)) visit(root)
  }
  return out
}

const packagePrefix = (name: string): string =>
  pascal(name.split(".").filter((part) => /^[a-z]/.test(part)).join("_"))

export const metadataModel = (types: ReadonlyArray<Resolved>, names: Names): MetadataModel => {
  const roots = types.filter((type) => type instanceof protobuf.Type)
  const ordered = groups(roots)
  const classNames = new Map<string, string>()
  const claim = (name: string, suffix: string): string =>
    names.claim(
      typeName(name),
      `${typeName(name)}${suffix}`,
      `${packagePrefix(name)}${typeName(name)}`
    )
  for (const type of ordered.flat()) {
    classNames.set(fullName(type), claim(fullName(type), "Message"))
  }

  const encodedNames = new Map<string, string>()
  for (const type of ordered.flat().flatMap(dependencies)) {
    const name = fullName(type)
    if (!encodedNames.has(name)) {
      encodedNames.set(name, names.claim(`${classNames.get(name) ?? ""}Encoded`))
    }
  }

  const enums = new Map<string, EnumModel>()
  const enumOf = (resolved: protobuf.Enum): EnumModel => {
    const name = fullName(resolved)
    const known = enums.get(name)
    if (known !== undefined) return known
    const model = {
      name: claim(name, "Enum"),
      fullName: name,
      values: Object.entries(resolved.values)
    }
    enums.set(name, model)
    return model
  }

  let usesStatus = false
  const itemOf = (resolved: Resolved, group: ReadonlyArray<protobuf.Type> = []): Item => {
    if (resolved instanceof protobuf.Enum) {
      const { name } = enumOf(resolved)
      return {
        schema: `/*#__PURE__*/ ProtoJson.enumeration(${name})`,
        encoded: "number | string",
        field: `/*#__PURE__*/ ProtoJson.enumField(${name})`
      }
    }
    const name = nameOf(resolved)
    if (name === statusName) {
      usesStatus = true
      return statusItem
    }
    if (!(resolved instanceof protobuf.Type)) return wellKnown.get(name) ?? kept("JsonObject")
    const className = classNames.get(name)
    if (className === undefined) throw new Error(`${name} was not reached`)
    const encoded = encodedNames.get(name) ?? `Schema.Schema.Encoded<typeof ${className}>`
    return group.includes(resolved)
      ? {
        schema:
          `/*#__PURE__*/ Schema.suspend((): Schema.Schema<${className}, ${encoded}> => ${className})`,
        encoded
      }
      : { schema: className, encoded, types: `<${className}, ${encoded}, never>` }
  }

  const messages: Array<MessageModel> = []
  for (const group of ordered) {
    const isRecursive = group.length > 1 || group.some((type) => dependencies(type).includes(type))
    // A group is in the order in which it was met; what it needs inside itself is suspended.
    for (const type of group) {
      const name = classNames.get(fullName(type)) ?? typeName(fullName(type))
      messages.push({
        type,
        name,
        fullName: fullName(type),
        fields: type.fieldsArray.map((field) =>
          messageField(field, (resolved) => itemOf(resolved, isRecursive ? group : []))
        ),
        encodedName: encodedNames.get(fullName(type)),
        isRecursive,
        isMetadata: roots.includes(type)
      })
    }
  }
  const rootItems = new Map(types.map((type) => [nameOf(type), itemOf(type)]))
  return {
    enums: Array.from(enums.values()),
    messages,
    itemOf: (resolved) => rootItems.get(nameOf(resolved)) ?? itemOf(resolved),
    usesStatus
  }
}

export const fieldName = (field: protobuf.Field): string =>
  explicitJsonName(field) ?? jsonName(field.name)

/** The members of a real oneof besides the field; a proto3 `optional` has an artificial one of its own. */
export const oneOfSiblings = (field: protobuf.Field): ReadonlyArray<string> =>
  field.partOf === null || field.options?.["proto3_optional"] === true
    ? []
    : field.partOf.fieldsArray.filter((other) => other !== field).map(fieldName)

const messageField = (
  field: protobuf.Field,
  itemOf: (resolved: Resolved) => Item
): MessageField => {
  const resolved = target(field)
  const item = resolved === undefined ? scalars.get(field.type) : itemOf(resolved)
  if (item === undefined) throw new Error(`${fullName(field)}: type ${field.type}`)
  const hasPresence = field.partOf !== null ||
    (resolved !== undefined && !(resolved instanceof protobuf.Enum))
  return {
    name: fieldName(field),
    presence: field.map ? "map" : field.repeated ? "repeated" : hasPresence ? "option" : "default",
    item,
    oneOf: oneOfSiblings(field),
    deprecated: isDeprecated(field)
  }
}
