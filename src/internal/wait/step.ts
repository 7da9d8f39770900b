/**
 * The rules of a wait as a function of plain data: what happened, to when to poll next or how it ends. No Effect, no clock, no schedule;
 * a state survives JSON. Instants and durations are milliseconds, of one clock that does not jump.
 *
 * @internal
 */
import { grain } from "../base/grain.ts"
import type { Verdict } from "../errors/verdict.ts"
import * as Tolerance from "./tolerance.ts"

/**
 * What a wait is held to. What is left out has no limit.
 *
 * @internal
 */
export interface Terms {
  readonly begun: number
  /** A start reply: the first delay comes before the first poll. */
  readonly fresh: boolean
  readonly deadline?: number | undefined
  readonly maxOutage?: number | undefined
  readonly maxHint?: number | undefined
  readonly notFoundGrace?: number | undefined
  /** The share of its delay by which a poll comes after the instant that is planned: of the name of the operation. */
  readonly spread: number
}

/** @internal */
export interface State {
  readonly terms: Terms
  readonly polls: number
  /** When the next poll is planned. */
  readonly planned: number
  /** How much later it is made, so that a fleet does not poll in lockstep. */
  readonly offset: number
  /** It is the last one before the deadline. */
  readonly closing: boolean
  /** A poll has seen the operation. */
  readonly seen: boolean
  /** The last good poll; before the first one the beginning of the wait stands for it. */
  readonly lastGood: number
  readonly tolerance: Tolerance.Tolerance
  /** How often the wait has said that it goes on. */
  readonly reports: number
}

/** What a poll was, good or not. */
interface Poll {
  /** When this is told: what the wait did with a state takes its time, too. */
  readonly now: number
  readonly asked: number
  /** How long it had queued for its turn before it was asked. */
  readonly queued?: number | undefined
  readonly answered: number
  /** The server was asked to hold the reply. */
  readonly held: boolean
  /** The delay that the schedule gave, which was stepped for this poll; left out: it ended. */
  readonly delay?: number | undefined
}

/**
 * What happens to a wait.
 *
 * @internal
 */
export type Event =
  /** The first poll is asked for; with the first delay of the schedule where the wait is {@link Terms.fresh}. */
  | { readonly _tag: "Begun"; readonly now: number; readonly delay?: number | undefined }
  | Poll & { readonly _tag: "Answered"; readonly done: boolean }
  | Poll & {
    readonly _tag: "Failed"
    readonly verdict: Verdict
    /** The server does not know the operation. */
    readonly gone: boolean
    /** How long the server wants to be left alone. */
    readonly hint: number
  }
  /** Nothing came until {@link Next.wakeAt}. */
  | { readonly _tag: "Woken"; readonly now: number }

/**
 * What a wait does next.
 *
 * @internal
 */
export type Next =
  | {
    readonly _tag: "Poll"
    readonly at: number
    /** When it wants to be woken if nothing came: at the deadline, or to say that it goes on. */
    readonly wakeAt: number
  }
  | { readonly _tag: "Done" }
  | { readonly _tag: "Ended"; readonly reason: "deadline" | "schedule" | "poll" }

/**
 * A wait before its first event; `known` says that a state of the operation is known.
 *
 * @internal
 */
export const make = (terms: Terms, known: boolean): State => ({
  terms,
  polls: 0,
  planned: terms.begun,
  offset: 0,
  closing: false,
  seen: known && !terms.fresh,
  lastGood: terms.begun,
  tolerance: Tolerance.calm,
  reports: 0
})

/**
 * The instant when the wait is over, done or not; `Infinity` when there is none.
 *
 * @internal
 */
export const deadlineOf = ({ begun, deadline = Infinity }: Terms): number => begun + deadline

/** The last poll starts early enough for its reply to arrive. */
const lastPollOf = (terms: Terms): number =>
  deadlineOf(terms) - Math.min(5000, (terms.deadline ?? Infinity) / 10)

const minute = 60_000
const reports = [minute, 5 * minute, 15 * minute, 60 * minute]

/**
 * When a wait says that it goes on: after 1, 5, 15 and 60 minutes, then every hour.
 *
 * @internal
 */
