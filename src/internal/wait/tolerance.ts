import { grain } from "../base/grain.ts"
import type { Verdict } from "../errors/verdict.ts"

/** How many unexpected failures in a row a wait goes on after. */
const maxUnexpected = 3

/**
 * What failed polls have left of the patience of a wait. Plain data.
 *
 * @internal
 */
export interface Tolerance {
  /** The last poll failed, and was not graced. */
  readonly failing: boolean
  /** How many unexpected failures there were in a row. */
  readonly unexpected: number
}

/**
 * After a good poll.
 *
 * @internal
 */
export const calm: Tolerance = { failing: false, unexpected: 0 }

/**
 * After a poll that failed in a way that passes for another reason: it ends a row of unexpected failures.
 *
 * @internal
 */
export const graced = ({ failing }: Tolerance): Tolerance => ({ failing, unexpected: 0 })

/** A failed poll, and the last good one before it; instants in milliseconds. */
interface FailedPoll {
  readonly verdict: Verdict
  readonly begun: number
  readonly ended: number
  readonly lastGood: number
  readonly maxOutage: number
}

/**
 * What is left after a failed poll: transient ones pass within the outage budget, unexpected ones up to three in a row. `undefined`: the
 * wait ends.
 *
 * @internal
 */
export const after = (
  { failing, unexpected }: Tolerance,
  { begun, ended, lastGood, maxOutage, verdict }: FailedPoll
): Tolerance | undefined => {
  // The delay before a first failure is no outage: a schedule may be slower than the budget.
  const outage = ended - (failing ? lastGood : begun)
  if (verdict === "fatal" || outage + grain >= maxOutage) return undefined
  const row = verdict === "unexpected" ? unexpected + 1 : 0
  return row > maxUnexpected ? undefined : { failing: true, unexpected: row }
}
