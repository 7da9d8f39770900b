/**
 * Partial replies: the `fields` parameter, `a,b`, `a/b` or `a.b`, `a(b,c)` and `*`
 * (https://developers.google.com/custom-search/v1/performance).
 */
import * as Either from "effect/Either"
import type * as Testing from "../../testing.ts"
import { isObject } from "../base/json.ts"
import { jsonName } from "../proto/texts.ts"
import * as Catalogue from "../services/catalogue.ts"
import { type Rejection, violated } from "./reply.ts"

/**
 * The fields that are wanted, by JSON name; one without fields of its own is wanted whole.
 *
 * @internal
 */
export type FieldMask = ReadonlyMap<string, FieldMask>

interface Draft extends Map<string, Draft> {}

/** Reads paths up to the parenthesis that closes the group; gives what is left, or nothing where they make no sense. */
const paths = (text: string, into: Draft): string | undefined => {
  let rest = text
  for (;;) {
    const [whole, path] = /^\s*([^\s,()]+)\s*/.exec(rest) ?? []
    if (whole === undefined || path === undefined) return undefined
    rest = rest.slice(whole.length)
    let at = into
    for (const name of path.split(/[./]/)) {
      if (name === "") return undefined
      const key = jsonName(name)
      const next = at.get(key) ?? new Map()
      at.set(key, next)
      at = next
    }
    if (rest.startsWith("(")) {
      const after = paths(rest.slice(1), at)
      if (after === undefined || !after.startsWith(")")) return undefined
      rest = after.slice(1).trimStart()
    }
    if (!rest.startsWith(",")) return rest
    rest = rest.slice(1)
  }
}

/** The first path that the message lacks. Nobody knows what an Any holds. */
const strange = (
  catalogue: Catalogue.Catalogue,
  message: Catalogue.Message,
  mask: FieldMask
): string | undefined => {
  for (const [name, inside] of mask) {
    if (name === "*") continue
    const field = message.fields.get(name)
    if (field === undefined) return name
    const type = catalogue.messages.get(field.type.name)
    const isLeaf = field.type.kind === "scalar" || field.type.kind === "enum"
    const found = type === undefined
      ? isLeaf && field.shape !== "map" ? inside.keys().next().value : undefined
      : strange(catalogue, type, inside)
    if (found !== undefined) return `${name}.${found}`
  }
  return undefined
}

/**
 * The mask of a request for replies of a type, `undefined` for all fields; one that names other fields is refused.
 *
 * @internal
 */
export const parse = (
  catalogue: Catalogue.Catalogue,
  type: string,
  text: string
): Either.Either<FieldMask | undefined, Rejection> => {
  if (text.trim() === "") return Either.right(undefined)
  const mask: Draft = new Map()
  const problem = paths(text, mask) === ""
    ? strange(catalogue, catalogue.messages.get(type) ?? empty, mask)
    : text
  return problem === undefined
    ? Either.right(mask)
    : Either.left(violated("Request contains an invalid argument.", [{
      field: text,
      description:
        `Error expanding 'fields' parameter. Cannot find matching fields for path '${problem}'.`
    }]))
}

const empty: Catalogue.Message = { name: "", resource: undefined, fields: new Map() }

/**
 * What a mask leaves of a value. A packed message keeps its `@type`: proto3 JSON has none without.
 *
 * @internal
 */
export const apply = (mask: FieldMask, json: Testing.JsonObject): Testing.JsonObject => {
  const every = mask.get("*")
  const entries = Object.entries(json).flatMap(([name, value]) => {
    const inside = mask.get(name) ?? every ?? (name === "@type" ? whole : undefined)
    return inside === undefined ? [] : [[name, inner(inside, value)] as const]
  })
  return Object.fromEntries(entries)
}

const whole: FieldMask = new Map()

const inner = (mask: FieldMask, value: unknown): unknown =>
  mask.size === 0
    ? value
    : Array.isArray(value)
    ? value.map((item) => inner(mask, item))
    : isObject(value)
    ? apply(mask, value)
    : value
