import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type * as Tracer from "effect/Tracer"
import { type CallError, type InvalidRequest, WaitTimeout } from "../../LroError.ts"
import type { PublishedPolling } from "../../Method.ts"
import { type Operation, state } from "../../Operation.ts"
import type { OperationRef } from "../../OperationRef.ts"
import { StartedAt } from "../../Polling.ts"
import type { CallOptions, WaitOptions } from "../../Requests.ts"
import * as Telemetry from "../base/telemetry.ts"
import { grain } from "../base/timers.ts"
import { CurrentCallOptions, overAmbient } from "../call/options.ts"
import type { Settings } from "../call/settings.ts"
import { about } from "../errors/about.ts"
import { mayRepeat } from "../errors/verdict.ts"
import { shallowOperation } from "../operation/shallow.ts"
import type { Endpoint } from "../wire/endpoint.ts"
import * as Pace from "./pace.ts"
import type { Membership, Outcome, PollSource, Wish } from "./source.ts"
import { Tolerance } from "./tolerance.ts"

/** OpenTelemetry keeps as many links of a span by default. */
const maxLinks = 128

const minute = 60_000
const reports = [minute, 5 * minute, 15 * minute, 60 * minute]

/**
 * What a wait begins with.
 *
 * @internal
 */
export interface Beginning {
  readonly ref: OperationRef
  readonly endpoint: Endpoint | undefined
  readonly location: string | undefined
  /** The state that is known before the first poll. */
  readonly known: Operation | undefined
  /** A start reply: the first delay comes before the first poll. */
  readonly fresh: boolean
  /** The polling that Google publishes for the method. */
  readonly published: PublishedPolling | undefined
}

/**
 * Begins a wait: settings are merged in the caller's fiber, polls come from the source. Whoever begins one ends it.
 *
 * @internal
 */
export const begin = <M, R>(
  settings: Settings,
  source: PollSource,
  method: string,
  beginning: Beginning,
  options: WaitOptions<M, R>,
  /** Whether polls may be held by the server, where it can. */
  held: boolean
): Effect.Effect<Waiter<R>, InvalidRequest> =>
  Effect.flatMap(
    Effect.zip(
      Pace.resolve(settings, options, { method, operation: beginning.ref }, beginning.published),
      CurrentCallOptions
    ),
    ([pace, ambient]) =>
      Effect.flatMap(Telemetry.current, (span) => {
        const { endpoint, location, ref } = beginning
        const membership = source.join({
          name: ref.name,
          endpoint,
          location,
          quotaProject: options.quotaProject ?? settings.quotaProject,
          // Who has less time than the hold does not share it: it would not see the operation.
          hold: held && settings.binding.methods.wait !== undefined && pace.longPoll !== undefined
            ? Math.min(pace.longPoll, pace.deadline)
            : undefined
        })
        const calls = overAmbient(ambient, options)
        const waiter = new Waiter<R>(beginning, pace, calls, source, membership, span)
        return Effect.as(began, waiter)
      })
  )

const began = Effect.zipRight(
  Metric.increment(Telemetry.waitsStarted),
  Metric.increment(Telemetry.liveWaits)
)

/**
 * One wait: its next state, as polls bring it, and its end. All that it keeps between polls is in its fields: ten thousand waits are
 * ten thousand of these.
 *
 * @internal
 */
export class Waiter<R> {
  readonly #ref: OperationRef
  readonly #fresh: boolean
  readonly #pace: Pace.Pace<R>
  readonly #options: CallOptions
  readonly #source: PollSource
  readonly #membership: Membership
  readonly #span: Tracer.Span | undefined
  readonly #begun: number
  readonly #tolerance: Tolerance
  #schedule: unknown
  #last: Operation | undefined
  #lastGood: number | undefined
  #lastError: CallError | undefined
  #lastCode: "none" | "OK" | CallError["_tag"] = "none"
  #seen: boolean
  #polls = 0
  #hint = 0
  /** When a poll that the server was asked to hold began. */
  #heldSince: number | undefined
  /** The last poll before the deadline is planned. */
  #closing = false
  /** The next poll is due at once. */
  #again = false
  #warned = false
  #reports = 0

