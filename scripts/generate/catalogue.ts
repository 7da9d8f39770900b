/**
 * The catalogue of a service version: what its methods send and receive, to the last field, in the text that
 * src/internal/services/catalogue.ts describes and reads.
 */
import protobuf from "protobufjs"
import { behaviors, scalars } from "../../src/internal/services/catalogue.ts"
import type { OperationsMethod } from "../overrides.ts"
import { isJson } from "./http.ts"
import { jsonName } from "./names.ts"
import {
  explicitJsonName,
  fullName,
  nameOf,
  optionOf,
  packageOf,
  resolve,
  type Resolved
} from "./protos.ts"

export interface CatalogueMethod {
  readonly rpc: protobuf.Method
  readonly request: Resolved
  readonly response: Resolved
  readonly metadata: Resolved
  /** The JSON name of the field that makes repeating safe. */
  readonly requestId: string | undefined
}

export interface CatalogueModel {
  readonly methods: ReadonlyArray<CatalogueMethod>
  /** The methods of google.longrunning.Operations that are bound. */
  readonly bound: ReadonlyArray<OperationsMethod>
  /** Corrections to which fields are required, by the full name of the field. */
  readonly required: ReadonlyMap<string, boolean>
  readonly root: protobuf.Root
}

type Declared = protobuf.Type | protobuf.Enum

/** All that these types are made of, themselves included, by full name; without what is known by name. */
export const reach = (roots: Iterable<Resolved>): ReadonlyMap<string, Declared> => {
  const out = new Map<string, Declared>()
  const visit = (type: Resolved): void => {
    if ("kind" in type || out.has(fullName(type))) return
    out.set(fullName(type), type)
    if (type instanceof protobuf.Type) type.fieldsArray.flatMap(targetOf).forEach(visit)
  }
  for (const root of roots) visit(root)
  return out
}

/** What a field is made of: nothing for a scalar. */
export const targetOf = (field: protobuf.Field): ReadonlyArray<Resolved> => {
  if (scalars.has(field.type)) return []
  if (field.parent === null) throw new Error(`${field.name} has no message`)
  return [resolve(field.parent, field.type)]
}

export const typesOf = ({ methods }: CatalogueModel): ReadonlyMap<string, Declared> =>
  reach(methods.flatMap(({ metadata, request, response }) => [request, response, metadata]))

/** The lines, those of a package together. */
export const catalogueText = (model: CatalogueModel): string => {
  const types = typesOf(model)
  const declared = Array.from(types.keys()).sort().flatMap((name) => types.get(name) ?? [])
  const lines = [
    ...model.methods.map((method): Line => [packageOf(method.rpc), rpcLine(method)]),
    ...model.bound.map((method): Line => ["google.longrunning", boundLines[method]]),
    ...declared.flatMap((type) =>
      typeLines(type, model.required).map((line): Line => [packageOf(type), line])
    )
  ]
  const packages = Array.from(new Set(lines.map(([scope]) => scope))).sort()
  const linesOf = (scope: string): ReadonlyArray<string> =>
    lines.flatMap(([of, line]) => of === scope ? [line] : [])
  return packages
    .flatMap((scope) => [`package ${scope}`].concat(linesOf(scope)))
    .concat(resourceLines(model.root, declared))
    .join("\n")
}

type Line = readonly [scope: string, line: string]

const boundLines: { readonly [M in OperationsMethod]: string } = {
  get: "rpc Operations.GetOperation GetOperationRequest Operation",
  list: "rpc Operations.ListOperations ListOperationsRequest ListOperationsResponse",
  cancel: "rpc Operations.CancelOperation CancelOperationRequest .google.protobuf.Empty",
  delete: "rpc Operations.DeleteOperation DeleteOperationRequest .google.protobuf.Empty",
  wait: "rpc Operations.WaitOperation WaitOperationRequest Operation"
}

const relative = (scope: string, name: string): string =>
  name.startsWith(`${scope}.`) ? name.slice(scope.length + 1) : `.${name}`

/** How a type is called in a package. */
const reference = (scope: string, type: Resolved): string =>
  "kind" in type || packageOf(type) !== scope
    ? `.${nameOf(type)}`
    : relative(scope, fullName(type))

const rpcLine = ({ metadata, request, requestId, response, rpc }: CatalogueMethod): string => {
  const scope = packageOf(rpc)
  return [
    "rpc",
    relative(scope, fullName(rpc)),
    ...[request, response, metadata].map((type) => reference(scope, type)),
    ...(requestId === undefined ? [] : [requestId])
  ].join(" ")
}

