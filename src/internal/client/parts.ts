import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { InvalidRequest } from "../../LroError.ts"
import type { Route } from "../call/route.ts"
import type { Settings } from "../call/settings.ts"
import type { Pollers } from "../wait/poller.ts"
import type { Asker, Polled, PollSource } from "../wait/source.ts"

/**
 * What the waits of a client are made of.
 *
 * @internal
 */
export interface Parts {
  readonly settings: Settings
  readonly list: Route | undefined
  readonly ask: (polled: Polled) => Asker
  readonly pollers: Pollers
  /** Refuses a name that does not fit get. */
  readonly checkName: (name: string) => Effect.Effect<unknown, InvalidRequest>
  /** Where its waits get states from. */
  readonly source: PollSource
}

/**
 * Another source in the place of pollers.
 *
 * @internal
 */
export type MakeSource = (
  parts: Omit<Parts, "source">
) => Effect.Effect<PollSource, never, Scope.Scope>
