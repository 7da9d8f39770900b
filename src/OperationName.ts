/**
 * Resource names of operations: what may enter a URL, and how to make and read a name by its collections.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as PathTemplate from "./internal/names/pathTemplate.ts"
import * as ResourceName from "./internal/names/resourceName.ts"
import { InvalidRequest } from "./LroError.ts"

type Last<Path extends string> = Path extends `${string}/${infer Rest}` ? Last<Rest> : Path

/**
 * The collections of a name template: `"projects" | "locations" | "operations"` of
 * `projects/*\/locations/*\/operations/*`.
 *
 * @since 0.1.0
 * @category models
 */
export type Collections<Template extends string> = Template extends `${infer Head}/*${infer Rest}` ?
  | Last<Head>
  | (Rest extends `*${string}` | "" ? never
    : Rest extends `/${infer Tail}` ? Collections<Tail>
    : never)
  : never

/**
 * Makes a name from a template and one id for each collection. An id fills one segment, for `**` also more.
 *
 * Fails with `InvalidRequest` that names the collection when an id is empty, holds a slash where one segment is asked for, or
 * anything else that may not enter a URL (`..`, `?`, `#`, control characters).
 *
 * @example
 * import * as OperationName from "effect-lro/OperationName"
 *
 * export const name = OperationName.make("projects/*\/locations/*\/operations/*", {
 *   projects: "my-project",
 *   locations: "us-central1",
 *   operations: "operation-1"
 * })
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = <const Template extends string>(
  template: Template,
  ids: { readonly [K in Collections<Template>]: string }
): Effect.Effect<string, InvalidRequest> => {
  const given: { readonly [collection: string]: string } = ids
  const segments = template.split("/")
  const refuse = (argument: string, problem: string) =>
    Effect.fail(
      new InvalidRequest({ method: "OperationName.make", argument, problem, expected: [template] })
    )
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i]
    if (segment !== "*" && segment !== "**") continue
    const collection = segments[i - 1] ?? ""
    const id = Object.hasOwn(given, collection) ? given[collection] : undefined
    if (id === undefined) return refuse(collection, "is missing")
    const wrong = ResourceName.problem(id)
    if (wrong !== undefined) return refuse(collection, wrong)
    if (segment === "*" && id.includes("/")) return refuse(collection, "contains a slash")
    segments[i] = id
  }
  const name = segments.join("/")
  const wrong = ResourceName.problem(name) ??
    (PathTemplate.fits(variableOf(template), name) ? undefined : ResourceName.misfit(name))
  return wrong === undefined ? Effect.succeed(name) : refuse("name", wrong)
}

const variableOf = (template: string): PathTemplate.Variable => ({
  field: "name",
  pattern: template,
  segments: template.split("/")
})

/**
 * Reads the ids of a name: none when it does not fit the template.
 *
 * @example
 * import * as OperationName from "effect-lro/OperationName"
 *
 * export const ids = OperationName.parse("projects/*\/locations/*\/operations/*", "projects/p/locations/l/operations/o")
 *
 * @since 0.1.0
 * @category accessors
 */
export const parse = <const Template extends string>(
  template: Template,
  name: string
): Option.Option<{ readonly [K in Collections<Template>]: string }> => {
  const variable = variableOf(template)
  if (ResourceName.problem(name) !== undefined || !PathTemplate.fits(variable, name)) {
    return Option.none()
  }
  const parts = name.split("/")
  const ids: Record<string, string> = {}
  variable.segments.forEach((segment, i) => {
    const collection = variable.segments[i - 1] ?? ""
    if (segment === "*") ids[collection] = parts[i] ?? ""
    if (segment === "**") ids[collection] = parts.slice(i).join("/")
  })
  return Option.some(ids as { readonly [K in Collections<Template>]: string })
}

/**
 * The location in a name: `us-central1` of `projects/p/locations/us-central1/operations/o`.
 *
 * @since 0.1.0
 * @category accessors
 */
export const location = (name: string): Option.Option<string> =>
  Option.fromNullable(ResourceName.location(name))
