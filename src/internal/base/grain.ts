/**
 * Clocks round, so a timer may run a microsecond early. In milliseconds.
 *
 * @internal
 */
export const grain = 0.001
