/** Compares what was seen of a wait with what the model foretells. */
import { Effect } from "effect"
import * as Chance from "../matrix/chance.ts"
import type { Plan, Prediction } from "./waitModel.ts"
import { type Observation, observe } from "./waitObserver.ts"
import { type Case, make, names } from "./waitPlans.ts"

/** Clocks of the client round to a microsecond; a plan has a few dozen instants. */
const near = (a: number, b: number) => a === b || Math.abs(a - b) < 0.1

const allNear = (a: ReadonlyArray<number>, b: ReadonlyArray<number>) =>
  a.length === b.length && a.every((at, i) => near(at, b[i] ?? Number.NaN))

const tags: { readonly [result: string]: string } = {
  running: "Running",
  failed: "Failed",
  cancelled: "Cancelled"
}

/** What of an observation is not as predicted. */
export const differences = (expected: Prediction, seen: Observation): ReadonlyArray<string> => {
  const { timeout } = expected
  const other = seen.timeout
  const same: ReadonlyArray<readonly [what: string, boolean]> = [
    ["outcome", expected.outcome === seen.outcome],
    ["code", expected.code === seen.code],
    ["seenBefore", expected.seenBefore === seen.seenBefore],
    ["end", near(expected.at, seen.at)],
    ["polls", allNear(expected.polled, seen.polled)],
    ["cancels", allNear(expected.cancelled, seen.cancelled)],
    [
      "states",
      allNear(expected.told.map(({ at }) => at), seen.told.map(({ at }) => at)) &&
      expected.told.every(({ percent, result }, i) =>
        percent === seen.told[i]?.percent && (tags[result] ?? "Succeeded") === seen.told[i]?.result
      )
    ],
    [
      "time-out",
      timeout === undefined || other === undefined
        ? timeout === other
        : timeout.reason === other.reason && timeout.polls === other.polls &&
          near(timeout.elapsed, other.elapsed) && timeout.last === other.last &&
          timeout.lastError === other.lastError
    ]
  ]
  return [...same.flatMap(([what, isSame]) => isSame ? [] : [what]), ...seen.problems]
}

const print = (value: unknown) =>
  JSON.stringify(value, (_, item: unknown) => item === Infinity ? "Infinity" : item)

export const explain = (
  { name, plan, seed, spread }: Case,
  expected: Prediction,
  seen: Observation
) => {
  const { replies, ...settings } = plan
  return [
    `seed ${seed}: ${differences(expected, seen).join(", ")}`,
    `  ${name}, spread ${spread}, ${print(settings)}`,
    ...replies.map((reply, i) => `  reply ${i + 1}: ${print(reply)}`),
    `  expected ${print(expected)}`,
    `  seen     ${print(seen)}`
  ].join("\n")
}

/** What the hash of each name makes of a delay, from 0 to 1: seen from outside, in one long delay. */
export const units = Effect.map(
  Effect.forEach(names, (name) => {
    const spread = 0.5
    const delay = 3_000_000
    const { plan } = make(0, Chance.make(0), new Map())
    const probe: Plan = {
      ...plan,
      target: { kind: "name" },
      replies: [{ kind: "state", after: 0, state: { name: "same", result: "running" } }],
      schedule: { kind: "fixed", delay },
      deadline: undefined,
      interrupt: undefined
    }
    return Effect.map(
      observe({ seed: 0, name, spread, plan: probe }, false),
      ({ polled: [, second = 0] }) => [name, (second / delay - 1) / spread] as const
    )
  }),
  (entries) => new Map(entries)
)
