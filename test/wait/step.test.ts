/** The rules of a wait as a function of plain data. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc } from "effect"
import * as Step from "effect-lro/internal/wait/step"
import { holds } from "../kit/property.ts"

const time = fc.oneof(
  fc.integer({ min: 0, max: 100_000 }),
  fc.double({ min: 0, max: 1e7, noNaN: true })
)
const optional = <A>(arbitrary: fc.Arbitrary<A>) => fc.option(arbitrary, { nil: undefined })

const terms: fc.Arbitrary<Omit<Step.Terms, "begun">> = fc.record({
  fresh: fc.boolean(),
  deadline: optional(time),
  maxOutage: optional(time),
  maxHint: optional(time),
  notFoundGrace: optional(time),
  unit: fc.double({ min: 0, max: 0.999, noNaN: true }),
  spread: fc.constantFrom(0, 0.2, 0.5)
}).map((terms) => Object.assign(terms, { spread: terms.spread * terms.unit }))

/** What happens, told by how much later it happens. */
interface Happening {
  readonly kind: "answered" | "failed" | "woken"
  readonly took: number
  readonly early: number
  readonly delay: number | undefined
  readonly held: boolean
  readonly done: boolean
  readonly verdict: "transient" | "unexpected" | "fatal"
  readonly gone: boolean
  readonly hint: number
}

const happening: fc.Arbitrary<Happening> = fc.record({
  kind: fc.constantFrom("answered", "answered", "failed", "failed", "woken"),
  took: time,
  early: fc.constantFrom(0, 0, 0.5, 1),
  delay: fc.oneof({ weight: 9, arbitrary: time }, { weight: 1, arbitrary: fc.constant(undefined) }),
  held: fc.boolean(),
  done: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  verdict: fc.constantFrom("transient", "transient", "unexpected", "fatal"),
  gone: fc.boolean(),
  hint: fc.oneof(fc.constant(0), time)
})

const eventOf = (state: Step.State, next: Step.Next, it: Happening): Step.Event => {
  const at = next._tag === "Poll" ? next.at : state.planned
  if (it.kind === "woken") {
    return { _tag: "Woken", now: next._tag === "Poll" ? Math.min(next.wakeAt, next.at) : at }
  }
  const { begun } = state.terms
  const asked = begun + (at - begun) * (1 - it.early)
  const times = {
    asked,
    answered: asked + it.took,
    now: asked + it.took,
    held: it.held,
    delay: it.delay
  }
  return it.kind === "answered"
    ? { ...times, _tag: "Answered", done: it.done }
    : { ...times, _tag: "Failed", verdict: it.verdict, gone: it.gone, hint: it.hint }
}

type Carry = (state: Step.State) => Step.State

const play = (
  begin: Step.State,
  first: number | undefined,
  happenings: ReadonlyArray<Happening>,
  carry: Carry
): ReadonlyArray<Step.Next> => {
  let [state, next] = Step.step(carry(begin), {
    _tag: "Begun",
    now: begin.terms.begun,
    delay: first
  })
  const all = [next]
  for (const happening of happenings) {
    if (next._tag !== "Poll") break
    const [after, then] = Step.step(carry(state), eventOf(state, next, happening))
    state = after
    next = then
    all.push(next)
  }
  return all
}

const throughJson: Carry = (state) => JSON.parse(JSON.stringify(state)) as Step.State

const waits = fc.record({
  begun: time,
  terms,
  known: fc.boolean(),
  first: optional(time),
  happenings: fc.array(happening, { maxLength: 20 })
})

describe("[17] [18] [19] the step of a wait", () => {
  it.effect("goes on the same from a state that went through JSON between any two events", () =>
    holds(waits, 2000, ({ begun, first, happenings, known, terms }) =>
      Effect.sync(() => {
        const state = Step.make({ ...terms, begun }, known)
        assert.deepStrictEqual(
          play(state, first, happenings, throughJson),
          play(state, first, happenings, (same) => same)
        )
      })))

  it.effect("never plans a poll before now nor after the last one before the deadline", () =>
    holds(waits, 2000, ({ begun, first, happenings, known, terms }) =>
      Effect.sync(() => {
        const { deadline = Infinity } = terms
        const last = begun + deadline - Math.min(5000, deadline / 10)
        for (
          const next of play(
            Step.make({ ...terms, begun }, known),
            first,
            happenings,
            (same) => same
          )
        ) {
          if (next._tag !== "Poll") continue
          assert.isAtLeast(next.at, begun)
          assert.isAtMost(next.at, Math.max(begun, last))
          assert.isAtMost(next.wakeAt, begun + deadline)
        }
      })))

  const begin = (terms: Partial<Step.Terms> = {}, known = false) =>
    Step.step(Step.make({ begun: 100, fresh: false, spread: 0, ...terms }, known), {
      _tag: "Begun",
      now: 100,
      delay: 2000
    })

  it("polls a name at once, and a start reply after the first delay", () => {
    assert.deepStrictEqual(begin()[1], { _tag: "Poll", at: 100, wakeAt: 60_100 })
    assert.deepStrictEqual(begin({ fresh: true })[1], { _tag: "Poll", at: 2100, wakeAt: 60_100 })
  })

  it("[24] goes on after a machine slept for years, and says so once", () => {
    const years = 100 + 20 * 365 * 24 * 60 * 60_000
    const [state, next] = Step.step(begin({})[0], { _tag: "Woken", now: years })
    assert.strictEqual(next._tag, "Poll")
    assert.isTrue(next._tag === "Poll" && next.wakeAt > years && next.wakeAt <= years + 3_600_000)
    assert.strictEqual(state.reports, 4 + 20 * 365 * 24 - 1)
  })

  it("tolerates an outage within its budget from the very beginning", () => {
    let [state, next] = begin({ maxOutage: 10_000 })
    const polled: Array<number> = []
    while (next._tag === "Poll") {
      polled.push(next.at)
      const now = next.at
      ;[state, next] = Step.step(state, {
        _tag: "Failed",
        now,
        asked: now,
        answered: now,
        held: false,
        delay: 4000,
        verdict: "transient",
        gone: false,
        hint: 0
      })
    }
    assert.deepStrictEqual(polled, [100, 4100, 8100, 12_100])
    assert.deepStrictEqual(next, { _tag: "Ended", reason: "poll" })
  })
})
