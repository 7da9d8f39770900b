import * as Duration from "effect/Duration"
import type { CallError } from "../../CallError.ts"

/**
 * For how many milliseconds the server wants to be left alone; 0 where it does not say so.
 *
 * @internal
 */
export const hintOf = (error: CallError): number =>
  "retryAfter" in error && error.retryAfter !== undefined ? Duration.toMillis(error.retryAfter) : 0
