/** How a format of someone's own is used: what its functions throw, or give instead of an answer, is said and is no defect. */
import type { Items, OperationFormat, Options } from "../../OperationFormat.ts"
import { isObject } from "../base/json.ts"
import { usual } from "./listParameters.ts"

type Json = { readonly [key: string]: unknown }

/** What a function gives, or what is made of the sentence about what it threw. */
const tried = <A, B>(
  name: keyof Options,
  run: () => A,
  otherwise: (said: string, why: string) => B
): A | B => {
  try {
    return run()
  } catch (error) {
    const [kind, message] = error instanceof Error
      ? [error.name, `: ${error.message}`]
      : [typeof error, ""]
    return otherwise(`${of(name)} threw ${kind}`, message)
  }
}

const of = (name: keyof Options): string => `\`${name}\` of the binding's operationFormat`

const whole = (said: string, why: string): string => said + why

/** @internal */
export const make = <List>(options: Options): OperationFormat<List> => {
  const { advice, hint, page = ofOperations, parameters = usual, query, refuse } = options
  const operation: OperationFormat["operation"] = (json, { call, clean }) => {
    if (!isObject(json)) return "the reply is not an object"
    const read = tried("operation", () => options.operation(json, call), whole)
    if (typeof read === "string") return String(clean(read))
    if (!isObject(read) || typeof read.name !== "string" || typeof read.done !== "boolean") {
      return `${of("operation")} gave no operation`
    }
    return read.error === undefined ? read : { ...read, error: clean(read.error) }
  }
  return {
    operation,
    page: (json, source) => {
      if (!isObject(json)) return "the reply is not an object"
      const read = tried("page", () => page(json, source.call), whole)
      if (typeof read === "string") return String(source.clean(read))
      if (!isObject(read) || !Array.isArray(read.items)) return `${of("page")} gave no page`
      const operations = []
      for (const [i, item] of read.items.entries()) {
        const found = operation(item, source)
        if (typeof found === "string") return `\`operations[${i}]\`: ${found}`
        operations.push(found)
      }
      const { nextPageToken = "", unreachable = [] } = read
      return { operations, nextPageToken, unreachable }
    },
    maxPageSize: options.maxPageSize,
    parameters,
    advice: advice &&
      ((status, httpStatus) => tried("advice", () => advice(status, httpStatus), whole)),
    hint: hint && ((name) => tried("hint", () => hint(name), () => undefined)),
    query: query &&
      ((method, name) =>
        tried("query", () => query(method, name), (said, why) => ({
          argument: "name",
          problem: `cannot be asked about: ${said}${why}`
        }))),
    // What was thrown may quote the request.
    refuse: refuse &&
      ((method, request) =>
        tried("refuse", () => refuse(method, request), (said) => ({
          argument: "request",
          problem: `cannot be checked: ${said}`
        }))),
    polling: options.polling,
    notFoundGrace: options.notFoundGrace
  }
}

const ofOperations = (json: Json): Items | string => {
  const unreachable = json["unreachable"] ?? []
  if (!isTexts(unreachable)) return "`unreachable` is not an array of strings"
  return itemsOf(json, "operations", unreachable)
}

const isTexts = (value: unknown): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every((item) => typeof item === "string")

/**
 * A page whose items stand in one field.
 *
 * @internal
 */
export const itemsOf = (
  json: Json,
  field: string,
  unreachable: ReadonlyArray<string>
): Items | string => {
  const items = json[field] ?? []
  const nextPageToken = json["nextPageToken"] ?? ""
  if (!Array.isArray(items)) return `\`${field}\` is not an array`
  if (typeof nextPageToken !== "string") return "`nextPageToken` is not a string"
  return { items, nextPageToken, unreachable }
}
