/** What an operation ends with unless a script says so: the message that its method declares, as far as the request tells. */
import type { AnyMethod } from "../../Method.ts"
import type * as Testing from "../../testing.ts"
import { isObject } from "../base/json.ts"
import { jsonName } from "../proto/texts.ts"
import * as Catalogue from "../services/catalogue.ts"
import { responseType } from "./responseType.ts"
import type { Match } from "./routes.ts"

/**
 * A call that starts an operation, before it has a name.
 *
 * @internal
 */
export interface Starting {
  readonly method: AnyMethod
  readonly found: Match
  /** The request message, fields by their JSON names. */
  readonly message: Testing.JsonObject
  /** Told from those of other calls; names made here end with it. */
  readonly number: number
}

/**
 * The path of a request without version and verb, decoded: `projects/p/regions/r/clusters`.
 *
 * @internal
 */
export const pathOf = ({ route, variables }: Match): string =>
  route.template.literals.reduce((path, literal, i) => {
    const variable = route.template.variables[i]
    return `${path}${literal}${variable === undefined ? "" : variables[variable.field] ?? ""}`
  }, "").replace(/^\/v\d\w*(?=[/:])/, "").replace(/:\w+$/, "").replace(/^\//, "")

/**
 * The segment after a collection in one of the names.
 *
 * @internal
 */
export const segmentAfter = (
  names: ReadonlyArray<string>,
  collection: string
): string | undefined => {
  for (const name of names) {
    const segments = name.split("/")
    const at = segments.indexOf(collection)
    if (at >= 0 && at + 1 < segments.length) return segments[at + 1]
  }
  return undefined
}

/**
 * What a resource shows of what it was given. Input-only fields are not sent back, output-only ones are not the caller's to set
 * (https://google.aip.dev/203).
 */
const echo = (
  catalogue: Catalogue.Catalogue,
  type: Catalogue.Message,
  json: Testing.JsonObject
): Testing.JsonObject =>
  Object.fromEntries(
    Object.entries(json).flatMap(([name, value]) => {
      const field = type.fields.get(name)
      if (field === undefined) return [[name, value]]
      const { behaviors } = field
      if (behaviors.includes("INPUT_ONLY") || behaviors.includes("OUTPUT_ONLY")) return []
      const inner = Catalogue.messageOf(catalogue, field)
      if (inner === undefined) return [[name, value]]
      const one = (item: unknown) => isObject(item) ? echo(catalogue, inner, item) : item
      return [[
        name,
        Array.isArray(value)
          ? value.map(one)
          : field.shape === "map" && isObject(value)
          ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, one(item)]))
          : one(value)
      ]]
    })
  )

/** The resource in the request: the field of the response's type, or for what is in no catalogue the field that is the body. */
const givenIn = ({ found, message, method }: Starting): Testing.JsonObject => {
  const { methods, messages } = found.route.catalogue
  const request = messages.get(methods.get(method.rpc)?.request ?? "")
  const response = responseType(method)
  const typed = Array.from(request?.fields.values() ?? []).find(({ shape, type }) =>
    shape === "one" && type.name === response
  )
  const body = method.body === undefined || method.body === "*" ? undefined : method.body
  const field = request === undefined ? body : typed?.jsonName
  const value = field === undefined ? undefined : message[field]
  return isObject(value) ? value : {}
}

/** The name that the path has of the resource itself. */
const ownName = ({ found }: Starting): string | undefined =>
  Object.entries(found.variables).find(([field]) => field === "name" || field.endsWith(".name"))
    ?.[1]

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined

const short = (value: unknown): string | undefined => {
  const given = text(value)
  return given?.includes("/") === true ? undefined : given
}

/** The id that the request chose for a resource (https://google.aip.dev/133#user-specified-ids), or gave it within. */
const givenId = (
  { found, message, method }: Starting,
  given: Testing.JsonObject,
  variable: string
): string | undefined => {
  const other = Object.entries(message).find(([field, value]) =>
    /[a-z]Id$/.test(field) && field !== "requestId" && field !== "projectId" &&
    field !== method.idempotencyField && found.variables[field] === undefined &&
    text(value) !== undefined
  )
  return text(message[jsonName(`${variable}_id`)]) ?? text(other?.[1]) ??
    short(given["name"]) ?? text(given["id"])
}

interface Filled {
  readonly name: string
  readonly missing: number
  readonly known: number
}

/**
 * The pattern of a resource (https://google.aip.dev/122) with what the path knows; the last variable is the id, which need not be
 * there yet.
 */
