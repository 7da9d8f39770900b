/** Runs one cell of the matrix: a fault, a method, on a transport. */
import { Headers, type HttpClient } from "@effect/platform"
import { Cause, Duration, Effect, Exit, Option, Schedule, Stream } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as LroError from "effect-lro/LroError"
import * as Operations from "effect-lro/Operations"
import * as Polling from "effect-lro/Polling"
import * as Bakery from "../kit/bakery.ts"
import { withTime } from "../kit/services.ts"
import { SettableTime } from "../kit/SettableTime.ts"
import type { Method, Outcome } from "./expectations.ts"
import type { Fault } from "./faults.ts"
import type { Exchange, FaultServer } from "./FaultServer.ts"
import * as Replies from "./replies.ts"
import { canaries, leaks, make as makeWitness, shownFailure } from "./witness.ts"

export type Mode = "once" | "always"

export interface Result {
  readonly outcome: Outcome
  /** An error that is none of the SDK's, a defect or an interruption. */
  readonly undeclared: string | undefined
  readonly retryAfter: number | undefined
  readonly message: string
  /** Whether a request had headers of a trace, although there was a tracer. */
  readonly traced: boolean
  /** What is wrong with a success. */
  readonly wrongValue: string | undefined
  readonly leaks: ReadonlyArray<string>
  /** How many texts were looked at. */
  readonly texts: number
  /** Requests that the client still held on to after the end. */
  readonly pending: number
  /** How often credentials were asked for after the end: every request does so before it is sent. */
  readonly late: () => number
  /** The URL, without its query, that every request went to. */
  readonly url: string
  /** TLS connections after the first good ones, where there is TLS. */
  readonly connections: number | undefined
}

const { get, list, cancel, delete: remove } = Bakery.binding.methods
export const binding = Operations.binding({
  ...Bakery.binding,
  methods: { get, list, cancel, delete: remove }
})

/** In milliseconds: what came until then of a reply that hangs has been read when its time is over. */
const grace = 100

type Client = Operations.ClientOf<typeof binding>

/** The call, and what is wrong with what it returned. */
const call = (
  client: Client,
  method: Method,
  id: string,
  { deadline, maxPages, timeout }: Fault,
  mode: Mode
): Effect.Effect<unknown, LroError.LroError> => {
  const name = Replies.nameOf(id)
  const parent = `projects/${id}/locations/l`
  const options = { timeout: timeout ?? 120_000 }
  switch (method) {
    case "get":
      return client.get({ name }, options)
    case "list1":
    case "listN":
      return Stream.runCollect(
        client.list({ name: parent, filter: canaries.filter }, { ...options, maxPages })
      )
    case "cancel":
      return client.cancel({ name }, options)
    case "delete":
      return client.delete({ name }, options)
    case "start":
      return client.start(Bakery.bake, { parent, cake: {} }, options)
    case "poll":
      return client.untilDone(name, {
        ...options,
        deadline: mode === "always" ? deadline : undefined
      })
  }
}

const valueProblem = (method: Method, value: unknown): string | undefined => {
  switch (method) {
    case "list1":
    case "listN": {
      // What an operation holds may be too deep to be shown.
      const text = JSON.stringify(
        value,
        (key, value: unknown) => key === "metadata" || key === "response" ? undefined : value
      )
      return text.includes("\"operations/o\"") || text.includes("\"values\":[]") ? text : undefined
    }
    case "cancel":
    case "delete":
      return value === undefined ? undefined : typeof value
    default:
      return undefined
  }
}

const outcomeOf = (exit: Exit.Exit<unknown, LroError.LroError>, requests: number): Outcome =>
  Exit.match(exit, {
    onSuccess: () => ({ ok: true, requests }),
    onFailure: (cause) =>
      Option.match(Cause.failureOption(cause), {
        onNone: () => ({ ok: false, tag: "defect", reason: undefined, requests }),
        onSome: (error) => ({
          ok: false,
          tag: error._tag,
          reason: "reason" in error
            ? error.reason
            : error._tag === "OperationFailed"
            ? error.code
            : undefined,
          requests
        })
      })
  })

/** A call that takes longer hangs. */
const patience = "5 minutes"

/** How long a socket may take to close. */
const released = Schedule.spaced(10).pipe(Schedule.upTo("1 minute"))

