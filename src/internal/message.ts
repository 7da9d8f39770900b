import type { OperationRef } from "../OperationRef.ts"

/**
 * Folds white space, so that a message stays on one line.
 *
 * @internal
 */
export const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim()

/**
 * The subject of a call error's message: the method, and the operation where it is known.
 *
 * @internal
 */
export const subject = (
  error: { readonly method?: string | undefined; readonly operation?: OperationRef | undefined }
): string => {
  const method = error.method ?? ""
  const name = error.operation?.name ?? ""
  return name === "" ? method : `${method} (${name})`
}
