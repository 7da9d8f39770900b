/** The hints of the matrix: a wait obeys each of them, to the millisecond and up to its limit. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Polling from "effect-lro/Polling"
import { inTime } from "../kit/inTime.ts"
import { Bakery, done, layer, name, polledAt, refuse, running } from "../kit/Scripted.ts"
import { hints } from "./faults.ts"

const schedule = 2000
const limits = [["the default limit", undefined, 600_000], [
  "a limit of 20 seconds",
  20_000,
  20_000
]] as const

describe.each([[429, "RESOURCE_EXHAUSTED"], [503, "UNAVAILABLE"]] as const)(
  "[18] a wait that meets %i",
  (status, code) => {
    describe.each(limits)("and %s", (_, maxHint, limit) => {
      it.effect.each(hints)(
        "with $name",
        ({ details = [], headers = {}, millis }) =>
          Effect.gen(function*() {
            const bakery = yield* Bakery
            yield* inTime(
              bakery.untilDone(name, { schedule: Polling.fixed(schedule), spread: 0, maxHint })
            )
            // The third poll comes when the server asked for it, the fourth by the schedule again.
            const hint = Math.max(schedule, Math.min(limit, millis(schedule)))
            const expected = [0, schedule, schedule + hint, 2 * schedule + hint]
            const actual = yield* polledAt
            assert.lengthOf(actual, expected.length)
            expected.forEach((at, index) => assert.closeTo(actual[index] ?? 0, at, 1))
          }).pipe(
            Effect.provide(
              layer({
                get: [running(), refuse(status, code, { details, headers }), running(), done]
              })
            )
          )
      )
    })
  }
)
