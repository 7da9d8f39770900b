import * as DateTime from "effect/DateTime"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type * as Testing from "../../testing.ts"

/**
 * What a filter looks at: an operation as it would be listed now, and its start in milliseconds.
 *
 * @internal
 */
export interface Subject {
  readonly operation: Testing.JsonObject
  readonly startedAt: number
}

type Operator = "=" | "!=" | ":" | "<=" | ">=" | "<" | ">"

interface Restriction {
  readonly _tag: "Restriction"
  readonly field: string
  readonly operator: Operator
  readonly value: string
}

/** AIP-160: `OR` binds tighter than `AND`. */
type Filter =
  | Restriction
  | { readonly _tag: "And" | "Or"; readonly filters: ReadonlyArray<Filter> }
  | { readonly _tag: "Not"; readonly filter: Filter }

const maxDepth = 50

/** A recursive descent over the text; the first problem ends it. */
class Parser {
  private at = 0
  private readonly text: string

  constructor(text: string) {
    this.text = text
  }

  parse(): Either.Either<Filter, string> {
    return Either.filterOrLeft(
      this.and(0),
      () => this.rest() === "",
      () => `unexpected "${this.rest()}" at position ${this.at}`
    )
  }

  private rest(): string {
    return this.text.slice(this.at)
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)?.[0]
    if (found !== undefined) this.at += found.length
    return found?.trim()
  }

  private chain(
    tag: "And" | "Or",
    separator: RegExp,
    next: () => Either.Either<Filter, string>
  ): Either.Either<Filter, string> {
    const filters: Array<Filter> = []
    do {
      const filter = next()
      if (Either.isLeft(filter)) return filter
      filters.push(filter.right)
    } while (this.take(separator) !== undefined)
    const [first] = filters
    return Either.right(
      filters.length === 1 && first !== undefined ? first : { _tag: tag, filters }
    )
  }

  private and(depth: number): Either.Either<Filter, string> {
    if (depth > maxDepth) return Either.left("the expression is nested too deeply")
    return this.chain("And", /\s*AND(?![\w.])\s*/y, () => this.or(depth))
  }

  private or(depth: number): Either.Either<Filter, string> {
    return this.chain("Or", /\s*OR(?![\w.])\s*/y, () => this.term(depth))
  }

  private term(depth: number): Either.Either<Filter, string> {
    if (this.take(/\s*(?:NOT\s+|-(?=[a-zA-Z(]))/y) !== undefined) {
      return Either.map(this.simple(depth), (filter) => ({ _tag: "Not", filter }))
    }
    return this.simple(depth)
  }

  private simple(depth: number): Either.Either<Filter, string> {
    if (this.take(/\s*\(\s*/y) === undefined) return this.restriction()
    const filter = this.and(depth + 1)
    if (Either.isLeft(filter)) return filter
    return this.take(/\s*\)\s*/y) === undefined
      ? Either.left(`")" expected at position ${this.at}`)
      : filter
  }

  private restriction(): Either.Either<Filter, string> {
    const field = this.take(/\s*[a-zA-Z_][\w.]*/y)
    if (field === undefined || field === "AND" || field === "OR") {
      return Either.left(`a field name expected at position ${this.at}`)
    }
    const operator = this.take(/\s*(?:!=|<=|>=|=|<|>|:)\s*/y)
    if (operator === undefined) {
      return Either.left(`a comparison expected after "${field}" at position ${this.at}`)
    }
    const quoted = this.take(/"(?:[^"\\]|\\.)*"\s*|'(?:[^'\\]|\\.)*'\s*/y)
    const value = quoted === undefined
      ? this.take(/[^\s()"']+\s*/y)
      : quoted.slice(1, -1).replace(/\\(.)/g, "$1")
    return value === undefined
      ? Either.left(`a value expected after "${field}${operator}" at position ${this.at}`)
      : Either.right({ _tag: "Restriction", field, operator: operator as Operator, value })
  }
}

/** What fields a service's filter knows, and how they compare. */
interface Dialect {
  /** A problem with the restriction, or `undefined`. */
  readonly check: (restriction: Restriction) => string | undefined
  readonly test: (restriction: Restriction, subject: Subject) => boolean
}

const restrictions = (filter: Filter): ReadonlyArray<Restriction> => {
  switch (filter._tag) {
    case "Restriction":
      return [filter]
    case "Not":
      return restrictions(filter.filter)
    case "And":
    case "Or":
      return filter.filters.flatMap(restrictions)
  }
}

const evaluate = (filter: Filter, dialect: Dialect, subject: Subject): boolean => {
  switch (filter._tag) {
    case "Restriction":
      return dialect.test(filter, subject)
    case "Not":
      return !evaluate(filter.filter, dialect, subject)
    case "And":
      return filter.filters.every((inner) => evaluate(inner, dialect, subject))
    case "Or":
      return filter.filters.some((inner) => evaluate(inner, dialect, subject))
  }
}

const operatorProblem = (
  { field, operator }: Restriction,
  allowed: ReadonlyArray<Operator>
): string | undefined =>
  allowed.includes(operator)
    ? undefined
    : `the field "${field}" does not support "${operator}"; it supports ${allowed.join(" ")}`

const valueAt = (value: unknown, path: ReadonlyArray<string>): unknown => {
  const [key, ...rest] = path
  if (key === undefined) return value
  return typeof value === "object" && value !== null
    ? valueAt(Reflect.get(value, key), rest)
    : undefined
}

// `done`, and fields of the operation by their path.
const standard: Dialect = {
  check: (restriction) => {
    const { field, value } = restriction
    if (field === "done") {
      return operatorProblem(restriction, ["=", "!=", ":"]) ??
        (value === "true" || value === "false" ? undefined : `"${value}" is not a boolean`)
    }
    return field === "name" || /^(metadata|error|response)\./.test(field)
      ? operatorProblem(restriction, ["=", "!=", ":"])
      : `the field "${field}" cannot be filtered`
  },
  test: ({ field, operator, value }, { operation }) => {
    const actual = field === "done"
      ? operation["done"] ?? false
      : valueAt(operation, field.split("."))
    const text = typeof actual === "object" ? JSON.stringify(actual) : String(actual ?? "")
    switch (operator) {
      case "!=":
        return text !== value
      case ":":
        return value === "*" ? actual !== undefined : text.includes(value)
      default:
        return text === value
    }
  }
}

const timestamp = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?)?$/

