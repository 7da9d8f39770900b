/** What helps where a call was refused before an operation existed: the SDK starts nothing by itself. */
import * as Option from "effect/Option"
import * as Status from "../../Status.ts"

/** @internal */
export const reasonIn = (status: Status.Status): string | undefined =>
  Option.getOrUndefined(Status.detail(status, "ErrorInfo"))?.reason

/**
 * The sentence for the reason of a refusal.
 *
 * @internal
 */
export const byReason =
  (sentences: { readonly [reason: string]: string }) =>
  (status: Status.Status): string | undefined => {
    const reason = reasonIn(status)
    return reason !== undefined && Object.hasOwn(sentences, reason) ? sentences[reason] : undefined
  }