export const run = (
  server: FaultServer,
  id: string,
  fault: Fault,
  method: Method,
  mode: Mode,
  /** How long a wait bears an outage, in milliseconds. */
  maxOutage: number
): Effect.Effect<Result, LroError.InvalidSettings, HttpClient.HttpClient> =>
  Effect.gen(function*() {
    const witness = makeWitness()
    const clock = new SettableTime()
    /** A first page or a first poll that is answered well. */
    const before = method === "listN" || method === "poll" ? 1 : 0
    const isFaulty = (index: number) => mode === "always" ? index >= before : index === before

    const secure = fault.certificate === undefined
      ? undefined
      : yield* server.secure(fault.certificate)
    const gate = secure ?? (
      fault.refused === true
        ? yield* server.gate
        : fault.unresolved === true
        ? yield* server.named(id)
        : undefined
    )
    let arrived = 0
    let traced = false
    /** Over sockets no time-out is waited for: it is over when its fault was met, and never while an honest reply is under way. */
    const expire = (): void => clock.pass(fault.timeout ?? 0)
    const hanging = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
      fault.timeout === undefined ? effect : Effect.suspend(() => {
        const timer = setTimeout(expire, grace)
        return Effect.ensuring(effect, Effect.sync(() => clearTimeout(timer)))
      })
    const answer = (exchange: Exchange): void => {
      traced ||= ["traceparent", "tracestate", "b3"].some((name) => name in exchange.headers)
      const index = arrived++
      // Behind a gate that is shut, a name that does not resolve or a bad certificate, nothing faulty arrives.
      if (isFaulty(index) && (gate === undefined || fault.certificate === "good")) {
        if (fault.jump !== undefined) clock.jump(fault.jump)
        fault.reply(exchange)
        if (fault.credentials === undefined) setTimeout(expire, grace)
      } else if (index < before) {
        const first = method === "poll"
          ? Replies.shown({ done: false, response: undefined })
          : Replies.json(() => ({
            ...Replies.showing(exchange),
            nextPageToken: canaries.pageToken
          }))
        first(exchange)
      } else Replies.json(Replies.honest)(exchange)
    }
    const conversation = server.serve(id, answer)

    let asked = 0
    const own: Credentials.Service = {
      kind: "token",
      headers: () =>
        Effect.succeed(Headers.fromInput({
          authorization: `Bearer ${canaries.token}`,
          "x-goog-api-key": canaries.key
        })),
      refresh: () => Effect.succeedNone,
      universeDomain: Effect.succeedNone
    }
    const credentials = {
      ...own,
      ...fault.credentials?.(() => isFaulty(asked++)),
      // Asked before each request.
      ...(gate === undefined ? {} : {
        headers: (request: Credentials.HeadersRequest) =>
          Effect.zipRight(
            Effect.suspend(() => gate.set(!isFaulty(asked++))),
            own.headers(request)
          )
      })
    }

    let over = false
    let late = 0
    const watched: Credentials.Service = {
      ...credentials,
      headers: (request) =>
        Effect.suspend(() => {
          if (over) late++
          return hanging(credentials.headers(request))
        }),
      refresh: (request, rejected) =>
        Effect.suspend(() => {
          if (over) late++
          return hanging(credentials.refresh(request, rejected))
        })
    }

    const timed = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      fault.jump === undefined && fault.timeout === undefined
        ? effect
        : withTime(clock)(effect)
    const exit = yield* timed(Operations.make(binding, {
      endpoint: gate?.url ?? server.url,
      quotaProject: "quota",
      maxResponseBytes: 1024 * 1024,
      retry: { initial: 5 },
      polling: {
        schedule: Polling.fixed(20),
        maxHint: 20,
        maxOutage
      }
    })).pipe(
      Effect.provideService(Credentials.Credentials, watched),
      Effect.flatMap((client) =>
        timed(witness.watch(call(client, method, id, fault, mode))).pipe(
          Effect.timeoutFailCause({ duration: patience, onTimeout: () => Cause.die("hangs") }),
          Effect.exit,
          Effect.tap(() => {
            over = true
            // Within the scope of the client: what it does on its own would go on here.
            return Effect.sleep("50 millis")
          })
        )
      ),
      Effect.scoped
    )

    const pending = yield* Effect.sync(() => conversation.pending).pipe(
      Effect.repeat({ schedule: released, while: (pending) => pending > 0 }),
      Effect.as(0),
      Effect.map(() => conversation.pending)
    )
    server.forget(id)
    const requests = (gate === undefined ? arrived : asked) - before
    const error = Option.flatMap(Exit.causeOption(exit), Cause.failureOption)
    if (Exit.isFailure(exit)) witness.note(shownFailure(exit.cause))
    return {
      outcome: outcomeOf(exit, requests),
      undeclared: Exit.isSuccess(exit) ||
          Option.exists(error, (error) => isDeclared(method, error))
        ? undefined
        : Cause.pretty(exit.cause),
      retryAfter: Option.match(error, {
        onNone: () => undefined,
        onSome: (error) =>
          LroError.isRpcError(error) && error.retryAfter !== undefined
            ? Duration.toMillis(error.retryAfter)
            : undefined
      }),
      message: Option.match(error, { onNone: () => "", onSome: (error) => error.message }),
      traced,
      wrongValue: Exit.isSuccess(exit) ? valueProblem(method, exit.value) : undefined,
      leaks: witness.texts.flatMap((text) =>
        leaks(text).map((leak) => `${leak} in ${text.slice(0, 300)}`)
      ),
      texts: witness.texts.length,
      pending,
      late: () => late,
      url: `${gate?.url ?? server.url}/v1/projects/${id}/`,
      connections: secure === undefined ? undefined : secure.connections() - before
    }
  }).pipe(Effect.scoped)

/** Whether an error belongs to the method's declared union. */
const isDeclared = (method: Method, error: LroError.LroError): boolean => {
  if (method === "poll") return LroError.isWaitError(error)
  return method === "list1" || method === "listN"
    ? LroError.isListError(error)
    : LroError.isCallError(error)
}
