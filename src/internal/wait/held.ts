import * as Effect from "effect/Effect"
import type { CallError } from "../../LroError.ts"
import type { Operation } from "../../Operation.ts"
import type { CallOptions, WaitRequest } from "../../Requests.ts"
import type { Timers } from "../base/timers.ts"
import type { Place } from "../call/target.ts"
import { isCut, isNotServed } from "../errors/verdict.ts"
import type { Places } from "./places.ts"
import { type Get, GetAsker } from "./poll.ts"
import type { Held, Order, Polled } from "./source.ts"

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

/** What the held polls of a client are made with. */
export interface Means {
  readonly wait: Wait
  /** How long the server holds every poll, where nobody may say so; in milliseconds. */
  readonly fixed: number | undefined
  /** Whether wait takes a name. */
  readonly serves: (name: string) => boolean
  readonly places: Places
}

/**
 * Asks by WaitOperation, too, which the server may hold. A service that turns out not to serve it is asked by get from then on.
 *
 * @internal
 */
export const make = (means: Means) => {
  const unserved = new Set<string | undefined>()
  return (polled: Polled, get: Get, timers: Timers): GetAsker =>
    new HeldAsker(means, unserved, polled, get, timers)
}

class HeldAsker extends GetAsker {
  readonly #means: Means
  /** Endpoints that turned out not to serve wait. */
  readonly #unserved: Set<string | undefined>
  /** A held poll of this operation was cut, or refused where a get may not be. */
  #cut = false

  constructor(
    means: Means,
    unserved: Set<string | undefined>,
    polled: Polled,
    get: Get,
    timers: Timers
  ) {
    super(polled, get, timers)
    this.#means = means
    this.#unserved = unserved
  }

  holds(): boolean {
    const { name, url } = this.polled
    return !this.#cut && !this.#unserved.has(url) && this.#means.serves(name)
  }

  hold(order: Order, most: number, left: number): Held | undefined {
    const { fixed, places, wait } = this.#means
    const millis = fixed ?? Math.floor(Math.min(most, left * 0.9))
    const isLong = fixed === undefined ? millis >= shortestHold : left >= fixed + slack
    const over = isLong ? places.take() : undefined
    if (over === undefined) return undefined
    const { name, url } = this.polled
    let held = true
    const reply = Effect.catchIf(
      Effect.suspend(() =>
        wait(this.polled, fixed === undefined ? millis : undefined, this.optionsOf(order))
      ),
      (error) => isNotServed(error) || isCut(error),
      (error) => {
        held = false
        if (isNotServed(error)) this.#unserved.add(url)
        else this.#cut = true
        return Effect.zipRight(
          Effect.logDebug(`${name} is polled by get: ${error.message}`),
          this.byGet(order)
        )
      }
    )
    return { poll: this.poll(order, reply, () => held), millis, over }
  }
}
