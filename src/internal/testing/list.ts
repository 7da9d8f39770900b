import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import * as Hash from "effect/Hash"
import type * as Testing from "../../testing.ts"
import { escapeRegExp } from "../base/text.ts"
import * as PathTemplate from "../names/pathTemplate.ts"
import * as Filter from "./filter.ts"
import { oneOf, parameter, type Parameters, parametersOf } from "./message.ts"
import { read, type Reading } from "./payload.ts"
import { badRequest, reject, type Rejection, type Request } from "./reply.ts"
import type { Match, Route } from "./routes.ts"
import { type Entry, operationAt } from "./state.ts"

/** A segment `-` stands for any, as in `locations/-`. */
const startsWithSegments = (prefix: string): (name: string) => boolean => {
  if (!prefix.split("/").includes("-")) return (name) => name.startsWith(prefix)
  const pattern = prefix.split("/").map((segment) =>
    segment === "-" ? "[^/]+" : escapeRegExp(segment)
  ).join("/")
  const expression = new RegExp(`^${pattern}`)
  return (name) => expression.test(name)
}

/**
 * Which operations a list covers. A parent has an even number of segments and its operations are below it; with an odd
 * number the name is that of the collection. A path without a name covers all operations of the service.
 */
const coverage = (route: Route, name: string | undefined): (operation: string) => boolean => {
  if (name === undefined) {
    return (operation) =>
      route.names.length === 0 ||
      route.names.some((variable) => PathTemplate.fits(variable, operation))
  }
  return startsWithSegments(name.split("/").length % 2 === 0 ? `${name}/operations/` : `${name}/`)
}

const parsePageSize = (
  options: Testing.Options,
  route: Route,
  text: string | undefined
): Either.Either<number, Rejection> => {
  const size = Number(text ?? 0)
  if (size < 0) return Either.left(badRequest("pageSize", "must not be negative."))
  const most = options.maxPageSize ??
    (route.service === "servicemanagement.googleapis.com" ? 100 : 1000)
  return Either.right(Math.min(size === 0 ? options.defaultPageSize ?? 50 : size, most))
}

// A token is the position to go on from and a hash of the arguments that must stay the same.
const argumentsHash = (request: Request, parameters: Parameters): number =>
  Hash.string(JSON.stringify([
    request.path,
    ...["name", "filter", "returnPartialSuccess"].map((field) => parameter(parameters, field) ?? "")
  ]))

const tokenOf = (position: number, hash: number): string =>
  Encoding.encodeBase64Url(`${position}:${hash}`)

const positionOf = (token: string | undefined, hash: number): Either.Either<number, Rejection> => {
  if (token === undefined || token === "") return Either.right(0)
  const text = Either.getOrElse(Encoding.decodeBase64UrlString(token), () => "")
  const [, position, of] = /^(\d+):(-?\d+)$/.exec(text) ?? []
  if (position === undefined) {
    return Either.left(badRequest("pageToken", "is not a token of this service."))
  }
  return of === String(hash)
    ? Either.right(Number(position))
    : Either.left(badRequest("pageToken", "belongs to a list with other arguments."))
}

/** The unreachable locations below the parent, or the rejection that they cause. */
const unreachableOf = (
  options: Testing.Options,
  name: string | undefined,
  partial: boolean
): Either.Either<ReadonlyArray<string>, Rejection> => {
  const below = startsWithSegments(name === undefined ? "" : `${name}/`)
  const found = (options.unreachable ?? []).filter((location) => below(`${location}/`))
  if (found.length === 0) return Either.right(found)
  return found.some((location) => location === name) ||
      (options.partialSuccess === "supported" && !partial)
    ? Either.left(reject("UNAVAILABLE", `Locations cannot be reached: ${found.join(", ")}`))
    : Either.right(found)
}

/**
 * One page of a list.
 *
 * @internal
 */
export const listPage = (
  options: Testing.Options,
  entries: ReadonlyArray<Entry | undefined>,
  request: Request,
  matches: readonly [Match, ...ReadonlyArray<Match>],
  now: number,
  reading: Reading
): Either.Either<Testing.JsonObject, Rejection> =>
  Either.gen(function*() {
    const [{ name, route }] = matches
    const fields = ["filter", "pageSize", "pageToken", "returnPartialSuccess"]
    const parameters = yield* parametersOf(
      request.query,
      oneOf(name === undefined ? [...fields, "name"] : fields),
      reading.unknownFields
    )
    const type = reading.catalogue.messages.get("google.longrunning.ListOperationsRequest")
    if (type !== undefined) yield* read(reading, type, Object.fromEntries(parameters))
    const filterText = parameter(parameters, "filter") ?? ""
    if (route.filter === "required" && filterText === "") {
      return yield* Either.left(badRequest("filter", "is required."))
    }
    const passes = yield* Either.mapLeft(
      Filter.compile(route.service, filterText),
      (problem) => badRequest("filter", problem)
    )
    const pageSize = yield* parsePageSize(options, route, parameter(parameters, "pageSize"))
    const partial = parameter(parameters, "returnPartialSuccess") === "true"
    if (partial && options.partialSuccess !== "supported") {
      return yield* Either.left(
        reject("UNIMPLEMENTED", "returnPartialSuccess is not supported by this service.")
      )
    }
    const unreachable = yield* unreachableOf(options, name, partial)
    const hash = argumentsHash(request, parameters)
    const first = yield* positionOf(parameter(parameters, "pageToken"), hash)

    const services = new Set(matches.map((found) => found.route.service))
    const covers = coverage(route, name)
    const limit = Math.min(entries.length, first + (options.scanPerPage ?? Infinity))
    const operations: Array<Testing.JsonObject> = []
    let position = first
    for (; position < limit; position++) {
      const entry = entries[position]
      if (
        entry === undefined || (entry.service !== undefined && !services.has(entry.service))
      ) continue
      if (
        !covers(entry.name) || unreachable.some((location) => entry.name.startsWith(`${location}/`))
      ) continue
      const operation = operationAt(entry, now)
      if (!passes({ operation, startedAt: entry.startedAt })) continue
      if (operations.length === pageSize) break
      operations.push(operation)
    }
    return {
      ...(operations.length === 0 ? undefined : { operations }),
      ...(position < entries.length ? { nextPageToken: tokenOf(position, hash) } : undefined),
      ...(unreachable.length === 0 ? undefined : { unreachable })
    }
  })
