import * as Option from "effect/Option"
import type { OperationFormat } from "../../OperationFormat.ts"
import type { FilteredListRequest, ListAllRequest, ListRequest } from "../../Requests.ts"
import { isWellFormed } from "../base/text.ts"
import * as Route from "../call/route.ts"

/** @internal */
export type AnyListRequest = ListRequest | ListAllRequest | FilteredListRequest

const usual = {
  filter: "filter",
  pageSize: "pageSize",
  pageToken: "pageToken",
  returnPartialSuccess: "returnPartialSuccess"
}

const maxInt32 = 2 ** 31 - 1

/** @internal */
export const listProblem = (
  route: Route.Route,
  request: AnyListRequest,
  parameters: OperationFormat["parameters"]
): readonly [argument: string, problem: string] | undefined => {
  const { filter, name, pageSize, pageToken } = request
  if (pageSize !== undefined && (!Number.isInteger(pageSize) || pageSize < 0)) {
    return ["pageSize", "is not a whole number from 0"]
  }
  if (pageSize !== undefined && pageSize > maxInt32) return ["pageSize", `is more than ${maxInt32}`]
  const stray = parameters &&
    Object.keys(request).find((key) => key !== "name" && !Object.hasOwn(parameters, key))
  if (stray !== undefined) return [stray, "is no parameter of the service"]
  const text = filterText(request)
  if (filter !== undefined && typeof text !== "string") return ["filter", "is not a string"]
  if (text?.trim() === "") return ["filter", "is empty"]
  const texts = { ...(parameters && request), name, filter: text, pageToken }
  for (const [argument, value] of Object.entries<unknown>(texts)) {
    if (typeof value === "string" && !isWellFormed(value)) {
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
export const listQuery = (
  request: AnyListRequest,
  withName: boolean,
  parameters: OperationFormat["parameters"] = usual
): string => {
  const pairs: Array<string> = []
  const values = {
    ...request,
    name: withName ? request.name : undefined,
    filter: filterText(request)
  }
  for (const [argument, name] of Object.entries({ name: "name", ...parameters })) {
    const value = (values as { readonly [argument: string]: unknown })[argument]
    if (value !== undefined && value !== "") {
      pairs.push(`${name}=${encodeURIComponent(String(value))}`)
    }
  }
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
