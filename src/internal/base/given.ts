/**
 * Without the keys that are `undefined`.
 *
 * @internal
 */
export const given = <A extends object>(options: A): A =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as A
