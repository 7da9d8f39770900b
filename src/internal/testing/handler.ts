import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Operations from "../../Operations.ts"
import type * as Testing from "../../testing.ts"
import * as Batch from "./batch.ts"
import { loadAll } from "./catalogues.ts"
import { dialectOf } from "./extended.ts"
import { extendedPage } from "./extendedList.ts"
import * as FieldMask from "./fieldMask.ts"
import { bodyMessage, rejectionOf, replyTypes, waitTimeout } from "./kinds.ts"
import { listPage } from "./list.ts"
import { bodyOf, oneOf, parameter, parametersOf } from "./message.ts"
import { metadataOf } from "./metadata.ts"
import { expand } from "./modules.ts"
import { read, type Reading } from "./payload.ts"
import {
  badRequest,
  ConnectionLost,
  html,
  json,
  reject,
  type Rejection,
  rejectionReply,
  type Reply,
  type Request
} from "./reply.ts"
import type { Starting } from "./resource.ts"
import { compile, type Match, match, type Route, selects } from "./routes.ts"
import { packed } from "./scripted.ts"
import { resourceAt, sameIn, shown } from "./shown.ts"
import { callOf, requestIdOf, requestOf } from "./start.ts"
import { type Entry, millisUntilDone, operationAt } from "./state.ts"
import { type StartScript, Store } from "./store.ts"
import { checkSystem, meant, wantedOf } from "./system.ts"

/**
 * A server without a transport.
 *
 * @internal
 */
export interface Server {
  readonly handle: (request: Request) => Effect.Effect<Reply, ConnectionLost>
  readonly service: Omit<Testing.Service, "url">
}

const defaultScript: Testing.Script = { after: Duration.seconds(10), result: { _tag: "Response" } }

type Matches = readonly [Match, ...ReadonlyArray<Match>]

const isMatches = (matches: ReadonlyArray<Match>): matches is Matches => matches.length > 0

const sleep = (millis: number): Effect.Effect<void> =>
  Number.isFinite(millis) ? Effect.sleep(millis) : Effect.never

const rpcOf = (method: Operations.AnyMethod | string): string =>
  typeof method === "string" ? method : method.rpc

/**
 * @internal
 */
export const make = (options: Testing.Options): Effect.Effect<Server> => {
  const served = expand(options)
  return Effect.map(
    Effect.promise(() => loadAll(served)),
    (catalogueOf) => serverOf(options, compile(served, catalogueOf))
  )
}

