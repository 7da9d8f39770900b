import type * as Cause from "effect/Cause"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import { type CallError, WaitTimeout } from "../../LroError.ts"
import type { Operation } from "../../Operation.ts"
import type { OperationRef } from "../../OperationRef.ts"
import { grain } from "../base/grain.ts"
import type { Timer } from "../base/timers.ts"
import { refOf } from "../call/reference.ts"
import { hintOf } from "../errors/hint.ts"
import { tolerance } from "../errors/verdict.ts"
import { shallowOperation } from "../operation/shallow.ts"
import { errorOf } from "../wait/lost.ts"
import { sought } from "../wait/named.ts"
import { Lost, type Outcome, type Polled } from "../wait/source.ts"
import * as Step from "../wait/step.ts"
import type { Subject } from "../wait/subject.ts"
import { calm } from "../wait/tolerance.ts"
import type { Beginning, Company, Ended } from "./company.ts"
import type { Kind } from "./kind.ts"
import type { Times } from "./listing.ts"
import type { Loop } from "./loop.ts"
import { type Entry, lastPollOf, type Seat } from "./seat.ts"

/** When a poll was, and when it is told. */
interface Told extends Omit<Outcome, "result" | "span"> {
  readonly now: number
}

/**
 * What a row begins with, of what is waited for.
 *
 * @internal
 */
export const beginningOf = (
  { endpoint, fresh, known, location, name, ref }: Subject,
  /** The reference was given, and not made of a name. */
  isNamed: boolean
): Omit<Beginning, "number" | "request" | "kind"> => ({
  endpoint,
  fresh,
  known,
  location,
  name,
  ref: isNamed ? ref : undefined,
  startedAt: ref.startedAt.epochMillis
})

/**
 * The wait for one operation as plain data: no fiber, no closure, one timer where it has a deadline. What it does is what {@link Step.step}
 * says, as with the wait of a fiber.
 *
 * @internal
 */
export class Row implements Seat {
  readonly number: number
  readonly request: unknown
  readonly kind: Kind
  readonly startedAt: number
  readonly #crew: Company<Row>
  readonly name: string
  readonly #endpoint: Polled["endpoint"]
  readonly #location: string | undefined
  readonly #ref: OperationRef | undefined
  #entry: Entry<Loop> | undefined
  readonly #begun: number
  readonly #fresh: boolean
  readonly #spread: number
  // A state of a wait, field by field: an object in the place of the one before would be old when it is replaced in its turn, and only a whole
  // collection frees what is old.
  #polls = 0
  #polledAt: number
  #offset = 0
  #closing = false
  #seen: boolean
  #lastGood: number
  #tolerance: Step.State["tolerance"]
  /** How often its schedule was stepped. */
  #steps = 0
  /** Of a schedule that has to be stepped by an Effect. */
  #scheduled: unknown = undefined
  #planned = -Infinity
  /** Kept where somebody may see it. */
  #last: Operation | undefined
  #lastError: CallError | undefined
  #isBad = false
  #alarm: Timer | undefined
  due = Infinity
  isExact = true
  /** Among the rows of its crew. */
  place = -1
  /** How often it said that it goes on. */
  reports = 0

  constructor(crew: Company<Row>, begun: number, { kind, known, ref, ...it }: Beginning) {
    this.#crew = crew
    this.number = it.number
    this.request = it.request
    this.kind = kind
    this.startedAt = it.startedAt
    this.name = it.name
    this.#endpoint = it.endpoint
    this.#location = it.location
    this.#ref = ref
    this.#last = kind.keepsLast ? known : undefined
    this.#begun = begun
    this.#fresh = it.fresh
    this.#spread = kind.spreadOf(it.name)
    const { lastGood, planned, seen, tolerance } = Step.make(this.#terms, known !== undefined)
    this.#polledAt = planned
    this.#seen = seen
    this.#lastGood = lastGood
    this.#tolerance = tolerance
  }

  get #terms(): Step.Terms {
    return this.kind.termsOf(this.#begun, this.#fresh, this.#spread)
  }

  get #state(): Step.State {
    return {
      terms: this.#terms,
      polls: this.#polls,
      planned: this.#polledAt,
      offset: this.#offset,
      closing: this.#closing,
      seen: this.#seen,
      lastGood: this.#lastGood,
      tolerance: this.#tolerance,
      reports: this.reports
    }
  }

