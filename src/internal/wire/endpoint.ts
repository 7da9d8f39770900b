/**
 * Which hosts a client may send to. Only this module makes an {@link Endpoint}, and only an Endpoint reaches the code that sends.
 */
import type { AnyBinding } from "../../Binding.ts"
import type { LayerOptions } from "../../Requests.ts"
import { isLoopback } from "../base/hosts.ts"
import { escapeRegExp } from "../base/text.ts"

declare const checked: unique symbol

/**
 * A base URL that was checked: what was checked is what is sent to.
 *
 * @internal
 */
export interface Endpoint {
  readonly [checked]: true
  /** Without a trailing slash. */
  readonly url: string
  /** With the port, where it is not the scheme's own. */
  readonly host: string
}

/**
 * The endpoints of one client. What is refused is told as text, a predicate of the endpoint.
 *
 * @internal
 */
export interface Endpoints {
  /** The service's own: an OperationRef leaves it out. */
  readonly own: Endpoint
  /** The client's endpoint for a location; `undefined` where a name has none. */
  readonly at: (location: string | undefined) => Endpoint | string
  /** An endpoint that came from outside the program, with the location of what is to be asked for there. */
  readonly admit: (endpoint: string, location: string | undefined) => Endpoint | string
}

/** @internal */
export interface EndpointOptions extends Pick<LayerOptions, "endpoint" | "allowForeignEndpoint"> {
  readonly universeDomain: string
  /** Whether requests carry credentials: those are sent over https or to loopback only. */
  readonly secret: boolean
  /** The endpoint comes from configuration. */
  readonly fromConfig?: boolean | undefined
}

const foreign = "is no host of the service: set `allowForeignEndpoint` to call it"

const parse = (text: string, secret: boolean): URL | string => {
  if (!URL.canParse(text)) return "is not a URL"
  const url = new URL(text)
  if (url.protocol !== "https:" && url.protocol !== "http:") return "is neither https nor http"
  if (url.username !== "" || url.password !== "") return "has user-info"
  if (url.search !== "" || url.hash !== "") return "has a query or a fragment"
  if (url.protocol === "http:" && secret && !isLoopback(url.hostname)) {
    return "is plain http to another machine: credentials are only sent over https or to loopback"
  }
  return url
}

const endpointOf = (url: URL): Endpoint => {
  const checked = { url: `${url.origin}${url.pathname.replace(/\/+$/, "")}`, host: url.host }
  return checked as Endpoint
}

const parsed = (text: string, secret: boolean): Endpoint | string => {
  const url = parse(text, secret)
  return typeof url === "string" ? url : endpointOf(url)
}

/** The hosts of a service: its own, regional ones, with mutual TLS, by Private Service Connect. */
const hostsOf = (hostname: string, universeDomain: string): RegExp => {
  const suffix = `.${universeDomain}`
  if (!hostname.endsWith(suffix)) return new RegExp(`^(?:[a-z0-9-]+-)?${escapeRegExp(hostname)}$`)
  const short = escapeRegExp(hostname.slice(0, -suffix.length))
  const forms = `(?:[a-z0-9-]+-)?${short}|${short}\\.[a-z0-9-]+\\.rep|${short}-[a-z0-9-]+\\.p`
  return new RegExp(`^(?:${forms})(?:\\.mtls)?${escapeRegExp(suffix)}$`)
}

/**
 * Resolves the endpoints of a client: the setting and what is wrong with it, if they are refused.
 *
 * @internal
 */
export const resolve = (
  binding: AnyBinding,
  { allowForeignEndpoint, endpoint, fromConfig, secret, universeDomain }: EndpointOptions
): Endpoints | readonly [setting: string, problem: string] => {
  const inUniverse = (host: string) =>
    host.replace(/\.googleapis\.com(?=$|[:/])/, `.${universeDomain}`)
  const own = parsed(inUniverse(binding.host ?? `https://${binding.service}`), secret)
  if (typeof own === "string") return ["host", own]
  const hosts = [inUniverse(binding.service), new URL(own.url).hostname].map((hostname) =>
    hostsOf(hostname, universeDomain)
  )
  const isOfService = (url: URL): boolean =>
    url.protocol === "https:" && url.port === "" && url.pathname === "/" &&
    hosts.some((pattern) => pattern.test(url.hostname))
  const admitted = (text: string, isKnown: (endpoint: Endpoint) => boolean): Endpoint | string => {
    const url = parse(text, secret)
    if (typeof url === "string") return url
    const endpoint = endpointOf(url)
    return allowForeignEndpoint === true || isKnown(endpoint) || isOfService(url)
      ? endpoint
      : foreign
  }
  if (typeof endpoint === "function") {
    const at = (location: string | undefined): Endpoint | string => {
      if (location !== undefined && !/^[a-z0-9-]+$/.test(location)) {
        return `depends on the location, and \`${location}\` is none`
      }
      return parsed(endpoint(location), secret)
    }
    return {
      own,
      at,
      admit: (text, location) =>
        admitted(text, ({ url }) =>
          [location, undefined].some((location) => {
            const mine = at(location)
            return typeof mine !== "string" && mine.url === url
          }))
    }
  }
  const fixed = endpoint === undefined
    ? own
    : fromConfig === true
    ? admitted(endpoint, ({ url }) => url === own.url)
    : parsed(endpoint, secret)
  if (typeof fixed === "string") return ["endpoint", fixed]
  return {
    own,
    at: () => fixed,
    admit: (text) => admitted(text, ({ url }) => url === fixed.url)
  }
}
