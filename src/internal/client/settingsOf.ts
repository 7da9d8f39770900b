import type { Settings } from "../call/settings.ts"
import type { Parts } from "./parts.ts"

/**
 * What a client was made of.
 *
 * @internal
 */
export interface Inside {
  readonly settings: Settings
  /** What its waits are made of; without get it has none. */
  readonly parts: Parts | undefined
}

const known = new WeakMap<object, Inside>()

/**
 * Keeps what a client was made of.
 *
 * @internal
 */
export const remember = <C extends object>(client: C, inside: Inside): C => {
  known.set(client, inside)
  return client
}

/**
 * What a client was made of; `undefined` for one that no layer made.
 *
 * @internal
 */
export const insideOf = (client: object): Inside | undefined => known.get(client)

/**
 * The settings that a client was made of; `undefined` for one that no layer made.
 *
 * @internal
 */
export const settingsOf = (client: object): Settings | undefined => insideOf(client)?.settings
