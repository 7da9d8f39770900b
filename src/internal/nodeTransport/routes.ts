import type * as Undici from "undici"
import { type Proxies, proxyOf } from "../wire/proxy.ts"
import { multiplexing } from "./multiplexing.ts"
import { Queue } from "./queue.ts"
import type { Route } from "./route.ts"

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
  readonly connections: number
  readonly to: (origin: string) => Route
  /** Closes every socket, also those in use. */
  readonly destroy: () => Promise<unknown>
}

/** What undici is used for. */
export type Library = Pick<
  typeof Undici,
  "Agent" | "Client" | "Pool" | "ProxyAgent" | "buildConnector"
>

/** Codes of a connection that ended before the proxy made a tunnel: nothing can have been sent through it. */
const lost = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"])

/**
 * The way to a proxy. While a proxy hangs up in place of a tunnel, undici 7 would connect again and again without a pause: it takes an
 * error with such a code for the end of an idle connection.
 */
const toProxy = (undici: Library, origin: URL, options: object): Undici.Dispatcher => {
  const pool = new undici.Pool(origin, options)
  const connect = pool.connect.bind(pool)
  return Object.assign(pool, {
    connect: (sent: Omit<Undici.Dispatcher.ConnectOptions, "origin">) =>
      connect(sent).catch((cause: unknown) => {
        const { code } = cause as { readonly code?: string }
        const isLost = lost.has(code ?? "")
        return Promise.reject(isLost ? new Error("proxy connection lost", { cause }) : cause)
      })
  })
}

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
        // The default of undici 7; undici 8 would ask the proxy for what is plain http.
        proxyTunnel: true,
        requestTls: own.factory === undefined ? connect : { ...connect, allowH2: true },
        proxyTls: connect,
        clientFactory: (origin, options) => toProxy(undici, origin, options)
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
