/**
 * What a wait has to do, as a pure function of what the server is going to answer. Written from the rules, short enough to be checked
 * by reading; it shares no code with the package. Instants and durations are milliseconds.
 */

/** The numbers that the rules fix. A test bends them to see that a wrong model is found out. */
export const rules = {
  /** The last poll starts this share of the deadline before it, and at most so many milliseconds. */
  lastPollShare: 0.1,
  lastPollMost: 5000,
  /** How many INTERNAL, UNKNOWN or malformed replies pass in a row. */
  unexpectedInARow: 3,
  gateway: [408, 502, 503, 504],
  throttled: ["rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"],
  dailyQuotaEnds: true,
  cancelAtMost: 5000,
  /** A shorter hint leaves the delay as it is. */
  hintsShorten: false,
  firstPollAtOnce: true,
  /** Whether the offset of a poll puts off all that follow, too. */
  offsetsAddUp: false,
  /** Whether failures are tolerated before the first good poll, too. */
  tolerantFromTheStart: true
}

export type Rules = typeof rules

/** A state of the operation, as the server sends it. */
export interface State {
  readonly name: "same" | "none" | "other"
  /** Metadata; without it there is none. */
  readonly percent?: number
  /** Noise in the metadata. */
  readonly tick?: number
  readonly result: "running" | "failed" | "cancelled" | "cake" | "rubbish" | "nothing"
  /** The code of a failure; of an operation that runs, an error that means nothing yet. */
  readonly code?: string
}

/** What becomes of one attempt of a poll, `after` so many milliseconds; Infinity hangs. */
export type Reply =
  & { readonly after: number }
  & (
    | { readonly kind: "state"; readonly state: State }
    | {
      readonly kind: "rpc"
      readonly http: number
      readonly code: string
      /** Whether the body is an error of Google's. */
      readonly google: boolean
      readonly reason?: string
      readonly dailyQuota?: boolean
      readonly retryInfo?: number
      /** Seconds of delay, or the second of a date. */
      readonly retryAfter?: { readonly seconds: number } | { readonly date: number }
    }
    | {
      readonly kind: "malformed"
      readonly reason:
        | "NotJson"
        | "Empty"
        | "NotAnOperation"
        | "Redirect"
        | "TooLarge"
        | "WrongEndpoint"
    }
    | { readonly kind: "transport"; readonly code: string; readonly tls: boolean }
    /** No token: nothing is sent. */
    | { readonly kind: "credentials"; readonly transient: boolean }
  )

export type Schedule =
  | { readonly kind: "fixed"; readonly delay: number }
  /** A fixed delay that ends after so many. */
  | { readonly kind: "ending"; readonly delay: number; readonly times: number }
  | {
    readonly kind: "exponential"
    readonly initial: number
    readonly multiplier: number
    readonly cap: number
  }
  | {
    readonly kind: "proportional"
    readonly share: number
    readonly floor: number
    readonly cap: number
  }

export interface Plan {
  readonly target:
    | { readonly kind: "name" }
    | { readonly kind: "ref"; readonly age: number }
    /** An operation that was got or listed before. */
    | { readonly kind: "operation"; readonly known: State }
    /** A start, and so many milliseconds later the wait. */
    | { readonly kind: "started"; readonly known: State; readonly pause: number }
    /** Start and wait as one; the start call takes a while. */
    | { readonly kind: "run"; readonly known: State; readonly took: number }
  /** Afterwards every poll answers that the operation is done. */
  readonly replies: ReadonlyArray<Reply>
  readonly schedule: Schedule
  /** By what share of its delay a poll comes after the instant that is planned: a hash of the name. */
  readonly spread: number
  readonly deadline: number | undefined
  readonly maxOutage: number
  readonly maxHint: number
  readonly notFoundGrace: number
  readonly timeout: number
  readonly response: boolean
  /** For watch: whether only `percent` counts as a change. */
  readonly selects: boolean
  readonly interrupt: number | undefined
  /** How long the server takes to answer a cancel; without it none is sent. */
  readonly cancel: number | undefined
}

/** A state as it is told to `onState` or emitted by `watch`. */
export interface Told {
  readonly at: number
  readonly result: string
  readonly percent: number | undefined
}

export interface Prediction {
  readonly outcome: string
  readonly code?: string | undefined
  /** Of a WaitTimeout. */
  readonly timeout?: {
    readonly reason: "deadline" | "schedule"
    readonly polls: number
    readonly elapsed: number
    readonly last: State["percent"] | "never"
    readonly lastError: string | undefined
  }
  readonly seenBefore?: boolean
  readonly at: number
  readonly polled: ReadonlyArray<number>
  readonly cancelled: ReadonlyArray<number>
  readonly told: ReadonlyArray<Told>
  /** What happened on the way, to count what was reached. */
  readonly passed: ReadonlyArray<string>
}

