/** What protobufjs by itself says of the messages of a few services: the tests hold the catalogues against it. */
import protobuf from "protobufjs"
import { type CatalogueModel, typesOf } from "./catalogue.ts"
import { fullName } from "./protos.ts"

/** Small ones that have between them recursion, oneofs, maps of messages, 64-bit numbers, bytes, and JSON names of their own. */
export const sampled: ReadonlyArray<string> = [
  "backupdr/v1",
  "beyondcorp/v1",
  "ces/v1",
  "firestore/v1",
  "networkconnectivity/v1"
]

/** A message or an enum that stands in no other, with all inside. */
export interface Descriptor {
  readonly module: string
  /** The full name. */
  readonly name: string
  readonly json: protobuf.IType | protobuf.IEnum
  /** The options of messages and fields by full name, which the JSON keeps in part only. */
  readonly options: { readonly [name: string]: unknown }
}

export const descriptors = (module: string, model: CatalogueModel): ReadonlyArray<Descriptor> => {
  const outermost = new Set(Array.from(typesOf(model).values(), outermostOf))
  return Array.from(outermost, (type): Descriptor => ({
    module,
    name: fullName(type),
    json: type.toJSON(),
    options: Object.fromEntries(optionsIn(type))
  })).sort((a, b) => a.name < b.name ? -1 : 1)
}

const outermostOf = (type: protobuf.Type | protobuf.Enum): protobuf.Type | protobuf.Enum =>
  type.parent instanceof protobuf.Type ? outermostOf(type.parent) : type

const optionsIn = (
  object: protobuf.ReflectionObject
): ReadonlyArray<readonly [name: string, options: unknown]> => {
  const options: unknown = object.parsedOptions ?? undefined
  const inner = object instanceof protobuf.Type
    ? [...object.fieldsArray, ...object.nestedArray].flatMap(optionsIn)
    : []
  return options === undefined ? inner : [[fullName(object), options] as const, ...inner]
}
