import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Operations from "../../Operations.ts"
import type * as Testing from "../../testing.ts"
import { listPage } from "./list.ts"
import { bodyOf, parameter, parametersOf } from "./message.ts"
import { expand } from "./modules.ts"
import {
  badRequest,
  ConnectionLost,
  type Format,
  html,
  json,
  reject,
  Rejection,
  rejectionReply,
  type Reply,
  type Request
} from "./reply.ts"
import { compile, type Match, match, selects } from "./routes.ts"
import { callOf, metadataOf, operationName, requestIdOf, requestOf } from "./start.ts"
import { type Entry, millisUntilDone, operationAt } from "./state.ts"
import { Store } from "./store.ts"

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

const formatOf = (request: Request): Either.Either<Format, Rejection> => {
  const format = new URLSearchParams(request.query).get("$.xgafv")
  if (format === null || format === "2") return Either.right("v2")
  return format === "1"
    ? Either.right("v1")
    : Either.left(badRequest("$.xgafv", `"${format}" is neither 1 nor 2.`))
}

/** `"10s"` as a duration. */
const waitTimeout = (text: unknown): Either.Either<Duration.Duration | undefined, Rejection> => {
  if (text === undefined) return Either.right(undefined)
  const seconds = typeof text === "string" ? /^(\d+(?:\.\d{1,9})?)s$/.exec(text)?.[1] : undefined
  return seconds === undefined
    ? Either.left(badRequest("timeout", "is not a duration in seconds, such as \"10s\"."))
    : Either.right(Duration.seconds(Number(seconds)))
}

const rejectionOf = (fault: Extract<Testing.Fault, { readonly _tag: "Error" }>): Rejection => {
  const { code, details, headers, message } = fault
  return new Rejection({ code, details, headers, message })
}

const sleep = (millis: number): Effect.Effect<void> =>
  Number.isFinite(millis) ? Effect.sleep(millis) : Effect.never

const rpcOf = (method: Operations.AnyMethod | string): string =>
  typeof method === "string" ? method : method.rpc

/**
 * @internal
 */
export const make = (options: Testing.Options): Server => {
  const routes = compile(expand(options))
  const store = new Store()
  const requestIdWindow = Duration.decode(options.requestIdWindow ?? "10 minutes")
  const maxWait = Duration.decode(options.maxWait ?? "60 seconds")

  const find = (matches: Matches): Either.Either<Entry, Rejection> => {
    const name = matches[0].name ?? ""
    const entry = matches.map(({ route }) => store.find(route.service, name)).find((found) =>
      found !== undefined
    )
    return Either.fromNullable(
      entry,
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
      if (left <= 0) return operationAt(entry, now)
      yield* Effect.race(sleep(left), change)
      return yield* waitUntil(matches, deadline)
    })

  const wait = (
    request: Request,
    matches: Matches,
    now: number
  ): Effect.Effect<Testing.JsonObject, Rejection> =>
    Effect.gen(function*() {
      const inBody = matches[0].route.body !== undefined
      const parameters = yield* parametersOf(request.query, inBody ? [] : ["timeout"])
      const body = yield* bodyOf(request)
      const timeout = yield* waitTimeout(
        inBody ? body["timeout"] : parameter(parameters, "timeout")
      )
      return yield* waitUntil(
        matches,
        now + Duration.toMillis(Duration.min(timeout ?? maxWait, maxWait))
      )
    })

  const start = (
    method: Operations.AnyMethod,
    found: Match,
    request: Request,
    now: number
  ): Either.Either<Reply, Rejection> =>
    Either.gen(function*() {
      const message = yield* requestOf(method, found, request)
      const requestId = yield* requestIdOf(method, message)
      const key = requestId === undefined ? undefined : `${method.rpc} ${requestId}`
      const known = key === undefined ? undefined : store.replyTo(key, now, requestIdWindow)
      if (known !== undefined) return known
      const validateOnly = message["validateOnly"] === true || message["validateOnly"] === "true"
      const name = validateOnly ? "" : operationName(found, `operation-${store.nextId()}`)
      const call = callOf(method, found, message, name)
      if (validateOnly) return json({ done: true, response: call.response })
      const scripted = store.takeScript(method.rpc) ?? options.onStart ?? defaultScript
      const script = typeof scripted === "function" ? scripted(call) : scripted
      const { result } = script
      const entry: Entry = {
        name,
        service: found.route.service,
        script: {
          ...script,
          metadata: script.metadata ?? metadataOf(method, call),
          result: result._tag === "Response"
            ? { ...result, response: result.response ?? call.response }
            : result
        },
        startedAt: now,
        cancelRequestedAt: undefined
      }
      store.put(entry)
      const reply = json(operationAt(entry, now))
      if (key !== undefined) store.remember(key, now, reply)
      return reply
    })

  const dispatch = (
    request: Request,
    matches: Matches,
    now: number
  ): Effect.Effect<Reply, Rejection> => {
    const [found] = matches
    const { kind, start: method } = found.route
    if (method !== undefined) return start(method, found, request, now)
    if (kind === "list") {
      return Either.map(listPage(options, store.all(), request, matches, now), (page) => json(page))
    }
    if (kind === "wait") {
      return Effect.map(wait(request, matches, now), (operation) => json(operation))
    }
    return Either.gen(function*() {
      yield* parametersOf(request.query, [])
      if (kind === "cancel") yield* bodyOf(request)
      const entry = yield* find(matches)
      if (kind === "get") return json(operationAt(entry, now))
      if (kind === "cancel") return json(yield* cancel(entry, now))
      store.remove(entry)
      return json({})
    })
  }

  const honest = (
    request: Request,
    matches: ReadonlyArray<Match>,
    now: number
  ): Effect.Effect<Reply> => {
    if (!isMatches(matches)) return Effect.succeed(html(404, request.path, options.notFoundHtml))
    const format = formatOf(request)
    const rejected = (rejection: Rejection): Reply =>
      rejectionReply(rejection, Either.getOrElse(format, (): Format => "v2"))
    if (Either.isLeft(format)) return Effect.succeed(rejected(format.left))
    if ((options.disabled ?? []).some((selector) => selects(selector, matches[0]))) {
      return Effect.succeed(
        rejected(reject("UNIMPLEMENTED", "The method is not implemented by this service."))
      )
    }
    return Effect.match(dispatch(request, matches, now), {
      onFailure: rejected,
      onSuccess: (reply) => reply
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
            Either.getOrElse(formatOf(request), (): Format => "v2")
          )
        )
      case "Reply": {
        const { body, headers, status } = fault
        return Effect.succeed(
          typeof body === "object" && !(body instanceof Uint8Array)
            ? json(body, status, headers)
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

  const handle = (request: Request): Effect.Effect<Reply, ConnectionLost> =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const matches = match(routes, request)
      const { body, headers, path, query, verb } = request
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
      script: (method, script, scripted) =>
        Effect.sync(() => store.addScript(rpcOf(method), script, scripted?.times)),
      fail: (selector, fault, failing) =>
        Effect.sync(() => store.addFault(selector, fault, failing?.times ?? 1)),
      unusedFaults: Effect.sync(() => store.unusedFaults()),
      requests: Effect.sync(() => [...store.requests]),
      operations: Effect.map(
        Clock.currentTimeMillis,
        (now) =>
          store.all().flatMap((entry) => entry === undefined ? [] : [operationAt(entry, now)])
      )
    }
  }
}
