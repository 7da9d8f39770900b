/** The sliding window and the queue before it, against a model that looks at every dispatch there was. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc } from "effect"
import { Lane, type Turn } from "effect-lro/internal/rate/lane"
import { holds } from "../kit/property.ts"

/** What somebody does with a turn. */
interface Use {
  /** After the one before. */
  readonly after: number
  readonly isPoll: boolean
  /** How long its reply takes. */
  readonly takes: number
  /** Gives up after so long, in the queue or before it is sent. */
  readonly patience: number | undefined
}

interface Went {
  readonly use: number
  readonly at: number
  readonly ended: number
}

/** Plays uses in virtual time. */
const play = (
  quota: { readonly limit: number; readonly interval: number },
  uses: ReadonlyArray<Use>
) => {
  const lane = new Lane(quota)
  const went: Array<Went> = []
  let now = 0
  const agenda: Array<{ readonly at: number; readonly run: () => void }> = []
  const later = (millis: number, run: (now: number) => void) => {
    const entry = { at: now + millis, run: () => run(now) }
    agenda.push(entry)
    return () => {
      const index = agenda.indexOf(entry)
      if (index >= 0) agenda.splice(index, 1)
    }
  }
  let arrival = 0
  uses.forEach((use, index) => {
    arrival += use.after
    later(arrival, () => {
      const turn: Turn = {
        isPoll: use.isPoll,
        later,
        come: () => {
          stop()
          lane.go(turn, now)
          went.push({ use: index, at: now, ended: now + use.takes })
          later(use.takes, (now) => lane.end(turn, now))
        },
        dispatch: undefined
      }
      const stop = use.patience === undefined
        ? () => {}
        : later(use.patience, (now) => lane.leave(turn, now))
      lane.enter(turn, now)
    })
  })
  for (;;) {
    const next = agenda.reduce<typeof agenda[number] | undefined>(
      (first, entry) => first === undefined || entry.at < first.at ? entry : first,
      undefined
    )
    if (next === undefined) return went
    agenda.splice(agenda.indexOf(next), 1)
    now = next.at
    next.run()
  }
}

/** When each goes, by the rule alone: looks at all dispatches, and at who waits, at every instant when something may change. */
const predict = (
  { interval, limit }: { readonly limit: number; readonly interval: number },
  uses: ReadonlyArray<Use>
): ReadonlyArray<Went> => {
  const went: Array<Went> = []
  let arrival = 0
  let waiting = uses.map((use, index) => {
    arrival += use.after
    return {
      index,
      at: arrival,
      isPoll: use.isPoll,
      until: arrival + (use.patience ?? Infinity),
      takes: use.takes
    }
  })
  /** From when on a dispatch is as old as it counts. */
  const counts = ({ ended }: Went) => ended
  while (waiting.length > 0) {
    const instants = [
      ...waiting.flatMap(({ at }) => [at]),
      ...went.map((each) => counts(each) + interval)
    ].filter((at) => at >= (went.at(-1)?.at ?? 0)).sort((a, b) => a - b)
    const found = instants.flatMap((now) => {
      const young = went.filter((each) => counts(each) + interval > now).length
      const here = waiting.filter(({ at, until }) => at <= now && now < until)
      const first = here.sort((a, b) =>
        Number(a.isPoll) - Number(b.isPoll) || a.at - b.at || a.index - b.index
      )[0]
      return young < limit && first !== undefined ? [{ now, first }] : []
    })[0]
    if (found === undefined) return went
    const { first, now } = found
    went.push({ use: first.index, at: now, ended: now + first.takes })
    waiting = waiting.filter((each) => each !== first)
  }
  return went
}

const use: fc.Arbitrary<Use> = fc.record({
  // One at a time: those of one instant go in the order in which they come.
  after: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 3000 })),
  isPoll: fc.boolean(),
  takes: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 400 })),
  patience: fc.option(fc.integer({ min: 1, max: 20_000 }).map((millis) => millis + 0.125), {
    nil: undefined
  })
})

describe("[45] a lane", () => {
  it.effect("lets each go when the model does", () =>
    holds(
      fc.record({
        limit: fc.integer({ min: 1, max: 4 }),
        // Distinct from all other instants, so that nothing happens at once.
        interval: fc.constantFrom(1000.5, 5000.25)
      }).chain((quota) => fc.tuple(fc.constant(quota), fc.array(use, { maxLength: 40 }))),
      400,
      ([quota, uses]) =>
        Effect.sync(() => assert.deepStrictEqual(play(quota, uses), [...predict(quota, uses)]))
    ))

  it.effect("never lets more go, or arrive, than its limit in any interval", () =>
    holds(
      fc.tuple(fc.integer({ min: 1, max: 5 }), fc.array(use, { maxLength: 80 })),
      300,
      ([limit, uses]) =>
        Effect.sync(() => {
          const interval = 20_000
          const went = play({ limit, interval }, uses)
          went.forEach(({ at }, i) => {
            // Each arrived between its dispatch and its reply.
            const young = went.slice(0, i).filter(({ ended }) => ended > at - interval)
            assert.isBelow(young.length, limit)
          })
        })
    ))
})