const typeLines = (
  type: Declared,
  required: ReadonlyMap<string, boolean>
): ReadonlyArray<string> => {
  const name = relative(packageOf(type), fullName(type))
  return type instanceof protobuf.Enum
    ? [["enum", name, ...valueWords(type)].join(" ")]
    : [
      ["message", name, ...resourcesOf(type, "(google.api.resource)").map(([of]) => of)].join(" "),
      ...type.fieldsArray.map((field) => ` ${fieldWords(field, required).join(" ")}`)
    ]
}

const valueWords = (type: protobuf.Enum): ReadonlyArray<string> => {
  let last = -1
  return Object.entries(type.values).map(([name, number]) => {
    const word = number === last + 1 ? name : `${name}=${number}`
    last = number
    return word
  })
}

const fieldWords = (
  field: protobuf.Field,
  required: ReadonlyMap<string, boolean>
): ReadonlyArray<string> => {
  const scope = field.parent === null ? "" : packageOf(field.parent)
  const [target] = targetOf(field)
  const type = target === undefined ? field.type : reference(scope, target)
  const json = explicitJsonName(field)
  const isOptional = field.options?.["proto3_optional"] === true
  const letters = behaviorLetters(field, required.get(fullName(field)))
  const { child, type: resource } = resourceIn(field)
  return [
    field.name,
    `${target instanceof protobuf.Enum ? "#" : ""}${type}${
      field instanceof protobuf.MapField ? `{${field.keyType}}` : field.repeated ? "[]" : ""
    }`,
    ...(letters === "" ? [] : [`:${letters}`]),
    ...(isOptional ? ["?"] : []),
    ...(field.partOf === null || isOptional ? [] : [`|${field.partOf.name}`]),
    ...(json === undefined || json === jsonName(field.name) ? [] : [`=${json}`]),
    ...(resource === undefined ? [] : [`>${resource}`]),
    ...(child === undefined ? [] : [`<${child}`])
  ]
}

/** The types of the resources that a field names, or whose parent it names. */
const resourceIn = (
  field: protobuf.Field
): { readonly type: string | undefined; readonly child: string | undefined } => {
  const option = optionOf(field, "(google.api.resource_reference)").find(isJson)
  const [type, child] = [option?.["type"], option?.["child_type"]]
  return {
    type: typeof type === "string" ? type : undefined,
    child: typeof child === "string" ? child : undefined
  }
}

const letterOf = new Map<unknown, string>(
  Object.entries(behaviors).map(([letter, behavior]) => [behavior, letter])
)

const behaviorLetters = (field: protobuf.Field, required: boolean | undefined): string => {
  const letters = new Set(
    optionOf(field, "(google.api.field_behavior)").map((behavior) => {
      const letter = letterOf.get(behavior)
      if (letter === undefined) throw new Error(`${fullName(field)}: ${String(behavior)}`)
      return letter
    })
  )
  if (required === true) letters.add("r")
  if (required === false) letters.delete("r")
  return Array.from(letters).join("")
}

/** Types and patterns of the resources that an option declares. */
const resourcesOf = (
  object: protobuf.ReflectionObject,
  option: string
): ReadonlyArray<readonly [type: string, patterns: ReadonlyArray<string>]> =>
  optionOf(object, option).filter(isJson).flatMap(({ pattern, type }) =>
    typeof type === "string"
      ? [[type, [pattern].flat().filter((text) => typeof text === "string")] as const]
      : []
  )

/** The resources that the types are, or that their fields name. */
const resourceLines = (
  root: protobuf.Root,
  types: ReadonlyArray<Declared>
): ReadonlyArray<string> => {
  const patterns = new Map<string, ReadonlySet<string>>()
  const visit = (namespace: protobuf.NamespaceBase): void => {
    for (const option of ["(google.api.resource_definition)", "(google.api.resource)"]) {
      for (const [type, some] of resourcesOf(namespace, option)) {
        patterns.set(type, new Set([...(patterns.get(type) ?? []), ...some]))
      }
    }
    for (const object of namespace.nestedArray) {
      if (object instanceof protobuf.Namespace) visit(object)
    }
  }
  visit(root)
  const used = new Set<string | undefined>()
  for (const type of types) {
    for (const [resource] of resourcesOf(type, "(google.api.resource)")) used.add(resource)
    for (const field of type instanceof protobuf.Type ? type.fieldsArray : []) {
      const { child, type } = resourceIn(field)
      used.add(type).add(child)
    }
  }
  return Array.from(patterns).sort(([a], [b]) => a < b ? -1 : 1).flatMap(([type, some]) =>
    used.has(type) && some.size > 0 ? [["resource", type, ...some].join(" ")] : []
  )
}
