/**
 * The version of this package; a test compares it with package.json.
 *
 * @internal
 */
export const version = "0.1.0"

const node: string | undefined = globalThis.process?.versions?.node

const isBrowser = "document" in globalThis || "WorkerNavigator" in globalThis

/**
 * The value of `x-goog-api-client`.
 *
 * @internal
 */
export const xGoogApiClient = `${
  node === undefined ? "gl-web/unknown" : `gl-node/${node}`
} gccl/${version} rest/effect-platform`

/**
 * The value of `user-agent`; browsers forbid the header.
 *
 * @internal
 */
export const userAgent: string | undefined = isBrowser ? undefined : `effect-lro/${version}`

const reservedHeaders = [
  "authorization",
  "x-goog-api-key",
  "x-goog-user-project",
  "x-goog-api-client",
  "user-agent",
  "x-goog-request-params",
  // These frame a message or belong to a connection.
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade"
]

/**
 * What is wrong with extra headers, or `undefined`.
 *
 * @internal
 */
export const headersProblem = (
  headers: { readonly [name: string]: string }
): string | undefined => {
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase()
    if (reservedHeaders.includes(lower) || lower.startsWith("proxy-")) {
      return `names the reserved header ${lower}`
    }
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
      return "has a header name that HTTP does not allow"
    }
    if (!isHeaderValue(value)) return `has a value for ${name} that HTTP does not allow`
  }
  return undefined
}

/** @internal */
export const isHeaderValue = (value: string): boolean =>
  /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value)

/** @internal */
export const lowerCased = (
  headers: { readonly [name: string]: string }
): { readonly [name: string]: string } =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
