/** How many tokens are remembered. */
const size = 64

/** A 53-bit hash: among 64 tokens a collision is out of the question also after millions of pages. */
const hash = (text: string): number => {
  let a = 0x811c9dc5
  let b = 0x9747b28c
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    a = Math.imul(a ^ unit, 0x01000193)
    b = Math.imul(b + unit, 0x5bd1e995) ^ (b >>> 13)
  }
  return (a >>> 0) * 0x200000 + ((b >>> 0) & 0x1fffff)
}

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
