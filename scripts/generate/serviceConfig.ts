/** Reads service configs (google.api.Service in YAML): which Operations methods they bind, scopes, published polling. */
import type { OperationsMethod, Override } from "../overrides.ts"
import {
  afterFirstSegment,
  asArray,
  firstSegment,
  type HttpBinding,
  isJson,
  parseHttpRule,
  type Verb
} from "./http.ts"
import type { ConfigFile, ServiceVersion } from "./inventory.ts"

export type { Verb } from "./http.ts"

export interface OperationsRule {
  readonly verb: Verb
  readonly templates: ReadonlyArray<string>
  /** The body of most templates. */
  readonly body: "*" | undefined
  /** The templates whose body is another one. */
  readonly bodies: ReadonlyMap<string, "*" | "none">
  readonly filterRequired: boolean
  readonly running?: { readonly filter: string; readonly overhead?: number } | undefined
  readonly unverified: boolean
  readonly namedInBody?: ReadonlyArray<NamedInBody>
  /** The rpcs behind the templates, where they are the service's own. */
  readonly rpcs?: ReadonlyMap<string, string>
  /** How long the server holds every reply, in seconds. */
  readonly hold?: number
}

export type NamedInBody = Pick<
  Extract<Override, { readonly kind: "namedInBody" }>,
  "rpc" | "name" | "template" | "field"
>

/** publishing.method_settings.long_running, in seconds. */
export interface PublishedPolling {
  readonly initial: number
  readonly multiplier: number
  readonly cap: number
  readonly timeout: number | undefined
}

export interface ServiceConfig {
  /** `networkconnectivity.googleapis.com` */
  readonly service: string
  readonly version: string
  readonly title: string
  readonly operations: ReadonlyMap<OperationsMethod, OperationsRule>
  /** The bindings of google.longrunning.Operations as published, before the overrides. */
  readonly published: number
  /** Rules of the config by rpc; they stand above those in the protos. */
  readonly http: ReadonlyMap<string, ReadonlyArray<HttpBinding>>
  readonly scopes: ReadonlyArray<string>
  readonly polling: ReadonlyMap<string, PublishedPolling>
}

type Json = { readonly [key: string]: unknown }

const operationsMethods: ReadonlyArray<readonly [rpc: string, method: OperationsMethod]> = [
  ["GetOperation", "get"],
  ["ListOperations", "list"],
  ["CancelOperation", "cancel"],
  ["DeleteOperation", "delete"],
  ["WaitOperation", "wait"]
]

const operationsInterface = "google.longrunning.Operations"

const isOperations = (rpc: string): boolean => rpc.startsWith(`${operationsInterface}.`)

/** The items of a list somewhere in a config. */
const itemsAt = (yaml: Json, section: string, list: string): ReadonlyArray<Json> => {
  const value = yaml[section]
  return isJson(value) ? asArray(value[list]).filter(isJson) : []
}

export const parseServiceConfig = (
  { configs, service, version }: ServiceVersion,
  overrides: ReadonlyArray<Override>
): ServiceConfig => {
  const own = overrides.filter((override) => override.service === `${service}/${version}`)
  const http = mergeRules(configs)
  const operations = new Map<OperationsMethod, OperationsRule>()
  for (const [rpc, method] of operationsMethods) {
    const where = `${service}/${version}: ${rpc}`
    const bindings = http.get(`${operationsInterface}.${rpc}`) ?? []
    const rule = operationsRule(where, method, bindings, version, own)
    if (rule !== undefined) operations.set(method, rule)
  }
  const rpcs = operationsMethods.filter(([, method]) => operations.has(method)).map(([rpc]) =>
    `${operationsInterface}.${rpc}`
  )
  return {
    service,
    version,
    title: String(configs[0].yaml["title"]),
    operations,
    published: Array.from(http).reduce(
      (sum, [rpc, bindings]) => isOperations(rpc) ? sum + bindings.length : sum,
      0
    ),
    http,
    scopes: scopesOf(configs, rpcs),
    polling: new Map(configs.flatMap(({ yaml }) => pollingOf(yaml)))
  }
}

