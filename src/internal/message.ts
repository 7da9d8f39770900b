import type { OperationRef } from "../OperationRef.ts"

/**
 * Folds white space, so that a message stays on one line.
 *
 * @internal
 */
export const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim()

interface About {
  readonly method?: string | undefined
  readonly operation?: OperationRef | undefined
  readonly parent?: string | undefined
  readonly page?: number | undefined
}

/**
 * What a call error is about, in parentheses after a space: the operation, or the page of a list; empty when neither is known.
 *
 * @internal
 */
export const about = ({ operation, page, parent }: About): string => {
  const what = operation?.name || parent || ""
  if (page === undefined) return what === "" ? "" : ` (${what})`
  return what === "" ? ` (page ${page})` : ` (page ${page} of ${what})`
}

/**
 * The subject of a call error's message: the method, and what the call was about.
 *
 * @internal
 */
export const subject = (error: About): string => `${error.method ?? ""}${about(error)}`
