import * as Option from "effect/Option"
import type { CallError } from "../../LroError.ts"
import { isRpcError, type RpcError } from "../../RpcError.ts"
import * as Status from "../../Status.ts"

const throttleReasons = ["rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"]

const reason = (error: RpcError): string | undefined =>
  Option.getOrUndefined(Option.map(Status.detail(error.status, "ErrorInfo"), (info) => info.reason))

/** A quota of a day is not back within a wait. */
const isDailyQuota = (error: RpcError): boolean =>
  Option.exists(
    Status.detail(error.status, "QuotaFailure"),
    (failure) =>
      failure.violations.some((violation) =>
        /per[ _-]?day/i.test(
          `${violation.quotaId} ${violation.quotaMetric} ${violation.description}`
        )
      )
  )

/** How a failed poll counts: it may pass any number of times, a few times in a row, or never. */
type Verdict = "transient" | "unexpected" | "fatal"

/** @internal */
export const judge = (error: CallError): Verdict => {
  switch (error._tag) {
    case "TransportError":
      return error.reason === "Tls" ? "fatal" : "transient"
    case "CredentialsError":
      return error.transient ? "transient" : "fatal"
    case "MalformedResponse":
      return ["Redirect", "TooLarge", "WrongEndpoint"].includes(error.reason)
        ? "fatal"
        : "unexpected"
    case "InvalidRequest":
      return "fatal"
    default:
      return judgeRpc(error)
  }
}

/** These come from a front end that did not reach the service, whatever their body says. */
const gatewayStatuses = [408, 502, 503, 504]

const judgeRpc = (error: RpcError): Verdict => {
  if (isDailyQuota(error)) return "fatal"
  if (gatewayStatuses.includes(error.httpStatus)) return "transient"
  switch (error._tag) {
    case "UNAVAILABLE":
    case "RESOURCE_EXHAUSTED":
      return "transient"
    case "PERMISSION_DENIED":
      return throttleReasons.includes(reason(error) ?? "") ? "transient" : "fatal"
    case "INTERNAL":
    case "UNKNOWN":
      return "unexpected"
    default:
      return "fatal"
  }
}

/**
 * Whether an error says that the service does not serve the method, be it bound or not.
 *
 * @internal
 */
export const isNotServed = (error: CallError): boolean =>
  error._tag === "MalformedResponse"
    ? error.reason === "WrongEndpoint"
    : isRpcError(error) && (error._tag === "UNIMPLEMENTED" || error.httpStatus === 405)
