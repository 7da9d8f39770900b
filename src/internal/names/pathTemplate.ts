import { escapeRegExp } from "../base/text.ts"

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
 * Whether a raw value fits the pattern of a variable. `**` stands for at least one segment; of those that it takes some may be empty:
 * services put base64 with slashes into names.
 *
 * @internal
 */
export const fits = (variable: Variable, value: string): boolean => {
  const parts = value.split("/")
  const { segments } = variable
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i]
    if (segment === "**") return value[0] !== "/" && parts.slice(i).some((part) => part !== "")
    if (!parts[i] || (segment !== "*" && segment !== parts[i])) return false
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

/**
 * A path with variables in braces; `**` ends a variable (google/api/http.proto).
 *
 * @internal
 */
export const isPathTemplate = (text: string): boolean =>
  /^\/(?:[^{}?#]|\{\w+(?:\.\w+)*(?:=[^{}?#]+)?\})*$/.test(text) && !/\*\*(?!\})/.test(text)
