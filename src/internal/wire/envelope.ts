import type { Operation } from "../../Operation.ts"
import type { Page } from "../../Requests.ts"
import { isObject } from "../base/json.ts"
import type { Mutable } from "../base/mutable.ts"

/** What is asked of a reply beside its JSON. */
interface Source {
  /** Takes secrets out of what becomes part of an error. */
  readonly clean: (json: unknown) => unknown
}

const untouched: Source = { clean: (json) => json }

/**
 * An operation of an API that has its own kind: it has a `status` instead of `done`. Never taken for one that runs. Cloud Storage's have
 * a `kind` beside `done`, and are operations.
 */
const isOtherKind = ({ done, kind, status }: { readonly [key: string]: unknown }): boolean =>
  typeof kind === "string" && kind.endsWith("#operation")
    ? typeof done !== "boolean" || status !== undefined
    : typeof status === "string" && done === undefined

const otherKind = ({ kind, selfLink }: { readonly [key: string]: unknown }): string => {
  const api = /^(\w+)#|^https:\/\/([\w.-]+)/.exec(String(kind ?? selfLink))
  const whose = api === null ? "another API" : `the API ${(api[1] ?? api[2] ?? "").slice(0, 60)}`
  return `it looks like an operation of ${whose}, with a status instead of \`done\``
}

/**
 * Checks the envelope of an operation in one pass; `metadata` and `response` stay as they are. Returns what is wrong as text.
 *
 * @internal
 */
export const parseOperation = (
  json: unknown,
  { clean }: Source = untouched
): Operation | string => {
  if (!isObject(json)) return "the reply is not an object"
  const name = json["name"] ?? ""
  const done = json["done"] ?? false
  const { error, metadata, response } = json
  if (isOtherKind(json)) return String(clean(otherKind(json)))
  if (typeof name !== "string") return "`name` is not a string"
  if (typeof done !== "boolean") return "`done` is not a boolean"
  if (error !== undefined && error !== null && !isObject(error)) return "`error` is not an object"
  if (name === "" && !("done" in json) && metadata === undefined) {
    return "the object has no field of an operation"
  }
  // No spread: a list decodes a thousand of these per page.
  const operation: Mutable<Operation> = { name, done }
  if (metadata !== undefined) operation.metadata = metadata
  if (error !== undefined && error !== null) operation.error = clean(error)
  if (response !== undefined) operation.response = response
  return operation
}

/**
 * Checks a page of operations. Returns what is wrong as text.
 *
 * @internal
 */
export const parsePage = (json: unknown, source: Source = untouched): Page | string => {
  if (!isObject(json)) return "the reply is not an object"
  if (json["operations"] === undefined && Array.isArray(json["items"])) {
    return "it looks like a page of another API, with `items` instead of `operations`"
  }
  const items = json["operations"] ?? []
  const token = json["nextPageToken"] ?? ""
  const unreachable = json["unreachable"] ?? []
  if (!Array.isArray(items)) return "`operations` is not an array"
  if (typeof token !== "string") return "`nextPageToken` is not a string"
  if (!Array.isArray(unreachable) || !unreachable.every((item) => typeof item === "string")) {
    return "`unreachable` is not an array of strings"
  }
  const operations: Array<Operation> = []
  for (let i = 0; i < items.length; i++) {
    const parsed = parseOperation(items[i], source)
    if (typeof parsed === "string") return `\`operations[${i}]\`: ${parsed}`
    operations.push(parsed)
  }
  return { operations, nextPageToken: token, unreachable }
}
