/** What a module says of a service whose operations are not google.longrunning.Operation, made of its protos. */
import protobuf from "protobufjs"
import { parse } from "yaml"
import type { Extended, ExtendedRule } from "../extended.ts"
import type { OperationsMethod } from "../overrides.ts"
import { targetOf } from "./catalogue.ts"
import { asArray, isJson } from "./http.ts"
import type { ServiceVersion } from "./inventory.ts"
import { messagesModel } from "./messages.ts"
import {
  type MethodModel,
  requestOf,
  requiredFields,
  type Rpc,
  type ServiceModel
} from "./model.ts"
import { lowerFirst, Names, upperFirst } from "./names.ts"
import {
  fullName,
  httpOf,
  isDeprecated,
  loadProtos,
  optionOf,
  packageOf,
  resolveType,
  servicesOf
} from "./protos.ts"
import {
  type OperationsRule,
  parseServiceConfig,
  type PublishedPolling,
  scopesOf
} from "./serviceConfig.ts"
import type { Source } from "./source.ts"

const operationService = "(google.cloud.operation_service)"

export const extendedModel = (
  source: Source,
  serviceVersion: ServiceVersion,
  tagName: string,
  extended: Extended
): ServiceModel => {
  const required = extended.required ?? []
  const files = source.files.filter((file) =>
    file.startsWith(extended.protos) && file.endsWith(".proto")
  )
  const root = loadProtos(source, files)
  const services = servicesOf(root, files)
  const all = services.flatMap((service) => rpcsOf(service, extended))
  const rpcs = all.filter(({ method, service }) => isStart(service, method, extended))
  checkStarts(rpcs, extended)
  const scopes = scopesOf(serviceVersion.configs, rpcs.map(({ method }) => fullName(method)))
  const config = {
    ...parseServiceConfig(serviceVersion, []),
    operations: operationsOf(services, extended),
    published: 0,
    scopes: scopes.length > 0 ? scopes : protoScopes(rpcs),
    polling: pollingOf(source, extended)
  }

  const names = new Names()
  const tag = names.claim(tagName, `${tagName}Service`)
  const constants = rpcs.map((rpc) => names.claim(constantName(rpc, extended)))
  const requestNames = constants.map((name) => names.claim(`${upperFirst(name)}Request`))
  const targets = rpcs.map((rpc) => targetIn(rpc, services, extended))
  const dropped = new Set(extended.dropFields ?? [])
  const messages = messagesModel(
    [
      ...rpcs.map(({ response }) => response),
      ...targets.flatMap((target) => target === undefined || target === "gone" ? [] : [target])
    ],
    rpcs.flatMap(({ request }) =>
      request instanceof protobuf.Type
        ? request.fieldsArray.filter(({ name }) => !dropped.has(name)).flatMap(targetOf)
        : []
    ),
    new Set(rpcs.map(({ service }) => packageOf(service)))
  )
  const notes: Array<string> = []
  const methods = rpcs.map((rpc, i): MethodModel => {
    const where = fullName(rpc.method)
    const corrections = required.filter((override) => override.rpc === where)
    const { body, fields, templates, verb } = requestOf(
      rpc,
      config,
      messages,
      corrections,
      notes,
      dropped
    )
    for (const { field } of corrections) {
      if (!fields.some(({ name }) => name === field)) throw new Error(`${where}: no field ${field}`)
    }
    return {
      name: constants[i] ?? "",
      requestName: requestNames[i] ?? "",
      rpc: where,
      verb,
      templates,
      body,
      fields,
      idempotencyField: fields.find(({ name }) => name === "requestId")?.name,
      response: rpc.response,
      metadata: rpc.metadata,
      polling: config.polling.get(where),
      deprecated: isDeprecated(rpc.method),
      target: targets[i]
    }
  })
  return {
    config,
    tag,
    methods,
    messages,
    notes,
    extracted: {
      bindings: 0,
      methods: rpcs.map(({ method }) => fullName(method)),
      metadata: [extended.operation],
      responses: [extended.operation]
    },
    catalogue: {
      methods: rpcs.map((rpc, i) => ({
        ...rpc,
        rpc: rpc.method,
        requestId: methods[i]?.idempotencyField
      })),
      bound: [],
      required: requiredFields(rpcs, required),
      root
    },
    format: extended.format
  }
}

