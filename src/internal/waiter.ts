import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import { type CallError, type InvalidRequest, NotFound, WaitTimeout } from "../LroError.ts"
import type { PublishedPolling } from "../Method.ts"
import type { Operation } from "../Operation.ts"
import type { OperationRef } from "../OperationRef.ts"
import { CurrentSettings } from "../Polling.ts"
import type { WaitOptions } from "../Requests.ts"
import * as Metrics from "./metrics.ts"
import * as Pacing from "./pacing.ts"
import type { Membership, Outcome, PollSource } from "./pollSource.ts"
import type { Settings } from "./settings.ts"
import { StartedAt } from "./startedAt.ts"
import { tolerance } from "./tolerance.ts"

/** OpenTelemetry keeps as many links of a span by default. */
const maxLinks = 128

/**
 * One wait: its next state, as polls bring it, and its end.
 *
 * @internal
 */
export interface Waiter<R> {
  /** The state that the next answered poll brings. Failures that the wait tolerates are passed over. */
  readonly next: Effect.Effect<Operation, CallError | WaitTimeout, R>
  /** Leaves the poller; a poll that nobody else waits for is aborted. */
  readonly leave: Effect.Effect<void>
}

/**
 * What a wait begins with.
 *
 * @internal
 */
export interface Beginning {
  readonly ref: OperationRef
  /** The state that is known before the first poll. */
  readonly known: Operation | undefined
  /** A start reply: the first delay comes before the first poll. */
  readonly fresh: boolean
  /** Whether polls may be held by the server, where it can. */
  readonly held: boolean
  /** The polling that Google publishes for the method. */
  readonly published: PublishedPolling | undefined
}

/**
 * Begins a wait: settings are merged in the caller's fiber, polls come from the source.
 *
 * @internal
 */
export const make = <M, R>(
  settings: Settings,
  source: PollSource,
  { fresh, held, known, published, ref }: Beginning,
  options: WaitOptions<M, R>
): Effect.Effect<Waiter<R>, InvalidRequest> =>
  Effect.gen(function*() {
    const pace = yield* Pacing.resolve(settings, yield* CurrentSettings, options, ref, published)
    const begun = source.now()
    const limit = pace.deadline === undefined ? undefined : Pacing.limit(begun, pace.deadline)
    const delays = Pacing.delays(pace)
    const tolerate = tolerance(pace.maxOutage)
    const startedAt = Option.some(ref.startedAt.epochMillis)
    const report = stillWaiting(begun)
    const membership: Membership = yield* source.join({
      name: ref.name,
      endpoint: ref.endpoint,
      quotaProject: options.quotaProject ?? settings.quotaProject,
      hold: held && settings.binding.methods.wait !== undefined ? pace.longPoll : undefined
    })

    let last = known
    let lastGood = known === undefined ? undefined : begun
    let lastError: CallError | undefined
    let seen = known !== undefined && !fresh
    let count = 0
    let hint = 0
    let ended = false
    let warned = false

    const timedOut = (reason: WaitTimeout["reason"]) =>
      Effect.suspend(() =>
        Effect.fail(
          new WaitTimeout({
            operation: ref,
            reason,
            last,
            polls: count,
            elapsed: Duration.millis(source.now() - begun),
            lastError
          })
        )
      )

    /** The instant of the next poll. Where the server holds polls, the delay counts from when the last one began. */
    const nextPoll = (previous: Outcome | undefined): Effect.Effect<number, WaitTimeout, R> =>
      Effect.gen(function*() {
        if (ended) return yield* timedOut("deadline")
        const now = source.now()
        const from = previous?.held === true ? previous.asked : now
        const scheduled = count === 0 && !fresh
          ? 0
          : yield* Effect.provideService(
            delays(last ?? { name: ref.name, done: false }),
            StartedAt,
            startedAt
          )
        if (scheduled === undefined) return yield* timedOut("schedule")
        const at = Math.max(now, from + scheduled, now + hint)
        if (limit === undefined || at < limit.lastPoll) return at
        ended = true
        if (now >= (count > 0 ? limit.lastPoll : limit.deadline)) return yield* timedOut("deadline")
        return Math.max(now, limit.lastPoll)
      })

    /** Waits for an outcome, says so when it takes long, and gives up at the deadline. */
    const outcome = (at: number): Effect.Effect<Outcome, WaitTimeout> =>
      Effect.gen(function*() {
        const until = limit?.deadline ?? Infinity
        for (;;) {
          const got = yield* membership.next({
            at,
            wakeAt: Math.min(until, report.at()),
            until,
            options: lastGood === undefined ? options : { ...options, retry: "none" }
          })
          if (got !== undefined) return got
          const now = source.now()
          if (now >= until) return yield* timedOut("deadline")
          yield* report.log(now, {
            name: ref.name,
            polls: count,
            lastCode: lastError?._tag ?? (count === 0 ? "none" : "OK"),
            nextPollSeconds: Math.max(0, Math.round(at - now)) / 1000
          })
        }
      })

    const link = ({ span }: Outcome) =>
      span === undefined || count > maxLinks
        ? Effect.void
        : Effect.ignore(
          Effect.map(
            Effect.currentSpan,
            (own) => own.addLinks([{ _tag: "SpanLink", span, attributes: {} }])
          )
        )

    /** The state that a poll answered, or nothing after a failure that the wait tolerates. */
    const judged = (
      at: number,
      { answered, asked, result }: Outcome
    ): Effect.Effect<Operation | undefined, CallError> =>
      Effect.gen(function*() {
        if (result._tag === "Right") {
          tolerate.reset()
          hint = 0
          seen = true
          lastGood = answered
          last = yield* named(result.right)
          yield* Effect.logDebug(`${ref.name} ${last.done ? "is done" : "runs"} (poll ${count})`)
          return last
        }
        const error = result.left
        const graced = error._tag === "NOT_FOUND" && fresh && !seen &&
          answered - begun <= pace.notFoundGrace
        const admitted = graced || (lastGood !== undefined &&
          tolerate.admits({ error, begun: Math.min(at, asked), ended: answered, lastGood }))
        if (!admitted) {
          return yield* seen && error._tag === "NOT_FOUND"
            ? new NotFound({ ...error, seenBefore: true })
            : error
        }
        lastError = error
        hint = Pacing.hintOf(error, pace)
        yield* Effect.logWarning(
          `poll ${count} of ${ref.name} failed with ${error._tag}: the wait goes on`
        )
        return undefined
      })

    const named = (operation: Operation) => {
      if (operation.name === ref.name) return Effect.succeed(operation)
      const kept = { ...operation, name: ref.name }
      if (operation.name === "" || warned) return Effect.succeed(kept)
      warned = true
      return Effect.as(
        Effect.logWarning(`the server answered ${operation.name} when asked for ${ref.name}`),
        kept
      )
    }

    let previous: Outcome | undefined
    const next = Effect.gen(function*() {
      for (;;) {
        const at = yield* nextPoll(previous)
        const got = yield* outcome(at)
        previous = got
        count++
        yield* link(got)
        yield* Effect.annotateCurrentSpan("gcp.longrunning.poll_attempt_count", count)
        const operation = yield* judged(at, got)
        if (operation !== undefined) return operation
      }
    })
    return { next, leave: membership.leave }
  })

