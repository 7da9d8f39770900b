import type { CallError } from "../../LroError.ts"
import { tolerance } from "../errors/verdict.ts"

/** How many unexpected failures in a row a wait goes on after. */
const maxUnexpected = 3

/** A failed poll, and the last good one before it; instants in milliseconds. */
interface FailedPoll {
  readonly error: CallError
  readonly begun: number
  readonly ended: number
  readonly lastGood: number
}

/**
 * Judges failed polls: transient ones pass within the outage budget, unexpected ones up to three in a row.
 *
 * @internal
 */
export class Tolerance {
  readonly #maxOutage: number
  #failing = false
  #unexpected = 0

  constructor(maxOutage: number) {
    this.#maxOutage = maxOutage
  }

  /** A poll was answered. */
  reset(): void {
    this.#failing = false
    this.#unexpected = 0
  }

  /** A poll failed in a way that passes for another reason: it ends a row of unexpected failures. */
  graced(): void {
    this.#unexpected = 0
  }

  /** Whether the wait goes on. */
  admits({ begun, ended, error, lastGood }: FailedPoll): boolean {
    const verdict = tolerance(error)
    // The delay before a first failure is no outage: a schedule may be slower than the budget.
    const outage = ended - (this.#failing ? lastGood : begun)
    this.#failing = true
    if (verdict === "fatal" || outage >= this.#maxOutage) return false
    if (verdict === "unexpected") return ++this.#unexpected <= maxUnexpected
    this.#unexpected = 0
    return true
  }
}
