import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Schedule from "effect/Schedule"
import type * as ScheduleDecision from "effect/ScheduleDecision"
import * as Intervals from "effect/ScheduleIntervals"
import { type CallError, InvalidRequest } from "../../LroError.ts"
import type { PublishedPolling } from "../../Method.ts"
import type { Operation } from "../../Operation.ts"
import type { OperationRef } from "../../OperationRef.ts"
import * as Polling from "../../Polling.ts"
import type { WaitOptions } from "../../Requests.ts"
import { isRpcError } from "../../RpcError.ts"
import type { Settings } from "../call/settings.ts"
import { problemOf } from "../polling/problem.ts"

/**
 * The polling settings of one wait, merged and in milliseconds.
 *
 * @internal
 */
export interface Pace<R> {
  readonly schedule: Schedule.Schedule<unknown, Operation, R>
  /** `Infinity`: none. */
  readonly deadline: number
  readonly maxOutage: number
  readonly maxHint: number
  readonly factor: number
  readonly notFoundGrace: number
  /** `undefined`: poll by get. */
  readonly longPoll: number | undefined
}

/**
 * What a wait is about, for the errors of its settings.
 *
 * @internal
 */
export interface About {
  /** `Operations.untilDone` and the like. */
  readonly method: string
  readonly operation?: OperationRef | undefined
}

/**
 * Merges call over ambient over layer over default.
 *
 * @internal
 */
export const resolve = <M, R>(
  settings: Settings,
  options: WaitOptions<M, R>,
  about: About,
  published: PublishedPolling | undefined
): Effect.Effect<Pace<R>, InvalidRequest> =>
  Effect.flatMap(
    Polling.CurrentSettings,
    (ambient) => merge(settings.polling, ambient, options, about, published)
  )

const merge = <M, R>(
  layer: Polling.Settings,
  ambient: Polling.Settings,
  options: WaitOptions<M, R>,
  about: About,
  published: PublishedPolling | undefined
): Effect.Effect<Pace<R>, InvalidRequest> => {
  const pick = <K extends keyof Polling.Settings>(key: K): Polling.Settings[K] =>
    (options as Polling.Settings)[key] ?? ambient[key] ?? layer[key]
  const deadline = pick("deadline")
  const spread = pick("spread") ?? 0.1
  const longPoll = pick("longPoll") ?? "30 seconds"
  const wrong = problemOf({ deadline, spread })
  if (wrong !== undefined) {
    const [argument, problem] = wrong
    return Effect.fail(new InvalidRequest({ ...about, argument, problem }))
  }
  return Effect.succeed({
    schedule: options.schedule ?? ambient.schedule ?? layer.schedule ?? defaultSchedule(published),
    deadline: deadline === undefined ? Infinity : Duration.toMillis(deadline),
    maxOutage: Duration.toMillis(pick("maxOutage") ?? "10 minutes"),
    maxHint: Duration.toMillis(pick("maxHint") ?? "10 minutes"),
    factor: 1 - spread + 2 * spread * unit(about.operation?.name ?? ""),
    notFoundGrace: Duration.toMillis(pick("notFoundGrace") ?? 0),
    longPoll: longPoll === "off" ? undefined : Duration.toMillis(longPoll)
  })
}

/** The pace that Google publishes for the method, else the package's own. */
const defaultSchedule = (published: PublishedPolling | undefined) =>
  published === undefined ? Polling.defaultSchedule : Polling.exponential(published)

/** A hash of a name between 0 and 1, well mixed: neighbours in a counter lie far apart. */
const unit = (name: string): number => {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}

/**
 * The delay that a schedule decided on at an instant, in milliseconds; `undefined` when it ended.
 *
 * @internal
 */
export const delayOf = (
  decision: ScheduleDecision.ScheduleDecision,
  now: number,
  factor: number
): number | undefined =>
  decision._tag === "Done"
    ? undefined
    : Math.max(0, Intervals.start(decision.intervals) - now) * factor

/**
 * The server's hint in a failed poll, capped.
 *
 * @internal
 */
export const hintOf = (error: CallError, { maxHint }: { readonly maxHint: number }): number =>
  isRpcError(error) && error.retryAfter !== undefined
    ? Math.min(Duration.toMillis(error.retryAfter), maxHint)
    : 0