const httpRules = ({ yaml }: ConfigFile): Map<string, ReadonlyArray<HttpBinding>> => {
  const out = new Map<string, ReadonlyArray<HttpBinding>>()
  for (const rule of itemsAt(yaml, "http", "rules")) {
    if (typeof rule["selector"] !== "string") continue
    const bindings = parseHttpRule(rule)
    if (bindings.length > 0) out.set(rule["selector"], bindings)
  }
  return out
}

const textOf = ({ body, template, verb }: HttpBinding): string =>
  `${verb} ${template} ${body ?? ""}`

/**
 * The rules of several copies of one service version. Of google.longrunning.Operations the copies are the same, or one of them has all
 * that the others have: anything else is not decided here.
 */
const mergeRules = (
  configs: ReadonlyArray<ConfigFile>
): ReadonlyMap<string, ReadonlyArray<HttpBinding>> => {
  const out = new Map<string, ReadonlyArray<HttpBinding>>()
  for (const config of configs) {
    for (const [rpc, bindings] of httpRules(config)) {
      const known = out.get(rpc) ?? []
      const [most, fewer] = bindings.length > known.length ? [bindings, known] : [known, bindings]
      const all = new Set(most.map(textOf))
      const stray = fewer.find((binding) => !all.has(textOf(binding)))
      if (stray !== undefined && isOperations(rpc)) {
        throw new Error(`${config.file}: ${textOf(stray)} is not in the other copy of ${rpc}`)
      }
      out.set(rpc, most)
    }
  }
  return out
}

const operationsRule = (
  where: string,
  method: OperationsMethod,
  published: ReadonlyArray<HttpBinding>,
  version: string,
  overrides: ReadonlyArray<Override>
): OperationsRule | undefined => {
  const own = overrides.filter((override) => "method" in override && override.method === method)
  const added = own.find((override) => override.kind === "method")
  const filterRequired = method === "list" &&
    overrides.some((override) => override.kind === "filterRequired")
  if (added?.kind === "method") {
    if (published.length > 0) {
      throw new Error(`${where}: bound by the service config, so its override has to go`)
    }
    const { body, templates, unverified = false, verb } = added
    return { verb, templates, body, bodies: new Map(), filterRequired, unverified }
  }
  const bindings = corrected(where, published, own)
  const first = bindings[0]
  if (first === undefined) {
    if (filterRequired) {
      throw new Error(`${where}: not bound, but an override says that its filter is required`)
    }
    return undefined
  }
  const strange = bindings.find(({ body, verb }) =>
    verb !== first.verb || (body !== undefined && body !== "*")
  )
  if (strange !== undefined) throw new Error(`${where}: ${textOf(strange)}`)
  const templates = underVersion(
    where,
    bindings.map((binding) => binding.template),
    version,
    own
  )
  const body = first.body === "*" ? "*" : undefined
  const namedInBody = own.flatMap((override): ReadonlyArray<NamedInBody> =>
    override.kind === "namedInBody"
      ? [{
        rpc: override.rpc,
        name: override.name,
        template: override.template,
        field: override.field
      }]
      : []
  )
  const running = method === "list"
    ? overrides.find((override) => override.kind === "running")
    : undefined
  return {
    ...(namedInBody.length === 0 ? undefined : { namedInBody }),
    ...(running === undefined ? undefined : { running }),
    verb: first.verb,
    templates,
    body,
    bodies: new Map(
      bindings
        .filter((binding) => binding.body !== first.body && templates.includes(binding.template))
        .map((binding) => [binding.template, binding.body === "*" ? "*" : "none"])
    ),
    filterRequired,
    unverified: false
  }
}