const serverOf = (options: Testing.Options, routes: ReadonlyArray<Route>): Server => {
  const store = new Store()
  const requestIdWindow = Duration.decode(options.requestIdWindow ?? "10 minutes")
  const maxWait = Duration.decode(options.maxWait ?? "60 seconds")

  const find = (matches: Matches): Either.Either<Entry, Rejection> => {
    const name = matches[0].name ?? ""
    const entry = matches.map(({ route }) => store.find(route.service, name)).find((found) =>
      found !== undefined
    )
    const { service } = matches[0].route
    return Either.fromNullable(
      entry ?? sameIn(store, service, name),
      () => reject("NOT_FOUND", `Operation "${name}" was not found.`)
    )
  }

  const cancel = (entry: Entry, now: number): Either.Either<Testing.JsonObject, Rejection> => {
    if (entry.script.cancellation === "unsupported") {
      return Either.left(reject("UNIMPLEMENTED", `Operation "${entry.name}" cannot be cancelled.`))
    }
    if (entry.cancelRequestedAt === undefined && millisUntilDone(entry, now) > 0) {
      store.update({ ...entry, cancelRequestedAt: now })
    }
    return Either.right({})
  }

  const waitUntil = (
    matches: Matches,
    deadline: number
  ): Effect.Effect<Testing.JsonObject, Rejection> =>
    Effect.gen(function*() {
      const now = yield* Clock.currentTimeMillis
      const change = store.nextChange()
      const entry = yield* find(matches)
      const left = Math.min(millisUntilDone(entry, now), deadline - now)
      if (left <= 0) return shown(matches[0].route.service, entry, now)
      yield* Effect.race(sleep(left), change)
      return yield* waitUntil(matches, deadline)
    })

  const readingOf = (route: Route): Reading => ({
    catalogue: route.catalogue,
    unknownFields: options.unknownFields ?? "refuse"
  })

  const readBody = (
    request: Request,
    { route }: Match
  ): Either.Either<Testing.JsonObject, Rejection> =>
    Either.flatMap(bodyOf(request), (body) => read(readingOf(route), bodyMessage(route), body))

  const wait = (
    request: Request,
    matches: Matches,
    now: number
  ): Effect.Effect<Testing.JsonObject, Rejection> =>
    Effect.gen(function*() {
      const { body: rule, service } = matches[0].route
      const inBody = rule !== undefined
      const isFixed = dialectOf(service) !== undefined
      const parameters = yield* parametersOf(
        request.query,
        oneOf(inBody || isFixed ? [] : ["timeout"]),
        options.unknownFields
      )
      const body = yield* readBody(request, matches[0])
      const timeout = yield* waitTimeout(
        inBody ? body["timeout"] : parameter(parameters, "timeout")
      )
      return yield* waitUntil(
        matches,
        now + Duration.toMillis(
          isFixed
            ? options.maxWait ?? "2 minutes"
            : Duration.min(timeout ?? maxWait, maxWait)
        )
      )
    })

  const start = (
    method: Operations.AnyMethod,
    found: Match,
    request: Request,
    now: number
  ): Either.Either<Testing.JsonObject, Rejection> =>
    Either.gen(function*() {
      const reading = readingOf(found.route)
      const message = yield* requestOf(method, found, request, reading)
      const requestId = yield* requestIdOf(method, message)
      const key = requestId === undefined ? undefined : `${method.rpc} ${requestId}`
      const known = key === undefined ? undefined : store.replyTo(key, now, requestIdWindow)
      const dialect = dialectOf(found.route.service)
      if (known !== undefined) {
        // Theirs is answered as it is by now.
        const first = dialect && store.find(found.route.service, String(known["name"]))
        return first === undefined ? known : shown(found.route.service, first, now)
      }
      // The three services answer these, too, with an operation that has a name.
      const validateOnly = dialect === undefined &&
        (message["validateOnly"] === true || message["validateOnly"] === "true")
      const number = validateOnly ? 0 : store.nextId()
      const starting: Starting = { method, found, message, number }
      const call = callOf(starting, validateOnly)
      if (validateOnly) return { done: true, response: call.response }
      const scripted = store.takeScript(method.rpc) ?? options.onStart ?? defaultScript
      const script = yield* packed(typeof scripted === "function" ? scripted(call) : scripted, call)
      const { result } = script
      const entry: Entry = {
        name: call.operation,
        service: found.route.service,
        script: {
          ...script,
          metadata: script.metadata ??
            (dialect === undefined
              ? metadataOf(reading.catalogue, method, call, script)
              : "none"),
          result: result._tag === "Response"
            ? { ...result, response: result.response ?? call.response }
            : result
        },
        startedAt: now,
        cancelRequestedAt: undefined,
        origin: dialect?.originOf(found, message, requestId)
      }
      store.put(entry)
      const operation = operationAt(entry, now)
      if (key !== undefined) store.remember(key, now, operation)
      return shown(found.route.service, entry, now)
    })

  /** A name in the body belongs to what is in the path. */
  const checkNamed = ({ name, route, variables }: Match): Either.Either<void, Rejection> => {
    if (route.named === undefined) return Either.void
    const [front] = Object.values(variables)
    return name?.startsWith(`${front}/`) === true
      ? Either.void
      : Either.left(badRequest(route.named.field, `is no operation of ${front}.`))
  }

  const dispatch = (
    request: Request,
    matches: Matches,
    now: number
  ): Effect.Effect<Testing.JsonObject, Rejection> => {
    const [found] = matches
    const { kind, start: method } = found.route
    if (method !== undefined) return start(method, found, request, now)
    if (kind === "wait") return wait(request, matches, now)
    return Either.gen(function*() {
      yield* readBody(request, found)
      const dialect = dialectOf(found.route.service)
      if (kind === "list" && dialect !== undefined) {
        return yield* extendedPage(options, store.all(), request, matches, now)
      }
      if (kind === "list") {
        return yield* listPage(options, store.all(), request, matches, now, readingOf(found.route))
      }
      yield* parametersOf(request.query, oneOf(dialect?.query ?? []), options.unknownFields)
      yield* checkNamed(found)
      const entry = yield* find(matches)
      if (kind === "get") return shown(matches[0].route.service, entry, now)
      if (kind === "cancel") return yield* cancel(entry, now)
      store.remove(entry)
      return {}
    })
  }

  const reply = (
    request: Request,
    matches: Matches,
    now: number
  ): Effect.Effect<Testing.JsonObject, Rejection> =>
    Effect.gen(function*() {
      const { catalogue, kind, service } = matches[0].route
      yield* checkSystem(request)
      if ((options.disabled ?? []).some((selector) => selects(selector, matches[0]))) {
        return yield* reject("UNIMPLEMENTED", "The method is not implemented by this service.")
      }
      const dialect = dialectOf(service)
      const isOperation = kind === "get" || kind === "wait" || kind === "start"
      const type = dialect !== undefined && isOperation ? dialect.message : replyTypes[kind]
      const mask = dialect !== undefined && !isOperation
        ? undefined
        : yield* FieldMask.parse(catalogue, type, wantedOf(request).fields)
      const message = yield* dispatch(request, matches, now)
      return mask === undefined ? message : FieldMask.apply(mask, message)
    })

  const batch = (request: Request): Effect.Effect<Reply, ConnectionLost> => {
    const parts = Batch.partsOf(request)
    if (parts.length === 0) {
      const size = new TextEncoder().encode(request.body ?? "").length
      return Effect.succeed(rejectionReply(
        reject(
          "INVALID_ARGUMENT",
          "Failed to parse batch request, error: 0 items. " +
            `Received batch body: (${size}) bytes redacted`
        ),
        "v2"
      ))
    }
    return Effect.map(
      Effect.forEach(
        parts,
        ({ id, request }) => Effect.map(handle(request), (reply) => ({ id, reply })),
        // "The server may perform your calls in any order": one that is held back holds no other.
        { concurrency: "unbounded" }
      ),
      Batch.replyOf
    )
  }

  const honest = (
    request: Request,
    matches: ReadonlyArray<Match>,
    now: number
  ): Effect.Effect<Reply, ConnectionLost> => {
    if (!isMatches(matches)) {
      const resource = resourceAt(store, request, now)
      if (resource !== undefined) return Effect.succeed(resource)
      return Batch.isBatch(routes, request)
        ? batch(request)
        : Effect.succeed(html(404, request.path, options.notFoundHtml))
    }
    const { format: wanted, pretty } = wantedOf(request)
    const format = dialectOf(matches[0].route.service)?.errors ?? wanted
    return Effect.match(reply(request, matches, now), {
      onFailure: (rejection) => rejectionReply(rejection, format, pretty),
      onSuccess: (message) => json(message, { pretty })
    })
  }

  const answer = (
    fault: Testing.Fault | undefined,
    request: Request,
    matches: ReadonlyArray<Match>,
    now: number
  ): Effect.Effect<Reply, ConnectionLost> => {
    switch (fault?._tag) {
      case undefined:
        return honest(request, matches, now)
      case "Error":
        return Effect.succeed(
          rejectionReply(
            rejectionOf(fault),
            dialectOf(matches[0]?.route.service)?.errors ?? wantedOf(request).format
          )
        )
      case "Reply": {
        const { body, headers, status } = fault
        return Effect.succeed(
          typeof body === "object" && !(body instanceof Uint8Array)
            ? json(body, { status, headers })
            : { status, headers, body: body ?? "" }
        )
      }
      case "Html":
        return Effect.succeed(html(fault.status, request.path))
      case "ConnectionLost":
        return Effect.zipRight(
          fault.when === "after" ? honest(request, matches, now) : Effect.void,
          Effect.fail(new ConnectionLost())
        )
      case "Delay":
        return Effect.zipLeft(
          answer(fault.fault, request, matches, now),
          sleep(Duration.toMillis(fault.duration))
        )
    }
  }

  const handle = (arrived: Request): Effect.Effect<Reply, ConnectionLost> =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const request = meant(arrived)
      const matches = match(routes, request)
      const { body, headers, path, query, verb } = arrived
      store.requests.push({
        at: now,
        verb,
        path,
        query,
        headers,
        body,
        method: matches[0]?.route.kind,
        rpc: matches[0]?.route.start?.rpc,
        name: matches[0]?.name
      })
      return answer(store.takeFault(matches[0]), request, matches, now)
    })

  return {
    handle,
    service: {
      put: (name, script, put) =>
        Effect.map(Clock.currentTimeMillis, (now) =>
          store.put({
            name,
            service: put?.service,
            script,
            startedAt: now - Duration.toMillis(put?.age ?? 0),
            cancelRequestedAt: undefined
          })),
      remove: (name) =>
        Effect.sync(() => {
          for (const entry of store.all()) {
            if (entry?.name === name) store.remove(entry)
          }
        }),
      script: (
        method: Operations.AnyMethod | string,
        script: StartScript,
        scripted?: { readonly times?: number | undefined }
      ) => Effect.sync(() => store.addScript(rpcOf(method), script, scripted?.times)),
      fail: (selector, fault, failing) =>
        Effect.sync(() => store.addFault(selector, fault, failing?.times ?? 1)),
      unusedFaults: Effect.sync(() => store.unusedFaults()),
      requests: Effect.sync(() => [...store.requests]),
      operations: Effect.map(
        Clock.currentTimeMillis,
        (now) =>
          store.all().flatMap((entry) =>
            entry === undefined ? [] : [shown(entry.service, entry, now)]
          )
      )
    }
  }
}
