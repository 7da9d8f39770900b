/** Path templates as the tests read them, written apart from the code under test. */
import { Array as Arr } from "effect"

/** google/api/http.proto: all but `[-_.~0-9a-zA-Z]`, slashes kept. */
export const encode = (name: string): string =>
  Arr.fromIterable(new TextEncoder().encode(name)).map((byte) => {
    const char = String.fromCharCode(byte)
    return /[-_.~0-9a-zA-Z/]/.test(char)
      ? char
      : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`
  }).join("")

/** Fills a pattern: every `*` with an id that needs encoding, `**` with two segments. */
export const fill = (pattern: string): string =>
  pattern.split("/").map((segment, i, all) =>
    segment === "**"
      ? "a b/c+d=e:f%~é"
      : segment === "*"
      ? `${all[i - 1] ?? "id"}.x+1=2:3%4 ü`
      : segment
  ).join("/")

/** The variables of a template: the field by its camelCase path, the pattern, and the text with its braces. */
export const variables = (
  template: string
): ReadonlyArray<{ readonly field: string; readonly pattern: string; readonly text: string }> =>
  [...template.matchAll(/\{([^}=]+)(?:=([^}]+))?\}/g)].map(([text, field = "", pattern = "*"]) => ({
    field: field.replace(/_([a-z0-9])/g, (_, c: string) => c.toUpperCase()),
    pattern,
    text
  }))
