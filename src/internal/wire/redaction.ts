/**
 * A server, or a proxy's page, may quote the request: takes out what the credentials gave, and what looks like a credential.
 */
import type * as Headers from "@effect/platform/Headers"
import { credentialShapes } from "../base/secrets.ts"
import { tooDeep } from "../proto/depth.ts"

/** A character of a secret as it may stand in a text that holds JSON, HTML or a URL. */
const inAnyForm = (char: string): string => {
  if (/\w/.test(char)) return char
  const code = char.charCodeAt(0)
  const hex = code.toString(16)
  return `(?:\\\\{0,9}(?:\\x${hex}|u00${hex})|%(?:25)*${hex}|&#(?:x0*${hex}|0*${code});?|&[a-z]+;)`
}

const patternOf = (sent: ReadonlyArray<Headers.Headers>): RegExp | undefined => {
  const secrets = sent.flatMap((headers) =>
    Object.entries(headers).flatMap(([name, value]) =>
      name === "x-goog-user-project" ? [] : value.split(" ")
    )
  ).filter((secret) =>
    secret.length >= 16 /* Whatever is shorter is no token, and may be a word. */
  )
  return secrets.length === 0
    ? undefined
    : new RegExp(secrets.map((secret) => [...secret].map(inAnyForm).join("")).join("|"), "gi")
}

/**
 * Takes secrets out of what was decoded.
 *
 * @internal
 */
export interface Redaction {
  readonly text: (text: string) => string
  /** Of JSON, at every depth that an error keeps. */
  readonly json: (json: unknown) => unknown
}

/**
 * @internal
 */
export const make = (sent: ReadonlyArray<Headers.Headers>): Redaction => {
  const pattern = patternOf(sent)
  const text = (text: string): string => {
    const known = pattern === undefined ? text : text.replace(pattern, "<redacted>")
    return known.replace(credentialShapes, "<redacted>")
  }
  const json = (u: unknown, levels: number): unknown => {
    if (typeof u === "string") return text(u)
    if (typeof u !== "object" || u === null) return u
    if (levels === 0) return tooDeep
    return Array.isArray(u)
      ? u.map((item) => json(item, levels - 1))
      : Object.fromEntries(
        Object.entries(u).map(([key, value]) => [
          text(key),
          json(value, levels - 1)
        ])
      )
  }
  return { text, json: (u) => json(u, 200) }
}
