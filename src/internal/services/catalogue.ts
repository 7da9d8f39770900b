/**
 * What the methods of each service version send and receive, to the last field: for the testing server and for tools. No client
 * imports it.
 *
 * The data of a version is a text that is read when it is asked for: object literals of the same would cost the compiler a type for
 * each of 40,000 fields, and JSON would be a third longer. Its lines are
 *
 * ```
 * package example.bakery.v1
 * rpc Ovens.BakeCake BakeCakeRequest Cake BakeMetadata requestId
 * message Cake bakery.example.com/Cake
 *  display_name string :rm
 *  state #Cake.State :o
 *  layers Layer[]
 *  slices .example.bakery.types.Slice{string}
 *  cream string |topping
 * enum Cake.State STATE_UNSPECIFIED BAKED DONE=5
 * resource bakery.example.com/Cake ovens/{oven}/cakes/{cake}
 * ```
 *
 * - names are relative to the package above; those of other packages begin with a dot;
 * - an rpc has its request, what the operation ends in, its metadata, and the field that makes repeating safe;
 * - a message has the type of the resource that it is, and its fields on the lines below;
 * - a field has its proto name, its type (`#` an enum, `[]` a list, `{}` a map and its key), and marks: `:` and the letters of its
 *   behaviors, `?` for proto3 `optional`, `|` and its oneof, `=` and a JSON name that does not follow from its own, `>` and the type of
 *   the resource that it names, `<` and the type of those whose parent it names;
 * - a value of an enum has its number where that is not the next one.
 *
 * @internal
 */
import { jsonName } from "../proto/texts.ts"
import { text as shared } from "./catalogue/shared.ts"
import { table } from "./catalogue/table.ts"

/** @internal */
export type Behavior = (typeof behaviors)[keyof typeof behaviors]

/**
 * The values of google.api.field_behavior by their letters.
 *
 * @internal
 */
export const behaviors = {
  r: "REQUIRED",
  o: "OUTPUT_ONLY",
  i: "INPUT_ONLY",
  m: "IMMUTABLE",
  p: "OPTIONAL",
  k: "IDENTIFIER",
  l: "UNORDERED_LIST",
  d: "NON_EMPTY_DEFAULT"
} as const

/**
 * The scalar types of a proto.
 *
 * @internal
 */
export const scalars: ReadonlySet<string> = new Set(
  ("string bytes bool double float int32 sint32 sfixed32 uint32 fixed32 int64 sint64 sfixed64 uint64 " +
    "fixed64").split(" ")
)

/**
 * The types that are not looked into: those that proto3 JSON writes in a form of their own, and google.rpc.Status.
 *
 * @internal
 */
export const wellKnown: ReadonlySet<string> = new Set([
  ...("Any Duration Empty FieldMask ListValue NullValue Struct Timestamp Value BoolValue BytesValue DoubleValue FloatValue " +
    "Int32Value Int64Value StringValue UInt32Value UInt64Value").split(" ").map((name) =>
      `google.protobuf.${name}`
    ),
  "google.rpc.Status"
])

/**
 * A type by its name: that of a scalar, else the full name. `"message"` and `"enum"` are in the catalogue.
 *
 * @internal
 */
export interface Type {
  readonly kind: "scalar" | "wellKnown" | "message" | "enum"
  readonly name: string
}

/** @internal */
export interface Field {
  /** As the proto spells it; proto3 JSON accepts it too. */
  readonly name: string
  readonly jsonName: string
  readonly type: Type
  readonly shape: "one" | "list" | "map"
  /** The scalar type of a map's keys. */
  readonly key: string | undefined
  readonly behaviors: ReadonlyArray<Behavior>
  /** Whether an absent field is told from its default: messages, members of oneofs, proto3 `optional`. */
  readonly hasPresence: boolean
  /** The oneof that it is a member of. */
  readonly oneOf: string | undefined
  /** The type of the resource that it names, `*` for any. */
  readonly reference: string | undefined
  /** The type of the resources whose parent it names. */
  readonly childReference: string | undefined
}

/** @internal */
export interface Message {
  /** The full name. */
  readonly name: string
  /** The type of the resource that it is. */
  readonly resource: string | undefined
  /** By JSON name, in the order of the proto. */
  readonly fields: ReadonlyMap<string, Field>
}

/** @internal */
export interface Enum {
  /** The full name. */
  readonly name: string
  readonly values: ReadonlyMap<string, number>
}

/**
 * A method that starts operations, or one of google.longrunning.
 *
 * @internal
 */
export interface Method {
  readonly rpc: string
  /** The full name of the request message. */
  readonly request: string
  /** The full name of the message that the operation ends in; in google.longrunning that of the reply. */
  readonly response: string
  readonly metadata: string | undefined
  /** The JSON name of the field that makes a repeated call safe (AIP-155). */
  readonly requestId: string | undefined
}