export const reportOf = (
  { reports: said, terms }: Pick<State, "reports"> & { readonly terms: Pick<Terms, "begun"> }
): number => terms.begun + (reports[said] ?? (said - reports.length + 2) * 60 * minute)

/**
 * Whether a poll was the wait's own, and by how much its offset made it late: a schedule goes by what was planned.
 *
 * @internal
 */
export const lateness = (
  { offset, planned }: Pick<State, "offset" | "planned">,
  asked: number
): { readonly own: boolean; readonly late: number } => ({
  own: asked >= planned - grain,
  late: Math.min(offset, Math.max(0, asked - planned))
})

const poll = (state: State): readonly [State, Next] => [
  state,
  {
    _tag: "Poll",
    at: state.planned + state.offset,
    wakeAt: Math.min(deadlineOf(state.terms), reportOf(state))
  }
]

const ended = (
  state: State,
  reason: Extract<Next, { readonly _tag: "Ended" }>["reason"]
): readonly [State, Next] => [state, { _tag: "Ended", reason }]

/**
 * One step of a wait.
 *
 * @internal
 */
export const step = (state: State, event: Event): readonly [State, Next] => {
  switch (event._tag) {
    case "Begun": {
      const { now } = event
      const delay = state.terms.fresh ? event.delay : 0
      return planned(state, { now, from: now, hint: 0, delay })
    }
    case "Answered":
      return answered(state, event)
    case "Failed":
      return failed(state, event)
    case "Woken":
      return woken(state, event.now)
  }
}

const answered = (
  state: State,
  event: Extract<Event, { readonly _tag: "Answered" }>
): readonly [State, Next] => {
  const next: State = {
    ...state,
    polls: state.polls + 1,
    seen: true,
    lastGood: event.answered,
    tolerance: Tolerance.calm
  }
  return event.done ? [next, { _tag: "Done" }] : planned(next, planOf(state, event, 0))
}

const failed = (
  before: State,
  event: Extract<Event, { readonly _tag: "Failed" }>
): readonly [State, Next] => {
  const { queued = 0 } = event
  // What queues is no outage.
  const state = { ...before, polls: before.polls + 1, lastGood: before.lastGood + queued }
  const { lastGood, seen, terms } = state
  const graced = event.gone && terms.fresh && !seen &&
    event.answered - terms.begun <= (terms.notFoundGrace ?? Infinity)
  const tolerance = graced
    ? Tolerance.graced(state.tolerance)
    : Tolerance.after(state.tolerance, {
      verdict: event.verdict,
      begun: Math.min(state.planned + state.offset + queued, event.asked),
      ended: event.answered,
      lastGood,
      maxOutage: terms.maxOutage ?? Infinity
    })
  if (tolerance === undefined) return ended(state, "poll")
  return planned(
    { ...state, tolerance },
    planOf(state, event, Math.min(event.hint, terms.maxHint ?? Infinity))
  )
}

/** What the next poll is planned by. */
interface Plan {
  readonly now: number
  /** Where the delay counts from: where the server holds polls, from when the last one began. */
  readonly from: number
  readonly delay: number | undefined
  readonly hint: number
}

const planOf = (state: State, { asked, delay, held, now }: Poll, hint: number): Plan => ({
  now,
  from: (held ? asked : now) - lateness(state, asked).late,
  delay,
  hint
})

const planned = (state: State, { delay, from, hint, now }: Plan): readonly [State, Next] => {
  const { terms } = state
  const lastPoll = lastPollOf(terms)
  // An earlier outcome may be of a poll that another wait asked for.
  if (state.closing && now + grain >= lastPoll) return ended(state, "deadline")
  if (delay === undefined) return ended(state, "schedule")
  const offset = delay * terms.spread
  const at = Math.max(now, from + delay + offset, now + hint)
  if (at < lastPoll) return poll({ ...state, planned: at - offset, offset })
  return now >= (state.polls > 0 ? lastPoll : deadlineOf(terms))
    ? ended(state, "deadline")
    : poll({ ...state, planned: Math.max(now, lastPoll), offset: 0, closing: true })
}

const woken = (state: State, now: number): readonly [State, Next] => {
  if (now + grain >= deadlineOf(state.terms)) return ended(state, "deadline")
  let { reports } = state
  while (reportOf({ ...state, reports }) <= now + grain) reports++
  return poll({ ...state, reports })
}
