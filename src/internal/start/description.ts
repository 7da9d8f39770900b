import type { AnyMethod, RequestField } from "../../Method.ts"
import * as PathTemplate from "../names/pathTemplate.ts"

/**
 * A method's templates, or why nothing can be started by its description.
 *
 * @internal
 */
export const compiledOf = (
  method: AnyMethod
): ReadonlyArray<PathTemplate.PathTemplate> | string => {
  let description = compiled.get(method)
  if (description === undefined) {
    description = compile(method)
    compiled.set(method, description)
  }
  return description
}

const compiled = new WeakMap<AnyMethod, ReadonlyArray<PathTemplate.PathTemplate> | string>()

/** How many segments of a path come from arguments. */
const depth = ({ variables }: PathTemplate.PathTemplate): number =>
  variables.reduce((sum, { segments }) => sum + segments.length, 0)

/** The templates, those that take more of the arguments first: `parent` is to stand in the path where it can. */
const compile = (method: AnyMethod): ReadonlyArray<PathTemplate.PathTemplate> | string => {
  const { body, idempotencyField, request } = method
  const invalid = method.templates.find((template) => !PathTemplate.isPathTemplate(template))
  if (invalid !== undefined) return `has the template ${invalid}, which is none`
  const templates = method.templates.map(PathTemplate.parse).sort((a, b) => depth(b) - depth(a))
  const variables = new Set(
    templates.flatMap(({ variables }) => variables.map(({ field }) => field.split(".")[0] ?? ""))
  )
  for (const name of variables) {
    if (!fieldOf(request, name)?.in.includes("path")) {
      return `has \`${name}\` in a template and not as a field in the path`
    }
  }
  for (const [name, { in: place }] of Object.entries(request)) {
    if (place === "path" && !variables.has(name)) {
      return `has the field \`${name}\` in the path and in no template`
    }
    if (place.startsWith("body") && body !== "*" && body !== name) {
      return `has the field \`${name}\` in the body, and its \`body\` is ${body ?? "left out"}`
    }
  }
  if (body !== undefined && body !== "*" && !fieldOf(request, body)?.in.startsWith("body")) {
    return `has \`body\` \`${body}\`, which is no field in the body`
  }
  return idempotencyField === undefined || fieldOf(request, idempotencyField) !== undefined
    ? templates
    : `has no field \`${idempotencyField}\` for its request id`
}

/** @internal */
export const fieldOf = (
  fields: { readonly [field: string]: RequestField },
  name: string
): RequestField | undefined => Object.hasOwn(fields, name) ? fields[name] : undefined