/** The tag of the error that a reply is. */
const tagOf = (reply: Reply): string =>
  reply.kind === "rpc"
    ? reply.code
    : {
      state: "none",
      malformed: "MalformedResponse",
      transport: "TransportError",
      credentials: "CredentialsError"
    }[
      reply.kind
    ]

/** An attempt that did not end in time fails; where it waited for a token, nothing was sent. */
const timedOut = (reply: Reply, after: number): Reply =>
  reply.kind === "credentials"
    ? { kind: "credentials", transient: true, after }
    : { kind: "transport", code: "Timeout", tls: false, after }

/** The longer of RetryInfo and Retry-After. */
const hintOf = (reply: Reply, now: number): number => {
  if (reply.kind !== "rpc") return 0
  const { retryAfter, retryInfo = 0 } = reply
  const header = retryAfter === undefined
    ? 0
    : "seconds" in retryAfter
    ? retryAfter.seconds * 1000
    : retryAfter.date * 1000 - now
  return Math.max(0, retryInfo, header)
}

/** How a failed poll counts for the wait. */
const verdictOf = (reply: Reply, rules: Rules): "passes" | "a few pass" | "ends" => {
  if (reply.kind === "transport") return reply.tls ? "ends" : "passes"
  if (reply.kind === "credentials") return reply.transient ? "passes" : "ends"
  if (reply.kind === "malformed") {
    return ["Redirect", "TooLarge", "WrongEndpoint"].includes(reply.reason) ? "ends" : "a few pass"
  }
  if (reply.kind === "state") return "ends"
  if (reply.dailyQuota === true && rules.dailyQuotaEnds) return "ends"
  if (rules.gateway.includes(reply.http)) return "passes"
  if (["UNAVAILABLE", "RESOURCE_EXHAUSTED"].includes(reply.code)) return "passes"
  if (reply.http === 403 && rules.throttled.includes(reply.reason ?? "")) return "passes"
  return ["INTERNAL", "UNKNOWN"].includes(reply.code) ? "a few pass" : "ends"
}

/** The delay before poll number `step`, counted from 0; none when the schedule has ended. */
const delayOf = (schedule: Schedule, step: number, age: number): number | undefined => {
  switch (schedule.kind) {
    case "fixed":
      return schedule.delay
    case "ending":
      return step < schedule.times ? schedule.delay : undefined
    case "exponential":
      return Math.min(schedule.cap, schedule.initial * schedule.multiplier ** step)
    case "proportional":
      return Math.min(schedule.cap, Math.max(schedule.floor, schedule.share * age))
  }
}

/** How the wait ends once the operation has. */
const endOf = (
  { code, result }: State,
  response: boolean
): Pick<Prediction, "outcome" | "code"> => {
  if (result === "failed") return { outcome: "OperationFailed", code }
  if (result === "cancelled") return { outcome: "OperationCancelled" }
  if (!response || result === "cake") return { outcome: "Succeeded" }
  return { outcome: result === "nothing" ? "MissingResult" : "ResultDecodeError" }
}

/** Sums of fractions miss a whole number by little. */
const micros = (millis: number): number => Math.round(millis * 1000) / 1000

const isDone = (state: State): boolean => state.result !== "running"

