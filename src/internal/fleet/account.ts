import type { Way } from "./choice.ts"

/** After that long a parent whose listings saved nothing is trusted with one more page. In milliseconds. */
const pause = 600_000

/**
 * What the listings of a parent may cost: a page is asked for only if it is paid. Each costs one, and earns what it saves: a get for each
 * operation that it shows of those that are due, and for each that has ended. So all requests together are never more than a get for each
 * would have made, and what the parent was trusted with at first.
 *
 * @internal
 */
export class Account {
  #saved = 0
  readonly #trusted = { all: 0, running: 0 }
  #trustedAt = -Infinity

  /** How many pages may be asked for, if none of them shows anything. */
  funds(way: Exclude<Way, "gets">, bet: number, now: number): number {
    return this.#saved + this.#more(way, bet, now)
  }

  /** Pages are about to be asked for: so many are trusted in. */
  open(way: Exclude<Way, "gets">, bet: number, now: number): void {
    const more = this.#more(way, bet, now)
    if (more === 0) return
    this.#saved += more
    this.#trusted[way] = Math.max(bet, this.#trusted[way])
    this.#trustedAt = now
  }

  #more(way: Exclude<Way, "gets">, bet: number, now: number): number {
    const first = bet - this.#trusted[way]
    if (first > 0) return first
    return this.isEmpty && now >= this.#trustedAt + pause ? 1 : 0
  }

  /** A page came. */
  pay(saved: number): void {
    this.#saved += saved - 1
  }

  /** Gets that were saved without a page. */
  earn(saved: number): void {
    this.#saved += saved
  }

  get isEmpty(): boolean {
    return this.#saved < 1
  }
}
