import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { AnyBinding, MethodName, NamedInBody } from "../../Binding.ts"
import { InvalidRequest } from "../../LroError.ts"
import type { Refusal } from "../../OperationFormat.ts"
import { expand, fits, parse, type PathTemplate, version } from "../names/pathTemplate.ts"
import { isPlain, refusal } from "../names/resourceName.ts"

/** A template and the text of its body. */
interface BoundTemplate extends PathTemplate {
  readonly body?: string | undefined
  readonly rpc: string
  /** The name goes into the body, and so many segments of it into the path. */
  readonly other?: NamedInBody & { readonly segments: number }
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
  /** What is sent in the query for a name, and which name is meant by one that does not fit. */
  readonly query: ((name: string) => string | Refusal) | undefined
  readonly hint: ((name: string) => string | undefined) | undefined
  /** For wait: how long the server holds every reply, in milliseconds. */
  readonly hold: number | undefined
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
  if (rule === undefined || rule.unverified === true) return undefined
  const templates = rule.templates.map((template): BoundTemplate => ({
    ...parse(template),
    body: (rule.bodies?.[template] ?? rule.body) === "*" ? "{}" : undefined,
    rpc: rule.rpcs?.[template] ?? `google.longrunning.Operations.${rpcs[name]}`
  }))
  const isOwn = (template: PathTemplate) => version(template) === binding.version
  const { hint, query } = binding.operationFormat ?? {}
  return {
    method: templates[0]?.rpc ?? "",
    verb: rule.verb,
    filterRequired: rule.filter === "required",
    query: query && ((of) => query(name, of)),
    hint,
    hold: rule.hold === undefined ? undefined : Duration.toMillis(rule.hold),
    templates: [
      ...templates.filter(isOwn),
      ...templates.filter((template) => !isOwn(template)),
      ...(rule.namedInBody ?? []).map(namedInBody)
    ]
  }
}

const namedInBody = (rule: NamedInBody): BoundTemplate => {
  const template = parse(rule.template)
  return {
    ...template,
    variables: parse(`{name=${rule.name}}`).variables,
    rpc: rule.rpc,
    other: { ...rule, segments: template.variables[0]?.segments.length ?? 0 }
  }
}

/** What of a name the path of a template takes. */
const inPath = ({ other }: BoundTemplate, name: string): string =>
  other === undefined ? name : name.split("/", other.segments).join("/")

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
  const refuse = (problem: string, hint?: string) =>
    Effect.fail(
      new InvalidRequest({
        method: route.method,
        argument,
        problem,
        expected: patterns(route),
        hint
      })
    )
  if (typeof name !== "string") return refuse("is not a string")
  const query = route.query?.(name)
  if (typeof query === "object") return refuse(query.problem)
  const template = fitting(route.templates, name)
  if (template !== undefined && isPlain(name)) {
    return Effect.succeed(
      `${template.literals[0] ?? ""}${inPath(template, name)}${template.literals[1] ?? ""}`
    )
  }
  const wrong = refusal(name, (name) => takes(route, name), route.hint?.(name))
  return wrong === undefined && template !== undefined
    ? Effect.succeed(expand(template, [inPath(template, name)]))
    : refuse(wrong?.problem ?? "does not fit", wrong?.hint)
}

/**
 * The method, verb, query and body of the request for a name that {@link pathOf} took.
 *
 * @internal
 */
export const boundOf = (
  { method, query, templates, verb }: Route,
  name: string
): Pick<Route, "method" | "verb"> & {
  readonly query: string
  readonly body: string | undefined
} => {
  const { body, other, rpc = method } = fitting(templates, name) ?? {}
  return other === undefined
    ? { method: rpc, verb, query: (query?.(name) ?? "") as string, body }
    : { method: rpc, verb: "POST", query: "", body: JSON.stringify({ [other.field]: name }) }
}

/**
 * Whether a name fits a template.
 *
 * @internal
 */
export const takes = (route: Route, name: string): boolean =>
  fitting(route.templates, name) !== undefined

const fitting = (
  templates: ReadonlyArray<BoundTemplate>,
  name: string
): BoundTemplate | undefined =>
  templates.find((template) => {
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
