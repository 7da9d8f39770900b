import * as Duration from "effect/Duration"
import type { RetryOptions } from "../../Requests.ts"

/** @internal */
export interface Retry {
  readonly attempts: number
  readonly initial: number
  readonly multiplier: number
  readonly cap: number
  readonly maxHint: number
}

/** @internal */
export const defaultRetry: Retry = {
  attempts: 3,
  initial: 500,
  multiplier: 2,
  cap: 10_000,
  maxHint: 60_000
}

/**
 * Merges retry options over others; `"none"` is one attempt.
 *
 * @internal
 */
export const mergeRetry = (base: Retry, options: RetryOptions | "none" | undefined): Retry => {
  if (options === undefined) return base
  if (options === "none") return { ...base, attempts: 1 }
  return {
    attempts: options.attempts ?? base.attempts,
    initial: Duration.toMillis(options.initial ?? base.initial),
    multiplier: options.multiplier ?? base.multiplier,
    cap: Duration.toMillis(options.cap ?? base.cap),
    maxHint: Duration.toMillis(options.maxHint ?? base.maxHint)
  }
}

/**
 * What is wrong with retry options, or `undefined`.
 *
 * @internal
 */
export const retryProblem = (retry: Retry): string | undefined => {
  if (!Number.isInteger(retry.attempts) || retry.attempts < 1) {
    return "has `attempts` that are not a whole number from 1"
  }
  return retry.multiplier >= 1 ? undefined : "has a `multiplier` below 1"
}
