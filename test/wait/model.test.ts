/** Random waits end as a model of the rules says: see kit/waitModel.ts. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Code from "effect-lro/Code"
import { count, repetitions } from "../kit/counts.ts"
import { differences, explain, units } from "../kit/waitCompare.ts"
import { type Plan, predict, type Prediction, rules } from "../kit/waitModel.ts"
import { type Observation, observe } from "../kit/waitObserver.ts"
import { type Case, make } from "../kit/waitPlans.ts"
import * as Chance from "../matrix/chance.ts"

const firstSeed = 20_261_127

interface Run {
  readonly one: Case
  readonly seen: Observation
}

/** Plays plans, one a seed. */
const play = (count: number, followed: boolean, adapt: (plan: Plan) => Plan) =>
  Effect.flatMap(
    units,
    (unit) =>
      Effect.forEach(Array.from({ length: count }, (_, i) => firstSeed + i), (seed) => {
        const made = make(seed, Chance.make(seed), unit)
        const one = { ...made, plan: adapt(made.plan) }
        return Effect.map(observe(one, followed), (seen): Run => ({ one, seen }))
      })
  )

/** Played once, read by several tests. */
const waits = Effect.runSync(Effect.cached(play(repetitions(3000), false, (plan) => plan)))

const watches = Effect.runSync(Effect.cached(play(repetitions(2000), true, (plan) => {
  const { target } = plan
  return {
    ...plan,
    cancel: undefined,
    target: target.kind === "run" ? { kind: "started", known: target.known, pause: 0 } : target
  }
})))

/** How many runs tell a wrong model from the right one, at least. */
const seldom = count(3, 1)

type Model = (plan: Plan) => Prediction

const wait: Model = (plan) => predict(plan, false)
const watch: Model = (plan) => predict(plan, true)

/** The runs that a model does not foretell. */
const missed = (runs: ReadonlyArray<Run>, model: Model) =>
  runs.filter(({ one, seen }) => differences(model(one.plan), seen).length > 0)

const assertForetold = (runs: ReadonlyArray<Run>, model: Model) => {
  const wrong = missed(runs, model)
  const shown = wrong.slice(0, 3).map(({ one, seen }) => explain(one, model(one.plan), seen))
  const message = `${wrong.length} of ${runs.length} differ from the model\n${shown.join("\n")}`
  assert.strictEqual(wrong.length, 0, message)
}

/** How often each outcome was foretold, and each thing on the way. */
const reached = (runs: ReadonlyArray<Run>, model: Model) => {
  const counts: Record<string, number> = {}
  for (const { one } of runs) {
    const { outcome, passed, timeout } = model(one.plan)
    const words = [outcome, ...(timeout === undefined ? [] : [timeout.reason]), ...passed]
    for (const word of new Set(words)) counts[word] = (counts[word] ?? 0) + 1
  }
  return counts
}

const assertReached = (
  runs: ReadonlyArray<Run>,
  model: Model,
  least: { readonly [what: string]: number }
) => {
  const counts = reached(runs, model)
  const seldom = Object.entries(least).filter(([what, times]) =>
    (counts[what] ?? 0) < count(times, Math.floor(times / 10))
  )
  assert.deepStrictEqual(seldom, [], JSON.stringify(counts))
}

/** Each code of a poll that ends a wait, and what is passed over. */
const often = {
  interrupted: 200,
  "during the wait": 200,
  WaitTimeout: 150,
  deadline: 80,
  schedule: 50,
  ...Object.fromEntries(Code.errors.map((code) => [code, 3])),
  TransportError: 50,
  MalformedResponse: 50,
  CredentialsError: 30,
  "tolerated UNAVAILABLE": 30,
  "tolerated RESOURCE_EXHAUSTED": 30,
  "tolerated PERMISSION_DENIED": 30,
  "tolerated TransportError": 50,
  "tolerated CredentialsError": 30,
  "tolerated MalformedResponse": 50,
  "tolerated INTERNAL": 30,
  "tolerated UNKNOWN": 20,
  "cut off": 50,
  "too many": 15,
  fatal: 80,
  graced: 15,
  hint: 40,
  outage: 80
}

describe("[17] [18] [19] a random wait", () => {
  it.effect(
    "ends as the model says, and nothing follows the end",
    () => Effect.map(waits, (runs) => assertForetold(runs, wait))
  )

  it.effect(
    "reaches every outcome often",
    () =>
      Effect.map(waits, (runs) =>
        assertReached(runs, wait, {
          ...often,
          Succeeded: 300,
          OperationFailed: 30,
          OperationCancelled: 30,
          MissingResult: 15,
          ResultDecodeError: 15,
          "during the start": 20
        }))
  )

  /** Models that are wrong in one point. */
  const bent: ReadonlyArray<readonly [what: string, model: Model]> = [
    ["a longer outage", (plan) => wait({ ...plan, maxOutage: 1.5 * plan.maxOutage })],
    ["longer hints", (plan) => wait({ ...plan, maxHint: 2 * plan.maxHint })],
    ["no grace", (plan) => wait({ ...plan, notFoundGrace: 0 })],
    ["another deadline", (plan) => wait({ ...plan, deadline: plan.deadline && plan.deadline + 1 })],
    ["a longer attempt", (plan) => wait({ ...plan, timeout: plan.timeout + 1 })],
    ["another spread", (plan) => wait({ ...plan, spread: 1.01 * plan.spread })],
    ["no interruption", (plan) => wait({ ...plan, interrupt: undefined })],
    ["no cancel", (plan) => wait({ ...plan, cancel: undefined })],
    ...([
      { lastPollShare: 0.11 },
      { lastPollMost: 5001 },
      { unexpectedInARow: 2 },
      { unexpectedInARow: 4 },
      { gateway: [502, 503, 504] },
      { throttled: ["rateLimitExceeded", "userRateLimitExceeded"] },
      { dailyQuotaEnds: false },
      { cancelAtMost: 5001 },
      { hintsShorten: true },
      { firstPollAtOnce: false },
      { offsetsAddUp: true },
      { tolerantFromTheStart: false }
    ].map((wrong) =>
      [JSON.stringify(wrong), (plan: Plan) => predict(plan, false, { ...rules, ...wrong })] as const
    ))
  ]
  for (const [what, model] of bent) {
    it.effect(
      `does not go as a model with ${what}`,
      () => Effect.map(waits, (runs) => assert.isAtLeast(missed(runs, model).length, seldom))
    )
  }
})

describe("a random watch", () => {
  it.effect(
    "gives the changes that the model gives, then its end",
    () => Effect.map(watches, (runs) => assertForetold(runs, watch))
  )

  it.effect(
    "reaches every end often",
    () =>
      Effect.map(
        watches,
        (runs) =>
          assertReached(runs, watch, { ...often, schedule: 30, complete: 200, "no change": 80 })
      )
  )

  it.effect(
    "does not go as a model that counts other changes",
    () =>
      Effect.map(watches, (runs) =>
        assert.isAtLeast(
          missed(runs, (plan) => watch({ ...plan, selects: !plan.selects })).length,
          seldom
        ))
  )
})
