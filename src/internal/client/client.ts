import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Methods } from "../../Client.ts"
import type { CallError } from "../../LroError.ts"
import type { AnyMethod } from "../../Method.ts"
import type { CallOptions, NameRequest, StartOptions, WaitRequest } from "../../Requests.ts"
import type { Mutable } from "../base/mutable.ts"
import * as Telemetry from "../base/telemetry.ts"
import { Timers } from "../base/timers.ts"
import type { Starting } from "../call/cancel.ts"
import { CurrentCallOptions } from "../call/options.ts"
import { execute } from "../call/retry.ts"
import * as Route from "../call/route.ts"
import type { Settings } from "../call/settings.ts"
import { locate, nameOf, type Place } from "../call/target.ts"
import { makeList } from "../list/list.ts"
import type { AnyListRequest } from "../list/request.ts"
import type { Starter } from "../start/start.ts"
import { type Get, GetAsker } from "../wait/poll.ts"
import { Pollers } from "../wait/poller.ts"
import type { PollSource } from "../wait/source.ts"
import { makeWait } from "../wait/wait.ts"
import { nameCall, readOperation } from "./nameCall.ts"
import { remember } from "./settingsOf.ts"
import type { makeWaiting, Waiting } from "./waiting.ts"

/**
 * The methods that a binding has; typed by the caller.
 *
 * @internal
 */
export const make = (
  settings: Settings,
  /** Puts another source in the place of pollers. */
  over?: (pollers: Pollers) => PollSource
): Effect.Effect<Partial<Methods<string, AnyListRequest>>, never, Scope.Scope> =>
  Effect.gen(function*() {
    const { binding } = settings
    const get = Route.compile(binding, "get")
    const list = Route.compile(binding, "list")
    const cancel = Route.compile(binding, "cancel")
    const remove = Route.compile(binding, "delete")
    const waiting = waitingOf(settings)
    const sendCancel = cancel === undefined ? undefined : makeVoid(settings, cancel, "cancel")
    const checkName = get && ((name: string) => Route.bind(get, name))
    const starting: Starting = { settings, cancel: sendCancel, checkName }
    /** One span a call, where a tracer is installed; sent is what was checked. */
    const named = <A, R extends NameRequest>(
      span: string,
      send: (
        place: Place,
        options: CallOptions | undefined,
        request: R
      ) => Effect.Effect<A, CallError>
    ) =>
    (request: R, options?: CallOptions) =>
      Telemetry.ofCall(
        Effect.flatMap(
          locate(settings, span, "request", request),
          (place) => send(place, options, request)
        ),
        span,
        nameOf(request)
      )
    const methods: Mutable<Partial<Methods<string, AnyListRequest>>> = {
      start: (method, request, options = {}) =>
        starterOf(method).start(starting, method, request, options)
    }
    if (get !== undefined && checkName !== undefined) {
      const sendGet = makeGet(settings, get)
      const pollers = yield* makePollers(sendGet, waiting?.ask)
      const waits = makeWait({
        settings,
        source: over?.(pollers) ?? pollers,
        starting,
        checkName
      }, sendGet)
      methods.get = named("Operations.get", sendGet)
      const { cancelAndWait, check: _, ...ends } = waits
      Object.assign(methods, ends, sendCancel && { cancelAndWait })
      const running = (end: "untilDone" | "untilFinal"): Methods<string, never>["run"] =>
      (
        method: AnyMethod,
        request: unknown,
        options: StartOptions = {}
      ) => starterOf(method).run(starting, waits, end, method, request, options)
      methods.run = running("untilDone")
      methods.runFinal = running("untilFinal") as Methods<string, never>["runFinal"]
    }
    const target = binding.operationFormat?.["~target"] as Target | undefined
    if (target !== undefined) methods.target = target(settings)
    if (list !== undefined) Object.assign(methods, makeList(settings, list))
    if (sendCancel !== undefined) {
      methods.cancel = named("Operations.cancel", sendCancel)
    }
    if (remove !== undefined) {
      methods.delete = named("Operations.delete", makeVoid(settings, remove, "delete"))
    }
    if (waiting !== undefined) {
      methods.wait = named(
        "Operations.wait",
        (place, options, { timeout }: WaitRequest) => waiting.send(place, timeout, options)
      )
    }
    return remember(methods, settings)
  })

type Target = (settings: Settings) => Methods<string, never>["target"]

/** The pollers of a client run in the scope and the runtime of its layer. */
const makePollers = (
  get: Get,
  ask: Waiting["ask"] = (polled, get, timers) => new GetAsker(polled, get, timers)
): Effect.Effect<Pollers, never, Scope.Scope> =>
  Effect.gen(function*() {
    // A wait brings the options of its own fiber along: those of the fiber that builds the client are not to mix with them.
    const runtime = yield* Effect.provideService(Effect.runtime(), CurrentCallOptions, {})
    const timers = new Timers(runtime, yield* Effect.clock)
    const pollers = new Pollers((polled) => ask(polled, get, timers), timers, runtime)
    yield* Effect.addFinalizer(() => pollers.end())
    return pollers
  })

const waitingOf = (settings: Settings): Waiting | undefined => {
  const { wait } = settings.binding.methods
  return wait && (wait["~wait"] as typeof makeWaiting)(settings, wait)
}

const starterOf = (method: { readonly "~start": object }) => method["~start"] as Starter

const makeGet = (settings: Settings, route: Route.Route) => {
  const read = readOperation(settings)
  return (place: Place, options: CallOptions = {}): ReturnType<Get> =>
    Effect.flatMap(
      Route.bind(route, place.name),
      (bound) => execute(settings, nameCall(bound, place, "safe", read), options)
    )
}

const makeVoid =
  (settings: Settings, route: Route.Route, repeat: "cancel" | "delete") =>
  (place: Place, options: CallOptions = {}): Effect.Effect<void, CallError> =>
    Effect.flatMap(
      Route.bind(route, place.name),
      (bound) => execute(settings, nameCall<void>(bound, place, repeat), options)
    )
