import type * as Undici from "undici"
import { isLoopback, isWithin } from "../base/hosts.ts"
import { multiplexing } from "./multiplexing.ts"
import { Queue } from "./queue.ts"

/** Which proxy a request takes, by the variables that curl and the Google libraries read. */
export interface Proxies {
  readonly http: string | undefined
  readonly https: string | undefined
  /** Hosts that need none, separated by commas; `*` is all. */
  readonly none: string
}

/** Never through a proxy: this machine, and the metadata server, which hands out tokens. */
const isLocal = (hostname: string): boolean =>
  isLoopback(hostname) || hostname === "169.254.169.254" || hostname === "[fd20:ce::254]" ||
  hostname === "metadata" ||
  hostname === "metadata.google.internal" || hostname.startsWith("metadata.google.internal.")

const portOf = ({ port, protocol }: URL): string => port || (protocol === "https:" ? "443" : "80")

const isListed = (url: URL, list: string): boolean =>
  list.split(/[\s,]+/).some((entry) => {
    const [, host = "", port] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? []
    if (entry === "*") return true
    if (host === "" || (port !== undefined && port !== portOf(url))) return false
    return isWithin(url.hostname, host)
  })

/**
 * The proxy of a URL, or `undefined`.
 *
 * @internal
 */
export const proxyOf = (url: URL, proxies: Proxies): string | undefined =>
  isLocal(url.hostname) || isListed(url, proxies.none)
    ? undefined
    : url.protocol === "https:"
    ? proxies.https ?? proxies.http
    : proxies.http

/** @internal */
export interface Connections {
  readonly connections: number
  readonly keepAliveMillis: number
  readonly connectMillis: number
  readonly http2: boolean
  readonly ca: string | ReadonlyArray<string> | undefined
}

/**
 * The way to one origin: who wants to use it queues for it.
 *
 * @internal
 */
export interface Route {
  readonly queue: Queue
  readonly dispatch: Undici.Dispatcher["dispatch"]
}

/** @internal */
export interface Routes {
  readonly connections: number
  readonly to: (origin: string) => Route
  /** Closes every socket, also those in use. */
  readonly destroy: () => Promise<unknown>
}

/** What undici is used for. */
export type Library = Pick<typeof Undici, "Agent" | "Client" | "ProxyAgent" | "buildConnector">

/**
 * One dispatcher for what needs no proxy, one for each proxy; with HTTP/2 one for each origin.
 *
 * @internal
 */
export const make = (
  undici: Library,
  options: Connections,
  proxies: Proxies
): Routes => {
  const connect = {
    timeout: options.connectMillis,
    allowH2: false,
    ...(options.ca === undefined
      ? undefined
      : { ca: typeof options.ca === "string" ? options.ca : [...options.ca] })
  }
  const shared = {
    connections: options.connections,
    keepAliveTimeout: options.keepAliveMillis,
    keepAliveMaxTimeout: options.keepAliveMillis,
    allowH2: false,
    // The attempt's own limit rules.
    headersTimeout: 0,
    bodyTimeout: 0
  }
  const all: Array<Undici.Dispatcher> = []
  const made = new Map<string | undefined, Undici.Dispatcher>()
  const routes = new Map<string, Route>()
  const dispatcher = (
    proxy: string | undefined,
    own: Pick<Undici.Agent.Options, "factory">
  ): Undici.Dispatcher => {
    const dispatcher = proxy === undefined
      ? new undici.Agent({ ...shared, ...own, connect })
      : new undici.ProxyAgent({
        ...shared,
        ...own,
        uri: proxy,
        requestTls: own.factory === undefined ? connect : { ...connect, allowH2: true },
        proxyTls: connect
      })
    all.push(dispatcher)
    return dispatcher
  }
  const through = (proxy: string | undefined): Undici.Dispatcher => {
    const known = made.get(proxy) ?? dispatcher(proxy, {})
    made.set(proxy, known)
    return known
  }
  const routeTo = (origin: string): Route => {
    const url = new URL(origin)
    const proxy = proxyOf(url, proxies)
    return options.http2 && url.protocol === "https:"
      ? multiplexing(undici, options.connections, {
        multiplexed: (factory) => dispatcher(proxy, { factory }),
        plain: () => through(proxy)
      })
      : { queue: new Queue(options.connections), dispatch: dispatchBy(through(proxy)) }
  }
  return {
    connections: options.connections,
    to: (origin) => {
      const known = routes.get(origin) ?? routeTo(origin)
      routes.set(origin, known)
      return known
    },
    destroy: () => Promise.all(all.map((dispatcher) => dispatcher.destroy()))
  }
}

const dispatchBy = (dispatcher: Undici.Dispatcher): Route["dispatch"] => (sent, handler) =>
  dispatcher.dispatch(sent, handler)
