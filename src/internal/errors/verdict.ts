/**
 * What an error of a call means for whoever made the call: one table, and the questions that are asked of it.
 */
import type { CallError, MalformedResponse, TransportError } from "../../CallError.ts"
import type { ErrorCode } from "../../Code.ts"
import type { RpcError } from "../../RpcError.ts"

/** One row. What is left out is `false`, or `fatal`. */
interface Row {
  /** A get, list, cancel or delete may be tried again (AIP-194). */
  readonly repeat?: true
  /** A poll that fails like this may pass any number of times, or a few times in a row. */
  readonly poll?: "transient" | "unexpected"
  /** The call that has done its work already, where an earlier attempt may have arrived. */
  readonly done?: "cancel" | "delete"
  /** The service does not serve the method, be it bound or not. */
  readonly unserved?: true
  /** A request that is answered like this may have been carried out all the same. */
  readonly undecided?: true
}

const refused: Row = {}
const lost: Row = { repeat: true, poll: "transient" }
const broken: Row = { poll: "unexpected", undecided: true }
const unserved: Row = { unserved: true }

/** Codes that are not here are refused. */
const codes: { readonly [C in ErrorCode]?: Row } = {
  CANCELLED: { undecided: true },
  UNKNOWN: broken,
  DEADLINE_EXCEEDED: { undecided: true },
  NOT_FOUND: { done: "delete" },
  RESOURCE_EXHAUSTED: { poll: "transient" },
  FAILED_PRECONDITION: { done: "cancel" },
  UNIMPLEMENTED: unserved,
  INTERNAL: broken,
  UNAVAILABLE: lost
}

/** Other reasons of a TransportError mean that it is lost. */
const transport: { readonly [R in TransportError["reason"]]?: Row } = {
  Tls: refused,
  // The layer is gone.
  Closed: refused,
  // It has queued as long as it may.
  Busy: { poll: "transient" }
}

/**
 * How a failed poll counts: it may pass any number of times, a few times in a row, or never.
 *
 * @internal
 */
export type Verdict = "transient" | "unexpected" | "fatal"

/** Other reasons of a MalformedResponse mean that the reply is broken. */
const malformed: { readonly [R in MalformedResponse["reason"]]?: Row } = {
  TooLarge: refused,
  Redirect: refused,
  UnusableName: refused,
  WrongEndpoint: unserved
}

const rowOf = (error: CallError): Row => {
  switch (error._tag) {
    case "TransportError":
      return transport[error.reason] ?? lost
    case "MalformedResponse":
      return malformed[error.reason] ?? broken
    case "CredentialsError":
      return error.transient ? { poll: "transient" } : refused
    case "InvalidRequest":
      return refused
    default:
      return codes[error._tag] ?? refused
  }
}

const isRpc = (error: CallError): error is RpcError => "codeFrom" in error

/** The API itself may not have seen the request. */
const isBare = (error: CallError): error is RpcError =>
  isRpc(error) && error.codeFrom === "httpStatus"

/** These come from a front end that did not reach the service, whatever their body says. */
const isOfGateway = ({ httpStatus }: RpcError): boolean => [408, 502, 503, 504].includes(httpStatus)

const throttles = ["rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"]

const isThrottle = ({ _tag, status }: RpcError): boolean =>
  _tag === "PERMISSION_DENIED" &&
  status.details.some((detail) => detail._tag === "ErrorInfo" && throttles.includes(detail.reason))

/** A quota of a day is not back within a wait. */
const isDailyQuota = ({ status }: RpcError): boolean =>
  status.details.some((detail) =>
    detail._tag === "QuotaFailure" &&
    detail.violations.some(({ description, quotaId, quotaMetric }) =>
      /per[ _-]?day/i.test(`${quotaId} ${quotaMetric} ${description}`)
    )
  )

/**
 * Whether a get, list, cancel or delete is tried again.
 *
 * @internal
 */
export const mayRepeat = (error: CallError): boolean =>
  rowOf(error).repeat === true || (isBare(error) && isOfGateway(error))

/**
 * Whether a call is tried again that must not be carried out twice.
 *
 * @internal
 */
export const mayRepeatUnsent = (error: CallError): boolean =>
  mayRepeat(error) && !mayHaveArrived(error)

/**
 * How a failed poll counts.
 *
 * @internal
 */
export const tolerance = (error: CallError): Verdict => {
  if (isRpc(error)) {
    if (isDailyQuota(error)) return "fatal"
    if (isOfGateway(error) || isThrottle(error)) return "transient"
  }
  return rowOf(error).poll ?? "fatal"
}

/**
 * Whether the server refused it because there are too many requests, and not because a quota of a day is used up.
 *
 * @internal
 */
export const isThrottled = (error: CallError): boolean =>
  isRpc(error) && (error._tag === "RESOURCE_EXHAUSTED" || isThrottle(error)) && !isDailyQuota(error)

/**
 * Whether a call that may have arrived before has done its work.
 *
 * @internal
 */
export const isDoneAlready = (error: CallError, call: "cancel" | "delete"): boolean =>
  rowOf(error).done === call &&
  // HTTP 408 is FAILED_PRECONDITION, too, and nothing that the service said of the operation.
  !(call === "cancel" && isBare(error))

/**
 * Whether the service does not serve the method.
 *
 * @internal
 */
export const isNotServed = (error: CallError): boolean =>
  rowOf(error).unserved === true || (isRpc(error) && error.httpStatus === 405)

/**
 * Whether a reply that the server was asked to hold was cut, as proxies do with what stays open for long, or refused where a get may not
 * be: who may get an operation may not always wait for it.
 *
 * @internal
 */
export const isCut = (error: CallError): boolean =>
  error._tag === "TransportError"
    ? error.reason === "Reset" || error.reason === "Timeout"
    : isRpc(error) && [400, 403, 504].includes(error.httpStatus)

/**
 * Whether cancel is not served, or the operation is done already.
 *
 * @internal
 */
export const cannotBeCancelled = (error: CallError): boolean =>
  rowOf(error).done === "cancel" || isNotServed(error) ||
  // Its name fits get and not cancel.
  (error._tag === "InvalidRequest" && error.argument === "name")

/**
 * Whether the request may have reached the server.
 *
 * @internal
 */
export const mayHaveArrived = (error: CallError): boolean =>
  !(error._tag === "TransportError" && error.sent === "no")

/**
 * Whether the request may have been carried out, although it failed.
 *
 * @internal
 */
export const mayBeCarriedOut = (error: CallError): boolean => {
  if (error._tag === "TransportError") return error.sent === "maybe"
  if (error._tag !== "MalformedResponse" && !isBare(error)) return rowOf(error).undecided === true
  const { httpStatus } = error
  return (httpStatus >= 200 && httpStatus < 300) || httpStatus === 408 || httpStatus >= 500
}
