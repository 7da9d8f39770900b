import type { Exchange } from "../wire/exchange.ts"

/** Held polls of a client whose transport does not tell how many connections it has. */
const ofUnknown = 8

/**
 * How many polls may be held at a time: each keeps a connection busy, and calls need some, too. A quarter of those of the transport,
 * whichever clients use it; the same transport has one counter.
 *
 * @internal
 */
export class Places {
  readonly #limit: number
  #taken = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Gives the way to give the place back, if there is one left. */
  take(): (() => void) | undefined {
    if (this.#taken >= this.#limit) return undefined
    this.#taken++
    return () => void this.#taken--
  }
}

const known = new WeakMap<Exchange, Places>()

/** @internal */
export const placesOf = (exchange: Exchange): Places => {
  const { connections } = exchange
  const places = known.get(exchange) ??
    new Places(connections === undefined ? ofUnknown : Math.max(1, Math.floor(connections / 4)))
  known.set(exchange, places)
  return places
}
