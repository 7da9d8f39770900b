import type { TransportError } from "../../LroError.ts"
import { isObject } from "../base/json.ts"

type Reason = TransportError["reason"]

const reasons: ReadonlyArray<readonly [pattern: RegExp, reason: Reason, sent: "no" | "maybe"]> = [
  [/^(ENOTFOUND|EAI_\w+)$/, "Dns", "no"],
  [/^(ECONNREFUSED)$/, "Refused", "no"],
  [
    /^(ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL|ENETDOWN|EHOSTDOWN|UND_ERR_CONNECT_TIMEOUT)$/,
    "Unreachable",
    "no"
  ],
  [
    /^(CERT_\w+|ERR_TLS_\w+|ERR_SSL_\w+|DEPTH_ZERO_\w+|SELF_SIGNED_\w+|UNABLE_TO_\w+|HOSTNAME_MISMATCH|EPROTO)$/,
    "Tls",
    "no"
  ],
  [/^(UND_ERR_PRX_\w+|UND_ERR_PROXY\w*)$/, "Proxy", "no"],
  [
    /^(ECONNRESET|EPIPE|ECONNABORTED|ERR_HTTP2_\w+|UND_ERR_INFO|UND_ERR_SOCKET|UND_ERR_CLOSED|UND_ERR_DESTROYED)$/,
    "Reset",
    "maybe"
  ],
  [
    /^(UND_ERR_INVALID_ARG|UND_ERR_NOT_SUPPORTED|UND_ERR_REQ_CONTENT_LENGTH_MISMATCH|ERR_INVALID_CHAR|ERR_HTTP2_INVALID_\w+)$/,
    "Other",
    "no"
  ],
  [/^(ETIMEDOUT|UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT|ESOCKETTIMEDOUT)$/, "Timeout", "maybe"]
]

/**
 * Walks `cause` and `errors` (happy eyeballs) to the first error with a known code.
 *
 * @internal
 */
export const known = (u: unknown, depth = 0): readonly [Reason, "no" | "maybe"] | undefined => {
  if (!isObject(u) || depth > 8) return undefined
  const { _tag, code, message, name } = u
  if (typeof message === "string" && message.includes("NGHTTP2_REFUSED_STREAM")) {
    return ["Refused", "no"]
  }
  if (typeof code === "string") {
    for (const [pattern, reason, sent] of reasons) {
      if (pattern.test(code)) return [reason, sent]
    }
  }
  // A client that has a time-out of its own, Effect's or the platform's.
  if (_tag === "TimeoutException" || name === "TimeoutError") return ["Timeout", "maybe"]
  if (typeof message === "string" && /proxy (response|tunnel|connect)/i.test(message)) {
    return ["Proxy", "no"]
  }
  const inner = Array.isArray(u["errors"]) ? known(u["errors"][0], depth + 1) : undefined
  return inner ?? known(u["cause"], depth + 1)
}

/**
 * Classifies what a transport raised before or while a reply was read.
 *
 * @internal
 */
export const classify = (error: unknown, reading: boolean): readonly [Reason, "no" | "maybe"] => {
  const found = known(error)
  if (!reading) return found ?? ["Other", "maybe"]
  return [found?.[0] === "Timeout" ? "Timeout" : "Truncated", "maybe"]
}
