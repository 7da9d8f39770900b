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