const fill = (
  starting: Starting,
  given: Testing.JsonObject,
  paths: ReadonlyArray<string>,
  pattern: string
): Filled => {
  const segments = pattern.split("/")
  let missing = 0
  let known = 0
  const filled = segments.map((segment, i) => {
    if (!segment.includes("{")) return segment
    const variable = /^\{(\w+)(?:=[^}]*)?\}$/.exec(segment)?.[1] ?? "id"
    const found = segmentAfter(paths, segments[i - 1] ?? "")
    if (found !== undefined) known += 1
    if (found !== undefined) return found
    if (i === segments.length - 1) {
      return givenId(starting, given, variable) ??
        `${variable.replaceAll("_", "-")}-${starting.number}`
    }
    missing += 1
    return variable === "location" ? "global" : "-"
  })
  return { name: filled.join("/"), missing, known }
}

/**
 * The fullest of several: what misses least, then what knows most.
 *
 * @internal
 */
export const best = <A extends Omit<Filled, "name">>(filled: ReadonlyArray<A>): A | undefined =>
  filled.reduce<A | undefined>(
    (best, each) =>
      best === undefined || each.missing < best.missing ||
        (each.missing === best.missing && each.known > best.known)
        ? each
        : best,
    undefined
  )

const fits = (name: string, pattern: string): boolean => {
  const segments = pattern.split("/")
  const parts = name.split("/")
  return segments.length === parts.length &&
    segments.every((segment, i) => segment.includes("{") || segment === parts[i])
}

/** A name where no pattern is known: that of the path, or what is created in the path's collection. */
const plainName = (
  starting: Starting,
  given: Testing.JsonObject,
  type: Catalogue.Message | undefined
): string | undefined => {
  const own = ownName(starting)
  if (own !== undefined) return own
  const path = pathOf(starting.found)
  const [collection] = /^\/([a-zA-Z]+)$/.exec(starting.found.route.template.literals.at(-1) ?? "")
    ?.slice(1) ?? []
  if (collection === undefined || (type !== undefined && !type.fields.has("name"))) return undefined
  const singular = collection.replace(/s$/, "")
  const id = givenId(starting, given, singular) ??
    (type === undefined ? undefined : `${singular}-${starting.number}`)
  return id === undefined ? undefined : `${path}/${id}`
}

const nameOf = (
  starting: Starting,
  given: Testing.JsonObject,
  type: Catalogue.Message | undefined
): string | undefined => {
  const { resources } = starting.found.route.catalogue
  const patterns = (resources.get(type?.resource ?? "") ?? []).filter((pattern) => pattern !== "*")
  if (patterns.length === 0) return plainName(starting, given, type)
  const own = ownName(starting) ?? text(given["name"])
  if (own !== undefined && patterns.some((pattern) => fits(own, pattern))) return own
  const paths = [pathOf(starting.found), ...Object.values(starting.found.variables)]
  return best(patterns.map((pattern) => fill(starting, given, paths, pattern)))?.name
}

/** What the path says of fields that the resource has, too: `serviceName`, `projectId`. */
const pathFields = ({ found }: Starting, type: Catalogue.Message): Testing.JsonObject =>
  Object.fromEntries(
    Object.entries(found.variables).filter(([field]) =>
      field !== "name" && field !== "parent" && type.fields.get(field)?.type.name === "string"
    )
  )

/** The id where it has a field of its own: `id` that the service sets, `rolloutId` of a Rollout. */
const idFields = (
  { number }: Starting,
  type: Catalogue.Message,
  name: string | undefined
): Testing.JsonObject => {
  const short = type.name.split(".").at(-1) ?? ""
  const kebab = short.replace(/(?!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase()
  const id = name?.split("/").at(-1) ?? `${kebab}-${number}`
  const own = `${short.charAt(0).toLowerCase()}${short.slice(1)}Id`
  const isText = (field: string) => type.fields.get(field)?.type.name === "string"
  return {
    ...(isText("id") && type.fields.get("id")?.behaviors.includes("OUTPUT_ONLY") === true
      ? { id }
      : undefined),
    ...(isText(own) ? { [own]: id } : undefined)
  }
}

/**
 * The default response of a start.
 *
 * @internal
 */
export const responseOf = (starting: Starting): Testing.AnyMessage => {
  const { found, method } = starting
  const response = responseType(method)
  const packed = {
    "@type": `type.googleapis.com/${
      response === "google.protobuf.Any" ? "google.protobuf.Empty" : response
    }`
  }
  if (response.startsWith("google.protobuf.") || response.endsWith("Response")) return packed
  const { catalogue } = found.route
  const type = catalogue.messages.get(response)
  const given = type === undefined
    ? givenIn(starting)
    : echo(catalogue, type, givenIn(starting))
  const name = nameOf(starting, given, type)
  return {
    ...(type === undefined
      ? undefined
      : { ...idFields(starting, type, name), ...pathFields(starting, type) }),
    ...given,
    ...(name === undefined || type?.fields.has("name") === false ? undefined : { name }),
    ...packed
  }
}
