import * as Option from "effect/Option"
import type { OperationFormat } from "../../OperationFormat.ts"
import type { FilteredListRequest, ListAllRequest, ListRequest } from "../../Requests.ts"
import { isWellFormed } from "../base/text.ts"
import type * as Route from "../call/route.ts"

/** @internal */
export type AnyListRequest = ListRequest | ListAllRequest | FilteredListRequest

type Parameters = OperationFormat["parameters"]

const maxInt32 = 2 ** 31 - 1

/**
 * What is wrong with an argument. Where a format says which there are, there are no others.
 *
 * @internal
 */
export const listProblem = (
  route: Route.Route,
  request: AnyListRequest,
  own: Parameters | undefined
): readonly [argument: string, problem: string] | undefined => {
  const { filter, pageSize } = request
  const text = filterText(request)
  for (const [argument, value] of Object.entries<unknown>({ ...request, filter: text })) {
    if (
      own !== undefined && value !== undefined && argument !== "name" &&
      !Object.hasOwn(own, argument)
    ) {
      return [argument, "is no parameter of the service"]
    }
    if (typeof value === "string" && !isWellFormed(value)) {
      return [argument, "contains a lone surrogate"]
    }
  }
  if (pageSize !== undefined) {
    if (!Number.isInteger(pageSize) || pageSize < 0) {
      return ["pageSize", "is not a whole number from 0"]
    }
    if (pageSize > maxInt32) return ["pageSize", `is more than ${maxInt32}`]
  }
  if (filter !== undefined && typeof text !== "string") return ["filter", "is not a string"]
  if (text?.trim() === "") return ["filter", "is empty"]
  if (typeof filter === "object" && filter.problem !== undefined) return ["filter", filter.problem]
  if (route.filterRequired && text === undefined) return ["filter", "is missing"]
  return undefined
}

const filterText = ({ filter }: AnyListRequest): string | undefined =>
  typeof filter === "object" ? filter.filter : filter

/** @internal */
export const listQuery = (request: AnyListRequest, parameters: Parameters): string => {
  const values: { readonly [argument: string]: string | number | boolean | undefined } = {
    ...request,
    filter: filterText(request)
  }
  return Object.entries(parameters).flatMap(([argument, name]) => {
    const value = values[argument] ?? ""
    return value === "" ? [] : [`${name}=${encodeURIComponent(value)}`]
  }).join("&")
}

/** @internal */
export const nextPage = <R extends object>(
  request: R,
  page: { readonly nextPageToken: string }
): Option.Option<R> =>
  page.nextPageToken === ""
    ? Option.none()
    : Option.some({ ...request, pageToken: page.nextPageToken })
