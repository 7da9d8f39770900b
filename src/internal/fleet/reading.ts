import type { Operation } from "../../Operation.ts"
import type { Lacking } from "./lacking.ts"
import type { Times } from "./listing.ts"
import type { Entry } from "./seat.ts"

/** What a listing is read for. */
interface Means {
  readonly number: number
  readonly entryOf: (name: string) => Entry | undefined
  readonly lacking: Lacking
  readonly isSought: (entry: Entry) => boolean
  readonly tell: (entry: Entry, operation: Operation, times: Times) => void
}

/**
 * What the pages of one listing show of those that are waited for.
 *
 * @internal
 */
export class Reading {
  readonly #means: Means
  /** How many that are due wait for a page. */
  #wanted = 0
  /** How many of them were shown. */
  shown = 0
  /** How many that were shown had ended. */
  ended = 0
  /** Some lists leave out what others need: how it ended. */
  readonly unclear: Array<Entry> = []

  constructor(due: ReadonlyArray<Entry>, means: Means) {
    this.#means = means
    for (const entry of due) if (this.#isWanted(entry)) this.#wanted++
  }

  #isWanted(entry: Entry): boolean {
    return entry.mark === -this.#means.number && this.#means.isSought(entry)
  }

  #isThere(entry: Entry): void {
    if (this.#isWanted(entry)) {
      this.#wanted--
      this.shown++
    }
    entry.mark = this.#means.number
    this.#means.lacking.delete(entry)
  }

  /** How many gets a page saves: of those that are due, and the last one of each that has ended, early or not. */
  take(
    running: ReadonlyArray<Entry>,
    operations: ReadonlyArray<Operation>,
    times: Times,
    by: number
  ): { readonly saved: number; readonly isWanted: boolean } {
    const before = this.shown
    let early = 0
    for (const entry of running) {
      this.#isThere(entry)
      entry.runs(times, by)
    }
    for (const operation of operations) {
      const entry = this.#means.entryOf(operation.name)
      if (entry === undefined) continue
      if (operation.done && !this.#isWanted(entry)) early++
      this.#isThere(entry)
      if (operation.done) this.ended++
      if (operation.done && operation.error === undefined && operation.response === undefined) {
        this.unclear.push(entry)
        early--
      } else this.#means.tell(entry, operation, times)
    }
    return { saved: this.shown - before + early, isWanted: this.#wanted > 0 }
  }
}
