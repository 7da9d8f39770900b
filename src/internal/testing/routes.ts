import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import type { NamedInBody } from "../../Binding.ts"
import type * as Operations from "../../Operations.ts"
import type * as Testing from "../../testing.ts"
import * as PathTemplate from "../names/pathTemplate.ts"
import type { Catalogue } from "../services/catalogue.ts"
import type { CatalogueOf } from "./catalogues.ts"
import { bodyOf, toCamelCase } from "./message.ts"
import { type Served, serviceOf } from "./modules.ts"
import type { Request } from "./reply.ts"

/**
 * One template of one method of one service version.
 *
 * @internal
 */
export interface Route {
  readonly kind: Testing.MethodKind
  readonly service: string
  readonly version: string
  readonly host: string
  readonly verb: string
  readonly template: PathTemplate.PathTemplate
  /** `"*"` when the request message comes from the body, the name of a field when that field does. */
  readonly body: string | undefined
  /** For a get whose name is in the body. */
  readonly named: NamedInBody | undefined
  readonly catalogue: Catalogue
  /** The names of the service's operations, by the templates of its get. */
  readonly names: ReadonlyArray<PathTemplate.Variable>
  readonly filter: "required" | undefined
  /** The method that a `start` calls. */
  readonly start: Operations.AnyMethod | undefined
}

/**
 * A route that a request fits, with the decoded variables of its path by request field.
 *
 * @internal
 */
export interface Match {
  readonly route: Route
  readonly variables: Readonly<Record<string, string>>
  /** The value of the first variable, or the name in the body; `undefined` when there is none. */
  readonly name: string | undefined
}

const operationKinds = ["get", "list", "cancel", "delete", "wait"] as const

