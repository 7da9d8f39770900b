import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type * as Tracer from "effect/Tracer"
import { type CallError, type InvalidRequest, WaitTimeout } from "../../LroError.ts"
import type { PublishedPolling } from "../../Method.ts"
import { type Operation, readerOf, stateWith } from "../../Operation.ts"
import type { OperationRef } from "../../OperationRef.ts"
import { StartedAt } from "../../Polling.ts"
import type { WaitOptions } from "../../Waits.ts"
import { cutOff } from "../base/cutOff.ts"
import { logs } from "../base/fiber.ts"
import { inWords } from "../base/inWords.ts"
import * as Telemetry from "../base/telemetry.ts"
import { CurrentCallOptions } from "../call/options.ts"
import * as Sent from "../call/sent.ts"
import type { Settings } from "../call/settings.ts"
import type { Place } from "../call/target.ts"
import { hintOf } from "../errors/hint.ts"
import { tolerance } from "../errors/verdict.ts"
import { shallowOperation } from "../operation/shallow.ts"
import { errorOf, hostOf, reasonOf } from "./lost.ts"
import { named, otherName, sought, told } from "./named.ts"
import * as Pace from "./pace.ts"
import { Lost, type Membership, type Outcome, type PollSource } from "./source.ts"
import * as Step from "./step.ts"
import { Stepper } from "./stepper.ts"

/** OpenTelemetry keeps as many links of a span by default. */
const maxLinks = 128

/**
 * What a wait begins with.
 *
 * @internal
 */
export interface Beginning extends Place {
  readonly ref: OperationRef
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
export const begin = <R>(
  settings: Settings,
  source: PollSource,
  method: string,
  beginning: Beginning,
  options: WaitOptions<never, never, R>,
  /** Whether polls may be held by the server, where it can. */
  held: boolean
): Effect.Effect<Waiter<R>, InvalidRequest> =>
  Effect.gen(function*() {
    const { endpoint, location, ref } = beginning
    const pace = yield* Pace.resolve<R>(
      settings,
      options,
      { method, operation: ref },
      beginning.published
    )
    const timeout = options.timeout ?? (yield* CurrentCallOptions).timeout ?? settings.timeout
    const span = yield* Telemetry.current
    const at = endpoint ?? settings.endpoints.at(location)
    const membership = source.join(
      {
        name: ref.name,
        endpoint,
        location,
        url: typeof at === "string" ? undefined : at.url,
        sent: Sent.over(settings.sent, options)
      },
      {
        timeout: Duration.toMillis(timeout),
        hold: held ? pace.longPoll : undefined,
        maxHint: pace.maxHint,
        logs: yield* logs
      }
    )
    yield* Telemetry.add(Telemetry.waitsStarted)
    yield* Telemetry.shift(Telemetry.liveWaits, 1)
    return new Waiter<R>(settings, beginning, pace, source, membership, span)
  })

/**
 * One wait: its next state, as polls bring it, and its end. What to do is what {@link Step.step} says; a waiter asks the schedule and the
 * source for it. All that it keeps between polls is in its fields: ten thousand waits are ten thousand of these.
 *
 * @internal
 */
export class Waiter<R> {
  readonly #settings: Settings
  readonly #beginning: Beginning
  readonly #source: PollSource
  readonly #membership: Membership
  readonly #span: Tracer.Span | undefined
  readonly #stepper: Stepper<R>
  #state: Step.State
  /** The outcome that is not stepped yet: what the wait does with a state comes first. */
  #outcome: Outcome | undefined
  #last: Operation | undefined
  #lastError: CallError | undefined
  #lastCode: "none" | "OK" | CallError["_tag"] = "none"
  #warned = false
  /** When the schedule wanted the next poll, by the wall clock. */
  #planned = -Infinity

  constructor(
    settings: Settings,
    beginning: Beginning,
    { longPoll: _, schedule, ...terms }: Pace.Pace<R>,
    source: PollSource,
    membership: Membership,
    span: Tracer.Span | undefined
  ) {
    this.#settings = settings
    this.#beginning = beginning
    this.#source = source
    this.#membership = membership
    this.#span = span
    this.#stepper = new Stepper(schedule)
    const { fresh, known } = beginning
    this.#last = known
    this.#state = Step.make({ ...terms, begun: source.now(), fresh }, known !== undefined)
  }