/** @internal */
export interface Catalogue {
  /** By full name: those that start operations, and those of google.longrunning that are bound. */
  readonly methods: ReadonlyMap<string, Method>
  /** By full name. */
  readonly messages: ReadonlyMap<string, Message>
  /** By full name. */
  readonly enums: ReadonlyMap<string, Enum>
  /** The patterns of resource names by type: of the messages here, and of what their fields name. */
  readonly resources: ReadonlyMap<string, ReadonlyArray<string>>
}

/**
 * The catalogue of a service module such as `networkconnectivity/v1`: its data is loaded, and no other. A private API has none.
 *
 * @internal
 */
export const load = async (module: string): Promise<Catalogue | undefined> => {
  const file = await table.get(module)?.()
  return file === undefined ? undefined : parse(`${shared}\n${file.text}`)
}

/**
 * The field of that JSON or proto name.
 *
 * @internal
 */
export const fieldOf = ({ fields }: Message, name: string): Field | undefined =>
  fields.get(name) ?? Array.from(fields.values()).find((field) => field.name === name)

/**
 * The message that a field is made of.
 *
 * @internal
 */
export const messageOf = ({ messages }: Catalogue, { type }: Field): Message | undefined =>
  type.kind === "message" ? messages.get(type.name) : undefined

/**
 * Reads the text of a catalogue.
 *
 * @internal
 */
export const parse = (text: string): Catalogue => {
  const methods = new Map<string, Method>()
  const messages = new Map<string, Message>()
  const enums = new Map<string, Enum>()
  const resources = new Map<string, ReadonlyArray<string>>()
  let scope = ""
  let fields = new Map<string, Field>()
  for (const line of text.split("\n")) {
    const [word, name = "", ...rest] = line.split(" ")
    const full = fullName(scope, name)
    if (word === "package") scope = name
    else if (word === "resource") resources.set(name, rest)
    else if (word === "enum") enums.set(full, { name: full, values: valuesOf(rest) })
    else if (word === "rpc") methods.set(full, methodOf(scope, full, rest))
    else if (word === "message") {
      fields = new Map()
      messages.set(full, { name: full, resource: rest[0], fields })
    } else if (name !== "") {
      const field = readField(scope, name, rest)
      fields.set(field.jsonName, field)
    }
  }
  return { methods, messages, enums, resources }
}

const fullName = (scope: string, name: string): string =>
  name.startsWith(".") ? name.slice(1) : `${scope}.${name}`

const methodOf = (scope: string, rpc: string, words: ReadonlyArray<string>): Method => {
  const [request = "", response = "", metadata, requestId] = words
  return {
    rpc,
    request: fullName(scope, request),
    response: fullName(scope, response),
    metadata: metadata === undefined ? undefined : fullName(scope, metadata),
    requestId
  }
}

const valuesOf = (words: ReadonlyArray<string>): ReadonlyMap<string, number> => {
  let last = -1
  return new Map(words.map((word) => {
    const [name = "", number = last + 1] = word.split("=")
    last = Number(number)
    return [name, last]
  }))
}

const typeOf = (scope: string, name: string): Type => {
  if (scalars.has(name)) return { kind: "scalar", name }
  if (name.startsWith("#")) return { kind: "enum", name: fullName(scope, name.slice(1)) }
  const full = fullName(scope, name)
  return { kind: wellKnown.has(full) ? "wellKnown" : "message", name: full }
}

const behaviorOf = new Map<string, Behavior>(Object.entries(behaviors))

const readField = (scope: string, name: string, words: ReadonlyArray<string>): Field => {
  const [token = "", ...marks] = words
  const [, of = "", list, key] = /^([^[{]+)(\[\])?(?:\{(\w+)\})?$/.exec(token) ?? []
  const marked = (mark: string): string | undefined =>
    marks.find((text) => text.startsWith(mark))?.slice(1)
  const type = typeOf(scope, of)
  const shape = list !== undefined ? "list" : key !== undefined ? "map" : "one"
  const oneOf = marked("|")
  return {
    name,
    jsonName: marked("=") ?? jsonName(name),
    type,
    shape,
    key,
    behaviors: Array.from(marked(":") ?? "").flatMap((letter) => behaviorOf.get(letter) ?? []),
    hasPresence: oneOf !== undefined || marked("?") !== undefined ||
      (shape === "one" && isMessage(type)),
    oneOf,
    reference: marked(">"),
    childReference: marked("<")
  }
}

const isMessage = ({ kind, name }: Type): boolean =>
  kind === "message" || (kind === "wellKnown" && name !== "google.protobuf.NullValue")
