/** What a service module says, made of a service config and its protos. */
import protobuf from "protobufjs"
import type { Override } from "../overrides.ts"
import { type CatalogueModel, targetOf } from "./catalogue.ts"
import { afterFirstSegment, firstSegment, type HttpBinding, variables, type Verb } from "./http.ts"
import type { ServiceVersion } from "./inventory.ts"
import { areExclusive, type MessagesModel, messagesModel } from "./messages.ts"
import { jsonName, lowerFirst, Names, upperFirst } from "./names.ts"
import {
  fieldName,
  fullName,
  hasBehavior,
  httpOf,
  isDeprecated,
  isFieldMask,
  loadProtos,
  nameOf,
  oneOfSiblings,
  operationInfoOf,
  packageOf,
  type Resolved,
  resolveType,
  servicesOf
} from "./protos.ts"
import { parseServiceConfig, type PublishedPolling, type ServiceConfig } from "./serviceConfig.ts"
import type { Source } from "./source.ts"

export type Place = "path" | "query" | "body" | "body+path"

export interface RequestField {
  readonly name: string
  readonly type: string
  readonly docs: ReadonlyArray<string>
  readonly deprecated: boolean
  /** The oneof that it is a member of, where there are others. */
  readonly partOf: string | undefined
  /** The same, where the types say so. */
  readonly oneOf: string | undefined
  readonly place: Place
  readonly required: boolean
  readonly mask: boolean
}

export interface MethodModel {
  /** The name of the const. */
  readonly name: string
  readonly requestName: string
  readonly rpc: string
  readonly verb: Verb
  readonly templates: ReadonlyArray<string>
  /** `"*"`, a JSON name, or nothing. */
  readonly body: string | undefined
  readonly fields: ReadonlyArray<RequestField>
  readonly idempotencyField: string | undefined
  /** Nothing where it is not published. */
  readonly response: Resolved | undefined
  readonly metadata: Resolved
  readonly polling: PublishedPolling | undefined
  readonly deprecated: boolean
  /** What an operation of the service's own acts on: a resource that can be read, or one that is gone. */
  readonly target?: Resolved | "gone" | undefined
}

export interface ServiceModel {
  readonly config: ServiceConfig
  readonly tag: string
  readonly methods: ReadonlyArray<MethodModel>
  readonly messages: MessagesModel
  /** What was left out, for the person who runs the generator. */
  readonly notes: ReadonlyArray<string>
  readonly extracted: Extracted
  readonly catalogue: CatalogueModel
  /** The module of the format of operations that are not google.longrunning.Operation, and its const. */
  readonly format?: { readonly module: string; readonly name: string } | undefined
}

/** What the published files hold, before anything is left out or added. */
export interface Extracted {
  readonly bindings: number
  /** The full names of all rpcs that return an operation. */
  readonly methods: ReadonlyArray<string>
  /** The full names of their metadata types. */
  readonly metadata: ReadonlyArray<string>
  /** The full names of their response types. */
  readonly responses: ReadonlyArray<string>
}

/** An rpc that starts operations. */
export interface Rpc {
  readonly service: protobuf.Service
  readonly method: protobuf.Method
  readonly bindings: ReadonlyArray<HttpBinding>
  readonly request: Resolved
  readonly response: Resolved
  readonly metadata: Resolved
  /** Whether google.longrunning.operation_info is given. */
  readonly hasInfo: boolean
}

const any: Resolved = { kind: "wellKnown", name: "google.protobuf.Any" }

