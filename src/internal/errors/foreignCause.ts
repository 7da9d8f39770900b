import { ForeignCause } from "../../LroError.ts"
import { oneLine } from "./message.ts"

const secrets: ReadonlyArray<readonly [pattern: RegExp, replacement: string]> = [
  [/-----BEGIN[\s\S]*/g, "<redacted>"],
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
