/** Reads a service config (google.api.Service in YAML): which Operations methods it binds, and the scopes it publishes. */
import { parse } from "yaml"
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

export type { Verb } from "./http.ts"

export interface OperationsRule {
  readonly verb: Verb
  readonly templates: ReadonlyArray<string>
  readonly body: "*" | undefined
  readonly filterRequired: boolean
}

export interface ServiceConfig {
  /** `networkconnectivity.googleapis.com` */
  readonly service: string
  readonly version: string
  readonly title: string
  /** The interfaces that the service serves, by full name. */
  readonly apis: ReadonlySet<string>
  readonly operations: ReadonlyMap<OperationsMethod, OperationsRule>
  /** Rules of the config by rpc; they stand above those in the protos. */
  readonly http: ReadonlyMap<string, ReadonlyArray<HttpBinding>>
  readonly scopes: ReadonlyArray<string>
}

const operationsMethods: ReadonlyArray<readonly [rpc: string, method: OperationsMethod]> = [
  ["GetOperation", "get"],
  ["ListOperations", "list"],
  ["CancelOperation", "cancel"],
  ["DeleteOperation", "delete"],
  ["WaitOperation", "wait"]
]

const operationsInterface = "google.longrunning.Operations"

/** Some configs go on with a quoted text in the first column, which YAML forbids: such lines are joined. */
const joinQuoted = (text: string): string => text.replace(/(: '[^'\n]*)\n(\w[^'\n]*'\n)/g, "$1 $2")

/** The version in a config's path: the last directory that is one, else the end of the file's name. */
export const versionOf = (file: string): string => {
  const version = /^.*\/(v\d\w*)\//.exec(file)?.[1] ?? /_(v\d\w*)\.yaml$/.exec(file)?.[1]
  if (version === undefined) throw new Error(`${file}: no version in the path`)
  return version
}

export const parseServiceConfig = (
  file: string,
  text: string,
  overrides: ReadonlyArray<Override>
): ServiceConfig => {
  const yaml: unknown = parse(joinQuoted(text))
  if (!isJson(yaml) || typeof yaml["name"] !== "string") {
    throw new Error(`${file}: not a service config`)
  }
  const service = yaml["name"]
  const version = versionOf(file)
  const own = overrides.filter((override) => override.service === `${service}/${version}`)
  const http = httpRules(yaml)
  const operations = new Map<OperationsMethod, OperationsRule>()
  for (const [rpc, method] of operationsMethods) {
    const rule = operationsRule(
      `${file}: ${rpc}`,
      method,
      http.get(`${operationsInterface}.${rpc}`) ?? [],
      version,
      own
    )
    if (rule !== undefined) operations.set(method, rule)
  }
  const rpcs = operationsMethods.filter(([, method]) => operations.has(method)).map(([rpc]) =>
    `${operationsInterface}.${rpc}`
  )
  const tag = own.find((override) => override.kind === "tag")
  return {
    service,
    version,
    title: tag?.tag ?? String(yaml["title"]),
    apis: new Set(
      asArray(yaml["apis"]).flatMap((api) =>
        isJson(api) && typeof api["name"] === "string" ? [api["name"]] : []
      )
    ),
    operations,
    http,
    scopes: scopesOf(file, yaml, rpcs)
  }
}

const httpRules = (
  yaml: { readonly [key: string]: unknown }
): Map<string, ReadonlyArray<HttpBinding>> => {
  const out = new Map<string, ReadonlyArray<HttpBinding>>()
  const http = yaml["http"]
  for (const rule of isJson(http) ? asArray(http["rules"]) : []) {
    if (!isJson(rule) || typeof rule["selector"] !== "string") continue
    const bindings = parseHttpRule(rule)
    if (bindings.length > 0) out.set(rule["selector"], bindings)
  }
  return out
}

const operationsRule = (
  where: string,
  method: OperationsMethod,
  bindings: ReadonlyArray<HttpBinding>,
  version: string,
  overrides: ReadonlyArray<Override>
): OperationsRule | undefined => {
  const added = overrides.find((override) =>
    override.kind === "method" && override.method === method
  )
  const filterRequired = method === "list" &&
    overrides.some((override) => override.kind === "filterRequired")
  if (added?.kind === "method") {
    if (bindings.length > 0) {
      throw new Error(`${where}: bound by the service config, so its override has to go`)
    }
    return { verb: added.verb, templates: added.templates, body: added.body, filterRequired }
  }
  const first = bindings[0]
  if (first === undefined) {
    if (filterRequired) {
      throw new Error(`${where}: not bound, but an override says that its filter is required`)
    }
    return undefined
  }
  if (bindings.some((binding) => binding.verb !== first.verb || binding.body !== first.body)) {
    throw new Error(`${where}: the bindings differ in verb or body`)
  }
  if (first.body !== undefined && first.body !== "*") {
    throw new Error(`${where}: body ${first.body}`)
  }
  return {
    verb: first.verb,
    templates: underVersion(
      where,
      method,
      bindings.map((binding) => binding.template),
      version,
      overrides
    ),
    body: first.body,
    filterRequired
  }
}

/**
 * Drops templates outside the version's path that another one under the version stands for; any other has to be listed in the
 * overrides.
 */
const underVersion = (
  where: string,
  method: OperationsMethod,
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
      overrides.some((override) =>
        override.kind === "template" && override.method === method && override.template === template
      )
    ) return true
    throw new Error(`${where}: ${template} is not under /${version}/, nor in the overrides`)
  })
}

/** The scopes of the rule that fits each rpc best, in the order of their first mention. */
const scopesOf = (
  file: string,
  yaml: { readonly [key: string]: unknown },
  rpcs: ReadonlyArray<string>
): ReadonlyArray<string> => {
  const authentication = yaml["authentication"]
  const rules = (isJson(authentication) ? asArray(authentication["rules"]) : []).flatMap((rule) => {
    if (!isJson(rule) || typeof rule["selector"] !== "string" || !isJson(rule["oauth"])) return []
    const scopes = String(rule["oauth"]["canonical_scopes"] ?? "").split(/[\s,]+/).filter((scope) =>
      scope !== ""
    )
    return rule["selector"].split(",").map((selector) => ({ selector: selector.trim(), scopes }))
  })
  const out = new Set<string>()
  for (const rpc of rpcs) {
    const best = rules
      .filter(({ selector }) =>
        selector === rpc || (selector.endsWith("*") && rpc.startsWith(selector.slice(0, -1)))
      )
      .sort((a, b) => b.selector.length - a.selector.length)[0]
    for (const scope of best?.scopes ?? []) out.add(scope)
  }
  if (rpcs.length > 0 && out.size === 0) {
    throw new Error(`${file}: no scopes for ${rpcs.join(", ")}`)
  }
  return Array.from(out)
}