const hostOf = (binding: Operations.AnyBinding): string =>
  (binding.host ?? binding.service).replace(/^https?:\/\//, "").replace(/[:/].*$/, "").toLowerCase()

const namesOf = (
  binding: Operations.AnyBinding | undefined
): ReadonlyArray<PathTemplate.Variable> =>
  [
    ...(binding?.methods.get?.templates ?? []),
    ...(binding?.methods.get?.namedInBody ?? []).map(({ name }) => `{name=${name}}`)
  ].flatMap((template) => PathTemplate.parse(template).variables.slice(0, 1))

/**
 * All routes of the options, in their order.
 *
 * @internal
 */
export const compile = (
  options: Served,
  catalogueOf: CatalogueOf
): ReadonlyArray<Route> => {
  const bound = options.bindings.flatMap((binding) =>
    operationKinds.flatMap((kind) => {
      const rule = binding.methods[kind]
      const routeOf = (
        verb: string,
        template: string,
        body: string | undefined,
        named?: NamedInBody
      ): Route => ({
        kind,
        service: binding.service,
        version: binding.version,
        host: hostOf(binding),
        verb,
        template: PathTemplate.parse(template),
        body: body === "*" ? body : undefined,
        named,
        catalogue: catalogueOf(binding.service, binding.version),
        names: namesOf(binding),
        filter: rule?.filter,
        start: undefined
      })
      const inPath = (rule?.templates ?? []).map((template) =>
        routeOf(rule?.verb ?? "", template, rule?.bodies?.[template] ?? rule?.body)
      )
      return inPath.concat(
        (rule?.namedInBody ?? []).map((named) => routeOf("POST", named.template, "*", named))
      )
    })
  )
  const starts = (options.methods ?? []).flatMap((method) => {
    const { service, version } = serviceOf(method)
    const own = options.bindings.filter((candidate) => candidate.service === service)
    const binding = own.find((candidate) => candidate.version === version) ?? own[0]
    return method.templates.map((template): Route => ({
      kind: "start",
      service,
      version,
      host: binding === undefined ? service : hostOf(binding),
      verb: method.verb,
      template: PathTemplate.parse(template),
      body: method.body,
      named: undefined,
      catalogue: catalogueOf(service, version),
      names: namesOf(binding),
      filter: undefined,
      start: method
    }))
  })
  return [...bound, ...starts]
}

/** A regional host of a service: `us-east1-h.googleapis.com` or `h.us-east1.rep.googleapis.com`. */
const isRegionalHost = (host: string, of: string): boolean => {
  const [first = "", ...rest] = of.split(".")
  return host.endsWith(`-${of}`) ||
    (host.startsWith(`${first}.`) && host.endsWith(`.rep.${rest.join(".")}`))
}

/**
 * The routes that a host serves. A host of Google's that is none of theirs serves nothing; any other serves all.
 *
 * @internal
 */
export const servedBy = (
  routes: ReadonlyArray<Route>,
  hostHeader: string
): ReadonlyArray<Route> => {
  const host = hostHeader.replace(/:\d+$/, "").toLowerCase()
  const own = routes.filter((route) => route.host === host || isRegionalHost(host, route.host))
  return own.length > 0 || host.endsWith(".googleapis.com") ? own : routes
}

/**
 * Percent-decodes a variable. In one of several segments `%2F` stays, so that an encoded slash never becomes a separator
 * (google/api/http.proto).
 */
const decode = (variable: PathTemplate.Variable, text: string): string | undefined => {
  const several = variable.segments.length > 1 || variable.segments[0] === "**"
  const kept = several ? text.replace(/%2f/gi, (slash) => `%25${slash.slice(1)}`) : text
  return Either.getOrUndefined(Encoding.decodeUriComponent(kept))
}

const variablesOf = (
  template: PathTemplate.PathTemplate,
  path: string
): Record<string, string> | undefined => {
  const groups = template.regexp.exec(path)
  if (groups === null) return undefined
  const variables: Record<string, string> = {}
  for (const [i, variable] of template.variables.entries()) {
    const value = decode(variable, groups[i + 1] ?? "")
    if (value === undefined) return undefined
    variables[variable.field] = value
  }
  return variables
}

const nameOf = (
  { named }: Route,
  variables: Readonly<Record<string, string>>,
  request: Request
): string | undefined => {
  if (named === undefined) return Object.values(variables)[0]
  const body = Either.getOrElse(bodyOf(request), () => ({}))
  const name = Object.entries(body).find(([field]) => toCamelCase(field) === named.field)?.[1]
  return typeof name === "string" ? name : undefined
}

/** How much of a template is fixed text: of `models/*` and `models/*:deleteVersion` the second means more. */
const literals = ({ route }: Match): number =>
  route.template.source.replace(/\{[^}=]*=?|[*}]/g, "").length

/**
 * The routes that a request fits best: all of one kind, more than one only where services share a path.
 *
 * @internal
 */
export const match = (routes: ReadonlyArray<Route>, request: Request): ReadonlyArray<Match> => {
  const found = servedBy(routes, request.host).flatMap((route): ReadonlyArray<Match> => {
    if (route.verb !== request.verb) return []
    const variables = variablesOf(route.template, request.path)
    return variables === undefined
      ? []
      : [{ route, variables, name: nameOf(route, variables, request) }]
  })
  const best = found.reduce<Match | undefined>(
    (best, match) => best === undefined || literals(match) > literals(best) ? match : best,
    undefined
  )
  return found.filter((match) =>
    match.route.kind === best?.route.kind && literals(match) === literals(best)
  )
}

/**
 * Whether the last parts of a full method name are these.
 *
 * @internal
 */
export const isRpc = (full: string, wanted: string): boolean =>
  full === wanted || full.endsWith(`.${wanted}`)

/**
 * Whether a selector picks a request that fits these routes.
 *
 * @internal
 */
export const selects = (selector: Testing.Selector, found: Match | undefined): boolean => {
  const { method, name, rpc, service, version } = selector
  return (method === undefined || method === found?.route.kind) &&
    (service === undefined || service === found?.route.service) &&
    (version === undefined || version === found?.route.version) &&
    (name === undefined || name === found?.name) &&
    (rpc === undefined || isRpc(found?.route.start?.rpc ?? "", rpc))
}
