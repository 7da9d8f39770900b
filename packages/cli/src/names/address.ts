/** The forms in which people name an operation, or the parent of a list. */
import * as ResourceName from "../../../../src/internal/names/resourceName.ts"
import { moduleOf } from "../services/aliases.ts"
import * as Directory from "../services/directory.ts"
import { Usage, usage } from "../usage.ts"
import * as Hosts from "./hosts.ts"

/** An operation or a parent: where it is, and its name there. */
export interface Address {
  /** `alloydb/v1` */
  readonly module: string
  readonly name: string
  /** Where it is not the service's own. */
  readonly endpoint: string | undefined
  /** The reference that it came as: it knows more. */
  readonly reference: { readonly [field: string]: unknown } | undefined
}

export interface Context {
  /** What `--service` says. */
  readonly service?: string | undefined
  readonly universe?: string | undefined
  /** What is named: it decides which patterns a name has to fit. */
  readonly kind: "operation" | "parent"
}

const address = (module: string, name: string, endpoint?: string): Address => ({
  module,
  name,
  endpoint,
  reference: undefined
})

/** The forms, for messages. */
export const forms = (kind: Context["kind"]): ReadonlyArray<string> => {
  const [name, option] = kind === "operation"
    ? ["projects/p/locations/l/operations/o", "NAME"]
    : ["projects/p/locations/l", "PARENT"]
  return [
    `  alloydb:${name}        a service and the ${option === "NAME" ? "name" : "parent"}`,
    `  alloydb/v1beta:${name} one version of it`,
    `  https://alloydb.googleapis.com/v1/${name}`,
    `  //alloydb.googleapis.com/${name}`,
    `  --service alloydb ${name}`,
    ...(kind === "operation"
      ? [
        "  https://www.googleapis.com/compute/v1/projects/p/zones/z/operations/o",
        "                         the selfLink of an operation of Compute, GKE or SQL",
        "  started.json           what `lro start --format json` printed",
        "  -                      standard input: that, or names, one a line"
      ]
      : [])
  ]
}

const patternsOf = (kind: Context["kind"], known: Directory.Known): ReadonlyArray<string> =>
  kind === "operation" ? known.get : known.list

/** The services that a bare name would fit, those of the most popular products first. A pattern that takes any name says nothing. */
export const fitting = (name: string, kind: Context["kind"]): ReadonlyArray<string> => {
  const popular = Directory.allProducts().map(({ module }) => Directory.shortOf(module))
  const found = new Set(
    Directory.all().filter((known) =>
      Directory.fits(patternsOf(kind, known).filter((pattern) => pattern !== "**"), name)
    )
      .map(({ module }) => Directory.shortOf(module))
  )
  return [...new Set([...popular.filter((short) => found.has(short)), ...found])]
}

const bare = (name: string, kind: Context["kind"]): Usage => {
  if (!(moduleOf(name) instanceof Usage)) {
    return usage(
      `${JSON.stringify(name)} is a service: write ${name}: and then a ${
        kind === "operation" ? "name" : "parent"
      }. The forms:`,
      ...forms(kind)
    )
  }
  const services = fitting(name, kind)
  const some = services.slice(0, 5).join(", ")
  const more = services.length > 5 ? `, and ${services.length - 5} more` : ""
  return usage(
    `${JSON.stringify(name)} does not say which service it belongs to. Forms that do:`,
    ...forms(kind),
    services.length === 0
      ? `No service has ${kind === "operation" ? "operations" : "lists"} of that name.`
      : `It would fit ${
        services.length === 1 ? "one service" : `${services.length} services`
      }: ${some}${more}.`
  )
}

