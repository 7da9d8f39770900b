/**
 * The canonical status codes of Google APIs: google.rpc.Code as data.
 *
 * @since 0.1.0
 */

/**
 * How AIP-194 judges an automatic retry of a single failed request.
 *
 * - `"yes"`: safe to repeat after a delay; only `UNAVAILABLE`.
 * - `"generally-no"`: repeat only where the server gives a hint or the caller knows better.
 * - `"no"`: repeating the request alone does not help; change the state, the request or the credential first.
 * - `"never"`: a client must not repeat it automatically.
 *
 * @since 0.1.0
 * @category models
 */
export type Retry = "yes" | "generally-no" | "no" | "never"

/**
 * One row of the google.rpc.Code table.
 *
 * @since 0.1.0
 * @category models
 */
export interface Entry {
  /**
   * The number on the wire of gRPC and of google.rpc.Status.
   *
   * @since 0.1.0
   */
  readonly number: number
  /**
   * The canonical name.
   *
   * @since 0.1.0
   */
  readonly name: Code
  /**
   * The HTTP status that google/rpc/code.proto maps the code to.
   *
   * @since 0.1.0
   */
  readonly httpStatus: number
  /**
   * What AIP-194 says about an automatic retry.
   *
   * @since 0.1.0
   */
  readonly retry: Retry
}

/**
 * A canonical code, by name.
 *
 * @since 0.1.0
 * @category models
 */
export type Code =
  | "OK"
  | "CANCELLED"
  | "UNKNOWN"
  | "INVALID_ARGUMENT"
  | "DEADLINE_EXCEEDED"
  | "NOT_FOUND"
  | "ALREADY_EXISTS"
  | "PERMISSION_DENIED"
  | "RESOURCE_EXHAUSTED"
  | "FAILED_PRECONDITION"
  | "ABORTED"
  | "OUT_OF_RANGE"
  | "UNIMPLEMENTED"
  | "INTERNAL"
  | "UNAVAILABLE"
  | "DATA_LOSS"
  | "UNAUTHENTICATED"

/**
 * A canonical code of a failure: every code but `OK`.
 *
 * @since 0.1.0
 * @category models
 */
export type ErrorCode = Exclude<Code, "OK">

/**
 * The seventeen codes, ordered by number.
 *
 * @since 0.1.0
 * @category tables
 */
export const all: ReadonlyArray<Code> = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED"
]

/**
 * The sixteen codes of a failure, ordered by number.
 *
 * @since 0.1.0
 * @category tables
 */
export const errors: ReadonlyArray<ErrorCode> = /*#__PURE__*/ all.filter((code) => code !== "OK")

// Apart from the names: a program that does not ask for these does not carry them.
const judged: { readonly [C in Code]: readonly [httpStatus: number, retry: Retry] } = {
  OK: [200, "no"],
  CANCELLED: [499, "never"],
  UNKNOWN: [500, "generally-no"],
  INVALID_ARGUMENT: [400, "never"],
  DEADLINE_EXCEEDED: [504, "never"],
  NOT_FOUND: [404, "no"],
  ALREADY_EXISTS: [409, "no"],
  PERMISSION_DENIED: [403, "no"],
  RESOURCE_EXHAUSTED: [429, "generally-no"],
  FAILED_PRECONDITION: [400, "no"],
  ABORTED: [409, "no"],
  OUT_OF_RANGE: [400, "no"],
  UNIMPLEMENTED: [501, "no"],
  INTERNAL: [500, "generally-no"],
  UNAVAILABLE: [503, "yes"],
  DATA_LOSS: [500, "never"],
  UNAUTHENTICATED: [401, "no"]
}

/**
 * The google.rpc.Code table, ordered by number (google/rpc/code.proto, AIP-193, AIP-194).
 *
 * @since 0.1.0
 * @category tables
 */
export const table: ReadonlyArray<Entry> = /*#__PURE__*/ all.map((name, number) => ({
  number,
  name,
  httpStatus: judged[name][0],
  retry: judged[name][1]
}))

/** What is no code, in spite of its type, counts as `UNKNOWN`. */
const known = (code: Code): Code => isCode(code) ? code : "UNKNOWN"

/**
 * Tests whether a value is the name of a canonical code.
 *
 * @since 0.1.0
 * @category guards
 */
export const isCode = (value: unknown): value is Code => all.some((code) => code === value)

/**
 * Tests whether a value is the name of a canonical code other than `OK`.
 *
 * @since 0.1.0
 * @category guards
 */
export const isErrorCode = (value: unknown): value is ErrorCode => isCode(value) && value !== "OK"

/**
 * Names the code with this number; a number outside the table is `UNKNOWN`.
 *
 * The number itself is lost here, so keep it beside the name when a server may send codes that do not exist yet.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromNumber = (number: number): Code => all[number] ?? "UNKNOWN"

/**
 * Gives the number of a code, as gRPC and google.rpc.Status write it.
 *
 * @since 0.1.0
 * @category conversions
 */
export const toNumber = (code: Code): number => all.indexOf(known(code))

/**
 * The number of a code: numbers as sent, names and decimal texts converted, absent is the proto3 default 0, rubbish is UNKNOWN.
 *
 * @internal
 */
export const readNumber = (code: unknown): number => {
  if (code === undefined || code === null) return 0
  if (Number.isSafeInteger(code)) return Number(code)
  if (isCode(code)) return toNumber(code)
  return typeof code === "string" && /^-?\d{1,15}$/.test(code)
    ? Number(code)
    : toNumber("UNKNOWN")
}

/**
 * Gives the HTTP status that google/rpc/code.proto maps a code to.
 *
 * @since 0.1.0
 * @category conversions
 */
export const httpStatus = (code: Code): number => judged[known(code)][0]

/**
 * Says what AIP-194 thinks of repeating a single request that failed with this code.
 *
 * @since 0.1.0
 * @category conversions
 */
export const retry = (code: Code): Retry => judged[known(code)][1]

const byHttpStatus: ReadonlyMap<number, Code> = new Map<number, Code>([
  [400, "INVALID_ARGUMENT"],
  [401, "UNAUTHENTICATED"],
  [403, "PERMISSION_DENIED"],
  [404, "NOT_FOUND"],
  [409, "ABORTED"],
  [416, "OUT_OF_RANGE"],
  [429, "RESOURCE_EXHAUSTED"],
  [499, "CANCELLED"],
  [501, "UNIMPLEMENTED"],
  [503, "UNAVAILABLE"],
  [504, "DEADLINE_EXCEEDED"]
])

/**
 * Guesses the code of a reply whose body names none, the way Google's own clients do.
 *
 * Several codes share a status, so a guess for 400, 409 and 500 may be another code than the server meant. Any other
 * 4xx is `FAILED_PRECONDITION`, any other 5xx `INTERNAL`, 2xx is `OK`, everything else `UNKNOWN`.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromHttpStatus = (status: number): Code => {
  const known = byHttpStatus.get(status)
  if (known !== undefined) return known
  if (status >= 200 && status < 300) return "OK"
  if (status >= 400 && status < 500) return "FAILED_PRECONDITION"
  if (status >= 500 && status < 600) return "INTERNAL"
  return "UNKNOWN"
}
