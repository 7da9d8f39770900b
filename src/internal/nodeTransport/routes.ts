import type * as Undici from "undici"

/** Which proxy a request takes, by the variables that curl and the Google libraries read. */
export interface Proxies {
  readonly http: string | undefined
  readonly https: string | undefined
  /** Hosts that need none, separated by commas; `*` is all. */
  readonly none: string
}

/** Never through a proxy: this machine, and the metadata server, which hands out tokens. */
const isLocal = (hostname: string): boolean =>
  hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" ||
  /^127\.\d+\.\d+\.\d+$/.test(hostname) || hostname === "169.254.169.254" ||
  hostname === "[fd20:ce::254]" || hostname === "metadata" ||
  hostname === "metadata.google.internal" || hostname.startsWith("metadata.google.internal.")

const portOf = ({ port, protocol }: URL): string => port || (protocol === "https:" ? "443" : "80")

const isListed = (url: URL, list: string): boolean =>
  list.split(/[\s,]+/).some((entry) => {
    const [, host = "", port] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? []
    if (entry === "*") return true
    if (host === "" || (port !== undefined && port !== portOf(url))) return false
    return url.hostname === host || url.hostname.endsWith(`.${host}`)
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

/** @internal */
export interface Routes {
  readonly to: (origin: string) => Undici.Dispatcher
  /** Closes every socket, also those in use. */
  readonly destroy: () => Promise<unknown>
}

/**
 * One dispatcher for what needs no proxy, one for each proxy.
 *
 * @internal
 */
export const make = (
  undici: Pick<typeof Undici, "Agent" | "ProxyAgent">,
  options: Connections,
  proxies: Proxies
): Routes => {
  const connect = {
    timeout: options.connectMillis,
    allowH2: options.http2,
    ...(options.ca === undefined
      ? undefined
      : { ca: typeof options.ca === "string" ? options.ca : [...options.ca] })
  }
  const shared = {
    connections: options.connections,
    keepAliveTimeout: options.keepAliveMillis,
    keepAliveMaxTimeout: options.keepAliveMillis,
    allowH2: options.http2,
    // The attempt's own limit rules.
    headersTimeout: 0,
    bodyTimeout: 0
  }
  const made = new Map<string | undefined, Undici.Dispatcher>()
  const byOrigin = new Map<string, Undici.Dispatcher>()
  const through = (proxy: string | undefined): Undici.Dispatcher => {
    const known = made.get(proxy)
    if (known !== undefined) return known
    const dispatcher = proxy === undefined
      ? new undici.Agent({ ...shared, connect })
      : new undici.ProxyAgent({ ...shared, uri: proxy, requestTls: connect, proxyTls: connect })
    made.set(proxy, dispatcher)
    return dispatcher
  }
  return {
    to: (origin) => {
      const known = byOrigin.get(origin)
      if (known !== undefined) return known
      const dispatcher = through(proxyOf(new URL(origin), proxies))
      byOrigin.set(origin, dispatcher)
      return dispatcher
    },
    destroy: () => Promise.all([...made.values()].map((dispatcher) => dispatcher.destroy()))
  }
}
