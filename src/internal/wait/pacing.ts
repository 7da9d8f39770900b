import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Schedule from "effect/Schedule"
import type * as ScheduleDecision from "effect/ScheduleDecision"
import * as Intervals from "effect/ScheduleIntervals"
import { type CallError, InvalidRequest } from "../../LroError.ts"
import type { PublishedPolling } from "../../Method.ts"
import type { Operation } from "../../Operation.ts"
import type { OperationRef } from "../../OperationRef.ts"
import * as Polling from "../../Polling.ts"
import type { WaitOptions } from "../../Requests.ts"
import { isRpcError, type RpcError } from "../../RpcError.ts"
import * as Status from "../../Status.ts"
import type { Settings } from "../call/settings.ts"

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
 * What is wrong with polling settings: the setting and a predicate.
 *
 * @internal
 */
export const problemOf = (
  { deadline, spread = 0 }: Omit<Polling.Settings, "schedule">
): readonly [setting: string, problem: string] | undefined => {
  if (deadline !== undefined && !(Duration.toMillis(deadline) > 0)) {
    return ["deadline", "is not longer than zero"]
  }
  return spread >= 0 && spread < 1 ? undefined : ["spread", "is not between 0 and 1"]
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

/** How many unexpected failures in a row a wait goes on after. */
const maxUnexpected = 3

const throttleReasons = ["rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"]

const reason = (error: RpcError): string | undefined =>
  Option.getOrUndefined(Option.map(Status.detail(error.status, "ErrorInfo"), (info) => info.reason))

/** A quota of a day is not back within a wait. */
const isDailyQuota = (error: RpcError): boolean =>
  Option.exists(
    Status.detail(error.status, "QuotaFailure"),
    (failure) =>
      failure.violations.some((violation) =>
        /per[ _-]?day/i.test(
          `${violation.quotaId} ${violation.quotaMetric} ${violation.description}`
        )
      )
  )

/** How a failed poll counts: it may pass any number of times, a few times in a row, or never. */
type Verdict = "transient" | "unexpected" | "fatal"

const judge = (error: CallError): Verdict => {
  switch (error._tag) {
    case "TransportError":
      return error.reason === "Tls" ? "fatal" : "transient"
    case "CredentialsError":
      return error.transient ? "transient" : "fatal"
    case "MalformedResponse":
      return ["Redirect", "TooLarge", "WrongEndpoint"].includes(error.reason)
        ? "fatal"
        : "unexpected"
    case "InvalidRequest":
      return "fatal"
    default:
      return judgeRpc(error)
  }
}

/** These come from a front end that did not reach the service, whatever their body says. */
const gatewayStatuses = [408, 502, 503, 504]

const judgeRpc = (error: RpcError): Verdict => {
  if (isDailyQuota(error)) return "fatal"
  if (gatewayStatuses.includes(error.httpStatus)) return "transient"
  switch (error._tag) {
    case "UNAVAILABLE":
    case "RESOURCE_EXHAUSTED":
      return "transient"
    case "PERMISSION_DENIED":
      return throttleReasons.includes(reason(error) ?? "") ? "transient" : "fatal"
    case "INTERNAL":
    case "UNKNOWN":
      return "unexpected"
    default:
      return "fatal"
  }
}

/** A failed poll, and the last good one before it; instants in milliseconds. */
interface FailedPoll {
  readonly error: CallError
  readonly begun: number
  readonly ended: number
  readonly lastGood: number
}

/**
 * Judges failed polls: transient ones pass within the outage budget, unexpected ones up to three in a row.
 *
 * @internal
 */
export class Tolerance {
  readonly #maxOutage: number
  #failing = false
  #unexpected = 0

  constructor(maxOutage: number) {
    this.#maxOutage = maxOutage
  }

  /** A poll was answered. */
  reset(): void {
    this.#failing = false
    this.#unexpected = 0
  }

  /** A poll failed in a way that passes for another reason: it ends a row of unexpected failures. */
  graced(): void {
    this.#unexpected = 0
  }

  /** Whether the wait goes on. */
  admits({ begun, ended, error, lastGood }: FailedPoll): boolean {
    const verdict = judge(error)
    // The delay before a first failure is no outage: a schedule may be slower than the budget.
    const outage = ended - (this.#failing ? lastGood : begun)
    this.#failing = true
    if (verdict === "fatal" || outage >= this.#maxOutage) return false
    if (verdict === "unexpected") return ++this.#unexpected <= maxUnexpected
    this.#unexpected = 0
    return true
  }
}

/**
 * Whether an error says that the service does not serve the method, be it bound or not.
 *
 * @internal
 */
export const isNotServed = (error: CallError): boolean =>
  error._tag === "MalformedResponse"
    ? error.reason === "WrongEndpoint"
    : isRpcError(error) && (error._tag === "UNIMPLEMENTED" || error.httpStatus === 405)
