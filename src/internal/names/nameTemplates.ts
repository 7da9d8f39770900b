/**
 * Resource names and path templates: what may enter a URL, and where it goes (google/api/http.proto).
 */
import * as Effect from "effect/Effect"
import type { AnyBinding, MethodName } from "../../Binding.ts"
import { InvalidRequest } from "../../LroError.ts"

/** Longest resource name that is accepted, in UTF-8 bytes. */
const maxBytes = 2048

const forbidden: ReadonlyArray<readonly [pattern: RegExp, problem: string]> = [
  [/:\/\//, "is a URL, not a resource name"],
  // oxlint-disable-next-line no-control-regex
  [/[\u0000-\u001f\u007f-\u009f]/, "contains a control character"],
  [/\\/, "contains a backslash"],
  [/\?/, "contains `?`"],
  [/#/, "contains `#`"],
  [/%2f/i, "contains an encoded slash"],
  [/^\//, "starts with a slash"],
  [/\/$/, "ends with a slash"],
  [/\/\//, "has an empty segment"]
]

const decodeOnce = (segment: string): string => segment.replace(/%2e/gi, ".")

/**
 * Says what is wrong with a resource name, or `undefined` when it may enter a URL.
 *
 * @internal
 */
export const problem = (name: string): string | undefined => {
  if (name === "") return "is empty"
  for (const [pattern, text] of forbidden) {
    if (pattern.test(name)) return text
  }
  for (const segment of name.split("/")) {
    const decoded = decodeOnce(segment)
    if (decoded === "." || decoded === "..") return `has the segment \`${decoded}\``
  }
  if (!isWellFormed(name)) return "contains a lone surrogate"
  if (name.length > maxBytes || new TextEncoder().encode(name).length > maxBytes) {
    return `is longer than ${maxBytes} bytes`
  }
  return undefined
}

/**
 * Whether a text has no lone surrogate: only then can it be encoded. `String.prototype.isWellFormed` is newer than ES2022.
 *
 * @internal
 */
export const isWellFormed = (text: string): boolean =>
  !/[\ud800-\udbff](?![\udc00-\udfff])|(?:^|[^\ud800-\udbff])[\udc00-\udfff]/.test(text)

/**
 * A name without what people paste in front of it: slashes and a version.
 *
 * @internal
 */
export const unprefixed = (name: string): string =>
  name.replace(/^\/+/, "").replace(/^v\d\w*\//, "")

/**
 * Percent-encodes one path segment: everything but `[-_.~0-9a-zA-Z]`, as google/api/http.proto asks.
 * The text must be well-formed.
 *
 * @internal
 */
export const encodeSegment = (segment: string): string =>
  encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`
  )

/**
 * A variable of a path template: the request field that fills it (camelCase, dotted), and the pattern of its value.
 *
 * @internal
 */
export interface Variable {
  readonly field: string
  readonly pattern: string
  readonly segments: ReadonlyArray<string>
}

/**
 * A parsed google.api.http path template: `literals[0] variables[0] literals[1] …`.
 *
 * @internal
 */
export interface PathTemplate {
  readonly source: string
  readonly literals: ReadonlyArray<string>
  readonly variables: ReadonlyArray<Variable>
  readonly regexp: RegExp
}

/** `service_class.name` to `serviceClass.name`. */
const toCamelCase = (path: string): string =>
  path.replace(/_([a-z0-9])/g, (_, c: string) => c.toUpperCase())

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")

const segmentRegExp = (segment: string): string =>
  segment === "*" ? "[^/]+" : segment === "**" ? ".+" : escapeRegExp(segment)

/**
 * Parses a template such as `/v1/{name=projects/*\/operations/*}:cancel`. A variable without a pattern is one segment.
 *
 * @internal
 */
export const parse = (source: string): PathTemplate => {
  const literals: Array<string> = []
  const variables: Array<Variable> = []
  let expression = "^"
  let rest = source
  for (;;) {
    const open = rest.indexOf("{")
    const close = rest.indexOf("}")
    if (open < 0 || close < open) break
    const [field = "", pattern = "*"] = rest.slice(open + 1, close).split("=")
    const segments = pattern.split("/")
    literals.push(rest.slice(0, open))
    variables.push({ field: toCamelCase(field), pattern, segments })
    expression += `${escapeRegExp(rest.slice(0, open))}(${segments.map(segmentRegExp).join("/")})`
    rest = rest.slice(close + 1)
  }
  literals.push(rest)
  return { source, literals, variables, regexp: new RegExp(`${expression}${escapeRegExp(rest)}$`) }
}

/**
 * Whether a raw value fits the pattern of a variable. `**` stands for at least one segment.
 *
 * @internal
 */
export const fits = (variable: Variable, value: string): boolean => {
  const parts = value.split("/")
  const { segments } = variable
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i]
    if (segment === "**") return parts.length > i
    if (i >= parts.length || (segment !== "*" && segment !== parts[i])) return false
  }
  return parts.length === segments.length
}

/**
 * The encoded path for values that were checked with {@link fits}; `values` are in the order of the variables.
 *
 * @internal
 */
export const expand = (template: PathTemplate, values: ReadonlyArray<string>): string => {
  let path = template.literals[0] ?? ""
  for (let i = 0; i < template.variables.length; i++) {
    path += (values[i] ?? "").split("/").map(encodeSegment).join("/") +
      (template.literals[i + 1] ?? "")
  }
  return path
}

/**
 * The API version that a template stands under: `v1` of `/v1/{name=…}`, or `undefined`.
 *
 * @internal
 */
export const version = (template: PathTemplate): string | undefined =>
  /^\/(v\d\w*)(?:\/|$)/.exec(template.source)?.[1]

/** A template and the text of its body. */
interface BoundTemplate extends PathTemplate {
  readonly body: string | undefined
}

/**
 * The compiled templates of one method of a binding.
 *
 * @internal
 */
export interface Route {
  readonly method: string
  readonly verb: "GET" | "POST" | "DELETE"
  readonly filterRequired: boolean
  readonly templates: ReadonlyArray<BoundTemplate>
}

const rpcs: { readonly [M in MethodName]: string } = {
  get: "GetOperation",
  list: "ListOperations",
  cancel: "CancelOperation",
  delete: "DeleteOperation",
  wait: "WaitOperation"
}

/**
 * Compiles a method; templates under the service's own version come first, so that ties go to them.
 *
 * @internal
 */
export const compile = (binding: AnyBinding, name: MethodName): Route | undefined => {
  const rule = binding.methods[name]
  if (rule === undefined) return undefined
  const templates = rule.templates.map((template): BoundTemplate => ({
    ...parse(template),
    body: (rule.bodies?.[template] ?? rule.body) === "*" ? "{}" : undefined
  }))
  const isOwn = (template: PathTemplate) => version(template) === binding.version
  return {
    method: `google.longrunning.Operations.${rpcs[name]}`,
    verb: rule.verb,
    filterRequired: rule.filter === "required",
    templates: [...templates.filter(isOwn), ...templates.filter((template) => !isOwn(template))]
  }
}

/**
 * Whether the templates of a method take a name at all.
 *
 * @internal
 */
export const takesName = (route: Route): boolean =>
  route.templates.some((template) => template.variables.length > 0)

/**
 * The encoded path of a name, or an `InvalidRequest` that names the argument and the templates.
 *
 * @internal
 */
export const pathOf = (
  route: Route,
  name: string,
  argument = "name"
): Effect.Effect<string, InvalidRequest> => {
  const refuse = (text: string, hint?: string) =>
    Effect.fail(
      new InvalidRequest({
        method: route.method,
        argument,
        problem: text,
        expected: patterns(route),
        hint
      })
    )
  if (typeof name !== "string") return refuse("is not a string")
  if (isPlain(name)) {
    const template = fitting(route, name)
    if (template !== undefined) {
      return Effect.succeed(`${template.literals[0] ?? ""}${name}${template.literals[1] ?? ""}`)
    }
  }
  const bare = unprefixed(name)
  const isMeant = bare !== name && problem(bare) === undefined && fitting(route, bare) !== undefined
  const hint = isMeant ? bare : undefined
  const wrong = problem(name)
  if (wrong !== undefined) return refuse(wrong, hint)
  if (hint !== undefined) return refuse("starts with a version", hint)
  const template = fitting(route, name)
  return template === undefined
    ? refuse("does not fit")
    : Effect.succeed(expand(template, [name]))
}

/**
 * The body of the request for a name that {@link pathOf} took.
 *
 * @internal
 */
export const bodyOf = (route: Route, name: string): string | undefined => fitting(route, name)?.body

/** A name that needs neither a check nor encoding, as nearly all do: 2 us less per call. */
const isPlain = (name: string): boolean =>
  name.length < 1024 && !/^v\d/.test(name) &&
  /^[\w~-][\w.~-]*(?:\/[\w~-][\w.~-]*)*$/.test(name)

const fitting = (route: Route, name: string): BoundTemplate | undefined =>
  route.templates.find((template) => {
    const [variable] = template.variables
    return variable !== undefined && fits(variable, name)
  })

/**
 * The name patterns of a route, without prefix and suffix.
 *
 * @internal
 */
export const patterns = (
  route: Route
): ReadonlyArray<string> => [
  ...new Set(route.templates.flatMap(({ variables }) => variables.map(({ pattern }) => pattern)))
]

/**
 * The location in a name: what follows the segment `locations`.
 *
 * @internal
 */
export const location = (name: string): string | undefined =>
  /(?:^|\/)locations\/([^/]+)/.exec(name)?.[1]