export const serviceModel = (
  source: Source,
  serviceVersion: ServiceVersion,
  tagName: string,
  overrides: ReadonlyArray<Override>
): ServiceModel => {
  const config = parseServiceConfig(serviceVersion, overrides)
  const own = overrides.filter((override) =>
    override.service === `${config.service}/${config.version}`
  )
  const notes: Array<string> = []
  const files = serviceVersion.configs.flatMap(({ protos }) => protos)
  const root = loadProtos(source, files)
  const all = operationRpcs(root, files, config, notes)
  const rpcs = all.filter(({ bindings }) => bindings.length > 0).map((rpc) =>
    corrected(rpc, root, own)
  )

  const names = new Names()
  const tag = names.claim(tagName, `${tagName}Service`)
  const constants = constantNames(rpcs, names)
  const messages = messagesModel(
    rpcs.flatMap(({ metadata, response }) => [response, metadata]),
    rpcs.flatMap(({ request }) =>
      request instanceof protobuf.Type ? request.fieldsArray.flatMap(targetOf) : []
    ),
    new Set(rpcs.map(({ service }) => packageOf(service)))
  )
  const requestNames = constants.map((name) => names.claim(`${upperFirst(name)}Request`))
  const methods = rpcs.map((rpc, i): MethodModel => {
    const where = fullName(rpc.method)
    const corrections = own.filter((override) =>
      override.kind === "required" && override.rpc === where
    )
    const { body, fields, templates, verb } = requestOf(rpc, config, messages, corrections, notes)
    return {
      name: constants[i] ?? "",
      requestName: requestNames[i] ?? "",
      rpc: where,
      verb,
      templates,
      body,
      fields,
      idempotencyField: fields.find((field) =>
        field.name === "requestId" && field.type === "string"
      )?.name,
      response: rpc.hasInfo ? rpc.response : undefined,
      metadata: rpc.metadata,
      polling: config.polling.get(where),
      deprecated: isDeprecated(rpc.method)
    }
  })
  for (const override of own) {
    if (override.kind !== "required") continue
    const field = methods.find(({ rpc }) => rpc === override.rpc)?.fields.find(({ name }) =>
      name === override.field
    )
    if (field === undefined) {
      throw new Error(`${override.rpc}: no field ${override.field} for the override`)
    }
  }
  for (const override of own) {
    if (override.kind !== "metadata") continue
    const rpc = all.find(({ method }) => fullName(method) === override.rpc)
    if (rpc === undefined || nameOf(rpc.metadata) === override.metadata) {
      throw new Error(`${override.rpc}: no other metadata than ${override.metadata} to correct`)
    }
  }
  return {
    config,
    tag,
    methods,
    messages,
    notes,
    extracted: {
      bindings: config.published,
      methods: all.map(({ method }) => fullName(method)),
      metadata: all.flatMap(({ hasInfo, metadata }) => hasInfo ? [nameOf(metadata)] : []),
      responses: all.flatMap(({ hasInfo, response }) => hasInfo ? [nameOf(response)] : [])
    },
    catalogue: {
      methods: rpcs.map((rpc, i) => ({
        ...rpc,
        rpc: rpc.method,
        requestId: methods[i]?.idempotencyField
      })),
      bound: Array.from(config.operations.keys()),
      required: requiredFields(rpcs, own),
      root
    }
  }
}

/** The corrections to which fields are required, by the full name of the field. */
export const requiredFields = (
  rpcs: ReadonlyArray<Rpc>,
  own: ReadonlyArray<Override>
): ReadonlyMap<string, boolean> => {
  const out = new Map<string, boolean>()
  for (const override of own) {
    if (override.kind !== "required") continue
    const request = rpcs.find(({ method }) => fullName(method) === override.rpc)?.request
    const fields = request instanceof protobuf.Type ? request.fieldsArray : []
    const field = fields.find((field) => fieldName(field) === override.field)
    if (field !== undefined) out.set(fullName(field), override.required)
  }
  return out
}

/** The rpcs of the config's protos that return an Operation, by full name; without bindings those that are not served over HTTP. */
const operationRpcs = (
  root: protobuf.Root,
  files: ReadonlyArray<string>,
  config: ServiceConfig,
  notes: Array<string>
): ReadonlyArray<Rpc> =>
  servicesOf(root, files).flatMap((service) =>
    service.methodsArray
      .filter((method) => /^\.?google\.longrunning\.Operation$/.test(method.responseType))
      .sort((a, b) => a.name < b.name ? -1 : 1)
      .map((method): Rpc => {
        const bindings = config.http.get(fullName(method)) ?? httpOf(method)
        const info = operationInfoOf(method)
        const request = resolveType(service, method.requestType)
        if (bindings.length === 0) notes.push(`${fullName(method)}: no HTTP rule, left out`)
        else if (info === undefined) notes.push(`${fullName(method)}: no operation_info`)
        return {
          service,
          method,
          bindings,
          request,
          response: info?.response ?? any,
          metadata: info?.metadata ?? any,
          hasInfo: info !== undefined
        }
      })
  )

/** With the metadata that the overrides name; they speak of the rpcs of their service only. */
const corrected = (rpc: Rpc, root: protobuf.Root, overrides: ReadonlyArray<Override>): Rpc => {
  const override = overrides.find((override) =>
    override.kind === "metadata" && override.rpc === fullName(rpc.method)
  )
  return override?.kind === "metadata"
    ? { ...rpc, metadata: resolveType(root, override.metadata) }
    : rpc
}

/** `createHub`; `hubServiceCreateHub` where two interfaces have the rpc, or where the name is no good one. */
const constantNames = (rpcs: ReadonlyArray<Rpc>, names: Names): ReadonlyArray<string> => {
  const count = new Map<string, number>()
  for (const { method } of rpcs) count.set(method.name, (count.get(method.name) ?? 0) + 1)
  return rpcs.map(({ method, service }) => {
    const long = `${lowerFirst(service.name)}${method.name}`
    return count.get(method.name) === 1
      ? names.claim(lowerFirst(method.name), long)
      : names.claim(long)
  })
}

