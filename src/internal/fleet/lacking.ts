import { grain } from "../base/grain.ts"
import type { Entry, Seat } from "./seat.ts"

const minute = 60_000

/**
 * What the last whole listing lacked: it may be gone, or not there yet, and a get says so, at most one a minute.
 *
 * @internal
 */
export class Lacking {
  /** When each was got last. */
  readonly #gotAt = new Map<Entry, number>()

  has(entry: Entry): boolean {
    return this.#gotAt.has(entry)
  }

  /** It was shown, or nobody waits for it. */
  delete(entry: Entry): void {
    if (this.#gotAt.size > 0) this.#gotAt.delete(entry)
  }

  /** Once a minute, unless that comes too late for who waits. */
  dueOf(entry: Entry, { due, until }: Seat): number {
    const gotAt = this.#gotAt.size === 0 ? undefined : this.#gotAt.get(entry)
    if (gotAt === undefined) return due
    const later = Math.max(due, gotAt + minute)
    return later < until ? later : due
  }

  /** Those that are got now. */
  take(
    missing: ReadonlyArray<Entry>,
    way: "all" | "running",
    now: number
  ): ReadonlyArray<Entry> {
    return missing.filter((entry) => {
      const gotAt = this.#gotAt.get(entry) ?? -Infinity
      // What does not run any more has ended: a get says how.
      if (way === "all" || gotAt > -Infinity) this.#gotAt.set(entry, gotAt)
      if (now + grain < gotAt + minute) return false
      this.#gotAt.set(entry, now)
      return true
    })
  }
}