const isOperationService = (service: protobuf.Service, { operationServices }: Extended): boolean =>
  operationServices.includes(service.name)

const rpcsOf = (service: protobuf.Service, extended: Extended): ReadonlyArray<Rpc> =>
  [...service.methodsArray].sort((a, b) => a.name < b.name ? -1 : 1).map((method) => {
    const bindings = httpOf(method).filter(({ template }) =>
      extended.dropTemplate?.test(template) !== true
    )
    const response = resolveType(service, method.responseType)
    return {
      service,
      method,
      bindings,
      request: resolveType(service, method.requestType),
      response,
      metadata: response,
      hasInfo: true
    }
  })

/** Rpcs that return an operation and do not ask about one. Compute names the service that does. */
const isStart = (
  service: protobuf.Service,
  method: protobuf.Method,
  extended: Extended
): boolean => {
  const response = resolveType(service, method.responseType)
  if (!(response instanceof protobuf.Type) || fullName(response) !== extended.operation) {
    return false
  }
  const asks = Object.values(extended.methods).some((rule) =>
    Object.values(rule).includes(fullName(method))
  )
  const named = optionOf(method, operationService).length > 0
  const byService = extended.operationServices.length > 1
  if (byService && named === asks) throw new Error(`${fullName(method)}: no operation_service`)
  return !asks
}

const checkStarts = (rpcs: ReadonlyArray<Rpc>, { service, starts }: Extended): void => {
  const counted: Record<string, number> = {}
  for (const { method, service } of rpcs) {
    const by = String(optionOf(method, operationService)[0] ?? service.name)
    counted[by] = (counted[by] ?? 0) + 1
  }
  const text = (counts: object) => JSON.stringify(Object.entries(counts).sort())
  if (text(counted) !== text(starts)) throw new Error(`${service}: starts ${text(counted)}`)
  console.log(`${service}: ${rpcs.length} starts, ${text(counted)}`)
}

/** `/v1/projects/{project}/operations/{operation}/cancel` to `/v1/{name=projects/*\/operations/*}/cancel`. */
const oneVariable = (template: string, method: string): string => {
  const segments = template.replace(/\{\w+=([^}]+)\}/g, "$1").replace(/\{\w+\}/g, "*")
  const [, prefix = "", path = "", suffix = ""] =
    /^(\/(?:compute\/)?v1\/)(.*?)(\/operations|\/wait|\/cancel|:cancel)?$/.exec(segments) ?? []
  if (suffix === "/operations" && method !== "list") return `${prefix}{name=${path}${suffix}}`
  return `${prefix}{name=${path}}${suffix}`
}

