/**
 * JSON, or `undefined` where a text is none.
 *
 * @internal
 */
export const parseJson = (text: string): { readonly value: unknown } | undefined => {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return undefined
  }
}

/** @internal */
export const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/**
 * A JSON value as text with sorted keys: equal values have equal texts, whatever the order of their keys. Values nested too deep for
 * the stack count as different from any other.
 *
 * @internal
 */
export const canonical = (json: unknown): string | symbol => {
  try {
    return JSON.stringify(
      json,
      (_, value: unknown) =>
        isObject(value)
          ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1))
          : value
    ) ?? ""
  } catch {
    return Symbol()
  }
}
