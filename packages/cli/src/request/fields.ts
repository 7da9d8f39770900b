/** The fields of a request, as the catalogue of its service has them. */
import * as Catalogue from "../../../../src/internal/services/catalogue.ts"
import { near } from "../near.ts"

export type Field = Catalogue.Field

export interface Known {
  readonly catalogue: Catalogue.Catalogue
  readonly method: Catalogue.Method
  readonly request: Catalogue.Message
}

/** What is known of the request of a method; `undefined` for an API without a catalogue. */
export const load = async (module: string, rpc: string): Promise<Known | undefined> => {
  const catalogue = await Catalogue.load(module)
  const method = catalogue?.methods.get(rpc)
  const request = method && catalogue?.messages.get(method.request)
  return catalogue === undefined || method === undefined || request === undefined
    ? undefined
    : { catalogue, method, request }
}

export const fieldOf = Catalogue.fieldOf

export const messageOf = Catalogue.messageOf

/** The name of a field in a message as it is given, which may have the proto's own. */
export const keyOf = (
  { jsonName, name }: Field,
  given: { readonly [key: string]: unknown }
): string => !Object.hasOwn(given, jsonName) && Object.hasOwn(given, name) ? name : jsonName

/** The scalar that a value of a field is, also where a message of its own wraps it. */
export const scalarOf = ({ type: { kind, name } }: Field): string | undefined =>
  kind === "scalar"
    ? name
    : /^google\.protobuf\.(Bool|Bytes|Double|Float|U?Int(?:32|64)|String)Value$/.exec(name)?.[1]
      ?.toLowerCase()

/** The names of what may be set: what only the server writes is left out. */
export const settable = (message: Catalogue.Message): ReadonlyArray<string> =>
  [...message.fields.values()].filter(({ behaviors }) => !behaviors.includes("OUTPUT_ONLY"))
    .map(({ jsonName }) => jsonName)

/** Where a name is no field, the fields that were probably meant. */
export const meant = (message: Catalogue.Message, name: string): string => {
  const found = near(name, settable(message))
  if (found.length > 0) return `; did you mean ${found.join(", ")}?`
  const all = settable(message)
  return all.length <= 12 ? `; it has ${all.join(", ") || "none"}` : ""
}

/** `string`, `Cluster`, `string[]`, `map<string, string>`, `CREATING | READY`. */
export const typeName = ({ enums }: Catalogue.Catalogue, field: Catalogue.Field): string => {
  const { kind, name } = field.type
  const last = name.slice(name.lastIndexOf(".") + 1)
  const values = kind === "enum" ? [...enums.get(name)?.values.keys() ?? []] : []
  const base = kind !== "enum" || values.length === 0
    ? last
    : values.length <= 8
    ? values.join(" | ")
    : `${values.slice(0, 7).join(" | ")} | … ${values.length - 7} more`
  return field.shape === "list"
    ? base.includes(" ") ? `(${base})[]` : `${base}[]`
    : field.shape === "map"
    ? `map<${field.key}, ${base}>`
    : base
}
