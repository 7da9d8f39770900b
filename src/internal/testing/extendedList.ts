/** Pages of operations as Compute Engine, GKE and Cloud SQL write them. */
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import type * as Testing from "../../testing.ts"
import { dialectOf } from "./extended.ts"
import { oneOf, parameter, parametersOf } from "./message.ts"
import { badRequest, type Rejection, type Request } from "./reply.ts"
import type { Match } from "./routes.ts"
import { type Entry, operationAt } from "./state.ts"

type Json = Testing.JsonObject

/** What a list takes in the query. */
const parameters: { readonly [service: string]: ReadonlyArray<string> } = {
  "compute.googleapis.com": [
    "filter",
    "maxResults",
    "orderBy",
    "pageToken",
    "returnPartialSuccess"
  ],
  "sqladmin.googleapis.com": ["instance", "maxResults", "pageToken", "location"],
  "container.googleapis.com": []
}

const ofAggregated = ["includeAllScopes", "serviceProjectNumber"]

/** `projects/p/zones/z/operations/o` to `zones/z`. */
const scopeOf = (name: string): string =>
  /^projects\/[^/]+\/((?:zones|regions)\/[^/]+|global)\//.exec(name)?.[1] ?? ""

const isBelow = (parent: string, name: string): boolean => {
  if (parent.endsWith("/aggregated")) return name.startsWith(parent.replace(/aggregated$/, ""))
  const at = parent.split("/")
  const segments = name.split("/")
  return segments.length === at.length + 2 &&
    at.every((segment, i) => segment === "-" || segment === segments[i])
}

/** `status != "DONE"`, `name eq x`: one comparison with a field. */
const filterOf = (text: string): Either.Either<(raw: Json) => boolean, Rejection> => {
  if (text === "") return Either.right(() => true)
  const [, field = "", operator = "", value = ""] =
    /^\s*\(?\s*(\w+)\s*(!=|=|eq|ne)\s*"?([^"()]*)"?\s*\)?\s*$/.exec(text) ?? []
  if (field === "") {
    return Either.left(badRequest("filter", `Invalid list filter expression: ${text}.`))
  }
  const isWanted = operator === "=" || operator === "eq"
  return Either.right((raw) => (String(raw[field] ?? "") === value.trim()) === isWanted)
}

const positionOf = (token: string): Either.Either<number, Rejection> => {
  if (token === "") return Either.right(0)
  const text = Either.getOrElse(Encoding.decodeBase64UrlString(token), () => "")
  return /^\d+$/.test(text)
    ? Either.right(Number(text))
    : Either.left(badRequest("pageToken", "is not a token of this service."))
}

/** The instance that an operation of Cloud SQL acts on. */
const isOfInstance = (instance: string | undefined, raw: Json): boolean =>
  instance === undefined || raw["targetId"] === instance

/**
 * @internal
 */
export const extendedPage = (
  options: Testing.Options,
  entries: ReadonlyArray<Entry | undefined>,
  request: Request,
  [{ name: parent = "", route: { service } }]: readonly [Match, ...ReadonlyArray<Match>],
  now: number
): Either.Either<Json, Rejection> =>
  Either.gen(function*() {
    const isAggregated = parent.endsWith("/aggregated")
    const taken = [
      ...parameters[service] ?? [],
      ...(isAggregated ? ofAggregated : []),
      ...(parent === "locations/global" ? ["parentId"] : [])
    ]
    const given = yield* parametersOf(request.query, oneOf(taken), options.unknownFields)
    const passes = yield* filterOf(parameter(given, "filter") ?? "")
    const size = Number(parameter(given, "maxResults") ?? 0) || options.defaultPageSize || 500
    const first = yield* positionOf(parameter(given, "pageToken") ?? "")
    const away = options.unreachable ?? []
    const found = entries.flatMap((entry) => {
      const own = entry !== undefined && (entry.service ?? service) === service &&
        isBelow(parent, entry.name) && !away.some((location) =>
          entry.name.startsWith(`${location}/`)
        )
      if (!own) return []
      const raw = dialectOf(service)?.write(operationAt(entry, now), entry) ?? {}
      return passes(raw) && isOfInstance(parameter(given, "instance"), raw)
        ? [{ name: entry.name, raw }]
        : []
    })
    const ordered = service === "sqladmin.googleapis.com"
      ? found.reverse()
      : service === "compute.googleapis.com"
      ? found.sort((a, b) => a.name < b.name ? -1 : 1)
      : found
    const paged = service === "container.googleapis.com"
      ? ordered
      : ordered.slice(first, first + Math.min(size, options.maxPageSize ?? 500))
    const next = first + paged.length
    const token = next < found.length && paged.length > 0
      ? { nextPageToken: Encoding.encodeBase64Url(String(next)) }
      : undefined
    const below = away.filter((location) =>
      location.startsWith(parent.replace(/(?:aggregated|-)$/, ""))
    )
    const operations = paged.map(({ raw }) => raw)
    if (service === "container.googleapis.com") {
      return {
        ...(operations.length === 0 ? undefined : { operations }),
        ...(below.length === 0
          ? undefined
          : { missingZones: below.map((location) => location.split("/").at(-1)) })
      }
    }
    const kind = service === "sqladmin.googleapis.com"
      ? "sql#operationsList"
      : isAggregated
      ? "compute#operationAggregatedList"
      : "compute#operationList"
    if (!isAggregated) {
      return { kind, ...(operations.length === 0 ? undefined : { items: operations }), ...token }
    }
    const scopes = new Set(
      [...found.map(({ name }) => scopeOf(name)), ...below.map((name) => scopeOf(`${name}/`))]
    )
    return {
      kind,
      items: Object.fromEntries(
        Array.from(scopes).sort().map((scope) => {
          const own = paged.filter(({ name }) => scopeOf(name) === scope)
          const isAway = below.some((name) => scopeOf(`${name}/`) === scope)
          return [
            scope,
            own.length > 0
              ? { operations: own.map(({ raw }) => raw) }
              : { warning: { code: isAway ? "UNREACHABLE" : "NO_RESULTS_ON_PAGE" } }
          ]
        })
      ),
      ...token,
      ...(below.length === 0
        ? undefined
        : { unreachables: below.map((name) => scopeOf(`${name}/`)) })
    }
  })
