import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Job } from "./job.ts"
import type { Schedules } from "./polling.ts"

/** See `Durable.Poller`. Its type stands in the declarations of public modules, so only its members have a mark that strips them there. */
export interface PollerService {
  /** @internal */
  readonly schedules: Schedules
  /**
   * Has an operation polled; asked again for the same token it does nothing. It returns when that is recorded.
   *
   * @internal
   */
  readonly begin: (key: string, job: Job) => Effect.Effect<void>
  /**
   * Whether that was asked for before.
   *
   * @internal
   */
  readonly begun: (key: string, token: string) => Effect.Effect<boolean>
  /**
   * Ends the polling for a token, where it goes on: nobody waits any more, and that is written already.
   *
   * @internal
   */
  readonly end: (key: string, token: string) => Effect.Effect<void>
}

/** See `Durable.Poller`. */
export class Poller extends Context.Tag("effect-lro/Durable/Poller")<Poller, PollerService>() {}
