import { ForeignCause } from "../../LroError.ts"
import { isObject } from "../base/json.ts"
import { credentialShapes } from "../base/secrets.ts"
import { oneLine } from "./message.ts"

const secrets: ReadonlyArray<readonly [pattern: RegExp, replacement: string]> = [
  [/-----BEGIN[^]*/g, "<redacted>"],
  [credentialShapes, "<redacted>"],
  [/\b(bearer|basic)\s+\S+/gi, "$1 <redacted>"],
  [/((?:token|secret|assertion|password|key)["']?\s*[=:]\s*)["']?[^\s"',}&]+/gi, "$1<redacted>"],
  [/[\w+/=~-]{32,}/g, "<redacted>"]
]

/**
 * Takes out of a foreign message what may be a token, a key or a body: PEM blocks, header values, `…token=…` and long runs of
 * characters that tokens are made of; keeps its first 300 characters.
 *
 * @internal
 */
export const mask = (text: string): string =>
  secrets.reduce((masked, [pattern, by]) => masked.replace(pattern, by), oneLine(text)).slice(
    0,
    300
  )

/**
 * A property of a foreign value, if it is a string or a number.
 *
 * @internal
 */
export const text = (u: unknown, key: string): string | undefined => {
  if (typeof u !== "object" || u === null || !(key in u)) return undefined
  const value: unknown = Reflect.get(u, key)
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined
}

/**
 * Any error as plain data without secrets.
 *
 * @internal
 */
export const fromUnknown = (u: unknown): ForeignCause => {
  const code = text(u, "code")
  return new ForeignCause({
    name: mask(text(u, "_tag") ?? text(u, "name") ?? typeof u),
    ...(code === undefined ? {} : { code: mask(code) }),
    message: mask(text(u, "message") ?? (typeof u === "string" ? u : ""))
  })
}

/** The innermost error with a message. */
const innermost = (u: unknown, depth = 0): { readonly [key: string]: unknown } | undefined => {
  if (!isObject(u) || depth > 8) return undefined
  const next = Array.isArray(u["errors"]) && u["errors"].length > 0 ? u["errors"][0] : u["cause"]
  return innermost(next, depth + 1) ?? (typeof u["message"] === "string" ? u : undefined)
}

const identifier = /^[\w.]{1,60}$/

/**
 * The name and the code of the innermost error. Its message stays out: transports quote URLs and headers in theirs.
 *
 * @internal
 */
export const ofTransport = (
  error: unknown,
  clean: (text: string) => string = (text) => text
): ForeignCause => {
  const inner = innermost(error)
  const name = identifier.exec(clean(text(inner, "name") ?? ""))?.[0] ?? "Error"
  const code = clean(text(inner, "code") ?? "")
  return /^[A-Z][A-Z0-9_]+$/.test(code)
    ? new ForeignCause({ name, code, message: code })
    : new ForeignCause({ name, message: name })
}
