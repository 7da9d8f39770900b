import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { CallError } from "../../LroError.ts"
import type { Operation } from "../../Operation.ts"
import type { CallOptions, WaitRequest } from "../../Requests.ts"
import * as Telemetry from "../base/telemetry.ts"
import type { Timers } from "../base/timers.ts"
import type { Place } from "../call/target.ts"
import { isCut, isNotServed } from "../errors/verdict.ts"
import { Queueing } from "../wire/exchange.ts"
import type { Places } from "./places.ts"
import type { Asker, Held, Order, Outcome, Polled } from "./source.ts"

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

/** What has to be left of a wait after a hold that cannot be shortened. */
const slack = 10_000

/** What the polls of a client are made with. */
interface Means {
  readonly get: Get
  readonly wait: Wait | undefined
  /** How long the server holds every poll, where nobody may say so; in milliseconds. */
  readonly fixed: number | undefined
  readonly timers: Timers
  /** Whether wait takes a name. */
  readonly serves: (name: string) => boolean
  readonly places: Places
}

/**
 * Asks by get, and where the service binds it by WaitOperation, which the server may hold. A service that turns out not to serve it is
 * asked by get from then on. Each poll is one attempt: the tolerance of a wait takes the place of retries. Its span is a root: a poll
 * serves several waits, which link to it.
 *
 * @internal
 */
export const make = (means: Means) => {
  const unserved = new Set<string | undefined>()
  return (polled: Polled): Asker => new OperationAsker(means, unserved, polled)
}

class OperationAsker implements Asker {
  readonly #means: Means
  /** Endpoints that turned out not to serve wait. */
  readonly #unserved: Set<string | undefined>
  readonly #polled: Polled
  /** A held poll of this operation was cut, or refused where a get may not be. */
  #cut = false

  constructor(means: Means, unserved: Set<string | undefined>, polled: Polled) {
    this.#means = means
    this.#unserved = unserved
    this.#polled = polled
  }

  look(order: Order): Effect.Effect<Outcome> {
    return this.#poll(order, this.#byGet(order), () => false)
  }

  holds(): boolean {
    const { serves, wait } = this.#means
    const { name, url } = this.#polled
    return wait !== undefined && !this.#cut && !this.#unserved.has(url) && serves(name)
  }

  hold(order: Order, most: number, left: number): Held | undefined {
    const { fixed, places, wait } = this.#means
    const millis = fixed ?? Math.floor(Math.min(most, left * 0.9))
    const isLong = fixed === undefined ? millis >= shortestHold : left >= fixed + slack
    const over = wait === undefined || !isLong ? undefined : places.take()
    if (wait === undefined || over === undefined) return undefined
    const { name, url } = this.#polled
    let held = true
    const reply = Effect.catchIf(
      Effect.suspend(() =>
        wait(this.#polled, fixed === undefined ? millis : undefined, this.#optionsOf(order))
      ),
      (error) => isNotServed(error) || isCut(error),
      (error) => {
        held = false
        if (isNotServed(error)) this.#unserved.add(url)
        else this.#cut = true
        return Effect.zipRight(
          Effect.logDebug(`${name} is polled by get: ${error.message}`),
          this.#byGet(order)
        )
      }
    )
    return { poll: this.#poll(order, reply, () => held), millis, over }
  }

  #optionsOf({ timeout }: Order): CallOptions {
    return { ...this.#polled.sent, timeout: timeout(), retry: "none" }
  }

  #byGet(order: Order): Effect.Effect<Operation, CallError> {
    return Effect.suspend(() => this.#means.get(this.#polled, this.#optionsOf(order)))
  }

  #poll(
    order: Order,
    reply: Effect.Effect<Operation, CallError>,
    held: () => boolean
  ): Effect.Effect<Outcome> {
    const { timers } = this.#means
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
        attributes: { "gcp.resource.destination.id": this.#polled.name }
      }
    )
  }
}
