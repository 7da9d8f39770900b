import * as Option from "effect/Option"
import type { CallError } from "../LroError.ts"
import { isRpcError, type RpcError } from "../RpcError.ts"
import * as Status from "../Status.ts"

/** How many unexpected failures in a row a wait goes on after. */
const maxUnexpected = 3

const throttleReasons = ["rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"]

const reason = (error: RpcError): string | undefined =>
  Option.getOrUndefined(Option.map(Status.detail(error.status, "ErrorInfo"), (info) => info.reason))

/** A quota of a day is not back within a wait. */
const isDailyQuota = (error: RpcError): boolean =>
  Option.exists(
    Status.detail(error.status, "QuotaFailure"),
    (failure) =>
      failure.violations.some((violation) =>
        /per ?day/i.test(`${violation.quotaId} ${violation.quotaMetric} ${violation.description}`)
      )
  )

/** How a failed poll counts: it may pass any number of times, a few times in a row, or never. */
const judge = (error: CallError): "transient" | "unexpected" | "fatal" => {
  switch (error._tag) {
    case "UNAVAILABLE":
      return "transient"
    case "RESOURCE_EXHAUSTED":
      return isDailyQuota(error) ? "fatal" : "transient"
    case "PERMISSION_DENIED":
      return throttleReasons.includes(reason(error) ?? "") ? "transient" : "fatal"
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
      if ([408, 502, 503, 504].includes(error.httpStatus)) return "transient"
      return isRpcError(error) && (error._tag === "INTERNAL" || error._tag === "UNKNOWN")
        ? "unexpected"
        : "fatal"
  }
}

/**
 * Judges failed polls: transient ones pass within the outage budget, unexpected ones up to three in a row.
 *
 * @internal
 */
export const tolerance = (maxOutage: number) => {
  let unexpected = 0
  return {
    reset: (): void => {
      unexpected = 0
    },
    admits: (error: CallError, outage: number): boolean => {
      const verdict = judge(error)
      if (verdict === "fatal" || outage >= maxOutage) return false
      if (verdict === "unexpected") return ++unexpected <= maxUnexpected
      unexpected = 0
      return true
    }
  }
}