  constructor(
    { fresh, known, ref }: Beginning,
    pace: Pace.Pace<R>,
    options: CallOptions,
    source: PollSource,
    membership: Membership,
    span: Tracer.Span | undefined
  ) {
    this.#ref = ref
    this.#fresh = fresh
    this.#pace = pace
    this.#options = options
    this.#source = source
    this.#membership = membership
    this.#span = span
    this.#begun = source.now()
    this.#tolerance = new Tolerance(pace.maxOutage)
    this.#schedule = pace.schedule.initial
    this.#last = known
    this.#lastGood = known === undefined ? undefined : this.#begun
    this.#seen = known !== undefined && !fresh
  }

  /** Polls until something is made of a state. Failures that the wait tolerates are passed over. */
  until<A, E, R2>(
    use: (operation: Operation) => Effect.Effect<A | undefined, E, R2>
  ): Effect.Effect<A, CallError | WaitTimeout | E, R | R2> {
    // oxlint-disable-next-line no-this-alias
    const self = this
    const polling = Effect.gen(function*() {
      let at = yield* self.#plan()
      for (;;) {
        const outcome = yield* self.#membership.next(self.#wish(at))
        if (outcome === undefined) {
          yield* self.#woken(at)
          continue
        }
        const operation = yield* self.#judge(at, outcome)
        const made = operation === undefined ? undefined : yield* use(operation)
        if (made !== undefined) return made
        at = yield* self.#plan()
      }
    })
    return Effect.provideService(polling, StartedAt, Option.some(this.#ref.startedAt.epochMillis))
  }

  /** Leaves the poller, and counts how the wait ended: the final state, the error that ended it, or `interrupted`. */
  end(exit: Exit.Exit<unknown, unknown>): Effect.Effect<void> {
    return Effect.suspend(() => {
      const outcome = this.#last?.done === true
        ? state(this.#last)._tag
        : Exit.isFailure(exit)
        ? tagOf(exit.cause)
        : "interrupted"
      return this.#membership.leave().pipe(
        Effect.zipRight(Metric.incrementBy(Telemetry.liveWaits, -1)),
        Effect.zipRight(Metric.increment(Telemetry.waitsEnded(outcome))),
        Effect.zipRight(
          Metric.update(Telemetry.waitSeconds, (this.#source.now() - this.#begun) / 1000)
        )
      )
    })
  }

  #timedOut(reason: WaitTimeout["reason"]): Effect.Effect<never, WaitTimeout> {
    return Effect.fail(
      new WaitTimeout({
        operation: this.#ref,
        reason,
        last: this.#last && shallowOperation(this.#last),
        polls: this.#polls,
        elapsed: Duration.millis(this.#source.now() - this.#begun),
        lastError: this.#lastError
      })
    )
  }

  get #deadline(): number {
    return this.#begun + this.#pace.deadline
  }

  /** The last poll starts early enough for its reply to arrive. */
  get #lastPoll(): number {
    return this.#deadline - Math.min(5000, this.#pace.deadline / 10)
  }

  /** The instant of the next poll. */
  #plan(): Effect.Effect<number, WaitTimeout, R> {
    const now = this.#source.now()
    // An earlier outcome may be of a poll that another wait asked for.
    if (this.#closing && now + grain >= this.#lastPoll) return this.#timedOut("deadline")
    if (this.#again || (this.#polls === 0 && !this.#fresh)) {
      this.#again = false
      return this.#planned(now, 0)
    }
    return Effect.flatMap(
      this.#delay(),
      (delay) => delay === undefined ? this.#timedOut("schedule") : this.#planned(now, delay)
    )
  }

  /** Where the server holds polls, the delay counts from when the last one began. */
  #planned(now: number, delay: number): Effect.Effect<number, WaitTimeout> {
    const at = Math.max(now, (this.#heldSince ?? now) + delay, now + this.#hint)
    if (at < this.#lastPoll) return Effect.succeed(at)
    this.#closing = true
    return now >= (this.#polls > 0 ? this.#lastPoll : this.#deadline)
      ? this.#timedOut("deadline")
      : Effect.succeed(Math.max(now, this.#lastPoll))
  }

  /**
   * The delay before the next poll in milliseconds; `undefined` when the schedule ended. A schedule may follow the calendar: it is
   * told the time of the wall clock.
   */
  #delay(): Effect.Effect<number | undefined, never, R> {
    const { factor, schedule } = this.#pace
    const operation = this.#last ?? { name: this.#ref.name, done: false }
    return Effect.flatMap(
      Clock.currentTimeMillis,
      (now) =>
        Effect.map(schedule.step(now, operation, this.#schedule), ([next, , decision]) => {
          this.#schedule = next
          return Pace.delayOf(decision, now, factor)
        })
    )
  }

  #wish(at: number): Wish {
    return {
      at,
      wakeAt: Math.min(this.#deadline, this.#reportAt),
      until: this.#deadline,
      // Once the operation was seen, the tolerance of the wait takes the place of the call's retries.
      options: this.#lastGood === undefined ? this.#options : { ...this.#options, retry: "none" }
    }
  }

  /** Awake before an outcome: at the deadline, or to say that the wait goes on. */
  #woken(at: number): Effect.Effect<void, WaitTimeout> {
    const now = this.#source.now()
    if (now + grain >= this.#deadline) return this.#timedOut("deadline")
    while (this.#reportAt <= now + grain) this.#reports++
    return Effect.logInfo("still waiting").pipe(
      Effect.annotateLogs({
        name: this.#ref.name,
        polls: this.#polls,
        lastCode: this.#lastCode,
        nextPollSeconds: Math.max(0, Math.round(at - now)) / 1000,
        elapsed: Duration.format(Duration.millis(Math.round(now - this.#begun)))
      })
    )
  }

  /** After 1, 5, 15 and 60 minutes, then every hour. */
  get #reportAt(): number {
    return this.#begun +
      (reports[this.#reports] ?? (this.#reports - reports.length + 2) * 60 * minute)
  }

  /** The state that a poll answered, or nothing after a failure that the wait tolerates. */
  #judge(at: number, outcome: Outcome): Effect.Effect<Operation | undefined, CallError> {
    const { result } = outcome
    this.#polls++
    this.#lastCode = result._tag === "Right" ? "OK" : result.left._tag
    this.#heldSince = outcome.held ? outcome.asked : undefined
    if (outcome.span !== undefined && this.#polls <= maxLinks) {
      this.#span?.addLinks([{ _tag: "SpanLink", span: outcome.span, attributes: {} }])
    }
    this.#span?.attribute("gcp.longrunning.poll_attempt_count", this.#polls)
    return result._tag === "Right"
      ? this.#answered(result.right, outcome.answered)
      : this.#failed(at, result.left, outcome)
  }

  #answered(operation: Operation, answered: number): Effect.Effect<Operation> {
    const { name } = this.#ref
    this.#tolerance.reset()
    this.#hint = 0
    this.#seen = true
    this.#lastGood = answered
    // The first known name stays.
    const last = operation.name === name ? operation : { ...operation, name }
    this.#last = last
    const log = Effect.logDebug(`${name} ${last.done ? "is done" : "runs"} (poll ${this.#polls})`)
    if (operation.name === name || operation.name === "" || this.#warned) {
      return Effect.as(log, last)
    }
    this.#warned = true
    return Effect.logWarning(`the server answered ${operation.name} when asked for ${name}`).pipe(
      Effect.zipRight(log),
      Effect.as(last)
    )
  }

  #failed(
    at: number,
    error: CallError,
    { answered, asked, retried }: Outcome
  ): Effect.Effect<undefined, CallError> {
    // Made for a wait that needs no retries, while this one has only them.
    if (
      !retried && this.#lastGood === undefined && this.#options.retry !== "none" &&
      mayRepeat(error)
    ) {
      this.#again = true
      return Effect.succeed(undefined)
    }
    const gone = error._tag === "NOT_FOUND"
    const graced = gone && this.#fresh && !this.#seen &&
      answered - this.#begun <= this.#pace.notFoundGrace
    if (graced) this.#tolerance.graced()
    const admitted = graced || (this.#lastGood !== undefined &&
      this.#tolerance.admits({
        error,
        begun: Math.min(at, asked),
        ended: answered,
        lastGood: this.#lastGood
      }))
    if (!admitted) {
      return Effect.fail(gone && this.#seen ? about(error, { seenBefore: true }) : error)
    }
    this.#lastError = error
    this.#hint = Pace.hintOf(error, this.#pace)
    return Effect.as(
      Effect.logWarning(
        `poll ${this.#polls} of ${this.#ref.name} failed with ${error._tag}: the wait goes on`
      ),
      undefined
    )
  }
}

const tagOf = (cause: Cause.Cause<unknown>): string => {
  if (Cause.isInterruptedOnly(cause)) return "interrupted"
  const error = Option.getOrUndefined(Cause.failureOption(cause))
  return Predicate.hasProperty(error, "_tag") ? String(error._tag) : "defect"
}
