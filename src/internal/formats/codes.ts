/** What the error codes in operations of Compute Engine, GKE and Cloud SQL mean as google.rpc.Code. */
import * as Code from "../../Code.ts"

const rows: ReadonlyArray<readonly [code: Code.ErrorCode, reasons: string]> = [
  [
    "RESOURCE_EXHAUSTED",
    "QUOTA_EXCEEDED ZONE_RESOURCE_POOL_EXHAUSTED REGION_RESOURCE_POOL_EXHAUSTED RESOURCE_POOL_EXHAUSTED STOCKOUT GCE_STOCKOUT " +
    "GCE_QUOTA_EXCEEDED CONCURRENT_OPERATIONS_QUOTA_EXCEEDED RATE_LIMIT_EXCEEDED RESOURCE_OPERATION_RATE_EXCEEDED"
  ],
  [
    "FAILED_PRECONDITION",
    "RESOURCE_NOT_READY RESOURCE_IN_USE_BY_ANOTHER_RESOURCE RESOURCE_IN_USE CONDITION_NOT_MET UNSUPPORTED_OPERATION INVALID_OPERATION " +
    "GKE_SERVICE_ACCOUNT_DELETED CLOUD_KMS_KEY_ERROR CLOUD_KMS_KEY_DESTROYED CA_EXPIRING SET_BY_OPERATOR"
  ],
  [
    "PERMISSION_DENIED",
    "NODE_SERVICE_ACCOUNT_MISSING_PERMISSIONS PERMISSIONS_ERROR NOT_AUTHORIZED FORBIDDEN"
  ],
  ["NOT_FOUND", "RESOURCE_NOT_FOUND EXTERNAL_RESOURCE_NOT_FOUND"],
  ["ALREADY_EXISTS", "RESOURCE_ALREADY_EXISTS"],
  [
    "INVALID_ARGUMENT",
    "INVALID_FIELD_VALUE INVALID_USAGE INVALID_REQUEST INVALID_ARGUMENT BAD_REQUEST REQUIRED"
  ],
  ["ABORTED", "OPERATION_IN_PROGRESS"],
  ["CANCELLED", "OPERATION_CANCELLED OPERATION_CANCELED CANCELLATION_ERROR"],
  ["INTERNAL", "INTERNAL_ERROR BACKEND_ERROR SYSTEM_ERROR"],
  ["UNAVAILABLE", "SERVICE_UNAVAILABLE"],
  ["DEADLINE_EXCEEDED", "TIMEOUT OPERATION_TIMEOUT"],
  ["UNKNOWN", "UNKNOWN ERROR_RDBMS"]
]

const table: ReadonlyMap<string, Code.ErrorCode> = /*#__PURE__*/ new Map(
  /*#__PURE__*/ rows.flatMap(([code, reasons]) =>
    reasons.split(" ").map((reason) => [reason, code] as const)
  )
)

/** In this order, where the table has nothing. */
const patterns: ReadonlyArray<readonly [pattern: RegExp, code: Code.ErrorCode]> = [
  [/CANCELL?ED$/, "CANCELLED"],
  [/QUOTA.*EXCEEDED|_EXHAUSTED$|STOCKOUT/, "RESOURCE_EXHAUSTED"],
  [/_NOT_FOUND$|_DOES_NOT_EXIST$/, "NOT_FOUND"],
  [/_ALREADY_EXISTS$/, "ALREADY_EXISTS"],
  [/PERMISSION|NOT_AUTHORIZED|FORBIDDEN/, "PERMISSION_DENIED"],
  [/_NOT_READY$|_IN_USE/, "FAILED_PRECONDITION"],
  [/^INVALID_/, "INVALID_ARGUMENT"]
]

/** A summary of other errors, with no code of its own. */
const summary = "VM_MIN_COUNT_NOT_REACHED"

/**
 * A reason as the table has it.
 *
 * @internal
 */
export const normal = (reason: string): string =>
  (/[a-z]/.test(reason)
    ? reason.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase()
    : reason).replace(/_WITH_DETAILS$/, "")

/** @internal */
export const isSummary = (reason: unknown): boolean =>
  typeof reason === "string" && normal(reason) === summary

/**
 * The code of a reason that the table has or that a pattern fits, `operationInProgress` for `OPERATION_IN_PROGRESS` included.
 *
 * @internal
 */
export const codeOf = (reason: unknown): Code.ErrorCode | undefined => {
  if (typeof reason !== "string" || reason === "") return undefined
  const text = normal(reason)
  if (text === summary) return undefined
  return table.get(text) ?? patterns.find(([pattern]) => pattern.test(text))?.[1]
}

/**
 * A reason that is the name of a google.rpc.Code other than OK.
 *
 * @internal
 */
export const canonical = (reason: unknown): Code.ErrorCode | undefined =>
  Code.isErrorCode(reason) ? reason : undefined
