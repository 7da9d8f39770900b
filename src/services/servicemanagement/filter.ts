/**
 * The filter of Service Management's operations list, built so that the documented rules cannot be broken: `serviceName` is always
 * there, only at the top level and only joined by AND; each field has its own operators; values are quoted.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"

/**
 * A whole filter, for `list`. A value that cannot be used (an empty service name, a time that is none) makes the list fail with
 * `InvalidRequest`; nothing is sent.
 *
 * @since 0.1.0
 * @category models
 */
export interface Filter {
  readonly filter: string
  readonly problem?: string | undefined
}

/**
 * A restriction beside the service name.
 *
 * @since 0.1.0
 * @category models
 */
export interface Condition {
  readonly _tag: "Condition"
  readonly text: string
  readonly operator: "AND" | "OR" | undefined
  readonly problem: string | undefined
}

const quote = (value: string): string => `"${value.replace(/["\\]/g, "\\$&")}"`

/** A service name as services have it; a word of the grammar is none. */
const isBare = (name: string): boolean =>
  /^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(name) && !/^(?:and|or|not)$/i.test(name)

const iso8601 =
  /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/

const condition = (text: string, operator?: "AND" | "OR", problem?: string): Condition => ({
  _tag: "Condition",
  text,
  operator,
  problem
})

/**
 * The operations of one service, all of them or those that a condition holds for.
 *
 * @example
 * import * as Filter from "effect-lro/services/servicemanagement/filter"
 *
 * export const filter = Filter.serviceName(
 *   "example.googleapis.com",
 *   Filter.or(Filter.status("=", "done"), Filter.startTime(">=", "2017-02-01"))
 * )
 * // serviceName=example.googleapis.com AND (status=done OR startTime>="2017-02-01")
 *
 * @since 0.1.0
 * @category constructors
 */
export const serviceName = (name: string, restriction?: Condition): Filter => {
  const value = isBare(name) ? name : quote(name)
  const own = `serviceName=${value}`
  return {
    filter: restriction === undefined ? own : `${own} AND ${within("AND", restriction)}`,
    problem: name.trim() === "" ? "has an empty serviceName" : restriction?.problem
  }
}

/**
 * When the operation was started: an instant, or an ISO 8601 date or time.
 *
 * @since 0.1.0
 * @category constructors
 */
export const startTime = (
  operator: ">=" | ">" | "<=" | "<",
  time: DateTime.DateTime | string
): Condition => {
  const text = typeof time === "string" ? time : DateTime.formatIso(time)
  // oxlint-disable-next-line no-restricted-globals -- a date that is given, not the clock
  const valid = iso8601.test(text) && !Number.isNaN(Date.parse(text))
  return condition(
    `startTime${operator}${quote(text)}`,
    undefined,
    valid ? undefined : "has a startTime that is no ISO 8601 time"
  )
}

/**
 * The state of the operation.
 *
 * @since 0.1.0
 * @category constructors
 */
export const status = (operator: "=" | "!=", value: "done" | "in_progress" | "failed"): Condition =>
  condition(
    `status${operator}${value}`,
    undefined,
    ["done", "in_progress", "failed"].includes(value) ? undefined : "has an unknown status"
  )

const within = (operator: "AND" | "OR", { operator: own, text }: Condition): string =>
  own === undefined || own === operator ? text : `(${text})`

const join = (operator: "AND" | "OR", conditions: ReadonlyArray<Condition>): Condition => {
  const [first] = conditions
  if (first !== undefined && conditions.length === 1) return first
  return condition(
    conditions.map((condition) => within(operator, condition)).join(` ${operator} `),
    operator,
    conditions.find((condition) => condition.problem !== undefined)?.problem
  )
}

/**
 * Every condition holds.
 *
 * @since 0.1.0
 * @category combinators
 */
export const and = (first: Condition, ...others: ReadonlyArray<Condition>): Condition =>
  join("AND", [first, ...others])

/**
 * At least one condition holds.
 *
 * @since 0.1.0
 * @category combinators
 */
export const or = (first: Condition, ...others: ReadonlyArray<Condition>): Condition =>
  join("OR", [first, ...others])
