import * as Hash from "effect/Hash"
import { unit } from "../base/unit.ts"

/** How many tokens are remembered. */
const size = 64

/** Two hashes in the 53 bits of a number: among 64 tokens a collision is out of the question also after millions of pages. */
const hash = (token: string): number => Hash.string(token) + unit(token)

/**
 * The last 64 page tokens, as hashes: finds a repeated token and a cycle in constant memory.
 *
 * @internal
 */
export class RecentTokens {
  readonly #hashes: Array<number> = []

  constructor(first: string | undefined) {
    if (first !== undefined && first !== "") this.add(first)
  }

  /** Remembers a token, and says whether it is the last one again or an earlier one. */
  add(token: string): "repeated" | "cycle" | undefined {
    const next = hash(token)
    const at = this.#hashes.lastIndexOf(next)
    if (at >= 0) return at === this.#hashes.length - 1 ? "repeated" : "cycle"
    this.#hashes.push(next)
    if (this.#hashes.length > size) this.#hashes.shift()
    return undefined
  }
}
