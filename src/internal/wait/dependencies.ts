import type * as Effect from "effect/Effect"
import type { InvalidRequest } from "../../LroError.ts"
import type { Starting } from "../call/cancel.ts"
import type { Settings } from "../call/settings.ts"
import type { PollSource } from "./source.ts"

/**
 * What the waits of a client need.
 *
 * @internal
 */
export interface Dependencies {
  readonly settings: Settings
  readonly source: PollSource
  readonly starting: Starting
  /** Refuses a name that does not fit get. */
  readonly checkName: (name: string) => Effect.Effect<unknown, InvalidRequest>
}
