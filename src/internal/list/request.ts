import * as Option from "effect/Option"
import type { OperationFormat } from "../../OperationFormat.ts"
import type { FilteredListRequest, ListAllRequest, ListRequest } from "../../Requests.ts"
import { isWellFormed } from "../base/text.ts"
import type * as Route from "../call/route.ts"

/** @internal */
export type AnyListRequest = ListRequest | ListAllRequest | FilteredListRequest

/** What list takes besides a name in the path, and what it is called in the query. */
type Format = Pick<OperationFormat, "parameters"> | undefined

/** Where no format says otherwise. */
const usual = {
  filter: "filter",
  pageSize: "pageSize",
  pageToken: "pageToken",
  returnPartialSuccess: "returnPartialSuccess"
}

const maxInt32 = 2 ** 31 - 1

/**
 * What is wrong with an argument. A format takes no others than it says.
 *
 * @internal
 */
export const listProblem = (
  route: Route.Route,
  request: AnyListRequest,
  format: Format
): readonly [argument: string, problem: string] | undefined => {
  const { filter, pageSize } = request
  const text = filterText(request)
  for (const [argument, given] of Object.entries<unknown>({ ...request })) {
    const value = argument === "filter" ? text : given
    if (given !== undefined && format !== undefined && !takes(format, argument)) {
      return [argument, "is no parameter of the service"]
    }
    if (typeof value === "string" && !isWellFormed(value)) {
      return [argument, "contains a lone surrogate"]
    }
  }
  if (pageSize !== undefined && (!Number.isInteger(pageSize) || pageSize < 0)) {
    return ["pageSize", "is not a whole number from 0"]
  }
  if (pageSize !== undefined && pageSize > maxInt32) return ["pageSize", `is more than ${maxInt32}`]
  if (filter !== undefined && typeof text !== "string") return ["filter", "is not a string"]
  if (text?.trim() === "") return ["filter", "is empty"]
  if (typeof filter === "object" && filter.problem !== undefined) return ["filter", filter.problem]
  if (route.filterRequired && text === undefined) return ["filter", "is missing"]
  return undefined
}

const takes = ({ parameters = usual }: NonNullable<Format>, argument: string): boolean =>
  argument === "name" || Object.hasOwn(parameters, argument)

const filterText = ({ filter }: AnyListRequest): string | undefined =>
  typeof filter === "object" ? filter.filter : filter

/** @internal */
export const listQuery = (
  request: AnyListRequest,
  named: boolean,
  format: Format
): string =>
  Object.entries<string>(format?.parameters ?? (named ? usual : { name: "name", ...usual }))
    .flatMap(([argument, name]) => {
      const value: unknown = argument === "filter"
        ? filterText(request)
        : Reflect.get(request, argument)
      return value === undefined || value === ""
        ? []
        : [`${name}=${encodeURIComponent(String(value))}`]
    }).join("&")

/** @internal */
export const nextPage = <R extends object>(
  request: R,
  page: { readonly nextPageToken: string }
): Option.Option<R> =>
  page.nextPageToken === ""
    ? Option.none()
    : Option.some({ ...request, pageToken: page.nextPageToken })
