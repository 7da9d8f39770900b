/** The types of a catalogue as protobufjs has them: for modules without protos, and for tests. */
import protobuf from "protobufjs"
import type { Catalogue, Field } from "../../src/internal/services/catalogue.ts"
import { jsonName } from "./names.ts"

export const catalogueRoot = ({ enums, messages }: Catalogue): protobuf.Root => {
  const root = new protobuf.Root()
  // What stands in another after it.
  const names = [...messages.keys(), ...enums.keys()].sort((a, b) =>
    a.split(".").length - b.split(".").length
  )
  for (const name of names) {
    const parts = name.split(".")
    const own = parts.pop() ?? ""
    const scope = parts.reduce<protobuf.NamespaceBase>((at, part) => {
      const inner = at.nested?.[part]
      return inner instanceof protobuf.Namespace ? inner : at.define(part)
    }, root)
    const values = enums.get(name)?.values
    scope.add(
      values === undefined
        ? typeOf(own, Array.from(messages.get(name)?.fields.values() ?? []))
        : new protobuf.Enum(own, Object.fromEntries(values))
    )
  }
  return root
}

const typeOf = (name: string, fields: ReadonlyArray<Field>): protobuf.Type => {
  const type = new protobuf.Type(name)
  fields.forEach((field, i) => type.add(fieldOf(field, i + 1)))
  for (const oneOf of new Set(fields.flatMap(({ oneOf }) => oneOf ?? []))) {
    const members = fields.filter((field) => field.oneOf === oneOf)
    type.add(new protobuf.OneOf(oneOf, members.map(({ name }) => name)))
  }
  for (const field of fields.filter(isOptional)) {
    type.add(new protobuf.OneOf(`_${field.name}`, [field.name]))
  }
  return type
}

/** Of a scalar that has presence without a oneof. */
const isOptional = ({ hasPresence, oneOf, type }: Field): boolean =>
  hasPresence && oneOf === undefined && (type.kind === "scalar" || type.kind === "enum")

const fieldOf = (field: Field, id: number): protobuf.Field => {
  const { behaviors, jsonName: json, key, name, shape } = field
  const type = field.type.kind === "scalar" ? field.type.name : `.${field.type.name}`
  const options = {
    ...(isOptional(field) ? { proto3_optional: true } : {}),
    ...(json === jsonName(name) ? {} : { json_name: json })
  }
  const out = shape === "map"
    ? new protobuf.MapField(name, id, key ?? "string", type, options)
    : new protobuf.Field(
      name,
      id,
      type,
      shape === "list" ? "repeated" : "optional",
      undefined,
      options
    )
  // The types of protobufjs say nothing of what is in it.
  if (behaviors.length > 0) {
    Object.assign(out, { parsedOptions: [{ "(google.api.field_behavior)": behaviors }] })
  }
  // A map is a field, too, which its type leaves out.
  return out as protobuf.Field
}
