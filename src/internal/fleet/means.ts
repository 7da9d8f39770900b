import type * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type { CallError } from "../../LroError.ts"
import type { CallOptions, Page } from "../../Requests.ts"
import type { Logs } from "../base/fiber.ts"
import type { Timers } from "../base/timers.ts"
import type { Settings } from "../call/settings.ts"
import type { AnyListRequest } from "../list/request.ts"
import type { Asker, Polled } from "../wait/source.ts"
import type { Requests } from "./progress.ts"

/**
 * The settings of a fleet, checked, in milliseconds.
 *
 * @internal
 */
export interface FleetSettings {
  readonly tick: number
  readonly pageSize: number
  /** How many gets of one parent are on their way at a time. */
  readonly concurrency: number
}

/**
 * One page, asked for where an operation is.
 *
 * @internal
 */
export type ReadPage = (
  polled: Polled,
  request: AnyListRequest,
  options: CallOptions,
  number: number
) => Effect.Effect<Page, CallError>

/**
 * What the loops of a fleet are made with.
 *
 * @internal
 */
export interface Means {
  readonly settings: Settings
  readonly fleet: FleetSettings
  readonly timers: Timers
  readonly ask: (polled: Polled) => Asker
  /** Left out where the service has no list that would do. */
  readonly readPage: ReadPage | undefined
  /** A filter for those that run, where the service says one, and how much more a page costs with it. */
  readonly running: { readonly filter: string; readonly cost: number } | undefined
  readonly requests: Requests
  readonly fork: <A>(effect: Effect.Effect<A>, logs: Logs) => Fiber.RuntimeFiber<A>
}
