/** The name that an operation is shown, kept and polled by, made of what a reply says and of what it answers. */
import type { Context } from "../../OperationFormat.ts"
import { fits, parse } from "../names/pathTemplate.ts"
import { problem } from "../names/resourceName.ts"
import { lastOf, nameInLink, textOf } from "./links.ts"

type Json = { readonly [key: string]: unknown }

/**
 * How the names of a service are made.
 *
 * @internal
 */
export interface Naming {
  /** The patterns of the names that get takes. */
  readonly patterns: ReadonlyArray<string>
  /** Whether the numeric `id` names an operation, too. */
  readonly byNumber: boolean
  /** A name out of a link, as get takes it. */
  readonly normal: (name: string) => string
  /** The name by the other fields, or what is not known. */
  readonly byFields: (raw: Json, id: string, context: Context) => string | Unknown
}

/**
 * What is missing for a name.
 *
 * @internal
 */
export class Unknown {
  readonly part: string
  constructor(part: string) {
    this.part = part
  }
}

const parsed = new Map<string, ReturnType<typeof parse>["variables"]>()

const variablesOf = (pattern: string) => {
  const known = parsed.get(pattern) ?? parse(`{name=${pattern}}`).variables
  parsed.set(pattern, known)
  return known
}

/**
 * Whether get takes a name.
 *
 * @internal
 */
export const isName = ({ patterns }: Naming, name: string): boolean =>
  problem(name) === undefined &&
  patterns.some((pattern) => variablesOf(pattern).some((variable) => fits(variable, name)))

/**
 * The name in a link, as get takes it.
 *
 * @internal
 */
export const linked = ({ normal }: Naming, link: unknown): string | undefined => {
  const name = nameInLink(link)
  return name === undefined ? undefined : normal(name)
}

/** The segment after `/operations/`. */
const idInLink = (link: unknown): string | undefined =>
  typeof link === "string" ? textOf(/\/operations\/([^/?#]+)/.exec(link)?.[1]) : undefined

/**
 * A numeric id as text.
 *
 * @internal
 */
export const numberOf = (id: unknown): string | undefined =>
  typeof id === "number" ? String(id) : textOf(id)

/** @internal */
export const nameOf = (naming: Naming, raw: Json, context: Context): string | Unknown => {
  const number = naming.byNumber ? numberOf(raw["id"]) : undefined
  const given = textOf(raw["name"])
  const asked = lastOf(context.name)
  const id = given === undefined
    ? idInLink(raw["selfLink"]) ?? number ?? asked
    : lastOf(given)
  if (id === "") return new Unknown("name")
  if (asked !== "" && (asked === id || asked === number)) return context.name
  for (const link of given?.includes("/") === true ? [given, raw["selfLink"]] : [raw["selfLink"]]) {
    const name = linked(naming, link)
    if (name !== undefined && lastOf(name) === id && isName(naming, name)) return name
  }
  const name = naming.byFields(raw, id, context)
  return typeof name !== "string" || isName(naming, name) ? name : new Unknown("name")
}