const minute = 60_000
const reports = [minute, 5 * minute, 15 * minute, 60 * minute]

/** When a wait says that it goes on: after 1, 5, 15 and 60 minutes, then every hour. */
const stillWaiting = (begun: number) => {
  let said = 0
  const at = () => begun + (reports[said] ?? (said - reports.length + 2) * 60 * minute)
  return {
    at,
    log: (now: number, annotations: { readonly [key: string]: string | number }) => {
      while (at() <= now) said++
      return Effect.logInfo("still waiting").pipe(
        Effect.annotateLogs({
          ...annotations,
          elapsed: Duration.format(Duration.millis(Math.round(now - begun)))
        })
      )
    }
  }
}

/**
 * Counts a wait: begun, alive, how long it took, and ended by outcome: the final state, the error that ended it, or `interrupted`.
 *
 * @internal
 */
export const counted = <A, E, R>(wait: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.suspend(() => {
    const outcomeOf = (tag: string) =>
      Effect.zipRight(
        Metric.incrementBy(Metrics.liveWaits, -1),
        Metric.increment(Metric.tagged(Metrics.waitsEnded, "outcome", tag))
      )
    return Effect.flatMap(Pacing.now, (begun) =>
      Metric.increment(Metrics.waitsStarted).pipe(
        Effect.zipRight(Metric.increment(Metrics.liveWaits)),
        Effect.zipRight(wait),
        Effect.onExit((exit) =>
          Effect.flatMap(Pacing.now, (now) =>
            Effect.zipRight(
              Metric.update(Metrics.waitSeconds, (now - begun) / 1000),
              outcomeOf(outcomeTag(exit))
            ))
        )
      ))
  })

const outcomeTag = (exit: Exit.Exit<unknown, unknown>): string => {
  if (Exit.isInterrupted(exit)) return "interrupted"
  const end = Exit.isSuccess(exit)
    ? exit.value
    : Option.getOrUndefined(Cause.failureOption(exit.cause))
  return Predicate.hasProperty(end, "_tag") ? String(end._tag) : "defect"
}
