import * as Effect from "effect/Effect"
import { InvalidRequest } from "../../CallError.ts"
import type { OperationRef } from "../../OperationRef.ts"

/**
 * A call that is not made, since an argument of it cannot be right.
 *
 * @internal
 */
export const refuse = (
  method: string,
  argument: string,
  problem: string,
  operation?: OperationRef
): Effect.Effect<never, InvalidRequest> =>
  Effect.fail(new InvalidRequest({ method, operation, argument, problem }))
