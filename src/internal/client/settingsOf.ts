import type { Settings } from "../call/settings.ts"

const known = new WeakMap<object, Settings>()

/**
 * Keeps the settings that a client was made of.
 *
 * @internal
 */
export const remember = <C extends object>(client: C, settings: Settings): C => {
  known.set(client, settings)
  return client
}

/**
 * The settings that a client was made of; `undefined` for one that no layer made.
 *
 * @internal
 */
export const settingsOf = (client: object): Settings | undefined => known.get(client)
