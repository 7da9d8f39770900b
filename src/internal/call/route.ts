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
  readonly templates: ReadonlyArray<BoundTemplate>
}

const rpcOf = (name: MethodName): string =>
  `google.longrunning.Operations.${name[0]?.toUpperCase()}${name.slice(1)}Operation${
    name === "list" ? "s" : ""
  }`

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
    rpc: rule.rpcs?.[template] ?? rpcOf(name)
  }))
  const isOwn = (template: PathTemplate) => version(template) === binding.version
  const { hint, query } = binding.operationFormat ?? {}
  return {
    method: templates[0]?.rpc ?? "",
    verb: rule.verb,
    filterRequired: rule.filter === "required",
    query: query === undefined || name === "list" ? undefined : (of) => query(name, of),
    hint,
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

/** What is sent for a name, and where. */
export interface Bound extends Pick<Route, "method" | "verb"> {
  readonly path: string
  readonly query: string
  readonly body: string | undefined
}

/**
 * The request for a name, its path encoded, or an `InvalidRequest` that names the templates.
 *
 * @internal
 */
export const bind = (route: Route, name: string): Effect.Effect<Bound, InvalidRequest> => {
  const refuse = (problem: string, hint?: string) =>
    Effect.fail(
      new InvalidRequest({
        method: route.method,
        argument: "name",
        problem,
        expected: patterns(route),
        hint
      })
    )
  if (typeof name !== "string") return refuse("is not a string")
  const query = route.query?.(name) ?? ""
  if (typeof query === "object") return refuse(query.problem)
  const template = fitting(route.templates, name)
  const plain = template && isPlain(name)
  const wrong = plain
    ? undefined
    : refusal(name, (name) => takes(route, name), route.hint?.(name))
  if (template === undefined || wrong !== undefined) {
    return refuse(wrong?.problem ?? "does not fit", wrong?.hint)
  }
  const { body, literals, other, rpc: method } = template
  const part = inPath(template, name)
  const path = plain ? literals.join(part) : expand(template, [part])
  return Effect.succeed(
    other === undefined
      ? { method, path, verb: route.verb, query, body }
      : { method, path, verb: "POST", query: "", body: JSON.stringify({ [other.field]: name }) }
  )
}

/**
 * The method that is asked about a name.
 *
 * @internal
 */
export const methodOf = (route: Route, name: string): string =>
  fitting(route.templates, name)?.rpc ?? route.method

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
