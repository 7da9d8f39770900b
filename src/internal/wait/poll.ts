import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import type { CallError } from "../../LroError.ts"
import type { Operation } from "../../Operation.ts"
import type { CallOptions, WaitRequest } from "../../Requests.ts"
import * as Telemetry from "../base/telemetry.ts"
import type { Timers } from "../base/timers.ts"
import type { Place } from "../call/target.ts"
import { isNotServed } from "../errors/verdict.ts"
import type { Outcome, Polled, Wish } from "./source.ts"

/** @internal */
export type Get = (place: Place, options?: CallOptions) => Effect.Effect<Operation, CallError>

/** @internal */
export type Wait = (
  place: Place,
  timeout: WaitRequest["timeout"],
  options?: CallOptions
) => Effect.Effect<Operation, CallError>

/** A hold that is shorter is not worth a WaitOperation call. */
const shortestHold = 1000

/**
 * One poll: a get, or where the service binds it a WaitOperation that the server may hold. A service that turns out not to serve
 * wait is asked by get from then on. The span is a root: a poll serves several waits, which link to it.
 *
 * @internal
 */
export const make = (get: Get, wait: Wait | undefined, timers: Timers) => {
  /** Endpoints that turned out not to serve wait. */
  const unserved = new Set<string | undefined>()

  return (polled: Polled, wish: Wish): Effect.Effect<Outcome> => {
    const { endpoint, hold } = polled
    const { options } = wish
    const byGet = Effect.suspend(() => get(polled, options))
    const poll = Effect.gen(function*() {
      const span = yield* Telemetry.current
      const asked = timers.now()
      yield* Metric.update(Telemetry.pollLatenessSeconds, Math.max(0, asked - wish.at) / 1000)
      const timeout = hold === undefined
        ? 0
        : Math.floor(Math.min(hold, (wish.until - asked) * 0.9))
      let held = wait !== undefined && timeout >= shortestHold && !unserved.has(endpoint?.url)
      const reply = wait === undefined || !held
        ? byGet
        : Effect.catchIf(wait(polled, timeout, options), isNotServed, (error) => {
          held = false
          unserved.add(endpoint?.url)
          return Effect.zipRight(Effect.logDebug(`wait is not served: ${error.message}`), byGet)
        })
      const result = yield* Effect.either(reply)
      const code = result._tag === "Right" ? "OK" : result.left._tag
      span?.attribute("gcp.longrunning.status_code", code)
      if (result._tag === "Right") span?.attribute("gcp.longrunning.done", result.right.done)
      yield* Metric.increment(Telemetry.polls(code))
      const retried = options.retry !== "none"
      return { result, asked, answered: timers.now(), held, retried, span }
    })
    return Telemetry.within(poll, "Operations.poll", {
      root: true,
      kind: "client",
      attributes: { "gcp.resource.destination.id": polled.name }
    })
  }
}
