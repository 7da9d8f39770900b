import * as Effect from "effect/Effect"
import { InvalidSettings } from "../../LroError.ts"
import { processVariable } from "../base/environment.ts"
import { isLoopback, isWithin } from "../base/hosts.ts"

/**
 * Which proxy a request takes, by the variables that curl and the Google libraries read.
 *
 * @internal
 */
export interface Proxies {
  readonly http: string | undefined
  readonly https: string | undefined
  /** Hosts that need none, separated by commas; `*` is all. */
  readonly none: string
}

/** @internal */
export const checked = (
  setting: string,
  proxy: string | undefined
): Effect.Effect<string | undefined, InvalidSettings> =>
  proxy === undefined || (URL.canParse(proxy) && /^https?:$/.test(new URL(proxy).protocol))
    ? Effect.succeed(proxy)
    : Effect.fail(new InvalidSettings({ setting, problem: "is not an http or https URL" }))

const inCapitalsOrNot = (name: string) =>
  Effect.flatMap(
    processVariable(name),
    (value) => value === undefined ? processVariable(name.toLowerCase()) : Effect.succeed(value)
  )

/**
 * Hosts that need no proxy, by the process.
 *
 * @internal
 */
export const exceptions = inCapitalsOrNot("NO_PROXY")

/**
 * The proxies of the process. Its variables are read whatever the config provider, as google-auth-library reads them: both take the
 * same proxy. One that nothing can be sent through is refused by its name: later it would fail every call.
 *
 * @internal
 */
export const ofProcess: Effect.Effect<Proxies, InvalidSettings> = Effect.gen(function*() {
  const proxy = (name: string) =>
    Effect.flatMap(inCapitalsOrNot(name), (value) => checked(name, value))
  return {
    http: yield* proxy("HTTP_PROXY"),
    https: yield* proxy("HTTPS_PROXY"),
    none: (yield* exceptions) ?? ""
  }
})

/** Never through a proxy: this machine, and the metadata server, which hands out tokens. */
const isLocal = (hostname: string): boolean =>
  isLoopback(hostname) || hostname === "169.254.169.254" || hostname === "[fd20:ce::254]" ||
  hostname === "metadata" || hostname === "metadata.google.internal" ||
  hostname.startsWith("metadata.google.internal.")

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