/** The methods that ask about operations: those of the table, if they are all that the protos have. */
const operationsOf = (
  services: ReadonlyArray<protobuf.Service>,
  extended: Extended
): ReadonlyMap<OperationsMethod, OperationsRule> => {
  const methods = Object.entries(extended.methods) as ReadonlyArray<
    readonly [OperationsMethod, ExtendedRule]
  >
  const listed = new Set(methods.flatMap(([, rule]) => Object.values(rule)))
  for (const service of services.filter((service) => isOperationService(service, extended))) {
    const other = service.methodsArray.find((method) => !listed.has(fullName(method)))
    if (other !== undefined) throw new Error(`${fullName(other)}: not in the table`)
  }
  const rpcs = new Map(
    services.flatMap(({ methodsArray }) =>
      methodsArray.map((method) => [fullName(method), method] as const)
    )
  )
  return new Map(methods.map(([method, rule]) => {
    const bindings = Object.entries(rule).map(([template, rpc]) => {
      const found = rpcs.get(rpc)
      const published = (found === undefined ? [] : httpOf(found)).filter((binding) =>
        extended.dropTemplate?.test(binding.template) !== true
      )
      const [first] = published
      if (
        first === undefined || published.length > 1 ||
        oneVariable(first.template, method) !== template
      ) {
        throw new Error(
          `${rpc}: ${published.map(({ template }) => template).join(", ")}, not ${template}`
        )
      }
      return first
    })
    const [first] = bindings
    if (
      first === undefined ||
      bindings.some(({ body, verb }) => verb !== first.verb || body !== first.body)
    ) {
      throw new Error(`${extended.service}: ${method} is bound in several ways`)
    }
    return [method, {
      verb: first.verb,
      templates: Object.keys(rule),
      body: first.body === "*" ? "*" : undefined,
      bodies: new Map(),
      filterRequired: false,
      unverified: false,
      rpcs: new Map(Object.entries(rule)),
      ...(method === "list" && extended.running !== undefined
        ? { running: extended.running }
        : undefined),
      ...(method === "wait" && extended.hold !== undefined ? { hold: extended.hold } : undefined)
    }]
  }))
}

/** `Instances.Insert` to `instancesInsert`, `SqlInstancesService.Insert` likewise; `CreateCluster` to `createCluster`. */
const constantName = ({ method, service }: Rpc, { names }: Extended): string => {
  const collection = service.name.replace(/^Sql/, "").replace(/Service$/, "")
  return names === "rpc" || method.name.endsWith(collection.replace(/s$/, ""))
    ? lowerFirst(method.name)
    : `${lowerFirst(collection)}${method.name}`
}

/** The scopes of the services with starts, where the config has none. They are alternatives. */
const protoScopes = (rpcs: ReadonlyArray<Rpc>): ReadonlyArray<string> =>
  Array.from(
    new Set(
      rpcs.flatMap(({ service }) =>
        optionOf(service, "(google.api.oauth_scopes)").flatMap((text) => String(text).split(","))
      )
    )
  ).sort()

/** The polling of a `_gapic.yaml`, in milliseconds there. */
const pollingOf = (
  source: Source,
  { protos }: Extended
): ReadonlyMap<string, PublishedPolling> => {
  const file = source.files.find((file) => file.startsWith(protos) && file.endsWith("_gapic.yaml"))
  const yaml: unknown = file === undefined ? undefined : parse(source.read(file))
  const interfaces = isJson(yaml) ? asArray(yaml["interfaces"]).filter(isJson) : []
  return new Map(
    interfaces.flatMap(({ methods, name: service }) =>
      asArray(methods).filter(isJson).flatMap(({ long_running: polling, name }) => {
        if (!isJson(polling)) return []
        const seconds = (key: string): number => Number(polling[key]) / 1000
        return [
          [`${String(service)}.${String(name)}`, {
            initial: seconds("initial_poll_delay_millis"),
            multiplier: Number(polling["poll_delay_multiplier"]),
            cap: seconds("max_poll_delay_millis"),
            timeout: seconds("total_poll_timeout_millis")
          }] as const
        ]
      })
    )
  )
}

/** What the operation names: what it made, by the rpc that reads it; nothing after a delete. */
const targetIn = (
  { method, service }: Rpc,
  services: ReadonlyArray<protobuf.Service>,
  { targets }: Extended
): MethodModel["target"] => {
  const { insert, others } = targets
  if (method.name.startsWith("Delete")) return "gone"
  const reads = others?.[fullName(method)] ??
    (insert !== undefined && method.name === "Insert" && !insert.but.includes(service.name)
      ? `${fullName(service)}.Get`
      : undefined)
  if (reads === undefined) return undefined
  const reading = services.flatMap(({ methodsArray }) => methodsArray).find((method) =>
    fullName(method) === reads
  )
  if (reading === undefined) throw new Error(`${fullName(method)}: no ${reads}`)
  return resolveType(service, reading.responseType)
}
