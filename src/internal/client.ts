import type * as HttpClient from "@effect/platform/HttpClient"
import * as Chunk from "effect/Chunk"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
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
  Method,
  Methods,
  NameRequest,
  Page,
  StartOptions,
  WaitOptions,
  WaitRequest
} from "../Operations.ts"
import { parseOperation, parsePage } from "./envelope.ts"
import { type Call, decode, execute } from "./http.ts"
import * as Names from "./nameTemplates.ts"
import { nextPage } from "./nextPage.ts"
import { type Get, make as makePoll, type Wait } from "./poll.ts"
import { make as makePollSource, type PollSource } from "./pollSource.ts"
import { RecentTokens } from "./recentTokens.ts"
import { isWellFormed } from "./resourceName.ts"
import type { Settings } from "./settings.ts"
import * as Span from "./span.ts"
import type { Starter, Starting } from "./start.ts"
import { Timers } from "./timers.ts"
import { makeWait } from "./wait.ts"

type AnyListRequest = ListRequest | ListAllRequest | FilteredListRequest

/**
 * The HttpClient of a layer.
 *
 * @internal
 */
export const prepare = (
  client: HttpClient.HttpClient,
  transform: ((client: HttpClient.HttpClient) => HttpClient.HttpClient) | undefined
): HttpClient.HttpClient => transform === undefined ? client : transform(client)

/**
 * The methods that a binding has; typed by the caller.
 *
 * @internal
 */
export const make = (
  settings: Settings
): Effect.Effect<Partial<Methods<string, AnyListRequest>>, never, Scope.Scope> =>
  Effect.gen(function*() {
    const { binding } = settings
    const get = Names.compile(binding, "get")
    const list = Names.compile(binding, "list")
    const cancel = Names.compile(binding, "cancel")
    const remove = Names.compile(binding, "delete")
    const wait = Names.compile(binding, "wait")
    const sendCancel = cancel === undefined ? undefined : makeVoid(settings, cancel, "cancel")
    const starting: Starting = { settings, cancel: sendCancel }
    const methods: Mutable<Partial<Methods<string, AnyListRequest>>> = {
      start: (method, request, options = {}) =>
        starterOf(method).start(starting, method, request, options)
    }
    if (get !== undefined) {
      const sendGet = makeGet(settings, get)
      const sendWait = wait === undefined ? undefined : makeWaitCall(settings, wait)
      const waits = makeWait({
        settings,
        source: yield* makeSource(sendGet, sendWait),
        cancel: sendCancel,
        checkName: (name) => Names.pathOf(get, name)
      })
      methods.get = traced("Operations.get", sendGet)
      methods.untilDone = waits.untilDone
      methods.watch = waits.watch
      methods.run = runOf(starting, waits)
      if (sendCancel !== undefined) methods.cancelAndWait = waits.cancelAndWait
    }
    if (list !== undefined) Object.assign(methods, makeList(settings, list))
    if (sendCancel !== undefined) methods.cancel = traced("Operations.cancel", sendCancel)
    if (remove !== undefined) {
      methods.delete = traced("Operations.delete", makeVoid(settings, remove, "delete"))
    }
    if (wait !== undefined) methods.wait = traced("Operations.wait", makeWaitCall(settings, wait))
    return methods
  })

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** The pollers of a client run in the scope and the runtime of its layer. */
const makeSource = (
  get: Get,
  wait: Wait | undefined
): Effect.Effect<PollSource, never, Scope.Scope> =>
  Effect.gen(function*() {
    const runtime = yield* Effect.runtime()
    const timers = new Timers(runtime, yield* Effect.clock)
    const source = makePollSource(makePoll(get, wait, timers), timers, runtime)
    yield* Effect.addFinalizer(() => source.end)
    return source
  })

const starterOf = (method: { readonly "~start": object }) => method["~start"] as Starter

const runOf = (starting: Starting, waits: ReturnType<typeof makeWait>) => {
  const run = (
    method: Method<string, unknown, unknown>,
    request: unknown,
    options: StartOptions & WaitOptions = {}
  ) => starterOf(method).run(starting, method, request, options, waits.untilDone)
  return run as Methods<string, never>["run"]
}

/** One span a call, where a tracer is installed. */
const traced = <R extends { readonly name: string }, A, E>(
  span: string,
  call: (request: R, options?: CallOptions) => Effect.Effect<A, E>
) =>
(request: R, options?: CallOptions): Effect.Effect<A, E> =>
  Span.ofCall(call(request, options), span, request.name)

