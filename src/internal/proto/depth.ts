/**
 * Levels of messages and lists, as many as protobuf's parsers take.
 *
 * @internal
 */
export const maxDepth = 100

/**
 * Whether JSON has no more levels than protobuf's parsers take. Whoever walks, prints or serialises deeper one ends with a full stack.
 *
 * @internal
 */
export const isShallow = (u: unknown, levels = maxDepth): boolean =>
  typeof u !== "object" || u === null ||
  (levels > 0 && Object.values(u).every((item) => isShallow(item, levels - 1)))

/** @internal */
export const tooDeep = "nested too deeply"

/**
 * JSON of a server, where it goes into an error: a text in the place of what is too deep.
 *
 * @internal
 */
export const shallow = (u: unknown): unknown => isShallow(u) ? u : tooDeep