/** The whole wait as it goes if nobody interrupts it. */
const uninterrupted = (plan: Plan, rules: Rules, followed: boolean): Prediction => {
  const { schedule, target } = plan
  const polled: Array<number> = []
  const told: Array<Told> = []
  const passed: Array<string> = []
  const begun = target.kind === "started" ? target.pause : target.kind === "run" ? target.took : 0
  const startedAt = target.kind === "ref" ? -target.age : target.kind === "run" ? begun : 0
  const fresh = target.kind === "started" || target.kind === "run"
  const known = "known" in target ? target.known : undefined
  const end = (
    at: number,
    how: Pick<Prediction, "outcome" | "code" | "timeout" | "seenBefore">
  ): Prediction => ({
    ...how,
    at,
    polled,
    cancelled: [],
    told,
    passed
  })
  const keyOf = (state: State) =>
    JSON.stringify([isDone(state), state.percent, plan.selects ? undefined : state.tick])
  const tell = (at: number, state: State, before: State | undefined) => {
    if (followed && before !== undefined && keyOf(before) === keyOf(state)) passed.push("no change")
    else told.push({ at, result: state.result, percent: state.percent })
  }
  const finish = (at: number, state: State) =>
    end(at, followed ? { outcome: "complete" } : endOf(state, plan.response))

  if (known !== undefined && (followed || isDone(known))) tell(begun, known, undefined)
  if (known !== undefined && isDone(known)) return finish(begun, known)

  const deadline = begun + (plan.deadline ?? Infinity)
  const lastPoll = plan.deadline === undefined
    ? Infinity
    : deadline - Math.min(rules.lastPollMost, plan.deadline * rules.lastPollShare)
  let now = begun
  let polls = 0
  let steps = 0
  let hint = 0
  let offset = 0
  let isLast = false
  let last = known
  let seen = known !== undefined && !fresh
  let lastGood: number | undefined = known === undefined && !rules.tolerantFromTheStart
    ? undefined
    : begun
  let failing = false
  let unexpected = 0
  let lastError: string | undefined
  const timeout = (at: number, reason: "deadline" | "schedule") =>
    end(at, {
      outcome: "WaitTimeout",
      timeout: {
        reason,
        polls,
        elapsed: at - begun,
        last: last === undefined ? "never" : last.percent,
        lastError
      }
    })

  for (;;) {
    // When to poll.
    if (isLast) return timeout(now, "deadline")
    const atOnce = polls === 0 && !fresh && rules.firstPollAtOnce
    // The offset of a poll does not count: not for what comes next, and not for the age.
    const delay = atOnce ? 0 : delayOf(schedule, steps++, now - offset - startedAt)
    if (delay === undefined) return timeout(now, "schedule")
    const own = delay * (1 + plan.spread) - (rules.offsetsAddUp ? 0 : offset)
    offset = delay * plan.spread
    let at = now + (rules.hintsShorten && hint > 0 ? hint : Math.max(own, hint, 0))
    if (hint > own) passed.push("hint")
    if (at >= lastPoll) {
      if (now >= lastPoll) return timeout(now, "deadline")
      isLast = true
      at = lastPoll
      offset = 0
    }

    // One poll is one attempt.
    const begin = at
    const next: Reply = plan.replies[polls] ??
      { kind: "state", after: 10, state: { name: "same", result: "cake" } }
    if (next.kind !== "credentials") polled.push(at)
    const reply: Reply = next.after < plan.timeout ? next : timedOut(next, plan.timeout)
    at += reply.after
    // A reply by the deadline counts; a time-out at that very instant is no reply.
    if (at > deadline || (at === deadline && reply !== next)) {
      passed.push("cut off")
      return timeout(deadline, "deadline")
    }
    now = at
    polls++

    // What it means.
    if (reply.kind === "state") {
      const { state } = reply
      tell(now, state, last)
      last = state
      if (isDone(state)) return finish(now, state)
      seen = true
      lastGood = now
      failing = false
      unexpected = 0
      hint = 0
      continue
    }
    const tag = tagOf(reply)
    const graced = tag === "NOT_FOUND" && fresh && !seen && now - begun <= plan.notFoundGrace
    if (graced) {
      unexpected = 0
      passed.push("graced")
    } else {
      const verdict = verdictOf(reply, rules)
      // An outage begins with its first failed poll; from the second on the whole time since the last good one counts.
      const outage = micros(now - (failing ? lastGood ?? now : begin))
      failing = true
      unexpected = verdict === "a few pass" ? unexpected + 1 : 0
      const isOver = lastGood === undefined || outage >= plan.maxOutage
      if (verdict === "ends" || isOver || unexpected > rules.unexpectedInARow) {
        passed.push(
          lastGood === undefined
            ? "never seen"
            : verdict === "ends"
            ? "fatal"
            : isOver
            ? "outage"
            : "too many"
        )
        return end(now, {
          outcome: tag,
          ...(tag === "NOT_FOUND" ? { seenBefore: seen } : undefined)
        })
      }
    }
    lastError = tag
    hint = Math.min(hintOf(reply, now), plan.maxHint)
    passed.push(`tolerated ${tag}`)
  }
}

/** What an interruption leaves of it: nothing that comes later, except a start call on the wire and one cancel. */
const interrupted = (plan: Plan, rules: Rules, whole: Prediction, instant: number): Prediction => {
  const { target } = plan
  const onTheWire = target.kind === "run" && instant < target.took
  const gone = onTheWire ? target.took : instant
  const needsCancel = plan.cancel !== undefined && !(onTheWire && isDone(target.known))
  const cancel = Math.min(plan.cancel ?? 0, plan.timeout, rules.cancelAtMost)
  return {
    outcome: "interrupted",
    at: needsCancel ? gone + cancel : gone,
    polled: onTheWire ? [] : whole.polled.filter((at) => at <= instant),
    cancelled: needsCancel ? [gone] : [],
    told: onTheWire ? [] : whole.told.filter(({ at }) => at <= instant),
    passed: [onTheWire ? "during the start" : "during the wait"]
  }
}

/** What has to become of a plan; `followed` for `watch`. */
export const predict = (plan: Plan, followed: boolean, bent: Rules = rules): Prediction => {
  const whole = uninterrupted(plan, bent, followed)
  return plan.interrupt === undefined || plan.interrupt > whole.at
    ? whole
    : interrupted(plan, bent, whole, plan.interrupt)
}
