import * as Effect from "effect/Effect"
import { InvalidRequest } from "../../LroError.ts"
import type { AnyMethod, RequestField } from "../../Method.ts"
import type { OperationFormat } from "../../OperationFormat.ts"
import * as PathTemplate from "../names/pathTemplate.ts"
import * as ResourceName from "../names/resourceName.ts"
import { encode, type Fields, isFields, Refused, type Value } from "../proto/requestValue.ts"
import { compiledOf, fieldOf } from "./description.ts"

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
  /** The arguments, as they are sent. */
  readonly request: Fields
}

type Refuse = OperationFormat["refuse"]

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

const valueAt = (request: Fields, path: string): Value | undefined =>
  path.split(".").reduce<Value | undefined>(
    (value, key) => isFields(value) && Object.hasOwn(value, key) ? value[key] : undefined,
    request
  )

/**
 * Builds the request of a start call by the rules of google/api/http.proto: path from the arguments, the body field as body, the
 * rest as query, nested fields dotted, repeated ones repeated, a field mask as a comma-separated string.
 *
 * @internal
 */
export const build = (
  method: AnyMethod,
  request: unknown,
  newRequestId: () => string,
  refuse?: Refuse
): Effect.Effect<StartRequest, InvalidRequest> => {
  const built = attempt(() => tryBuild(method, request, newRequestId, refuse))
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

/** Getters and proxies may throw, and a text may be longer than the engine's longest. */
const attempt = <A>(build: () => A): A | Problem => {
  try {
    return build()
  } catch {
    return new Problem("request", "cannot be written as JSON")
  }
}

const tryBuild = (
  method: AnyMethod,
  given: unknown,
  newRequestId: () => string,
  refuse: Refuse
): StartRequest | Problem => {
  const templates = compiledOf(method)
  if (typeof templates === "string") return new Problem("method", templates)
  if (typeof given !== "object" || given === null || Array.isArray(given)) return noObject
  for (const name of Object.keys(given)) {
    if (fieldOf(method.request, name) === undefined) {
      return new Problem(name, "is not an argument of this method", Object.keys(method.request))
    }
  }
  const encoded = encode(given, "")
  if (encoded instanceof Refused) return new Problem(encoded.path || "request", encoded.problem)
  if (!isFields(encoded)) return noObject
  const request = Object.fromEntries(Object.entries(encoded).filter(([, value]) => value !== null))
  const { idempotencyField } = method
  if (idempotencyField !== undefined && (request[idempotencyField] ?? "") === "") {
    request[idempotencyField] = newRequestId()
  }
  const members = new Map<string, string>()
  for (const [name, { oneOf, required }] of Object.entries(method.request)) {
    if (request[name] === undefined) {
      if (required === true) return new Problem(name, missing)
    } else if (oneOf !== undefined) {
      const other = members.get(oneOf)
      if (other !== undefined) {
        return new Problem(name, `excludes \`${other}\`: a request has one of \`${oneOf}\``)
      }
      members.set(oneOf, name)
    }
  }
  const refused = refuse?.(method, request)
  if (refused !== undefined) {
    return new Problem(refused.argument, refused.problem, undefined, refused.hint)
  }
  const path = buildPath(templates, request)
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
    requestId: typeof requestId === "string" ? requestId : undefined,
    request
  }
}

const noObject = new Problem("request", "is not an object")

interface Path {
  readonly path: string
  readonly location: string | undefined
  /** The fields that the chosen template has. */
  readonly fields: ReadonlySet<string>
}

const buildPath = (
  templates: ReadonlyArray<PathTemplate.PathTemplate>,
  request: Fields
): Path | Problem => {
  const problems: Array<Problem> = []
  for (const template of templates) {
    const values = template.variables.map((variable) => pathValue(variable, request))
    const wrong = values.find((value) => value instanceof Problem)
    if (wrong === undefined) {
      const texts = values.filter((value) => typeof value === "string")
      const location = ResourceName.location(texts.join("/"))
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
  const others = new Set(
    problems.flatMap(({ argument }) => argument === told.argument ? [] : [`\`${argument}\``])
  )
  const text = told.text === missing && others.size > 0
    ? `${missing}, and so is ${[...others].join(", ")}`
    : told.text
  return new Problem(told.argument, text, [...expected], hint)
}

const missing = "is missing"

/** Where each field goes: one that only another template has in its path goes where the fields of no path go. */
const placing =
  (method: AnyMethod, inPath: ReadonlySet<string>) =>
  (name: string): RequestField["in"] | undefined => {
    const field = fieldOf(method.request, name)
    if (field?.in !== "path" || inPath.has(name)) return field?.in
    return method.body === "*" ? "body" : "query"
  }

const pathValue = (variable: PathTemplate.Variable, request: Fields): string | Problem => {
  const value = valueAt(request, variable.field)
  const refuse = (text: string, hint?: string) =>
    new Problem(variable.field, text, [variable.pattern], hint)
  if (value === undefined || value === null) return refuse(missing)
  if (typeof value === "object") return refuse("is not a string")
  const name = String(value)
  const wrong = ResourceName.refusal(name, (name) => PathTemplate.fits(variable, name))
  return wrong === undefined ? name : refuse(wrong.problem, wrong.hint)
}

const buildQuery = (
  method: AnyMethod,
  request: Fields,
  place: (name: string) => RequestField["in"] | undefined
): string | Problem => {
  const pairs: Array<string> = []
  for (const [name, value] of Object.entries(request)) {
    if (place(name) !== "query") continue
    if (fieldOf(method.request, name)?.mask === true) {
      const mask = joined(value)
      if (typeof mask !== "string" || mask === "") return new Problem(name, "is no field mask")
      pairs.push(pair(name, mask))
      continue
    }
    const wrong = addQuery(pairs, name, value)
    if (wrong !== undefined) return wrong
  }
  return pairs.join("&")
}

/** A field mask in JSON and in a query: its paths with commas between them. */
const joined = (mask: Value): Value =>
  Array.isArray(mask) && mask.every((path) => typeof path === "string" && path !== "")
    ? mask.join(",")
    : mask

const pair = (name: string, value: string | number | boolean): string =>
  `${encodeURIComponent(name)}=${encodeURIComponent(value)}`

const isList = (value: Value): value is ReadonlyArray<Value> => Array.isArray(value)

const addQuery = (pairs: Array<string>, name: string, value: Value): Problem | undefined => {
  if (value === null) return undefined
  if (typeof value !== "object") {
    pairs.push(pair(name, value))
    return undefined
  }
  if (isList(value)) {
    for (const item of value) {
      if (item === null || typeof item === "object") {
        return new Problem(name, "is a list of messages: no query parameter")
      }
      pairs.push(pair(name, item))
    }
    return undefined
  }
  for (const [key, nested] of Object.entries(value)) {
    const wrong = addQuery(pairs, `${name}.${key}`, nested)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

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
          ? [[name, fieldOf(method.request, name)?.mask === true ? joined(value) : value]]
          : []
      )
    )
    : request[method.body] ?? {}
  return isFields(content)
    ? { text: JSON.stringify(content) }
    : new Problem(method.body, "is not an object")
}