  get #ref(): OperationRef {
    return this.#beginning.ref
  }

  /** The next state that a poll brings. Failures that the wait tolerates are passed over. */
  next(): Effect.Effect<Operation, CallError | WaitTimeout, R> {
    // Whoever waits for this keeps it meanwhile, but not the last outcome.
    return Effect.suspend(() => Effect.flatMap(this.#plan(), (next) => this.#follow(next)))
  }

  // No generator, which each of ten thousand waits would keep.
  #follow(next: Step.Next): Effect.Effect<Operation, CallError | WaitTimeout, R> {
    if (next._tag !== "Poll") {
      const isEnd = next._tag === "Ended" && next.reason === "schedule"
      return Effect.fail(this.#timeout(isEnd ? "schedule" : "deadline"))
    }
    const { at, wakeAt } = next
    const until = Step.deadlineOf(this.#state.terms)
    return Effect.flatMap(
      this.#membership.next({ at, wakeAt, until }),
      (outcome) => outcome === undefined ? this.#woken() : this.#told(outcome)
    )
  }

  #woken(): Effect.Effect<Operation, CallError | WaitTimeout, R> {
    const next = this.#advance({ _tag: "Woken", now: this.#source.now() })
    const following = Effect.suspend(() => this.#follow(next))
    return next._tag === "Poll" ? Effect.zipRight(this.#report(next.at), following) : following
  }

  #told(outcome: Outcome): Effect.Effect<Operation, CallError | WaitTimeout, R> {
    const { result } = outcome
    if (Either.isRight(result)) {
      this.#seen("OK", outcome)
      return this.#answered(result.right, outcome)
    }
    const error = result.left instanceof Lost
      ? errorOf(result.left, this.#settings, this.#beginning)
      : result.left
    this.#seen(error._tag, outcome)
    return Effect.flatMap(this.#failed(error, outcome), (next) => this.#follow(next))
  }

  /** What is done with a state counts within the deadline. */
  within<A, R2>(effect: Effect.Effect<A, never, R2>): Effect.Effect<A, WaitTimeout, R2> {
    const left = Step.deadlineOf(this.#state.terms) - this.#source.now()
    if (left === Infinity) return effect
    // It runs with the context of the caller, whatever that is; only its time is cut, not what it dies of.
    const whole = Effect.exit(effect as Effect.Effect<A>)
    return Effect.flatten(cutOff(whole, left, () => this.#timeout("deadline")))
  }

  /** Leaves the poller, and counts how the wait ended: the final state, the error that ended it, or `interrupted`. */
  end(exit: Exit.Exit<unknown, unknown>): Effect.Effect<void> {
    return Effect.suspend(() => {
      const outcome = this.#last?.done === true
        ? stateWith(this.#last, readerOf(undefined))._tag
        : Exit.isFailure(exit)
        ? tagOf(exit.cause)
        : "interrupted"
      const leaving = this.#membership.leave()
      return (Exit.isInterrupted(exit) ? leaving : Effect.forkDaemon(leaving)).pipe(
        Effect.zipRight(Telemetry.shift(Telemetry.liveWaits, -1)),
        Effect.zipRight(Telemetry.add(Telemetry.waitsEnded(outcome))),
        Effect.zipRight(
          Telemetry.record(
            Telemetry.waitSeconds,
            (this.#source.now() - this.#state.terms.begun) / 1000
          )
        )
      )
    })
  }

  #advance(event: Step.Event): Step.Next {
    const [state, next] = Step.step(this.#state, event)
    this.#state = state
    return next
  }

  #timesOf(outcome: Outcome) {
    return { ...outcome, now: this.#source.now() }
  }

  #begin(delay: number | undefined): Step.Next {
    return this.#advance({ _tag: "Begun", now: this.#source.now(), delay })
  }

  /** What comes after the last outcome, or at the beginning. */
  #plan(): Effect.Effect<Step.Next, never, R> {
    const outcome = this.#outcome
    this.#outcome = undefined
    if (outcome === undefined) {
      return this.#beginning.fresh
        ? Effect.map(this.#delay(undefined), (delay) => this.#begin(delay))
        : Effect.succeed(this.#begin(0))
    }
    const times = this.#timesOf(outcome)
    return Effect.map(
      this.#delay(outcome),
      (delay) => this.#advance({ ...times, _tag: "Answered", done: false, delay })
    )
  }

  /**
   * A schedule may follow the calendar: it is told the time of the wall clock that its delay counts from, less the offset of the poll, and
   * never one before what it had planned, where it would plan the same again. Clocks drift by less than a second; what is more was set.
   * It is told 64ths of a millisecond: other fractions, or those that are no nanoseconds, do not add up to what it planned.
   */
  #delay(outcome: Outcome | undefined): Effect.Effect<number | undefined, never, R> {
    const operation = this.#last ?? { name: this.#ref.name, done: false }
    return Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const { late, own } = outcome === undefined
        ? { late: 0, own: false }
        : Step.lateness(this.#state, outcome.asked)
      const ago = outcome?.held === true ? this.#source.now() - outcome.asked : 0
      const past = Math.round((now - ago - late) * 64) / 64
      const told = own && past > this.#planned - 1000 ? Math.max(past, this.#planned) : past
      const delay = Effect.provideService(
        this.#stepper.next(told, operation),
        StartedAt,
        this.#ref.startedAt.epochMillis
      )
      return Effect.map(delay, (delay) => {
        this.#planned = told + (delay ?? 0)
        return delay
      })
    })
  }

  /** Counts a poll. */
  #seen(code: "OK" | CallError["_tag"], { span }: Outcome): void {
    const poll = this.#state.polls + 1
    this.#lastCode = code
    if (span !== undefined && poll <= maxLinks) {
      this.#span?.addLinks([{ _tag: "SpanLink", span, attributes: {} }])
    }
    this.#span?.attribute("gcp.longrunning.poll_attempt_count", poll)
  }

  #answered(operation: Operation, outcome: Outcome): Effect.Effect<Operation> {
    const { name } = this.#ref
    const poll = this.#state.polls + 1
    const last = named(operation, name)
    this.#last = last
    this.#outcome = outcome
    if (last.done) this.#advance({ ...this.#timesOf(outcome), _tag: "Answered", done: true })
    const log = Effect.logDebug(`${name} ${last.done ? "is done" : "runs"} (poll ${poll})`)
    const warning = this.#warned ? undefined : otherName(operation, name)
    this.#warned ||= warning !== undefined
    return Effect.as(Effect.zipRight(told(warning), log), last)
  }

  /** Fails where the wait does not tolerate it. */
  #failed(error: CallError, outcome: Outcome): Effect.Effect<Step.Next, CallError, R> {
    const times = this.#timesOf(outcome)
    const gone = error._tag === "NOT_FOUND"
    return Effect.flatMap(this.#delay(outcome), (delay) => {
      const next = this.#advance({
        ...times,
        _tag: "Failed",
        delay,
        verdict: tolerance(error),
        gone,
        hint: hintOf(error)
      })
      if (next._tag === "Ended" && next.reason === "poll") {
        return Effect.fail(this.#state.seen ? sought(error) : error)
      }
      this.#lastError = error
      return Effect.as(
        Effect.logWarning(
          `poll ${this.#state.polls} of ${this.#ref.name} at ${
            hostOf(this.#settings, this.#beginning)
          } failed with ${reasonOf(error)}: the wait goes on`
        ),
        next
      )
    })
  }

  #timeout(reason: WaitTimeout["reason"]): WaitTimeout {
    return new WaitTimeout({
      operation: this.#ref,
      reason,
      last: this.#last && shallowOperation(this.#last),
      polls: this.#state.polls + (this.#outcome === undefined ? 0 : 1),
      elapsed: Duration.millis(this.#source.now() - this.#state.terms.begun),
      lastError: this.#lastError
    })
  }

  #report(at: number): Effect.Effect<void> {
    const now = this.#source.now()
    return Effect.logInfo("still waiting").pipe(
      Effect.annotateLogs({
        name: this.#ref.name,
        polls: this.#state.polls,
        lastCode: this.#lastCode,
        nextPollSeconds: Math.max(0, Math.round(at - now)) / 1000,
        elapsed: inWords(Math.round(now - this.#state.terms.begun))
      })
    )
  }
}

const tagOf = (cause: Cause.Cause<unknown>): string => {
  if (Cause.isInterruptedOnly(cause)) return "interrupted"
  const error = Option.getOrUndefined(Cause.failureOption(cause))
  return Predicate.hasProperty(error, "_tag") ? String(error._tag) : "defect"
}
