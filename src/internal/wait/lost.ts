import * as Cause from "effect/Cause"
import { type CallError, ForeignCause, TransportError } from "../../LroError.ts"
import type { OperationRef } from "../../OperationRef.ts"
import * as Route from "../call/route.ts"
import type { Settings } from "../call/settings.ts"
import type { Place } from "../call/target.ts"
import { ofTransport } from "../errors/foreignCause.ts"
import type { Lost } from "./source.ts"

/**
 * The error of a poll that ended without an answer of its own.
 *
 * @internal
 */
export const errorOf = (
  { cause, reason }: Lost,
  settings: Settings,
  place: Place & { readonly ref: OperationRef }
): TransportError => {
  const defect = cause === undefined ? undefined : Cause.squash(cause)
  const get = Route.compile(settings.binding, "get")
  return new TransportError({
    method: get ? Route.methodOf(get, place.ref.name) : "",
    operation: place.ref,
    reason,
    sent: reason === "Closed" ? "no" : "maybe",
    host: hostOf(settings, place),
    attempts: 1,
    cause: defect === undefined ? undefined : ofTransport(defect)
  })
}

/**
 * The host that is asked.
 *
 * @internal
 */
export const hostOf = ({ endpoints }: Settings, { endpoint, location }: Place): string => {
  const at = endpoint ?? endpoints.at(location)
  return typeof at === "string" ? endpoints.own.host : at.host
}

/**
 * What a poll failed with, in a word or two.
 *
 * @internal
 */
export const reasonOf = (error: CallError): string => {
  const reason = "reason" in error ? ` ${error.reason}` : ""
  const cause = "cause" in error && error.cause instanceof ForeignCause
    ? ` (${error.cause.code ?? error.cause.message})`
    : ""
  return `${error._tag}${reason}${cause}`
}
