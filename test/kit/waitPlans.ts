/** Random plans for the model of a wait, reproducible from a seed. */
import type { Chance } from "../matrix/chance.ts"
import * as Codes from "./codes.ts"
import { type Plan, predict, type Reply, type Schedule, type State } from "./waitModel.ts"

/** A plan and what the model need not know. */
export interface Case {
  readonly seed: number
  readonly name: string
  readonly spread: number
  readonly plan: Plan
}

/** The names of operations; each has another hash. */
export const names = [1, 2, 3, 4, 5].map((n) => `projects/p/locations/l/operations/${n}`)

/** Every canonical code and the HTTP status that it comes with. */
const codes = Codes.errors.map(([code, _, http]) => [http, code] as const)

/** What a front end's page stands for where there is no error of Google's. */
const pages: ReadonlyArray<readonly [http: number, code: string]> = [
  [408, "FAILED_PRECONDITION"],
  [500, "INTERNAL"],
  [502, "INTERNAL"],
  [503, "UNAVAILABLE"],
  [504, "DEADLINE_EXCEEDED"],
  [429, "RESOURCE_EXHAUSTED"]
]

/** Never exactly on a limit: what happens first of two things at one instant is nobody's promise. */
const took = ({ below, often, pick }: Chance): number =>
  often(0.03) ? Infinity : often(0.4) ? 0 : below(pick([100, 2000, 20_000, 50_000])) + 0.25

const state = ({ below, often, pick }: Chance, mayBeDone: number): State => ({
  name: pick(["same", "same", "same", "none", "other"]),
  ...(often(0.8) ? { percent: below(3), tick: below(3) } : undefined),
  ...(often(mayBeDone)
    ? {
      result: pick(["failed", "cancelled", "cake", "cake", "rubbish", "nothing"]),
      code: pick(codes.slice(1))[1]
    }
    : { result: "running", ...(often(0.1) ? { code: "INTERNAL" } : undefined) })
})

/** What a front end may send, too. */
const retryAfter = ({ below, often, pick }: Chance) =>
  often(0.3)
    ? {
      retryAfter: often(0.5)
        ? { seconds: below(pick([5, 30, 300, 10_000_000_000])) }
        : { date: below(pick([30, 300, 3000])) }
    }
    : undefined

const retryInfo = ({ below, often, pick }: Chance) =>
  often(0.3) ? { retryInfo: below(pick([5, 30, 300, 3000])) * 500 } : undefined

/** A reply that is no state; `harmless` ones pass while polling. */
const failure = (chance: Chance, harmless: boolean): Reply => {
  const { often, pick } = chance
  const after = took(chance)
  const rpc = {
    kind: "rpc",
    after,
    google: true,
    ...retryAfter(chance),
    ...retryInfo(chance)
  } as const
  if (!harmless) {
    const anyCode = (): Reply => {
      const [http, code] = pick(codes)
      return { ...rpc, http, code, dailyQuota: often(0.1) }
    }
    return pick<() => Reply>([
      ...Array.from({ length: 8 }, () => anyCode),
      () => ({ ...rpc, http: 404, code: "NOT_FOUND" }),
      () => ({ ...rpc, http: 429, code: "RESOURCE_EXHAUSTED", dailyQuota: true }),
      () => ({ ...rpc, http: 403, code: "PERMISSION_DENIED", reason: "forbidden" }),
      () => ({ kind: "malformed", after, reason: pick(["Redirect", "TooLarge", "WrongEndpoint"]) }),
      () => ({ kind: "transport", after, code: "CERT_HAS_EXPIRED", tls: true }),
      () => ({ kind: "credentials", after, transient: false })
    ])()
  }
  return pick<() => Reply>([
    () => ({ ...rpc, http: 503, code: "UNAVAILABLE" }),
    () => ({ ...rpc, http: 429, code: "RESOURCE_EXHAUSTED" }),
    () => ({ ...rpc, http: pick([408, 502, 503, 504]), code: pick(codes)[1] }),
    () => ({
      ...rpc,
      http: 403,
      code: "PERMISSION_DENIED",
      reason: pick(["rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"])
    }),
    () => {
      const [http, code] = pick(pages)
      return { kind: "rpc", after, http, code, google: false, ...retryAfter(chance) }
    },
    () => ({ ...rpc, http: 500, code: pick(["INTERNAL", "UNKNOWN"]) }),
    () => ({ kind: "malformed", after, reason: pick(["NotJson", "Empty", "NotAnOperation"]) }),
    () => ({
      kind: "transport",
      after,
      code: pick(["ECONNRESET", "ECONNREFUSED", "ENOTFOUND", "ETIMEDOUT"]),
      tls: false
    }),
    () => ({ kind: "credentials", after, transient: true })
  ])()
}

