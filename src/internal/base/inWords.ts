import * as Duration from "effect/Duration"

/**
 * Milliseconds in words: `1m 30s`.
 *
 * @internal
 */
export const inWords = (millis: number): string => Duration.format(Duration.millis(millis))