const millisOf = (text: unknown): number | undefined => {
  if (typeof text !== "string" || !timestamp.test(text)) return undefined
  return Option.getOrUndefined(Option.map(DateTime.make(text), DateTime.toEpochMillis))
}

/** An operation that names no service belongs to each. */
const belongsTo = (operation: Testing.JsonObject, serviceName: string): boolean => {
  const names = valueAt(operation, ["metadata", "resourceNames"])
  if (Array.isArray(names) && names.length > 0) {
    return names.some((name) => {
      const id = String(name).replace(/^services\//, "")
      return id === serviceName || id.startsWith(`${serviceName}/`)
    })
  }
  const id = /^operations\/[a-zA-Z]+\.([a-z\d-]+(?:\.[a-z\d-]+)+)(?::.*)?$/.exec(
    String(operation["name"])
  )?.[1]
  return id === undefined || id === serviceName || id.startsWith(`${serviceName}-`)
}

const statusOf = (operation: Testing.JsonObject): string =>
  operation["done"] !== true ? "in_progress" : operation["error"] === undefined ? "done" : "failed"

const serviceManagement: Dialect = {
  check: (restriction) => {
    const { field, value } = restriction
    switch (field) {
      case "serviceName":
        return operatorProblem(restriction, ["="]) ??
          (value === "" ? "serviceName is empty" : undefined)
      case "startTime":
        return operatorProblem(restriction, [">=", ">", "<=", "<"]) ??
          (millisOf(value) === undefined
            ? `"${value}" is not a time in ISO 8601 format`
            : undefined)
      case "status":
        return operatorProblem(restriction, ["=", "!="]) ??
          (["done", "in_progress", "failed"].includes(value)
            ? undefined
            : `"${value}" is not one of done, in_progress, failed`)
      default:
        return `the field "${field}" cannot be filtered; serviceName, startTime and status can`
    }
  },
  test: ({ field, operator, value }, { operation, startedAt }) => {
    if (field === "serviceName") return belongsTo(operation, value)
    if (field === "status") return (statusOf(operation) === value) === (operator === "=")
    const actual = millisOf(valueAt(operation, ["metadata", "startTime"])) ?? startedAt
    const bound = millisOf(value) ?? Number.NaN
    switch (operator) {
      case ">=":
        return actual >= bound
      case ">":
        return actual > bound
      case "<=":
        return actual <= bound
      default:
        return actual < bound
    }
  }
}

// `serviceName` is required, and may only stand at the top level, joined by AND.
const placeProblem = (filter: Filter): string | undefined => {
  const top = filter._tag === "And" ? filter.filters : [filter]
  const isServiceName = (inner: Filter): boolean =>
    inner._tag === "Restriction" && inner.field === "serviceName"
  if (top.some((inner) => !isServiceName(inner) && restrictions(inner).some(isServiceName))) {
    return "serviceName must be at the top level and joined by AND"
  }
  return top.some(isServiceName) ? undefined : "serviceName is required"
}

/**
 * Compiles the filter of a list request to a predicate, or says what is wrong with it. An empty text filters nothing.
 *
 * Service Management has a grammar of its own, in which `serviceName` is required; all others filter by `done`, `name`
 * and the fields inside the operation.
 *
 * @internal
 */
export const compile = (
  service: string,
  text: string
): Either.Either<(subject: Subject) => boolean, string> => {
  const own = service === "servicemanagement.googleapis.com"
  if (text.trim() === "") {
    return own ? Either.left("serviceName is required") : Either.right(() => true)
  }
  const dialect = own ? serviceManagement : standard
  return Either.flatMap(new Parser(text.trim()).parse(), (filter) => {
    const problem = restrictions(filter).map(dialect.check).find((found) => found !== undefined) ??
      (own ? placeProblem(filter) : undefined)
    return problem === undefined
      ? Either.right((subject: Subject) => evaluate(filter, dialect, subject))
      : Either.left(problem)
  })
}
