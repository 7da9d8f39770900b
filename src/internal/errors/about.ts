import type { CallError } from "../../CallError.ts"
import type { OperationRef } from "../../OperationRef.ts"
import { given } from "../base/given.ts"

/** What is learnt of an error after it was made. */
interface More {
  readonly method?: string | undefined
  readonly operation?: OperationRef | undefined
  readonly parent?: string | undefined
  readonly page?: number | undefined
  readonly hint?: string | undefined
  readonly seenBefore?: true | undefined
}

/**
 * The same error with what more is known about it; what is `undefined` takes nothing away.
 *
 * @internal
 */
export const about = <E extends CallError>(error: E, more: More): E => {
  // A cause is not enumerable.
  const { _tag, ...own } = error
  const fields = error.cause === undefined ? own : { ...own, cause: error.cause }
  const Same = error.constructor as new(fields: object, unchecked: true) => E
  return new Same({ ...fields, ...given(more) }, true)
}
