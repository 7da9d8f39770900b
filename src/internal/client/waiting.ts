import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { WaitRule } from "../../Binding.ts"
import type { CallError } from "../../LroError.ts"
import type { Operation } from "../../Operation.ts"
import type { CallOptions, WaitRequest } from "../../Requests.ts"
import type { Call } from "../call/call.ts"
import { CurrentCallOptions, overAmbient } from "../call/options.ts"
import { refuse } from "../call/refuse.ts"
import { execute } from "../call/retry.ts"
import * as Route from "../call/route.ts"
import type { Settings } from "../call/settings.ts"
import type { Place } from "../call/target.ts"
import { formatDuration } from "../proto/texts.ts"
import { make as makeHeld, type Wait } from "../wait/held.ts"
import { placesOf } from "../wait/places.ts"
import { nameCall, readOperation } from "./nameCall.ts"

/**
 * What the rule of wait brings to a client: the call, and polls that the server holds. A program whose services have no wait does not
 * hold it.
 *
 * @internal
 */
export interface Waiting {
  readonly send: Wait
  readonly ask: ReturnType<typeof makeHeld>
}

/** @internal */
export const makeWaiting = (settings: Settings, rule: WaitRule): Waiting | undefined => {
  const route = Route.compile(settings.binding, "wait")
  if (route === undefined) return undefined
  const hold = rule.hold === undefined ? undefined : Duration.toMillis(rule.hold)
  const send = makeCall(settings, route, hold)
  const ask = makeHeld({
    wait: send,
    fixed: hold,
    serves: (name) => Route.takes(route, name),
    places: placesOf(settings.transport)
  })
  return { send, ask }
}

const makeCall = (settings: Settings, route: Route.Route, hold: number | undefined): Wait =>
(
  place: Place,
  held: WaitRequest["timeout"],
  options: CallOptions = {}
): Effect.Effect<Operation, CallError> =>
  Effect.gen(function*() {
    const bound = yield* Route.bind(route, place.name)
    const wait = held === undefined ? undefined : Duration.decode(held)
    const { body } = bound
    const seconds = wait === undefined || hold !== undefined
      ? undefined
      : formatDuration(wait)?.replace(/(\.\d+?)0+s$/, "$1s")
    if (wait !== undefined && seconds === undefined) {
      const problem = hold !== undefined
        ? "is the server's to decide"
        : Duration.isFinite(wait)
        ? "is too long"
        : "is not finite"
      return yield* refuse(route.method, "timeout", problem)
    }
    const call: Call<Operation> = {
      ...nameCall(bound, place, "safe", readOperation(settings)),
      body: body === undefined
        ? undefined
        : JSON.stringify(seconds === undefined ? {} : { timeout: seconds }),
      query: body === undefined && seconds !== undefined ? `timeout=${seconds}` : ""
    }
    // The time-out of the attempt begins where the server may stop waiting.
    const own = overAmbient(yield* CurrentCallOptions, options)
    const attempt = own.timeout ?? settings.timeout
    const timeout = Duration.sum(wait ?? hold ?? 0, attempt)
    return yield* execute(settings, call, { ...own, timeout })
  })
