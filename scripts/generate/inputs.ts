/** The TypeScript types of what a caller gives: request fields, and the fields of resources one level deep. */
import protobuf from "protobufjs"
import { fieldName, oneOfSiblings } from "./metadata.ts"
import { type Names, typeName } from "./names.ts"
import { fullName, hasBehavior, isDeprecated, nameOf, resolve, type Resolved } from "./protos.ts"

export interface InputField {
  readonly name: string
  readonly type: string
  readonly docs: ReadonlyArray<string>
  readonly deprecated: boolean
}

export interface ResourceModel {
  readonly name: string
  readonly fullName: string
  readonly fields: ReadonlyArray<InputField>
}

const json = "{ readonly [key: string]: unknown }"

const scalars: ReadonlyMap<string, string> = new Map([
  ["string", "string"],
  ["bytes", "string"],
  ["bool", "boolean"],
  ...["int32", "sint32", "sfixed32", "uint32", "fixed32", "double", "float"].map((type) =>
    [type, "number"] as const
  ),
  ...["int64", "sint64", "sfixed64", "uint64", "fixed64"].map((type) =>
    [type, "bigint | number | string"] as const
  )
])

const wellKnown: ReadonlyMap<string, readonly [type: string, doc: string | undefined]> = new Map([
  ["google.protobuf.Timestamp", ["string", "RFC 3339."]],
  ["google.protobuf.Duration", ["string", "Seconds, `3.5s`."]],
  ["google.protobuf.FieldMask", ["string", "Field paths, separated by commas."]],
  ["google.protobuf.Value", ["unknown", "Any JSON value."]],
  ["google.protobuf.ListValue", ["ReadonlyArray<unknown>", undefined]],
  ["google.protobuf.StringValue", ["string", undefined]],
  ["google.protobuf.BytesValue", ["string", "Base64."]],
  ["google.protobuf.BoolValue", ["boolean", undefined]],
  ["google.protobuf.Int32Value", ["number", undefined]],
  ["google.protobuf.UInt32Value", ["number", undefined]],
  ["google.protobuf.Int64Value", ["bigint | number | string", undefined]],
  ["google.protobuf.UInt64Value", ["bigint | number | string", undefined]],
  ["google.protobuf.DoubleValue", ["number", undefined]],
  ["google.protobuf.FloatValue", ["number", undefined]]
])

const behaviors: ReadonlyArray<readonly [behavior: string, doc: string]> = [
  ["OUTPUT_ONLY", "Output only: the server sets it."],
  ["INPUT_ONLY", "Input only: never sent back."],
  ["IMMUTABLE", "Cannot be changed later."],
  ["REQUIRED", "Required by the service."]
]

export const isFieldMask = (field: protobuf.Field): boolean =>
  /^\.?google\.protobuf\.FieldMask$/.test(field.type)

/** The interfaces of the messages that stand in requests; made on demand. */
export class Resources {
  readonly #models = new Map<string, ResourceModel>()
  readonly #names: Names

  constructor(names: Names) {
    this.#names = names
  }

  get models(): ReadonlyArray<ResourceModel> {
    return Array.from(this.#models.values()).sort((a, b) => a.name < b.name ? -1 : 1)
  }

  /** The type of a request's own field: a message is an interface here. */
  requestType(field: protobuf.Field): string {
    if (isFieldMask(field) && !field.repeated) return "string | ReadonlyArray<string>"
    return this.#typeOf(field, (type) => this.#resource(type)).type
  }

  #resource(type: protobuf.Type): string {
    const key = fullName(type)
    const known = this.#models.get(key)
    if (known !== undefined) return known.name
    const name = this.#names.claim(typeName(key), `${typeName(key)}Input`)
    this.#models.set(key, {
      name,
      fullName: key,
      fields: type.fieldsArray.map((field) => this.#inputField(field))
    })
    return name
  }

  #inputField(field: protobuf.Field): InputField {
    const { doc, type } = this.#typeOf(field, () => json)
    const docs = behaviors.flatMap(([behavior, text]) => hasBehavior(field, behavior) ? [text] : [])
    const siblings = oneOfSiblings(field)
    if (siblings.length > 0) {
      docs.push(`Excludes ${siblings.map((name) => `\`${name}\``).join(", ")}.`)
    }
    if (doc !== undefined) docs.push(doc)
    return { name: fieldName(field), type, docs, deprecated: isDeprecated(field) }
  }

  #typeOf(
    field: protobuf.Field,
    message: (type: protobuf.Type) => string
  ): { readonly type: string; readonly doc: string | undefined } {
    const { doc, type } = this.#single(field, message)
    if (field.map) return { type: `{ readonly [key: string]: ${type} }`, doc }
    return { type: field.repeated ? `ReadonlyArray<${type}>` : type, doc }
  }

  #single(
    field: protobuf.Field,
    message: (type: protobuf.Type) => string
  ): { readonly type: string; readonly doc: string | undefined } {
    const scalar = scalars.get(field.type)
    if (scalar !== undefined) {
      return { type: scalar, doc: field.type === "bytes" ? "Base64." : undefined }
    }
    if (field.parent === null) throw new Error(`${field.name} has no message`)
    const resolved: Resolved = resolve(field.parent, field.type)
    if (resolved instanceof protobuf.Enum) return { type: openEnum(resolved), doc: undefined }
    const known = wellKnown.get(nameOf(resolved))
    if (known !== undefined) return { type: known[0], doc: known[1] }
    if (!(resolved instanceof protobuf.Type)) {
      return { type: json, doc: `\`${nameOf(resolved)}\` as JSON.` }
    }
    const type = message(resolved)
    return { type, doc: type === json ? `\`${nameOf(resolved)}\` as JSON.` : undefined }
  }
}

const openEnum = (type: protobuf.Enum): string =>
  [...Object.keys(type.values).map((name) => JSON.stringify(name)), "(string & {})"].join(" | ")
