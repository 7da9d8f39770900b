import { parseJson } from "../base/json.ts"
import type { Entry } from "./seat.ts"
import { skim } from "./skim.ts"

/**
 * What a page shows that is as it was: operations that run, of which nobody wants to know more. They are noted while its text is read, and
 * never become values.
 *
 * @internal
 */
export class Shown {
  readonly #entryOf: (name: string) => Entry | undefined
  #running: Array<Entry> = []

  constructor(entryOf: (name: string) => Entry | undefined) {
    this.#entryOf = entryOf
  }

  /** The JSON of a page, without those and without what nobody waits for. */
  readonly json: typeof parseJson = (text) => {
    this.#running = []
    const page = skim(text, this.#isWanted)
    if (page !== undefined) return page
    this.#running = []
    return parseJson(text)
  }

  readonly #isWanted = (name: string, runs: boolean): boolean => {
    const entry = this.#entryOf(name)
    if (entry === undefined) return false
    if (!runs || !entry.isPlain) return true
    this.#running.push(entry)
    return false
  }

  /** Those of the page that was read last. */
  take(): ReadonlyArray<Entry> {
    const running = this.#running
    this.#running = []
    return running
  }
}