/** One that the wait takes for a state, or not. */
const reply = (chance: Chance, good: number): Reply =>
  chance.often(good)
    ? { kind: "state", after: took(chance), state: state(chance, 0.12) }
    : failure(chance, chance.often(0.88))

/** What a wait may have to pass before it meets anything else. */
const beginning = (chance: Chance): ReadonlyArray<Reply> => {
  const { below, often, pick } = chance
  const row = (reply: () => Reply) => Array.from({ length: 1 + below(5) }, reply)
  const notFound = (): Reply => ({
    kind: "rpc",
    after: 0,
    http: 404,
    code: "NOT_FOUND",
    google: true,
    ...retryAfter(chance)
  })
  return pick<() => ReadonlyArray<Reply>>([
    () => row(notFound),
    () => row(() => failure(chance, true)),
    () => [
      { kind: "state", after: 0, state: { name: "same", result: "running" } },
      ...row(() => ({ kind: "malformed", after: 0, reason: pick(["NotJson", "Empty"]) })),
      ...row(() => ({ kind: "rpc", after: 0, http: 500, code: "INTERNAL", google: often(0.5) }))
    ],
    () => row(() => often(0.3) ? notFound() : { kind: "malformed", after: 0, reason: "NotJson" })
  ])()
}

const schedule = ({ below, pick }: Chance): Schedule => {
  const delay = pick([1000, 2000, 7000, 30_000])
  return pick<Schedule>([
    { kind: "fixed", delay },
    { kind: "ending", delay, times: below(8) },
    {
      kind: "exponential",
      initial: pick([500, 1000, 2500]),
      multiplier: pick([1.5, 2]),
      cap: pick([10_000, 60_000])
    },
    {
      kind: "proportional",
      share: pick([0.1, 0.2, 0.5]),
      floor: pick([1000, 2500]),
      cap: pick([5000, 30_000])
    }
  ])
}

/** `unit`: what the hash of each name makes of a delay, from 0 to 1. */
export const make = (seed: number, chance: Chance, unit: ReadonlyMap<string, number>): Case => {
  const { below, next, often, pick } = chance
  const name = pick(names)
  const spread = pick([0, 0, 0.2, 0.5])
  const good = pick([0.9, 0.6, 0.2])
  const known = state(chance, 0.05)
  const called: State = { ...known, name: known.result === "running" ? "same" : known.name }
  const uninterrupted: Plan = {
    target: pick<() => Plan["target"]>([
      () => ({ kind: "name" }),
      () => ({ kind: "ref", age: below(100_000) }),
      () => ({ kind: "operation", known: { ...known, name: "same" } }),
      () => ({ kind: "started", known: called, pause: often(0.3) ? below(20_000) : 0 }),
      () => ({ kind: "run", known: called, took: below(4000) })
    ])(),
    replies: [
      ...(often(0.25) ? beginning(chance) : []),
      ...Array.from({ length: below(14) }, () => reply(chance, good))
    ],
    schedule: schedule(chance),
    spread: spread * (unit.get(name) ?? Number.NaN),
    deadline: often(0.5) ? undefined : pick([10_000, 20_000, 60_000, 90_000, 1 + below(200_000)]),
    maxOutage: pick([0, 5000, 20_000, 60_000, 600_000, 600_000]),
    maxHint: pick([1000, 20_000, 600_000]),
    notFoundGrace: pick([0, 10_000, 60_000]),
    timeout: pick([5000, 30_000, 120_000]),
    response: often(0.5),
    selects: often(0.5),
    interrupt: undefined,
    cancel: often(0.5) ? undefined : often(0.1) ? Infinity : below(8000) + 0.25
  }
  const plan = often(0.3)
    ? {
      ...uninterrupted,
      // Anywhere in the whole wait, or just after it.
      interrupt: firstInstant(uninterrupted) +
        next() * (predict(uninterrupted, false).at - firstInstant(uninterrupted) + 500)
    }
    : uninterrupted
  return { seed, name, spread, plan }
}

const firstInstant = ({ target }: Plan): number => target.kind === "started" ? target.pause : 0
