import * as Effect from "effect/Effect"
import type { AnyBinding, MethodName, NamedInBody } from "../../Binding.ts"
import { InvalidRequest } from "../../LroError.ts"
import { expand, fits, parse, type PathTemplate, version } from "../names/pathTemplate.ts"
import { isPlain, misfit, problem, unprefixed } from "../names/resourceName.ts"

/** A template, and what is sent by it. */
interface BoundTemplate extends PathTemplate {
  readonly method: string
  readonly verb: "GET" | "POST" | "DELETE"
  readonly body: string | undefined
  /** The name goes into this field of the body, and into the path only so many segments of it. */
  readonly inBody?: { readonly field: string; readonly segments: number }
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
  if (rule === undefined || rule.unverified === true) return undefined
  const method = `google.longrunning.Operations.${rpcs[name]}`
  const { verb } = rule
  const templates = rule.templates.map((template): BoundTemplate => ({
    ...parse(template),
    method,
    verb,
    body: (rule.bodies?.[template] ?? rule.body) === "*" ? "{}" : undefined
  }))
  const isOwn = (template: PathTemplate) => version(template) === binding.version
  return {
    method,
    verb,
    filterRequired: rule.filter === "required",
    templates: [
      ...templates.filter(isOwn),
      ...templates.filter((template) => !isOwn(template)),
      ...(rule.namedInBody ?? []).map(namedInBody)
    ]
  }
}

const namedInBody = ({ field, name, rpc, template }: NamedInBody): BoundTemplate => {
  const parsed = parse(template)
  return {
    ...parsed,
    variables: [{ field: "name", pattern: name, segments: name.split("/") }],
    method: rpc,
    verb: "POST",
    body: undefined,
    inBody: { field, segments: parsed.variables[0]?.segments.length ?? 0 }
  }
}

/** What of a name the path of a template takes. */
const inPath = ({ inBody }: BoundTemplate, name: string): string =>
  inBody === undefined ? name : name.split("/").slice(0, inBody.segments).join("/")

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
      return Effect.succeed(
        `${template.literals[0] ?? ""}${inPath(template, name)}${template.literals[1] ?? ""}`
      )
    }
  }
  const bare = unprefixed(name)
  const isMeant = bare !== name && problem(bare) === undefined && fitting(route, bare) !== undefined
  const hint = isMeant ? bare : undefined
  const wrong = problem(name)
  if (wrong !== undefined) return refuse(wrong, hint)
  if (hint !== undefined) return refuse(misfit(name, hint), hint)
  const template = fitting(route, name)
  return template === undefined
    ? refuse(misfit(name))
    : Effect.succeed(expand(template, [inPath(template, name)]))
}

/**
 * The method, verb and body of the request for a name that {@link pathOf} took.
 *
 * @internal
 */
export const boundOf = (
  route: Route,
  name: string
): Pick<BoundTemplate, "method" | "verb" | "body"> => {
  const template = fitting(route, name)
  return template?.inBody === undefined
    ? template ?? { ...route, body: undefined }
    : { ...template, body: JSON.stringify({ [template.inBody.field]: name }) }
}

/**
 * Whether a name fits a template.
 *
 * @internal
 */
export const takes = (route: Route, name: string): boolean => fitting(route, name) !== undefined

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
