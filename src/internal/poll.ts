import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import type { CallError } from "../LroError.ts"
import type { Operation } from "../Operation.ts"
import type { CallOptions, NameRequest, WaitRequest } from "../Requests.ts"
import { isRpcError } from "../RpcError.ts"
import * as Metrics from "./metrics.ts"
import type { Outcome, Polled, Wish } from "./pollSource.ts"
import * as Span from "./span.ts"
import type { Timers } from "./timers.ts"

/** A request whose endpoint may come from a reference. */
interface At {
  readonly endpoint?: string | undefined
}

/** @internal */
export type Get = (
  request: NameRequest & At,
  options?: CallOptions
) => Effect.Effect<Operation, CallError>

/** @internal */
export type Wait = (
  request: WaitRequest & At,
  options?: CallOptions
) => Effect.Effect<Operation, CallError>

/** A hold that is shorter is not worth a WaitOperation call. */
const shortestHold = 1000

/**
 * Whether an error says that the service does not serve the method, be it bound or not.
 *
 * @internal
 */
export const isNotServed = (error: CallError): boolean =>
  error._tag === "MalformedResponse"
    ? error.reason === "WrongEndpoint"
    : isRpcError(error) && (error._tag === "UNIMPLEMENTED" || error.httpStatus === 405)

/**
 * One poll: a get, or where the service binds it a WaitOperation that the server may hold. A service that turns out not to serve
 * wait is asked by get from then on. The span is a root: a poll serves several waits, which link to it.
 *
 * @internal
 */
export const make = (get: Get, wait: Wait | undefined, timers: Timers) => {
  let served = wait !== undefined

  const ask = ({ endpoint, hold, name }: Polled, { options, until }: Wish, now: number) => {
    const byGet = get({ name, endpoint }, options)
    const timeout = hold === undefined ? 0 : Math.min(hold, (until - now) * 0.9)
    if (wait === undefined || !served || timeout < shortestHold) {
      return { held: false, reply: byGet }
    }
    return {
      held: true,
      reply: Effect.catchAll(wait({ name, endpoint, timeout }, options), (error) => {
        if (!isNotServed(error)) return Effect.fail(error)
        served = false
        return Effect.zipRight(Effect.logDebug(`wait is not served: ${error.message}`), byGet)
      })
    }
  }

  return (polled: Polled, wish: Wish): Effect.Effect<Outcome> => {
    const poll = Effect.gen(function*() {
      const span = yield* Span.current
      const asked = timers.now()
      const { held, reply } = ask(polled, wish, asked)
      yield* Metric.update(Metrics.pollLatenessSeconds, Math.max(0, asked - wish.at) / 1000)
      const result = yield* Effect.either(reply)
      const code = result._tag === "Right" ? "OK" : result.left._tag
      span?.attribute("gcp.longrunning.status_code", code)
      if (result._tag === "Right") span?.attribute("gcp.longrunning.done", result.right.done)
      yield* Metric.increment(Metrics.polls(code))
      return { result, asked, answered: timers.now(), held: held && served, span }
    })
    return Span.within(poll, "Operations.poll", {
      root: true,
      kind: "client",
      attributes: { "gcp.resource.destination.id": polled.name }
    })
  }
}
