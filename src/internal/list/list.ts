import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { type CallError, type ListError, PageTokenError } from "../../LroError.ts"
import type { Operation } from "../../Operation.ts"
import type { CallOptions, ListOptions, Page } from "../../Requests.ts"
import * as Pull from "../base/pull.ts"
import * as Telemetry from "../base/telemetry.ts"
import type { Read } from "../call/call.ts"
import { refuse } from "../call/refuse.ts"
import { execute } from "../call/retry.ts"
import * as Route from "../call/route.ts"
import type { Settings } from "../call/settings.ts"
import * as ResourceName from "../names/resourceName.ts"
import { usual } from "../operation/listParameters.ts"
import { parsePage } from "../wire/envelope.ts"
import { type AnyListRequest, listProblem, listQuery, nextPage } from "./request.ts"
import { RecentTokens } from "./tokens.ts"

/**
 * `listPage`, `listPages` and `list` of a client.
 *
 * @internal
 */
export const makeList = (
  settings: Settings,
  route: Route.Route,
  /** How the JSON of a page is read, unless as it is. */
  json?: Read<Page>["json"]
) => {
  const { page = parsePage, parameters } = settings.binding.operationFormat ?? {}
  const named = Route.takesName(route)
  const unnamedPath = route.templates[0]?.literals.join("") ?? ""

  const read = (
    path: string,
    request: AnyListRequest,
    options: CallOptions,
    number: number | undefined
  ): Effect.Effect<Page, CallError> =>
    execute(settings, {
      method: route.method,
      verb: route.verb,
      path,
      query: listQuery(request, parameters ?? (named ? usual : { name: "name", ...usual })),
      body: undefined,
      // An error names the parent, and no operation.
      name: "",
      parent: request.name,
      page: number,
      location: ResourceName.location(request.name ?? ""),
      repeat: "safe",
      read: { json, parse: page, otherwise: "NotAPage" }
    }, options)

  const fetchPage = (
    request: AnyListRequest,
    options: CallOptions,
    number?: number
  ): Effect.Effect<Page, CallError> =>
    Telemetry.ofCall(
      Effect.suspend(() => {
        const wrong = listProblem(route, request, parameters)
        if (wrong !== undefined) return refuse(route.method, ...wrong)
        return named
          ? Effect.flatMap(
            Route.bind(route, request.name ?? ""),
            ({ path }) => read(path, request, options, number)
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
      const { maxPages, prefetch = 0 } = options
      if (maxPages !== undefined && (!Number.isInteger(maxPages) || maxPages < 1)) {
        return Stream.fromEffect(refuse(route.method, "maxPages", "is not a whole number from 1"))
      }
      if (!Number.isInteger(prefetch) || prefetch < 0) {
        return Stream.fromEffect(refuse(route.method, "prefetch", "is not a whole number from 0"))
      }
      const next = pull(request, options)
      return prefetch === 0
        ? Pull.stream(next)
        : Stream.unwrapScoped(Effect.map(ahead(next, prefetch), Pull.stream))
    })

  /** The next page, whenever it is asked for it. */
  const pull = (request: AnyListRequest, options: ListOptions): Pages => {
    const { maxPages = Infinity } = options
    const tokens = new RecentTokens(request.pageToken)
    let next = Option.some(request)
    let problem: PageTokenError["reason"] | undefined
    let number = 0
    return Effect.suspend((): Pages => {
      if (Option.isNone(next)) return Pull.end
      if (problem !== undefined) {
        const fields = { reason: problem, page: number, parent: request.name ?? "" }
        return Pull.fail(new PageTokenError({ method: route.method, ...fields }))
      }
      const current = next.value
      return Effect.map(Pull.next(fetchPage(current, options, number + 1)), (page) => {
        number++
        next = nextPage(current, page)
        if (Option.isSome(next)) {
          problem = tokens.add(page.nextPageToken) ?? (number >= maxPages ? "pageCap" : undefined)
        }
        return page
      })
    })
  }

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

type Pages = Pull.Pull<Page, ListError>

/**
 * Pages that are read ahead in a fiber of their own: while one is with the consumer, at most this many after it have been asked for.
 * What ends the list comes after the pages before it.
 */
const ahead = (pull: Pages, pages: number): Effect.Effect<Pages, never, Scope.Scope> =>
  Effect.gen(function*() {
    const read = yield* Queue.unbounded<Exit.Exit<Page, Option.Option<ListError>>>()
    const permits = yield* Effect.makeSemaphore(1)
    yield* Effect.zipRight(permits.take(1), Effect.exit(pull)).pipe(
      Effect.tap((exit) => Queue.offer(read, exit)),
      Effect.repeat({ until: Exit.isFailure }),
      Effect.interruptible,
      Effect.forkScoped
    )
    let more = pages
    return Effect.flatMap(Queue.take(read), (exit) => {
      const granted = more
      more = 1
      return Effect.zipRight(permits.release(granted), exit)
    })
  })