/** The bindings without those that the overrides drop, and with the verb that they set. */
const corrected = (
  where: string,
  bindings: ReadonlyArray<HttpBinding>,
  overrides: ReadonlyArray<Override>
): ReadonlyArray<HttpBinding> => {
  let out = bindings
  for (const override of overrides) {
    if (override.kind === "drop") {
      const dropped = new Set(override.templates)
      const stray = override.templates.find((template) =>
        !bindings.some((binding) => binding.template === template)
      )
      if (stray !== undefined) throw new Error(`${where}: no template ${stray} to drop`)
      out = out.filter(({ template }) => !dropped.has(template))
    }
    if (override.kind === "verb") {
      const { body, instead, verb } = override
      if (!out.some((binding) => binding.verb === instead)) {
        throw new Error(`${where}: nothing is bound to ${instead}`)
      }
      out = out.map((binding) =>
        binding.verb === instead ? { template: binding.template, verb, body } : binding
      )
    }
  }
  return out
}

/**
 * Drops templates outside the version's path that another one under the version stands for; any other has to be listed in the
 * overrides.
 */
const underVersion = (
  where: string,
  templates: ReadonlyArray<string>,
  version: string,
  overrides: ReadonlyArray<Override>
): ReadonlyArray<string> => {
  const own = new Set(
    templates.filter((template) => firstSegment(template) === version).map(afterFirstSegment)
  )
  return Array.from(new Set(templates)).filter((template) => {
    if (firstSegment(template) === version) return true
    if (own.has(afterFirstSegment(template))) return false
    if (
      overrides.some((override) => override.kind === "template" && override.template === template)
    ) return true
    throw new Error(`${where}: ${template} is not under /${version}/, nor in the overrides`)
  })
}

/**
 * The scopes of the rule that fits each rpc best, in the order of their first mention. Where no rule fits: all that the config speaks
 * of.
 */
export const scopesOf = (
  configs: ReadonlyArray<ConfigFile>,
  rpcs: ReadonlyArray<string>
): ReadonlyArray<string> => {
  const fitting = new Set<string>()
  const all = new Set<string>()
  for (const { yaml } of configs) {
    const rules = itemsAt(yaml, "authentication", "rules").flatMap((rule) => {
      if (typeof rule["selector"] !== "string" || !isJson(rule["oauth"])) return []
      const text = String(rule["oauth"]["canonical_scopes"] ?? "")
      const scopes = text.split(/[\s,]+/).filter((scope) => scope !== "")
      for (const scope of scopes) all.add(scope)
      return rule["selector"].split(",").map((selector) => ({ selector: selector.trim(), scopes }))
    })
    for (const rpc of rpcs) {
      const best = rules
        .filter(({ selector }) =>
          selector === rpc || (selector.endsWith("*") && rpc.startsWith(selector.slice(0, -1)))
        )
        .sort((a, b) => b.selector.length - a.selector.length)[0]
      for (const scope of best?.scopes ?? []) fitting.add(scope)
    }
  }
  return Array.from(fitting.size > 0 ? fitting : all)
}

const seconds = (text: unknown): number | undefined => {
  const digits = typeof text === "string" ? /^(\d+(?:\.\d+)?)s$/.exec(text)?.[1] : undefined
  return digits === undefined ? undefined : Number(digits)
}

const pollingOf = (yaml: Json): ReadonlyArray<readonly [rpc: string, PublishedPolling]> =>
  itemsAt(yaml, "publishing", "method_settings").flatMap((setting) => {
    const { long_running: polling, selector } = setting
    if (typeof selector !== "string" || !isJson(polling)) return []
    const initial = seconds(polling["initial_poll_delay"])
    const cap = seconds(polling["max_poll_delay"])
    const multiplier = polling["poll_delay_multiplier"]
    if (initial === undefined || cap === undefined || typeof multiplier !== "number") {
      throw new Error(`${selector}: polling ${JSON.stringify(polling)}`)
    }
    return [[selector, {
      initial,
      multiplier,
      cap,
      timeout: seconds(polling["total_poll_timeout"])
    }]]
  })
