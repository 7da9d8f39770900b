import * as Cause from "effect/Cause"
import { TransportError } from "../../LroError.ts"
import type { OperationRef } from "../../OperationRef.ts"
import type { Settings } from "../call/settings.ts"
import type { Place } from "../call/target.ts"
import { fromUnknown } from "../errors/foreignCause.ts"
import type { Lost } from "./source.ts"

/**
 * The error of a poll that ended without an answer of its own.
 *
 * @internal
 */
export const errorOf = (
  { cause, reason }: Lost,
  { endpoints }: Settings,
  { endpoint, location, ref }: Place & { readonly ref: OperationRef }
): TransportError => {
  const at = endpoint ?? endpoints.at(location)
  const defect = cause === undefined ? undefined : Cause.squash(cause)
  return new TransportError({
    method: "google.longrunning.Operations.GetOperation",
    operation: ref,
    reason,
    sent: reason === "Closed" ? "no" : "maybe",
    host: typeof at === "string" ? endpoints.own.host : at.host,
    attempts: 1,
    cause: defect === undefined ? undefined : fromUnknown(defect)
  })
}
