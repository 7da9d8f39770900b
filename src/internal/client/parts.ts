import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { InvalidRequest } from "../../LroError.ts"
import type { Route } from "../call/route.ts"
import type { Settings } from "../call/settings.ts"
import type { Pollers } from "../wait/poller.ts"
import type { PollSource } from "../wait/source.ts"

/**
 * What the waits of a client are made of.
 *
 * @internal
 */
export interface Parts {
  readonly settings: Settings
  readonly list: Route | undefined
  /** Refuses a name that does not fit get. */
  readonly checkName: (name: string) => Effect.Effect<unknown, InvalidRequest>
  readonly pollers: Pollers
}

/**
 * Makes where the waits of a client get states from.
 *
 * @internal
 */
export type MakeSource = (parts: Parts) => Effect.Effect<PollSource, never, Scope.Scope>
