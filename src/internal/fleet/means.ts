import type * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type { MethodRule } from "../../Binding.ts"
import type { CallError } from "../../LroError.ts"
import type { CallOptions, Page } from "../../Requests.ts"
import type { Logs } from "../base/fiber.ts"
import type { parseJson } from "../base/json.ts"
import type { Timers } from "../base/timers.ts"
import type { Settings } from "../call/settings.ts"
import type { AnyListRequest } from "../list/request.ts"
import type { Polled, PollSource } from "../wait/source.ts"
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
 * Asks for one page.
 *
 * @internal
 */
export type ReadPage = (
  request: AnyListRequest,
  options: CallOptions
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
  /** Single gets are theirs. */
  readonly pollers: PollSource
  /**
   * Pages, asked for where an operation is, and how their JSON is read, which may leave some operations out. Left out where the service
   * has no list that would do.
   */
  readonly pagesAt: ((polled: Polled, json: typeof parseJson) => ReadPage) | undefined
  /** How many operations a page is asked for; `Infinity` where that cannot be said. */
  readonly pageSize: number
  /** A filter for those that run, where the service says one, and what it charges for each that it leaves out. */
  readonly running: MethodRule["running"]
  readonly requests: Requests
  readonly fork: <A>(effect: Effect.Effect<A>, logs: Logs) => Fiber.RuntimeFiber<A>
}