/** Names that GKE writes with a zone are those with a location. */
const normal = (short: string, name: string): string =>
  short === "container" ? name.replace(/^(projects\/[^/]+)\/zones\//, "$1/locations/") : name

const decoded = (name: string): string | undefined => {
  if (/%2f/i.test(name)) return undefined
  try {
    return decodeURIComponent(name)
  } catch {
    return undefined
  }
}

const ofUrl = (text: string, { kind, service, universe }: Context): Address | Usage => {
  const shown = JSON.stringify(Hosts.withoutSecrets(text))
  if (!URL.canParse(text)) return usage(`${shown} is not a URL`)
  const url = new URL(text)
  if (url.search !== "" || url.hash !== "" || url.username !== "" || url.password !== "") {
    return usage(`${shown} has a query, a fragment or user-info: give the URL without`)
  }
  const slash = text.indexOf("/", text.indexOf("//") + 2)
  const segments = slash < 0 ? [] : text.slice(slash + 1).split("/")
  const said = service === undefined ? undefined : moduleOf(service)
  if (said instanceof Usage) return said
  const host = url.protocol === "https:" && url.port === ""
    ? Hosts.parse(url.hostname, universe)
    : undefined
  const short = said !== undefined ? Directory.shortOf(said) : host?.short ?? Hosts.ofPath(segments)
  if (short === undefined) {
    if (url.protocol === "http:" && Hosts.parse(url.host, universe) !== undefined) {
      return usage(`${shown} is plain http: give it with https`)
    }
    return usage(
      `${url.host} is no host of a service with operations`,
      "`--service S --endpoint URL NAME` asks another host"
    )
  }
  const isOwn = host?.short === short || url.hostname.startsWith("www.")
  const endpoint = isOwn ? host?.endpoint : url.origin
  const [version = "", ...rest] = Hosts.unprefixed(short, segments)
  const module = Hosts.fixedVersion(short) ?? said ?? moduleOf(`${short}/${version}`)
  if (module instanceof Usage) return module
  const raw = decoded(rest.join("/"))
  if (raw === undefined) return usage(`${shown} has an escape that no name may have`)
  const name = normal(short, raw)
  if (kind === "operation") return address(module, name, endpoint)
  const known = Directory.find(module)
  const parent = name.replace(/\/operations\/?$/, "")
  const isParent = known !== undefined && parent !== name && !Directory.fits(known.list, name) &&
    Directory.fits(known.list, parent)
  return address(module, isParent ? parent : name, endpoint)
}

const ofFullName = (text: string, { kind, service, universe }: Context): Address | Usage => {
  const [host = "", ...rest] = text.slice(2).split("/")
  const found = Hosts.parse(host, universe)
  if (found === undefined) return usage(`${host} is no host of a service with operations`)
  const newest = moduleOf(service ?? found.short)
  if (newest instanceof Usage) return newest
  if (Directory.shortOf(newest) !== found.short) {
    return usage(`${JSON.stringify(text)} is of ${found.short}, and --service says ${service}`)
  }
  const name = normal(found.short, rest.join("/"))
  const others = Directory.versionsOf(found.short).filter((module) => {
    const known = Directory.find(module)
    return known !== undefined && Directory.fits(patternsOf(kind, known), name)
  })
  // A full resource name has no version: the newest that takes the name.
  const module = service !== undefined || others.includes(newest) ? newest : others[0] ?? newest
  return address(module, name, found.endpoint)
}

const isObject = (u: unknown): u is { readonly [field: string]: unknown } =>
  typeof u === "object" && u !== null && !Array.isArray(u)

/** A reference as JSON, or what has one in its `ref`, as the records of this program do. */
export const ofJson = (value: unknown, context: Context): Address | Usage => {
  const given = isObject(value) && isObject(value["ref"]) ? value["ref"] : value
  if (!isObject(given)) return usage("is no reference: an object with service, version and name")
  const { endpoint, name, service, version } = given
  if (typeof name !== "string") return usage("is no reference: it has no `name`")
  if (typeof service !== "string" || typeof version !== "string") return parse(name, context)
  const host = Hosts.parse(service)
  const module = moduleOf(`${host?.short ?? service}/${version}`)
  return module instanceof Usage ? module : {
    module,
    name,
    endpoint: typeof endpoint === "string" ? endpoint : undefined,
    reference: given
  }
}

/** The same operation or parent at an endpoint that is said elsewhere. */
export const withoutEndpoint = (address: Address): Address => {
  const { endpoint: _, ...reference } = address.reference ?? {}
  return {
    ...address,
    endpoint: undefined,
    reference: address.reference === undefined ? undefined : reference
  }
}

/** Reads an operation or a parent in any of its forms. */
export const parse = (text: string, context: Context): Address | Usage => {
  if (text.startsWith("{")) {
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      return usage(`${JSON.stringify(text)} is not JSON`)
    }
    const found = ofJson(value, context)
    return found instanceof Usage ? usage(`the JSON: ${found.message}`) : found
  }
  if (/^https?:\/\//i.test(text)) return ofUrl(text, context)
  if (text.startsWith("//")) return ofFullName(text, context)
  const [, service, rest = ""] = /^([a-z][\w.-]*(?:\/v\d\w*)?):(.*)$/is.exec(text) ?? []
  if (service !== undefined) {
    const module = moduleOf(service)
    if (module instanceof Usage) return module
    if (/^https?:\/\//.test(rest)) {
      return parse(rest, { ...context, service: context.service ?? module })
    }
    return address(module, normal(Directory.shortOf(module), rest))
  }
  if (context.service === undefined) return bare(text, context.kind)
  const module = moduleOf(context.service)
  return module instanceof Usage
    ? module
    : address(module, normal(Directory.shortOf(module), text))
}

/** Why the name of an address does not fit its service, with the version or the service that it would fit. */
export const misfit = ({ module, name }: Address, kind: Context["kind"]): Usage | undefined => {
  const known = Directory.find(module)
  if (known === undefined) return undefined
  const patterns = patternsOf(kind, known)
  const what = kind === "operation" ? "get" : "list"
  if (patterns.length === 0) return usage(`${module} has no ${what} of operations`)
  if (patterns.includes("*") && name === "") return undefined
  const problem = name === "" ? undefined : ResourceName.problem(name)
  if (problem !== undefined) return usage(`${JSON.stringify(name)} ${problem}`)
  if (Directory.fits(patterns, name)) return undefined
  const other = Directory.versionsOf(Directory.shortOf(module)).find((each) => {
    const version = Directory.find(each)
    return version !== undefined && Directory.fits(patternsOf(kind, version), name)
  })
  const cut = name.replace(/^\/?(?:v\d\w*\/)?/, "").replace(/\/operations\/?$/, "")
  const meant = [name.replace(/^\/?(?:v\d\w*\/)?/, ""), cut].find((each) =>
    each !== name && Directory.fits(patterns, each)
  )
  const shown = patterns.slice(0, 5).join(" or ")
  const wrong = name === ""
    ? `${kind === "operation" ? "the name of an operation" : "the parent"} is missing`
    : `${JSON.stringify(name)} is no ${kind} of ${module}`
  return usage(
    `${wrong}; expected ${shown}${patterns.length > 5 ? " or others" : ""}`,
    ...(meant === undefined ? [] : [`did you mean ${Directory.shortOf(module)}:${meant} ?`]),
    ...(other === undefined ? [] : [`it fits ${other}: ${other}:${name}`])
  )
}
