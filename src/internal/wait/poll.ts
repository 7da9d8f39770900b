import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { CallError } from "../../LroError.ts"
import type { Operation } from "../../Operation.ts"
import type { CallOptions, WaitRequest } from "../../Requests.ts"
import * as Telemetry from "../base/telemetry.ts"
import type { Timers } from "../base/timers.ts"
import type { Place } from "../call/target.ts"
import { isCut, isNotServed } from "../errors/verdict.ts"
import type { Places } from "./places.ts"
import type { Asker, Order, Outcome, Polled } from "./source.ts"

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
 * Asks by get, and where the service binds it by WaitOperation, which the server may hold. A service that turns out not to serve it is
 * asked by get from then on. Each poll is one attempt: the tolerance of a wait takes the place of retries. Its span is a root: a poll
 * serves several waits, which link to it.
 *
 * @internal
 */
export const make = (
  get: Get,
  wait: Wait | undefined,
  timers: Timers,
  serves: (name: string) => boolean,
  places: Places
) => {
  /** Endpoints that turned out not to serve wait. */
  const unserved = new Set<string | undefined>()

  return (polled: Polled): Asker => {
    const { name } = polled
    /** A held poll of this operation was cut, or refused where a get may not be. */
    let cut = false
    const url = polled.endpoint?.url
    const optionsOf = ({ timeout }: Order): CallOptions => ({
      ...polled.sent,
      timeout: timeout(),
      retry: "none"
    })
    const byGet = (order: Order) => Effect.suspend(() => get(polled, optionsOf(order)))

    const poll = (
      order: Order,
      reply: Effect.Effect<Operation, CallError>,
      held: () => boolean
    ): Effect.Effect<Outcome> =>
      Telemetry.within(
        Effect.gen(function*() {
          const span = yield* Telemetry.current
          const asked = timers.now()
          yield* Telemetry.record(
            Telemetry.pollLatenessSeconds,
            Math.max(0, asked - order.at) / 1000
          )
          const result = yield* Effect.either(reply)
          const code = Either.isRight(result) ? "OK" : result.left._tag
          span?.attribute("gcp.longrunning.status_code", code)
          if (Either.isRight(result)) span?.attribute("gcp.longrunning.done", result.right.done)
          yield* Telemetry.add(Telemetry.polls(code))
          return { result, asked, answered: timers.now(), held: held(), span }
        }),
        "Operations.poll",
        {
          root: true,
          kind: "client",
          attributes: { "gcp.resource.destination.id": name }
        }
      )

    return {
      look: (order) => poll(order, byGet(order), () => false),
      holds: () => wait !== undefined && !cut && !unserved.has(url) && serves(name),
      hold: (order, millis) => {
        const timeout = Math.floor(millis)
        const over = wait === undefined || timeout < shortestHold ? undefined : places.take()
        if (wait === undefined || over === undefined) return undefined
        let held = true
        const reply = Effect.catchIf(
          Effect.suspend(() => wait(polled, timeout, optionsOf(order))),
          (error) => isNotServed(error) || isCut(error),
          (error) => {
            held = false
            if (isNotServed(error)) unserved.add(url)
            else cut = true
            return Effect.zipRight(
              Effect.logDebug(`${name} is polled by get: ${error.message}`),
              byGet(order)
            )
          }
        )
        return { poll: poll(order, reply, () => held), over }
      }
    }
  }
}
