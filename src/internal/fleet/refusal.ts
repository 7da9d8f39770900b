import type { CallError } from "../../LroError.ts"
import { hintOf } from "../errors/hint.ts"
import { isNotServed, isThrottled, tolerance } from "../errors/verdict.ts"
import { Lost } from "../wait/source.ts"
import type { Listing } from "./listing.ts"

/** How long all are left alone at most, in milliseconds. */
const maxHint = 600_000

/**
 * For how many milliseconds the server wants no more requests.
 *
 * @internal
 */
export const pauseOf = (error: CallError | Lost): number =>
  !(error instanceof Lost) && isThrottled(error) ? Math.min(maxHint, hintOf(error)) : 0

/**
 * Whether the service is out of reach, and gets would fail like lists.
 *
 * @internal
 */
export const isOut = (error: CallError | Lost): boolean =>
  error instanceof Lost || tolerance(error) === "transient"

/**
 * Whether it is said of the request; of the size of its pages, perhaps.
 *
 * @internal
 */
export const isInvalid = (error: Failed["error"]): boolean =>
  typeof error !== "string" && error._tag === "INVALID_ARGUMENT"

/** @internal */
export type Failed = Extract<Listing, { readonly _tag: "Failed" }>

/**
 * What a listing that failed means: `shrink` the pages, ask nobody (`throttled`), never list this parent again (`refused`), or try again
 * later.
 *
 * @internal
 */
export const meaningOf = (
  { error, pages }: Failed
): "shrink" | "throttled" | "refused" | "out" | "failed" => {
  if (typeof error === "string") return "failed"
  if (error instanceof Lost) return "out"
  if (isOut(error)) return isThrottled(error) ? "throttled" : "out"
  switch (error._tag) {
    case "PERMISSION_DENIED":
    case "InvalidRequest":
      return "refused"
    case "INVALID_ARGUMENT":
      // On a later page it is about the token, which expires.
      return pages === 0 ? "refused" : "failed"
    case "MalformedResponse":
      return error.reason === "TooLarge" ? "shrink" : isNotServed(error) ? "refused" : "failed"
    default:
      return isNotServed(error) ? "refused" : "failed"
  }
}
