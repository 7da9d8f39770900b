import * as Option from "effect/Option"
import type { CallError } from "../LroError.ts"
import type { RpcError } from "../RpcError.ts"
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
        /per[ _-]?day/i.test(
          `${violation.quotaId} ${violation.quotaMetric} ${violation.description}`
        )
      )
  )

/** How a failed poll counts: it may pass any number of times, a few times in a row, or never. */
type Verdict = "transient" | "unexpected" | "fatal"

const judge = (error: CallError): Verdict => {
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

/** A failed poll, and the last good one before it; instants in milliseconds. */
interface FailedPoll {
  readonly error: CallError
  readonly begun: number
  readonly ended: number
  readonly lastGood: number
}

/**
 * Judges failed polls: transient ones pass within the outage budget, unexpected ones up to three in a row.
 *
 * @internal
 */
export class Tolerance {
  readonly #maxOutage: number
  #failing = false
  #unexpected = 0

  constructor(maxOutage: number) {
    this.#maxOutage = maxOutage
  }

  /** A poll was answered. */
  reset(): void {
    this.#failing = false
    this.#unexpected = 0
  }

  /** A poll failed in a way that passes for another reason: it ends a row of unexpected failures. */
  graced(): void {
    this.#unexpected = 0
  }

  /** Whether the wait goes on. */
  admits({ begun, ended, error, lastGood }: FailedPoll): boolean {
    const verdict = judge(error)
    // The delay before a first failure is no outage: a schedule may be slower than the budget.
    const outage = ended - (this.#failing ? lastGood : begun)
    this.#failing = true
    if (verdict === "fatal" || outage >= this.#maxOutage) return false
    if (verdict === "unexpected") return ++this.#unexpected <= maxUnexpected
    this.#unexpected = 0
    return true
  }
}
