/** Looks for a default: the schedules that no peer beats, the safest first. */
import { Array as Arr, Order } from "effect"
import * as Polling from "effect-lro/Polling"
import { peers } from "./peers.ts"
import {
  durations,
  margin,
  ours,
  type Outcome,
  type Poller,
  simulate,
  workloads
} from "./simulation.ts"

const seconds = (...values: ReadonlyArray<number>) => values.map((value) => value * 1000)

const candidates: ReadonlyArray<Poller> = [
  ...[0.1, 0.15, 0.2, 0.25, 0.3, 0.5].flatMap((share) =>
    seconds(0.5, 1, 1.5, 2, 2.5, 3).flatMap((floor) =>
      seconds(15, 30, 45, 60).map((cap) =>
        ours(
          `proportional: share ${share}, floor ${floor / 1000} s, cap ${cap / 1000} s`,
          Polling.proportional({ share, floor, cap })
        )
      )
    )
  ),
  ...[1.1, 1.2, 1.3, 1.5].flatMap((multiplier) =>
    seconds(1, 2, 2.5, 3).flatMap((initial) =>
      seconds(15, 30, 45, 60).map((cap) =>
        ours(
          `exponential: initial ${initial / 1000} s, multiplier ${multiplier}, cap ${cap / 1000} s`,
          Polling.exponential({ initial, multiplier, cap })
        )
      )
    )
  )
]

export interface Found {
  readonly name: string
  readonly margin: number
  readonly outcomes: ReadonlyArray<Outcome>
}

export const search = (count: number): ReadonlyArray<Found> => {
  const inputs = workloads.map((workload) => {
    const sample = durations(workload, count)
    return { workload, sample, peers: peers.map((peer) => simulate(peer, workload, sample)) }
  })
  const found = candidates.flatMap((candidate) => {
    const outcomes: Array<Outcome> = []
    let least = Infinity
    for (const { peers, sample, workload } of inputs) {
      const outcome = simulate(candidate, workload, sample)
      outcomes.push(outcome)
      least = Math.min(least, ...peers.map((peer) => margin(outcome, peer)))
      if (least < 0) return []
    }
    return [{ name: candidate.name, margin: least, outcomes }]
  })
  return Arr.sortBy(Order.mapInput(Order.reverse(Order.number), (one: Found) => one.margin))(found)
}
