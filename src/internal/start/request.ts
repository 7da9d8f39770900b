import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { InvalidRequest } from "../../LroError.ts"
import type { AnyMethod, RequestField } from "../../Method.ts"
import * as PathTemplate from "../names/pathTemplate.ts"
import * as ResourceName from "../names/resourceName.ts"

/**
 * The HTTP request of a start call.
 *
 * @internal
 */
export interface StartRequest {
  readonly path: string
  readonly query: string
  readonly body: string | undefined
  /** The location in the path variables, for endpoints by location. */
  readonly location: string | undefined
  readonly requestId: string | undefined
}

type Fields = { readonly [field: string]: unknown }

const isRecord = (u: unknown): u is Fields =>
  typeof u === "object" && u !== null && !Array.isArray(u)

/** How many segments of a path come from arguments. */
const depth = ({ variables }: PathTemplate.PathTemplate): number =>
  variables.reduce((sum, { segments }) => sum + segments.length, 0)

const compiled = new WeakMap<AnyMethod, ReadonlyArray<PathTemplate.PathTemplate>>()

/** The templates, those that take more of the arguments first: `parent` is to stand in the path where it can. */
const templatesOf = (method: AnyMethod): ReadonlyArray<PathTemplate.PathTemplate> => {
  let templates = compiled.get(method)
  if (templates === undefined) {
    templates = method.templates.map(PathTemplate.parse).sort((a, b) => depth(b) - depth(a))
    compiled.set(method, templates)
  }
  return templates
}

/** What is wrong with an argument: its path and a predicate. */
class Problem {
  readonly argument: string
  readonly text: string
  readonly expected: ReadonlyArray<string> | undefined
  readonly hint: string | undefined
  constructor(argument: string, text: string, expected?: ReadonlyArray<string>, hint?: string) {
    this.argument = argument
    this.text = text
    this.expected = expected
    this.hint = hint
  }
}

const valueAt = (request: Fields, path: string): unknown =>
  path.split(".").reduce<unknown>((value, key) => isRecord(value) ? value[key] : undefined, request)

const own = (
  fields: { readonly [field: string]: RequestField },
  name: string
): RequestField | undefined => Object.hasOwn(fields, name) ? fields[name] : undefined

/**
 * Builds the request of a start call by the rules of google/api/http.proto: path from the arguments, the body field as body, the
 * rest as query, nested fields dotted, repeated ones repeated, a field mask as a comma-separated string.
 *
 * @internal
 */
export const build = (
  method: AnyMethod,
  request: unknown,
  newRequestId: () => string
): Effect.Effect<StartRequest, InvalidRequest> => {
  const built = tryBuild(method, request, newRequestId)
  return built instanceof Problem
    ? Effect.fail(
      new InvalidRequest({
        method: method.rpc,
        argument: built.argument,
        problem: built.text,
        expected: built.expected,
        hint: built.hint
      })
    )
    : Effect.succeed(built)
}

const tryBuild = (
  method: AnyMethod,
  given: unknown,
  newRequestId: () => string
): StartRequest | Problem => {
  if (!isRecord(given)) return new Problem("request", "is not an object")
  const request = { ...given }
  const { idempotencyField } = method
  if (idempotencyField !== undefined && (request[idempotencyField] ?? "") === "") {
    request[idempotencyField] = newRequestId()
  }
  for (const [name, value] of Object.entries(request)) {
    const field = own(method.request, name)
    if (field === undefined) {
      return new Problem(name, "is not an argument of this method", Object.keys(method.request))
    }
    if (value === undefined || value === null) delete request[name]
  }
  for (const [name, field] of Object.entries(method.request)) {
    if (field.required === true && request[name] === undefined) {
      return new Problem(name, missing)
    }
  }
  const path = buildPath(method, request)
  if (path instanceof Problem) return path
  const place = placing(method, path.fields)
  const query = buildQuery(method, request, place)
  if (query instanceof Problem) return query
  const body = buildBody(method, request, place)
  if (body instanceof Problem) return body
  const requestId = idempotencyField === undefined ? undefined : request[idempotencyField]
  return {
    path: path.path,
    query,
    body: body.text,
    location: path.location,
    requestId: typeof requestId === "string" ? requestId : undefined
  }
}

interface Path {
  readonly path: string
  readonly location: string | undefined
  /** The fields that the chosen template has. */
  readonly fields: ReadonlySet<string>
}

const buildPath = (method: AnyMethod, request: Fields): Path | Problem => {
  const problems: Array<Problem> = []
  for (const template of templatesOf(method)) {
    const values = template.variables.map((variable) => pathValue(variable, request))
    const wrong = values.find((value) => value instanceof Problem)
    if (wrong === undefined) {
      const texts = values.filter((value) => typeof value === "string")
      const location = /(?:^|\/)locations\/([^/]+)/.exec(texts.join("/"))?.[1]
      const fields = new Set(template.variables.map(({ field }) => field))
      return { path: PathTemplate.expand(template, texts), location, fields }
    }
    problems.push(wrong)
  }
  // What was given and does not fit says more than what another template lacks.
  const told = problems.find(({ text }) => text !== missing) ?? problems[0]
  if (told === undefined) return new Problem("request", "has no path")
  const alike = problems.filter(({ argument }) => argument === told.argument)
  const expected = new Set(alike.flatMap((problem) => problem.expected ?? []))
  const hint = alike.find((problem) => problem.hint !== undefined)?.hint
  return new Problem(told.argument, told.text, [...expected], hint)
}

