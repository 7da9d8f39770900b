/**
 * Whether a text has no lone surrogate: only then can it be encoded. `String.prototype.isWellFormed` is newer than ES2022.
 *
 * @internal
 */
export const isWellFormed = (text: string): boolean =>
  !/[\ud800-\udbff](?![\udc00-\udfff])|(?:^|[^\ud800-\udbff])[\udc00-\udfff]/.test(text)

/**
 * A text as a regular expression that matches it and nothing else. `RegExp.escape` is newer than ES2022.
 *
 * @internal
 */
export const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
