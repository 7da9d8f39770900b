/** Loads the protos of a service version with protobufjs, and reads the annotations that matter here. */
import protobuf from "protobufjs"
import { asArray, type HttpBinding, isJson, parseHttpRule } from "./http.ts"
import { jsonName } from "./names.ts"
import type { Source } from "./source.ts"

/** A message that has a Schema of its own: those of google.protobuf, and google.rpc.Status. */
export interface WellKnown {
  readonly kind: "wellKnown"
  readonly name: string
}

export type Resolved = protobuf.Type | protobuf.Enum | WellKnown

export const fullName = (object: protobuf.ReflectionObject): string =>
  object.fullName.replace(/^\./, "")

/** Parses protos and all that they import. */
export const loadProtos = (source: Source, files: ReadonlyArray<string>): protobuf.Root => {
  const root = new protobuf.Root()
  const seen = new Set<string>()
  const load = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    // The types of the package leave the property out.
    Object.assign(protobuf.parse, { filename: file })
    const { imports, weakImports } = protobuf.parse(source.read(file), root, { keepCase: true })
    for (const imported of [...(imports ?? []), ...(weakImports ?? [])]) {
      // The annotations themselves are read as options; google.protobuf is known by name.
      if (source.has(imported) && !imported.startsWith("google/protobuf/")) load(imported)
    }
  }
  files.forEach(load)
  return root
}

/** Every service that is defined in these files, in the order of their full names. */
export const servicesOf = (
  root: protobuf.Root,
  files: ReadonlyArray<string>
): ReadonlyArray<protobuf.Service> => {
  const own = new Set(files)
  const out: Array<protobuf.Service> = []
  const visit = (namespace: protobuf.NamespaceBase): void => {
    for (const object of namespace.nestedArray) {
      if (object instanceof protobuf.Service) {
        if (own.has(object.filename ?? "")) out.push(object)
      } else if (object instanceof protobuf.Namespace) visit(object)
    }
  }
  visit(root)
  return out.sort((a, b) => a.fullName < b.fullName ? -1 : 1)
}

/** The message or enum that a name means in a scope: that of the innermost scope around it that has one. protobufjs finds others. */
export const resolve = (scope: protobuf.NamespaceBase, name: string): Resolved => {
  const wellKnown = /^\.?(google\.protobuf\.\w+|google\.rpc\.Status)$/.exec(name)?.[1]
  if (wellKnown !== undefined) return { kind: "wellKnown", name: wellKnown }
  const path = name.replace(/^\./, "").split(".")
  let around: protobuf.NamespaceBase | null = name.startsWith(".") ? scope.root : scope
  for (; around !== null; around = around.parent) {
    const found = inside(around, path)
    if (found instanceof protobuf.Type || found instanceof protobuf.Enum) return found
  }
  throw new Error(`${fullName(scope)}: ${name} is not defined`)
}

/** Not `get`, which prefers a field of that name. */
const inside = (
  scope: protobuf.NamespaceBase,
  path: ReadonlyArray<string>
): protobuf.ReflectionObject | undefined =>
  path.reduce<protobuf.ReflectionObject | undefined>(
    (at, part) => at instanceof protobuf.Namespace ? at.nested?.[part] : undefined,
    scope
  )

export const resolveType = (
  scope: protobuf.NamespaceBase,
  name: string
): protobuf.Type | WellKnown => {
  const found = resolve(scope, name)
  if (found instanceof protobuf.Enum) throw new Error(`${fullName(scope)}: ${name} is an enum`)
  return found
}

/** The full name of what `resolve` found. */
export const nameOf = (resolved: Resolved): string =>
  "kind" in resolved ? resolved.name : fullName(resolved)

/** The values of an option, one for each time that it stands in the source. */
export const optionOf = (
  object: protobuf.ReflectionObject,
  name: string
): ReadonlyArray<unknown> => {
  const parsed: unknown = object.parsedOptions ?? undefined
  return asArray(parsed).flatMap((options) => isJson(options) ? asArray(options[name]) : [])
}

/** The google.api.http annotation. */
export const httpOf = (method: protobuf.Method): ReadonlyArray<HttpBinding> =>
  optionOf(method, "(google.api.http)").flatMap(parseHttpRule)

/** The google.longrunning.operation_info annotation: response and metadata types, resolved in the method's scope. */
export const operationInfoOf = (
  method: protobuf.Method
):
  | { readonly response: protobuf.Type | WellKnown; readonly metadata: protobuf.Type | WellKnown }
  | undefined =>
{
  const info = Object.assign(
    {},
    ...optionOf(method, "(google.longrunning.operation_info)")
  ) as Record<string, unknown>
  const { metadata_type: metadata, response_type: response } = info
  const scope = method.parent
  if (
    typeof response !== "string" || typeof metadata !== "string" || response === "" ||
    metadata === "" || scope === null
  ) {
    return undefined
  }
  return { response: resolveType(scope, response), metadata: resolveType(scope, metadata) }
}

/** Whether a field has a google.api.field_behavior. */
export const hasBehavior = (field: protobuf.Field, behavior: string): boolean =>
  optionOf(field, "(google.api.field_behavior)").includes(behavior)

export const isDeprecated = (object: protobuf.ReflectionObject): boolean =>
  object.options?.["deprecated"] === true

/** The JSON name that a proto sets itself. */
export const explicitJsonName = (field: protobuf.Field): string | undefined => {
  const name: unknown = field.options?.["json_name"]
  return typeof name === "string" ? name : undefined
}

export const fieldName = (field: protobuf.Field): string =>
  explicitJsonName(field) ?? jsonName(field.name)

/** The members of a real oneof besides the field; a proto3 `optional` has an artificial one of its own. */
export const oneOfSiblings = (field: protobuf.Field): ReadonlyArray<string> =>
  field.partOf === null || field.options?.["proto3_optional"] === true
    ? []
    : field.partOf.fieldsArray.filter((other) => other !== field).map(fieldName)

export const isFieldMask = (field: protobuf.Field): boolean =>
  /^\.?google\.protobuf\.FieldMask$/.test(field.type)

/** The namespace around the outermost message or service. */
export const packageOf = (object: protobuf.ReflectionObject): string => {
  let outer = object.parent
  while (outer instanceof protobuf.Type || outer instanceof protobuf.Service) outer = outer.parent
  return outer === null ? "" : fullName(outer)
}