const missing = "is missing"

/** Where each field goes: one that only another template has in its path goes where the fields of no path go. */
const placing =
  (method: AnyMethod, inPath: ReadonlySet<string>) =>
  (name: string): RequestField["in"] | undefined => {
    const field = own(method.request, name)
    if (field?.in !== "path" || inPath.has(name)) return field?.in
    return method.body === "*" ? "body" : "query"
  }

const pathValue = (variable: PathTemplate.Variable, request: Fields): string | Problem => {
  const value = valueAt(request, variable.field)
  const refuse = (text: string, hint?: string) =>
    new Problem(variable.field, text, [variable.pattern], hint)
  if (value === undefined || value === null) return refuse(missing)
  if (typeof value !== "string") return refuse("is not a string")
  const bare = ResourceName.unprefixed(value)
  const isMeant = bare !== value && ResourceName.problem(bare) === undefined &&
    PathTemplate.fits(variable, bare)
  const hint = isMeant ? bare : undefined
  const wrong = ResourceName.problem(value)
  if (wrong !== undefined) return refuse(wrong, hint)
  if (hint !== undefined) return refuse("starts with a version", hint)
  return PathTemplate.fits(variable, value) ? value : refuse("does not fit")
}

const buildQuery = (
  method: AnyMethod,
  request: Fields,
  place: (name: string) => RequestField["in"] | undefined
): string | Problem => {
  const pairs: Array<string> = []
  for (const [name, value] of Object.entries(request)) {
    if (place(name) !== "query") continue
    if (own(method.request, name)?.mask === true) {
      const mask = joined(value)
      if (typeof mask !== "string" || mask === "") return new Problem(name, "is no field mask")
      if (!ResourceName.isWellFormed(mask)) return new Problem(name, "contains a lone surrogate")
      pairs.push(pair(name, mask))
      continue
    }
    const wrong = addQuery(pairs, name, value, 0)
    if (wrong !== undefined) return wrong
  }
  return pairs.join("&")
}

const isPath = (u: unknown): boolean => typeof u === "string" && u !== ""

/** A field mask in JSON and in a query: its paths with commas between them. */
const joined = (mask: unknown): unknown =>
  Array.isArray(mask) && mask.every(isPath) ? mask.join(",") : mask

const pair = (name: string, value: string | number | boolean | bigint): string =>
  `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`

const maxDepth = 100

const addQuery = (
  pairs: Array<string>,
  name: string,
  value: unknown,
  depth: number
): Problem | undefined => {
  if (value === undefined || value === null) return undefined
  if (typeof value === "string" || typeof value === "boolean" || typeof value === "bigint") {
    if (typeof value === "string" && !ResourceName.isWellFormed(value)) {
      return new Problem(name, "contains a lone surrogate")
    }
    pairs.push(pair(name, value))
    return undefined
  }
  if (typeof value === "number") {
    if (!Number.isFinite(value)) return new Problem(name, "is not a finite number")
    pairs.push(pair(name, value))
    return undefined
  }
  if (Array.isArray(value)) {
    for (const item of value) {
      if (typeof item === "object" && item !== null) {
        return new Problem(name, "is a list of messages: no query parameter")
      }
      const wrong = addQuery(pairs, name, item, depth)
      if (wrong !== undefined) return wrong
    }
    return undefined
  }
  if (!isRecord(value)) return new Problem(name, `is a ${typeof value}`)
  if (value instanceof Date || DateTime.isDateTime(value)) {
    return addQuery(pairs, name, value.toJSON(), depth)
  }
  for (const [key, nested] of Object.entries(value)) {
    if (!ResourceName.isWellFormed(key)) return new Problem(name, "contains a lone surrogate")
    const path = `${name}.${key}`
    const wrong = depth === maxDepth
      ? new Problem(name.split(".")[0] ?? name, "is nested too deep")
      : addQuery(pairs, path, nested, depth + 1)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

/** What proto3 JSON writes as text: int64, and the floating-point values that are no JSON numbers. */
const protoJson = (_: string, value: unknown): unknown =>
  typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value))
    ? String(value)
    : value

const buildBody = (
  method: AnyMethod,
  request: Fields,
  place: (name: string) => RequestField["in"] | undefined
): { readonly text: string | undefined } | Problem => {
  if (method.body === undefined) return { text: undefined }
  const content = method.body === "*"
    ? Object.fromEntries(
      Object.entries(request).flatMap(([name, value]) =>
        place(name)?.startsWith("body")
          ? [[name, own(method.request, name)?.mask === true ? joined(value) : value]]
          : []
      )
    )
    : request[method.body] ?? {}
  if (!isRecord(content)) return new Problem(method.body, "is not an object")
  try {
    return { text: JSON.stringify(content, protoJson) }
  } catch {
    return new Problem(method.body === "*" ? "request" : method.body, "cannot be written as JSON")
  }
}
