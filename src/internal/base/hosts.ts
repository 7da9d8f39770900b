/**
 * Whether a host name is of this machine. No name that has to be looked up but `localhost`, which is loopback by RFC 6761.
 *
 * @internal
 */
export const isLoopback = (hostname: string): boolean =>
  hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" ||
  /^127\.\d+\.\d+\.\d+$/.test(hostname)

/**
 * Whether a host name is a domain or one below it.
 *
 * @internal
 */
export const isWithin = (hostname: string, domain: string): boolean =>
  hostname === domain || hostname.endsWith(`.${domain}`)