/** How a request is written. Fields that are dropped are no arguments. */
export const requestOf = (
  { bindings, method, request }: Rpc,
  config: Pick<ServiceConfig, "version">,
  messages: MessagesModel,
  corrections: ReadonlyArray<Override>,
  notes: Array<string>,
  dropped: ReadonlySet<string> = new Set()
): Pick<MethodModel, "verb" | "templates" | "body" | "fields"> => {
  const where = fullName(method)
  const first = bindings[0]
  if (first === undefined) throw new Error(`${where}: no binding`)
  const same = bindings.filter(({ body, verb }) => verb === first.verb && body === first.body)
  for (const { body, template, verb } of bindings.filter((binding) => !same.includes(binding))) {
    notes.push(`${where}: ${verb} ${template} (body ${body ?? "none"}) left out`)
  }
  const under = new Set(
    same.filter(({ template }) => firstSegment(template) === config.version).map(({ template }) =>
      afterFirstSegment(template)
    )
  )
  const templates = Array.from(new Set(same.map(({ template }) => template)))
    .filter((template) =>
      firstSegment(template) === config.version || !under.has(afterFirstSegment(template))
    )

  const protoFields = request instanceof protobuf.Type
    ? request.fieldsArray.filter(({ name }) => !dropped.has(name))
    : []
  const exclusive = request instanceof protobuf.Type && areExclusive(request)
  const known = new Set(protoFields.map((field) => field.name))
  const paths = templates.map((template) => variables(template).map(({ path }) => path))
  const used = [
    ...paths.flat(),
    ...(first.body === undefined || first.body === "*" ? [] : [first.body])
  ]
  const stranger = used.find((path) => !known.has(path.split(".")[0] ?? ""))
  if (stranger !== undefined) throw new Error(`${where}: ${stranger} is not in the request`)

  const fields = protoFields.map((field): RequestField => {
    const inPath = paths.map((all) => all.filter((path) => path.split(".")[0] === field.name))
    const isVariable = inPath.some((some) => some.includes(field.name))
    const nested = Array.from(new Set(inPath.flat().filter((path) => path.includes("."))))
    const isBody = first.body === field.name || first.body === "*"
    const place: Place = isVariable
      ? "path"
      : !isBody
      ? "query"
      : nested.length > 0
      ? "body+path"
      : "body"
    const name = fieldName(field)
    const correction = corrections.find((override) =>
      override.kind === "required" && override.field === name
    )
    const isRequired = hasBehavior(field, "REQUIRED")
    const instead = isVariable && isRequired ? alternatives(field, paths) : []
    const required = correction?.kind === "required"
      ? correction.required
      : (isRequired && instead.length === 0) || inPath.every((some) => some.length > 0)
    const partOf = oneOfSiblings(field).length > 0 ? field.partOf?.name : undefined
    const type = isFieldMask(field) && !field.repeated
      ? "string | ReadonlyArray<string>"
      : messages.inputOf(field)
    return {
      name,
      type: [type, ...nested.map((path) => inside(path.split(".").slice(1)))].join(" & "),
      place,
      required,
      mask: isFieldMask(field) && !field.repeated,
      docs: [
        ...requestDocs(field, place, first.body, required, templates, nested),
        ...(instead.length === 0 ? [] : [`Required unless ${instead.join(" or ")} is given.`])
      ],
      deprecated: isDeprecated(field),
      partOf,
      oneOf: !required && exclusive ? partOf : undefined
    }
  })
  return {
    verb: first.verb,
    templates,
    body: first.body === undefined || first.body === "*"
      ? first.body
      : protoFields.filter((field) => field.name === first.body).map(fieldName)[0],
    fields
  }
}

/** The variables of templates that do without a field: what they say makes it redundant. */
const alternatives = (
  field: protobuf.Field,
  paths: ReadonlyArray<ReadonlyArray<string>>
): ReadonlyArray<string> => {
  const without = paths.filter((path) => !path.includes(field.name))
  return Array.from(
    new Set(without.flat()),
    (path) => `\`${path.split(".").map(jsonName).join(".")}\``
  )
}

/** `["name"]` to `{ readonly name: string }`. */
const inside = (path: ReadonlyArray<string>): string => {
  const [head, ...rest] = path
  return head === undefined ? "string" : `{ readonly ${jsonName(head)}: ${inside(rest)} }`
}

const requestDocs = (
  field: protobuf.Field,
  place: Place,
  body: string | undefined,
  required: boolean,
  templates: ReadonlyArray<string>,
  nested: ReadonlyArray<string>
): ReadonlyArray<string> => {
  const patterns = (path: string): string =>
    Array.from(
      new Set(
        templates.flatMap(variables).filter((variable) => variable.path === path).map((
          { pattern }
        ) => `\`${pattern}\``)
      )
    ).join(" or ")
  const docs: Array<string> = []
  if (place === "path") {
    const shown = patterns(field.name)
    docs.push(shown === "`*`" ? "In the path." : `In the path: ${shown}.`)
  }
  if (place === "query") {
    docs.push(isFieldMask(field) ? "Field paths, in the query." : "In the query.")
  }
  if (place === "body" || place === "body+path") {
    docs.push(body === "*" ? "In the body." : "The body.")
    for (const path of nested) {
      docs.push(
        `Its \`${path.split(".").slice(1).map(jsonName).join(".")}\` is in the path: ${
          patterns(path)
        }.`
      )
    }
  }
  if (required) docs.push("Required.")
  if (field.name === "request_id" && field.type === "string") {
    docs.push("A random UUID unless given; makes repeating the call safe (AIP-155).")
  }
  return docs
}
