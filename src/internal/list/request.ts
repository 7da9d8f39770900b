import * as Option from "effect/Option"
import type { FilteredListRequest, ListAllRequest, ListRequest } from "../../Requests.ts"
import { isWellFormed } from "../base/text.ts"
import * as Route from "../call/route.ts"

/** @internal */
export type AnyListRequest = ListRequest | ListAllRequest | FilteredListRequest

const maxInt32 = 2 ** 31 - 1

/** @internal */
export const listProblem = (
  route: Route.Route,
  request: AnyListRequest
): readonly [argument: string, problem: string] | undefined => {
  const { filter, name, pageSize, pageToken } = request
  if (pageSize !== undefined && (!Number.isInteger(pageSize) || pageSize < 0)) {
    return ["pageSize", "is not a whole number from 0"]
  }
  if (pageSize !== undefined && pageSize > maxInt32) return ["pageSize", `is more than ${maxInt32}`]
  const text = filterText(request)
  if (filter !== undefined && typeof text !== "string") return ["filter", "is not a string"]
  if (text?.trim() === "") return ["filter", "is empty"]
  for (const [argument, value] of Object.entries({ name, filter: text, pageToken })) {
    if (value !== undefined && !isWellFormed(value)) {
      return [argument, "contains a lone surrogate"]
    }
  }
  if (typeof filter === "object" && filter.problem !== undefined) return ["filter", filter.problem]
  if (route.filterRequired && text === undefined) return ["filter", "is missing"]
  return undefined
}

const filterText = ({ filter }: AnyListRequest): string | undefined =>
  typeof filter === "object" ? filter.filter : filter

/** @internal */
export const listQuery = (request: AnyListRequest, withName: boolean): string => {
  const pairs: Array<string> = []
  const add = (name: string, value: string | number | boolean | undefined) => {
    if (value !== undefined && value !== "") {
      pairs.push(`${name}=${encodeURIComponent(String(value))}`)
    }
  }
  add("name", withName ? request.name : undefined)
  add("filter", filterText(request))
  add("pageSize", request.pageSize)
  add("pageToken", request.pageToken)
  add("returnPartialSuccess", request.returnPartialSuccess)
  return pairs.join("&")
}

/** @internal */
export const nextPage = <R extends object>(
  request: R,
  page: { readonly nextPageToken: string }
): Option.Option<R> =>
  page.nextPageToken === ""
    ? Option.none()
    : Option.some({ ...request, pageToken: page.nextPageToken })
