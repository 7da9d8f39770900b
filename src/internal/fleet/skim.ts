/**
 * What of a page somebody wants, read from its text: a page shows a thousand operations, most of them as they were. JSON as a whole is
 * read by `JSON.parse`, which takes ten times as long for what is then left.
 */

const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const opening = 0x5b
const backslash = 0x5c
const closing = 0x5d
const openingBrace = 0x7b
const closingBrace = 0x7d

/** Where something else than whitespace is. */
const past = (text: string, from: number): number => {
  let at = from
  for (let code = text.charCodeAt(at); code <= 0x20; code = text.charCodeAt(at)) at++
  return at
}

/** After the string that begins here. */
const afterString = (text: string, from: number): number => {
  let at = from + 1
  for (let code = text.charCodeAt(at); code !== quote; code = text.charCodeAt(at)) {
    // Past the end it is no number.
    if (!(code >= 0)) return Infinity
    at += code === backslash ? 2 : 1
  }
  return at + 1
}

/** After the value that begins here; what is in it is not looked at. `Infinity`: it has no end. */
const afterValue = (text: string, from: number): number => {
  const first = text.charCodeAt(from)
  if (first === quote) return afterString(text, from)
  const isWhole = first !== opening && first !== openingBrace
  let depth = 0
  for (let at = from;;) {
    const code = text.charCodeAt(at)
    if (!(code >= 0)) return Infinity
    if (isWhole && (code === comma || code === closing || code === closingBrace || code <= 0x20)) {
      return at
    }
    if (code === quote) {
      at = afterString(text, at)
      continue
    }
    at++
    if (code === opening || code === openingBrace) depth++
    else if ((code === closing || code === closingBrace) && --depth === 0) return at
  }
}

/** Goes through the members of the object or the items of the list that begins here; gives what is after it, or `Infinity`. */
const through = (
  text: string,
  from: number,
  isObject: boolean,
  each: (key: number, value: number) => number
): number => {
  const end = isObject ? closingBrace : closing
  if (text.charCodeAt(from) !== (isObject ? openingBrace : opening)) return Infinity
  let at = past(text, from + 1)
  if (text.charCodeAt(at) === end) return at + 1
  for (;;) {
    const key = at
    if (isObject) {
      if (text.charCodeAt(key) !== quote) return Infinity
      at = past(text, afterString(text, key))
      if (text.charCodeAt(at) !== colon) return Infinity
      at = past(text, at + 1)
    }
    at = past(text, each(key, at))
    const code = text.charCodeAt(at)
    if (code === end) return at + 1
    if (code !== comma) return Infinity
    at = past(text, at + 1)
  }
}

/**
 * Reads a page, with those operations alone that are wanted; what is not is not checked. `undefined`: it is not a page as they are mostly, and
 * `JSON.parse` has to read it.
 *
 * @internal
 */
export const skim = (
  text: string,
  /** Told whether it runs, with nothing in it but a name and metadata. */
  isWanted: (name: string, runs: boolean) => boolean
): { readonly value: unknown } | undefined => {
  const isKey = (key: string, at: number): boolean => text.startsWith(key, at)
  let operations: Array<unknown> | undefined
  const page: { nextPageToken?: unknown; unreachable?: unknown } = {}
  const item = (_: number, from: number): number => {
    /** Where its name begins and ends: it has one, and without escapes. */
    let begin = -1
    let finish = -1
    let runs = true
    const end = through(text, from, true, (key, value) => {
      const after = afterValue(text, value)
      if (isKey(`"name"`, key)) {
        begin = text.charCodeAt(value) === quote ? value + 1 : -1
        finish = after - 1
      } else if (isKey(`"done"`, key)) runs &&= isKey("false", value)
      else if (!isKey(`"metadata"`, key)) runs = false
      return after
    })
    if (end === Infinity) return end
    const name = begin < 0 ? undefined : text.slice(begin, finish)
    // Where it is no name, the operation as a whole says what it is.
    if (name === undefined || name.includes("\\") || isWanted(name, runs)) {
      operations?.push(JSON.parse(text.slice(from, end)))
    }
    return end
  }
  try {
    const end = through(text, past(text, 0), true, (key, value) => {
      if (isKey(`"operations"`, key)) {
        operations = []
        return through(text, value, false, item)
      }
      const after = afterValue(text, value)
      if (isKey(`"nextPageToken"`, key)) page.nextPageToken = JSON.parse(text.slice(value, after))
      if (isKey(`"unreachable"`, key)) page.unreachable = JSON.parse(text.slice(value, after))
      return after
    })
    const isPage = operations !== undefined && past(text, end) === text.length
    return isPage ? { value: { ...page, operations } } : undefined
  } catch {
    return undefined
  }
}
