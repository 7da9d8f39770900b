/**
 * A rate that is kept: at most so many requests in any interval, for all clients that share it.
 *
 * Google counts reads and writes, per project. One process knows only its own requests: divide what you are granted by the number of your
 * runners.
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import { makeRate, problemOf } from "./internal/rate/rate.ts"
import type { RateLimit } from "./Requests.ts"

export type {
  /**
   * A rate. Layers that are given the same value share it.
   *
   * @since 0.1.0
   * @category models
   */
  RateLimit
} from "./Requests.ts"

/**
 * How many requests may be sent in an interval.
 *
 * @since 0.1.0
 * @category models
 */
export interface Quota {
  /** At most so many requests in any interval of this length, bursts included. A whole number from 1. */
  readonly limit: number
  readonly interval: Duration.DurationInput
}

/**
 * The options of a rate. What is left out has no limit; the server's hints hold for it all the same.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** get, list and wait: those of callers, and the polls of waits. */
  readonly reads?: Quota | undefined
  /** start, cancel and delete. */
  readonly writes?: Quota | undefined
  /**
   * The longest that a server's hint holds up all who share the rate.
   *
   * @default "10 minutes"
   */
  readonly maxHint?: Duration.DurationInput | undefined
}

/**
 * Makes a rate for one or more layers.
 *
 * At most `limit` requests are sent in any interval, also where a burst comes; every attempt counts, one that is repeated, too. Who has to
 * wait queues: first what somebody calls (in writes, and get, list and wait in reads), in the order of the calls, then the polls of waits,
 * in the order in which they were due. The queue is outside the time-out of an attempt. A call outside a wait that has queued as long as
 * its time-out fails with `TransportError`, reason `Busy`, and nothing was sent; a poll queues as long as its wait goes on. Who is
 * interrupted leaves the queue and costs no request.
 *
 * When the server refuses a request because there are too many (`RESOURCE_EXHAUSTED`, or `PERMISSION_DENIED` whose reason is a rate limit)
 * and says when to come back, all that share the rate wait for so long.
 *
 * A layer that is to have a rate of its own is given one that no other has, `rateLimit: RateLimit.make({ … })`; `Fleet.layer` takes the
 * options alone, too. A rate refuses nothing itself: a layer that is given one that cannot be (a limit of 0, an interval that is not longer
 * than zero) fails with `InvalidSettings`.
 *
 * @example
 * import * as RateLimit from "effect-lro/RateLimit"
 * import * as NetworkConnectivity from "effect-lro/services/networkconnectivity/v1"
 * import * as WorkloadManager from "effect-lro/services/workloadmanager/v1"
 * import { Layer } from "effect"
 *
 * const rateLimit = RateLimit.make({
 *   reads: { limit: 600, interval: "1 minute" },
 *   writes: { limit: 60, interval: "1 minute" }
 * })
 *
 * export const ClientsLayer = Layer.mergeAll(
 *   NetworkConnectivity.layer({ rateLimit }),
 *   WorkloadManager.layer({ rateLimit })
 * )
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options): RateLimit => {
  const problem = problemOf(options)
  return { "~rate": problem ?? makeRate(options) }
}
