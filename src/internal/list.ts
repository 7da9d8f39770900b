import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { CallError, ListError } from "../LroError.ts"
import { InvalidRequest, PageTokenError } from "../LroError.ts"
import type { Operation } from "../Operation.ts"
import type {
  CallOptions,
  FilteredListRequest,
  ListAllRequest,
  ListOptions,
  ListRequest,
  Page
} from "../Operations.ts"
import { parsePage } from "./envelope.ts"
import { type Call, decode, execute } from "./http.ts"
import * as Names from "./nameTemplates.ts"
import { nextPage } from "./nextPage.ts"
import { RecentTokens } from "./recentTokens.ts"
import { isWellFormed } from "./resourceName.ts"
import type { Settings } from "./settings.ts"
import * as Span from "./span.ts"

/** @internal */
export type AnyListRequest = ListRequest | ListAllRequest | FilteredListRequest

const maxInt32 = 2 ** 31 - 1

const listProblem = (
  route: Names.Route,
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
    if (value !== undefined && !isWellFormed(value)) return [argument, "contains a lone surrogate"]
  }
  if (typeof filter === "object" && filter.problem !== undefined) return ["filter", filter.problem]
  if (route.filterRequired && text === undefined) return ["filter", "is missing"]
  return undefined
}

const filterText = ({ filter }: AnyListRequest): string | undefined =>
  typeof filter === "object" ? filter.filter : filter

const listQuery = (request: AnyListRequest, withName: boolean): string => {
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

/**
 * `listPage`, `listPages` and `list` of a client.
 *
 * @internal
 */
export const makeList = (settings: Settings, route: Names.Route) => {
  const named = Names.takesName(route)
  const unnamedPath = route.templates[0]?.literals.join("") ?? ""

  const refuse = (argument: string, problem: string) =>
    Effect.fail(new InvalidRequest({ method: route.method, argument, problem }))

  const read = (
    path: string,
    request: AnyListRequest,
    options: CallOptions,
    number: number | undefined
  ): Effect.Effect<Page, CallError> => {
    const call: Call = {
      method: route.method,
      verb: route.verb,
      path,
      query: listQuery(request, !named),
      body: undefined,
      // An error names the parent, and no operation.
      name: "",
      location: Names.location(request.name ?? ""),
      repeat: "safe"
    }
    return Effect.matchEffect(execute(settings, call, options), {
      onFailure: (error) => Effect.fail(ofPage(error, request.name, number)),
      onSuccess: (reply) =>
        Effect.mapError(
          decode(settings, call, reply, "NotAPage", parsePage),
          (error) => ofPage(error, request.name, number)
        )
    })
  }

  const fetchPage = (
    request: AnyListRequest,
    options: CallOptions,
    number?: number
  ): Effect.Effect<Page, CallError> =>
    Span.ofCall(
      Effect.suspend(() => {
        const wrong = listProblem(route, request)
        if (wrong !== undefined) return refuse(...wrong)
        return named
          ? Effect.flatMap(
            Names.pathOf(route, request.name ?? ""),
            (path) => read(path, request, options, number)
          )
          : read(unnamedPath, request, options, number)
      }),
      "Operations.listPage",
      request.name ?? ""
    )

  const listPage = (
    request: AnyListRequest,
    options: CallOptions = {}
  ): Effect.Effect<Page, CallError> => fetchPage(request, options)

  const listPages = (
    request: AnyListRequest,
    options: ListOptions = {}
  ): Stream.Stream<Page, ListError> =>
    Stream.suspend(() => {
      const { maxPages } = options
      if (maxPages !== undefined && (!Number.isInteger(maxPages) || maxPages < 1)) {
        return Stream.fromEffect(refuse("maxPages", "is not a whole number from 1"))
      }
      const tokens = new RecentTokens(request.pageToken)
      const first: Position = { request, page: 1, problem: undefined }
      return Stream.paginateEffect(
        first,
        (at): Effect.Effect<readonly [Page, Option.Option<Position>], ListError> => {
          if (at.problem !== undefined) {
            return Effect.fail(
              new PageTokenError({
                method: route.method,
                reason: at.problem,
                page: at.page - 1,
                parent: request.name ?? ""
              })
            )
          }
          return Effect.map(fetchPage(at.request, options, at.page), (page) => {
            const capped = maxPages !== undefined && at.page >= maxPages
            const next = Option.map(nextPage(at.request, page), (request): Position => ({
              request,
              page: at.page + 1,
              problem: tokens.add(page.nextPageToken) ?? (capped ? "pageCap" : undefined)
            }))
            return [page, next] as const
          })
        }
      )
    })

  const list = (
    request: AnyListRequest,
    options: ListOptions = {}
  ): Stream.Stream<Operation, ListError> =>
    Stream.mapConcatChunk(
      listPages(request, options),
      (page) => Chunk.unsafeFromArray(page.operations)
    )

  return { listPage, listPages, list }
}

/** An error that says which page of which parent it is about. */
const ofPage = <E extends CallError>(
  error: E,
  parent: string | undefined,
  page: number | undefined
): E =>
  error._tag === "InvalidRequest"
    ? error
    : new (error.constructor as new(fields: object) => E)({ ...error, parent, page })

/** Where a list stands: the request of the next page, its number, and why it must not be sent. */
interface Position {
  readonly request: AnyListRequest
  readonly page: number
  readonly problem: PageTokenError["reason"] | undefined
}