const nameCall = (
  route: Names.Route,
  name: string,
  path: string,
  repeat: Call["repeat"],
  endpoint: string | undefined
): Call => ({
  method: route.method,
  verb: route.verb,
  path,
  query: "",
  body: Names.bodyOf(route, name),
  name,
  location: Names.location(name),
  endpoint,
  repeat
})

/** A request whose endpoint came from a reference. */
export interface At {
  readonly endpoint?: string | undefined
}

const operationReply = (
  settings: Settings,
  call: Call,
  options: CallOptions
): Effect.Effect<Operation, CallError> =>
  Effect.flatMap(
    execute(settings, call, options),
    (reply) => decode(settings, call, reply, "NotAnOperation", parseOperation)
  )

const makeGet =
  (settings: Settings, route: Names.Route) =>
  (request: NameRequest & At, options: CallOptions = {}): Effect.Effect<Operation, CallError> =>
    Effect.flatMap(Names.pathOf(route, request.name), (path) => {
      const call = nameCall(route, request.name, path, "safe", request.endpoint)
      return operationReply(settings, call, options)
    })

const makeVoid =
  (settings: Settings, route: Names.Route, repeat: "cancel" | "delete") =>
  (request: NameRequest & At, options: CallOptions = {}): Effect.Effect<void, CallError> =>
    Effect.flatMap(
      Names.pathOf(route, request.name),
      (path) =>
        Effect.asVoid(
          execute(settings, nameCall(route, request.name, path, repeat, request.endpoint), options)
        )
    )

const makeWaitCall =
  (settings: Settings, route: Names.Route) =>
  (request: WaitRequest & At, options: CallOptions = {}): Effect.Effect<Operation, CallError> =>
    Effect.gen(function*() {
      const path = yield* Names.pathOf(route, request.name)
      const wait = request.timeout === undefined ? undefined : Duration.decode(request.timeout)
      const body = Names.bodyOf(route, request.name)
      if (wait !== undefined && !Duration.isFinite(wait)) {
        return yield* new InvalidRequest({
          method: route.method,
          argument: "timeout",
          problem: "is not finite"
        })
      }
      const seconds = wait === undefined ? undefined : `${Duration.toMillis(wait) / 1000}s`
      const call: Call = {
        ...nameCall(route, request.name, path, "safe", undefined),
        body: body === undefined
          ? undefined
          : JSON.stringify(seconds === undefined ? {} : { timeout: seconds }),
        query: body === undefined && seconds !== undefined ? `timeout=${seconds}` : ""
      }
      // The time-out of the attempt begins where the server may stop waiting.
      const own = options.timeout ?? settings.timeout
      const timeout = wait === undefined ? own : Duration.sum(wait, own)
      return yield* operationReply(settings, call, { ...options, timeout })
    })

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

const makeList = (settings: Settings, route: Names.Route) => {
  const named = Names.takesName(route)
  const unnamedPath = route.templates[0]?.literals.join("") ?? ""

  const refuse = (argument: string, problem: string) =>
    Effect.fail(new InvalidRequest({ method: route.method, argument, problem }))

  const fetchPage = (
    request: AnyListRequest,
    options: CallOptions,
    number?: number
  ): Effect.Effect<Page, CallError> =>
    Effect.gen(function*() {
      const wrong = listProblem(route, request)
      if (wrong !== undefined) return yield* refuse(...wrong)
      const path = named ? yield* Names.pathOf(route, request.name ?? "") : unnamedPath
      const call: Call = {
        ...nameCall(route, "", path, "safe", undefined),
        query: listQuery(request, !named),
        location: Names.location(request.name ?? "")
      }
      const page = Effect.flatMap(
        execute(settings, call, options),
        (reply) => decode(settings, call, reply, "NotAPage", parsePage)
      )
      return yield* Effect.mapError(page, (error) => ofPage(error, request.name, number))
    }).pipe(
      Effect.withSpan("Operations.listPage", {
        kind: "client",
        captureStackTrace: false,
        attributes: { "gcp.resource.destination.id": request.name ?? "" }
      })
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

/**
 * A fake whose missing methods die with their name.
 *
 * @internal
 */
export const partial = (key: string, methods: object): object =>
  new Proxy(methods, {
    get: (target, name) =>
      name in target
        ? Reflect.get(target, name)
        : typeof name === "symbol"
        ? undefined
        : () => Effect.dieMessage(`${key}: the method ${name} is not part of this fake`)
  })
