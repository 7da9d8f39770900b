/** Longest resource name that is accepted, in UTF-8 bytes. */
const maxBytes = 2048

const forbidden: ReadonlyArray<readonly [pattern: RegExp, problem: string]> = [
  [/:\/\//, "is a URL, not a resource name"],
  // oxlint-disable-next-line no-control-regex
  [/[\u0000-\u001f\u007f-\u009f]/, "contains a control character"],
  [/\\/, "contains a backslash"],
  [/\?/, "contains `?`"],
  [/#/, "contains `#`"],
  [/%2f/i, "contains an encoded slash"],
  [/^\//, "starts with a slash"],
  [/\/$/, "ends with a slash"],
  [/\/\//, "has an empty segment"]
]

const decodeOnce = (segment: string): string => segment.replace(/%2e/gi, ".")

/**
 * Says what is wrong with a resource name, or `undefined` when it may enter a URL.
 *
 * @internal
 */
export const problem = (name: string): string | undefined => {
  if (name === "") return "is empty"
  for (const [pattern, text] of forbidden) {
    if (pattern.test(name)) return text
  }
  for (const segment of name.split("/")) {
    const decoded = decodeOnce(segment)
    if (decoded === "." || decoded === "..") return `has the segment \`${decoded}\``
  }
  if (!isWellFormed(name)) return "contains a lone surrogate"
  if (name.length > maxBytes || new TextEncoder().encode(name).length > maxBytes) {
    return `is longer than ${maxBytes} bytes`
  }
  return undefined
}

/**
 * Whether a text has no lone surrogate: only then can it be encoded. `String.prototype.isWellFormed` is newer than ES2022.
 *
 * @internal
 */
export const isWellFormed = (text: string): boolean =>
  !/[\ud800-\udbff](?![\udc00-\udfff])|(?:^|[^\ud800-\udbff])[\udc00-\udfff]/.test(text)

/**
 * A name without what people paste in front of it: slashes and a version.
 *
 * @internal
 */
export const unprefixed = (name: string): string =>
  name.replace(/^\/+/, "").replace(/^v\d\w*\//, "")

/**
 * A name that needs neither a check nor encoding, as nearly all do: 2 us less per call.
 *
 * @internal
 */
export const isPlain = (name: string): boolean =>
  name.length < 1024 && !/^v\d/.test(name) &&
  /^[\w~-][\w.~-]*(?:\/[\w~-][\w.~-]*)*$/.test(name)

/**
 * The location in a name: what follows the segment `locations`.
 *
 * @internal
 */
export const location = (name: string): string | undefined =>
  /(?:^|\/)locations\/([^/]+)/.exec(name)?.[1]