  get polled(): Polled {
    return {
      name: this.name,
      endpoint: this.#endpoint,
      location: this.#location,
      url: this.#crew.urlOf(this.#endpoint, this.#location),
      sent: this.#crew.sent
    }
  }

  get ref(): OperationRef {
    return this.#ref ?? refOf(
      this.#crew.settings,
      {
        name: this.name,
        endpoint: this.#endpoint,
        location: this.#location,
        method: this.kind.method?.rpc
      },
      DateTime.unsafeMake(this.startedAt)
    )
  }

  /** Since when, and how often it was polled. */
  get elapsed(): { readonly begun: number; readonly polls: number } {
    return { begun: this.#begun, polls: this.#polls }
  }

  /** What the last poll ended with. */
  get lastCode(): "none" | "OK" | CallError["_tag"] {
    if (this.#polls === 0) return "none"
    return this.#isBad ? this.#lastError?._tag ?? "OK" : "OK"
  }

  get since(): number {
    return this.#lastGood
  }

  get timeout(): number {
    return this.#crew.timeout
  }

  get logs(): Seat["logs"] {
    return this.#crew.logs
  }

  get isPlain(): boolean {
    return !this.kind.keepsLast
  }

  get until(): number {
    return this.#begun + this.kind.deadline
  }

  get lastPoll(): number {
    return lastPollOf(this.#begun, this.until)
  }

  get maxHint(): number {
    return this.kind.maxHint
  }

  begin(entry: Entry<Loop>): void {
    this.#entry = entry
    if (this.until < Infinity) this.#alarm = this.#crew.timers.add(this.until, () => this.#late())
    const now = this.#crew.timers.now()
    if (!this.#fresh) this.#follow(this.#advance({ _tag: "Begun", now, delay: 0 }))
    else {
      this.#delay(undefined, (delay) => this.#follow(this.#advance({ _tag: "Begun", now, delay })))
    }
  }

  /** It will never know when it polls next. */
  dies(cause: Cause.Cause<never>): void {
    if (this.#entry !== undefined) this.#end({ cause })
  }

  /** The deadline is there. */
  #late(): void {
    if (this.#entry !== undefined) this.#end({ error: this.#timeout("deadline") })
  }

  tell(outcome: Outcome): void {
    if (this.#entry === undefined) return
    this.due = Infinity
    this.isExact = false
    const { answered, asked, held, queued, result } = outcome
    // It is told at once.
    const times = { now: answered, answered, asked, held, queued }
    if (Either.isRight(result)) {
      const { right: operation } = result
      if (operation.name !== this.name) this.#crew.renamed?.(this, operation)
      if (operation.done) return this.#end({ operation })
      if (this.kind.keepsLast) this.#last = operation
      this.#isBad = false
      return this.#went(times)
    }
    this.#failed(
      result.left instanceof Lost
        ? errorOf(result.left, this.#crew.settings, { ...this.polled, ref: this.ref })
        : result.left,
      times
    )
  }

  runs({ answered, asked, queued }: Times): void {
    if (this.#entry === undefined) return
    this.isExact = false
    const { delays } = this.kind
    if (delays === undefined || this.kind.deadline < Infinity) {
      this.due = Infinity
      return this.#went({ now: answered, answered, asked, held: false, queued })
    }
    // What `Step.step` says of a state that is as it was, where no deadline is near: ten thousand of these are a tick.
    this.#isBad = false
    const late = Math.min(this.#offset, Math.max(0, asked - this.#polledAt))
    const told = this.#tellsAt(late, asked >= this.#polledAt - grain)
    const delay = delays(this.#steps++, told - this.startedAt)
    this.#planned = told + delay
    this.#polls++
    this.#seen = true
    this.#lastGood = answered
    this.#tolerance = calm
    this.#offset = delay * this.#spread
    this.due = Math.max(answered, answered - late + delay + this.#offset)
    this.#polledAt = this.due - this.#offset
    this.#entry.loop.want(this.#entry)
  }

  /** It runs. */
  #went(times: Told): void {
    this.#delay(
      times.asked,
      (delay) => this.#follow(this.#advance({ ...times, _tag: "Answered", done: false, delay }))
    )
  }

  #failed(error: CallError, times: Told): void {
    const gone = error._tag === "NOT_FOUND"
    const hint = hintOf(error)
    this.isExact = hint > 0
    this.#delay(times.asked, (delay) => {
      const next = this.#advance({
        ...times,
        _tag: "Failed",
        delay,
        verdict: tolerance(error),
        gone,
        hint
      })
      if (next._tag === "Ended" && next.reason === "poll") {
        return this.#end({
          error: this.#seen ? sought(error) : error
        })
      }
      this.#lastError = error
      this.#isBad = true
      this.#crew.tolerated(this, error, times.answered)
      this.#follow(next)
    })
  }

  /** The source is gone. */
  end(): void {
    if (this.#entry === undefined) return
    const error = errorOf(new Lost("Closed"), this.#crew.settings, {
      ...this.polled,
      ref: this.ref
    })
    this.#end({ error })
  }

  /** Leaves, and says nothing. */
  leave(): void {
    const entry = this.#entry
    this.#entry = undefined
    if (this.#alarm !== undefined) this.#crew.timers.remove(this.#alarm)
    if (entry !== undefined) this.#crew.left(this, entry.loop.leave(entry, this))
  }

  #advance(event: Step.Event): Step.Next {
    const [state, next] = Step.step(this.#state, event)
    this.#polls = state.polls
    this.#polledAt = state.planned
    this.#offset = state.offset
    this.#closing = state.closing
    this.#seen = state.seen
    this.#lastGood = state.lastGood
    this.#tolerance = state.tolerance
    return next
  }

  #follow(next: Step.Next): void {
    if (next._tag !== "Poll") {
      const isEnd = next._tag === "Ended" && next.reason === "schedule"
      return this.#end({ error: this.#timeout(isEnd ? "schedule" : "deadline") })
    }
    this.due = next.at
    this.#entry?.loop.want(this.#entry)
  }

  /** The instant that the schedule is told, as that of the waiter of a fiber is. */
  #tellsAt(late: number, own: boolean): number {
    const past = Math.round((this.#crew.wall() - late) * 64) / 64
    return own && past > this.#planned - 1000 ? Math.max(past, this.#planned) : past
  }

  /** As the waiter of a fiber steps its schedule. */
  #delay(asked: number | undefined, then: (delay: number | undefined) => void): void {
    const { late, own } = asked === undefined
      ? { late: 0, own: false }
      : Step.lateness({ offset: this.#offset, planned: this.#polledAt }, asked)
    const told = this.#tellsAt(late, own)
    const known = this.kind.delays?.(this.#steps, told - this.startedAt)
    if (known !== undefined) {
      this.#planned = told + known
      this.#steps++
      return then(known)
    }
    const operation = this.#last ?? { name: this.name, done: false }
    this.#crew.step(
      this,
      this.kind.schedule,
      this.#scheduled,
      told,
      operation,
      this.startedAt,
      (delay, scheduled) => {
        this.#scheduled = scheduled
        // It may have left meanwhile.
        if (this.#entry === undefined) return
        this.#planned = told + (delay ?? 0)
        this.#steps++
        then(delay)
      }
    )
  }

  #timeout(reason: WaitTimeout["reason"]): WaitTimeout {
    return new WaitTimeout({
      operation: this.ref,
      reason,
      last: this.#last && shallowOperation(this.#last),
      polls: this.#polls,
      elapsed: Duration.millis(this.#crew.timers.now() - this.#begun),
      lastError: this.#lastError
    })
  }

  #end(how: Ended): void {
    this.leave()
    this.#crew.ended(this, how)
  }
}
