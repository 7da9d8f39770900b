import * as Either from "effect/Either"
import { grain } from "../base/grain.ts"
import type { Outcome } from "../wait/source.ts"
import type { Entry } from "./seat.ts"

/**
 * Who was due at the last tick and was kept waiting for this one, since a listing had taken the requests. Who goes on running meanwhile pays it
 * back: a poller of its own would have asked twice.
 *
 * @internal
 */
export class Kept {
  /** When each was due. */
  readonly #due = new Map<Entry, number>()
  readonly #earn: (saved: number) => void

  constructor(earn: (saved: number) => void) {
    this.#earn = earn
  }

  /** Keeps so many waiting, nobody for a second time; gives the others. */
  keep(entries: ReadonlyArray<Entry>, count: number): ReadonlyArray<Entry> {
    const fresh = count === 0 ? [] : entries.filter((entry) => !this.#due.has(entry))
    this.#due.clear()
    for (const entry of fresh.slice(-count)) {
      if (entry.first !== undefined) this.#due.set(entry, entry.first.due)
    }
    return this.#due.size === 0 ? entries : entries.filter((entry) => !this.#due.has(entry))
  }

  /** Nobody waits for it. */
  delete(entry: Entry): void {
    if (this.#due.size > 0) this.#due.delete(entry)
  }

  /** A get was answered, and told. */
  got(entry: Entry, { answered, asked, result }: Outcome): void {
    const due = this.#due.get(entry)
    if (due === undefined) return
    this.#due.delete(entry)
    const delay = (entry.first?.due ?? Infinity) - answered
    if (Either.isRight(result) && !result.right.done && asked - due >= delay - grain) this.#earn(1)
  }
}
