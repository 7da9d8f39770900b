import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { CallError } from "../../LroError.ts"
import type { Operation } from "../../Operation.ts"
import type { CallOptions } from "../../Requests.ts"
import * as Telemetry from "../base/telemetry.ts"
import type { Timers } from "../base/timers.ts"
import type { Place } from "../call/target.ts"
import { Queueing } from "../wire/exchange.ts"
import type { Asker, Order, Outcome, Polled } from "./source.ts"

/** @internal */
export type Get = (place: Place, options?: CallOptions) => Effect.Effect<Operation, CallError>

/**
 * Asks by get. Each poll is one attempt: the tolerance of a wait takes the place of retries. Its span is a root: a poll serves several
 * waits, which link to it.
 *
 * @internal
 */
export class GetAsker implements Asker {
  readonly polled: Polled
  readonly #get: Get
  readonly #timers: Timers

  constructor(polled: Polled, get: Get, timers: Timers) {
    this.polled = polled
    this.#get = get
    this.#timers = timers
  }

  look(order: Order): Effect.Effect<Outcome> {
    return this.poll(order, this.byGet(order), () => false)
  }

  optionsOf({ timeout }: Order): CallOptions {
    return { ...this.polled.sent, timeout: timeout(), retry: "none" }
  }

  byGet(order: Order): Effect.Effect<Operation, CallError> {
    return Effect.suspend(() => this.#get(this.polled, this.optionsOf(order)))
  }

  poll(
    order: Order,
    reply: Effect.Effect<Operation, CallError>,
    held: () => boolean
  ): Effect.Effect<Outcome> {
    const timers = this.#timers
    return Telemetry.within(
      Effect.gen(function*() {
        const span = yield* Telemetry.current
        const ticket = { asked: timers.now(), queued: 0 }
        yield* Telemetry.record(
          Telemetry.pollLatenessSeconds,
          Math.max(0, ticket.asked - order.at) / 1000
        )
        const result = yield* Effect.either(Effect.provideService(reply, Queueing, ticket))
        const code = Either.isRight(result) ? "OK" : result.left._tag
        span?.attribute("gcp.longrunning.status_code", code)
        if (Either.isRight(result)) span?.attribute("gcp.longrunning.done", result.right.done)
        yield* Telemetry.add(Telemetry.polls(code))
        return { ...ticket, result, answered: timers.now(), held: held(), span }
      }),
      "Operations.poll",
      {
        root: true,
        kind: "client",
        attributes: { "gcp.resource.destination.id": this.polled.name }
      }
    )
  }
}
