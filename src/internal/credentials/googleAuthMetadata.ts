import type * as Library from "google-auth-library"
import { classify } from "../wire/transportFailure.ts"

/**
 * Hosts that no proxy can reach for us.
 *
 * @internal
 */
export const noProxy = [
  "localhost",
  "127.0.0.1",
  "[::1]",
  "169.254.169.254",
  "metadata.google.internal",
  "metadata.google.internal."
]

const tended = new WeakSet<object>()

/**
 * Requests to the metadata server know none of our options: they go out by an instance that the package shares with others. This
 * lets them bypass the proxy, keeps them from following redirects and gives those that would wait for ever a time-out.
 *
 * @internal
 */
export const tendMetadata = (library: typeof Library): void => {
  const { instance } = library.gaxios
  instance.defaults.noProxy = [...new Set([...(instance.defaults.noProxy ?? []), ...noProxy])]
  if (tended.has(instance)) return
  tended.add(instance)
  instance.interceptors.request.add({
    resolved: (options) => {
      if (options.headers.get("metadata-flavor") === "Google") {
        if (!options.timeout) options.signal = AbortSignal.timeout(10_000)
        // But for the search for the server: of a directory it sends on to the name with a slash.
        if (!String(options.url).endsWith("/instance")) options.redirect = "error"
      }
      return Promise.resolve(options)
    }
  })
}

/**
 * Looks for the metadata server where the package would, and says nothing when there is none: the package warns on the console of
 * every machine that has no such server. `"away"` is one that cannot be connected to.
 *
 * @internal
 */
export const search = async (
  library: typeof Library,
  host: string | undefined,
  signal: AbortSignal
): Promise<"there" | "away" | "none"> => {
  if (library.gcpMetadata.getGCPResidency()) return "there"
  const ask = async (origin: string) => {
    const { headers } = await library.gaxios.instance.request({
      url: `${origin}/computeMetadata/v1/instance`,
      headers: { "metadata-flavor": "Google" },
      responseType: "text",
      retry: false,
      timeout: 3_000,
      signal
    })
    return headers.get("metadata-flavor") === "Google" ? "there" : "none"
  }
  const origins = host === undefined
    ? ["http://169.254.169.254", "http://metadata.google.internal."]
    : [/^https?:\/\//.test(host) ? host.replace(/\/$/, "") : `http://${host}`]
  try {
    return await Promise.any(origins.map(ask))
  } catch (error) {
    return classify(error, false)[1] === "no" ? "away" : "none"
  }
}
