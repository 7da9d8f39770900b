/**
 * How many polls a schedule costs and how late it makes a wait, simulated in virtual time. Needs no dependency of its own: the test of
 * the default schedule runs it too.
 */
import { Array as Arr, DateTime, Effect, Order, type Schedule, Utils } from "effect"
import type { Operation } from "effect-lro/Operation"
import { OperationRef } from "effect-lro/OperationRef"
import * as Pace from "../src/internal/wait/pace.ts"
import { Stepper } from "../src/internal/wait/stepper.ts"

/** Log-normal durations of operations. */
export interface Workload {
  readonly name: string
  readonly medianMillis: number
}

/** The delays before the polls of one wait: each call gives the next one, in milliseconds, told the instant. */
export type Delays = (nowMillis: number) => number

/** A way to poll: starts the delays of one wait. Random numbers are between 0 and 1. */
export interface Poller {
  readonly name: string
  readonly delays: (operation: string, random: () => number) => Delays
}

/** What a poller does to a workload, per operation. */
export interface Outcome {
  readonly poller: string
  readonly workload: string
  readonly polls: number
  readonly latenessMillis: number
  readonly p95Millis: number
}

export const seed = 20_261_120

export const roundTripMillis = 50

const sigma = 1

export const workloads: ReadonlyArray<Workload> = [
  { name: "2 s", medianMillis: 2_000 },
  { name: "30 s", medianMillis: 30_000 },
  { name: "5 min", medianMillis: 300_000 },
  { name: "2 h", medianMillis: 7_200_000 }
]

/** The same durations for every poller: a workload's own generator, normal numbers by Box and Muller's method. */
export const durations = (workload: Workload, count: number): ReadonlyArray<number> => {
  const random = new Utils.PCGRandom(seed, workload.medianMillis)
  return Arr.makeBy(count, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random.number()))
    const normal = radius * Math.cos(2 * Math.PI * random.number())
    return workload.medianMillis * Math.exp(sigma * normal)
  })
}

const binding = { service: "example.googleapis.com", version: "v1", scopes: [], methods: {} }

/** A schedule of this library, stepped as a wait steps it, with the spread that a wait gives it. */
export const ours = (name: string, schedule: Schedule.Schedule<unknown, Operation>): Poller => ({
  name,
  delays: (operation) => {
    const ref = new OperationRef({
      service: "example.googleapis.com",
      version: "v1",
      name: operation,
      startedAt: DateTime.unsafeMake(0)
    })
    const { spread } = Effect.runSync(
      Pace.resolve({ binding, polling: {} }, { schedule }, {
        method: "Operations.untilDone",
        operation: ref
      }, undefined)
    )
    const running: Operation = { name: operation, done: false }
    const stepper = new Stepper(schedule)
    let offset = 0
    return (now) => {
      const told = now - offset
      const delay = Effect.runSync(stepper.next(told, running)) ?? Infinity
      offset = delay * spread
      return told + delay + offset - now
    }
  }
})

/**
 * Waits for each of the durations. The start reply arrives at 0 and is a state, so the first delay comes before the first poll. A poll
 * sees the operation half a round trip after it was sent, and the next delay begins when its reply is there.
 */
export const simulate = (
  poller: Poller,
  workload: Workload,
  durations: ReadonlyArray<number>
): Outcome => {
  const jitter = new Utils.PCGRandom(seed)
  const random = () => jitter.number()
  let polls = 0
  const lateness = durations.map((duration, index) => {
    const delays = poller.delays(`operations/${workload.medianMillis}-${index}`, random)
    let now = 0
    let seenAt = 0
    while (seenAt < duration) {
      const sentAt = now + delays(now)
      seenAt = sentAt + roundTripMillis / 2
      now = sentAt + roundTripMillis
      polls++
    }
    return now - duration
  })
  const sorted = Arr.sort(lateness, Order.number)
  return {
    poller: poller.name,
    workload: workload.name,
    polls: polls / durations.length,
    latenessMillis: lateness.reduce((sum, each) => sum + each, 0) / durations.length,
    p95Millis: sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Number.NaN
  }
}

/** How far `a` must lie below `b` to count as less. */
const tie = 0.01

const less = (a: number, b: number): boolean => a < b * (1 - tie)

/** Whether a poller has both fewer polls and less mean lateness than another: the other is behind the front. */
export const beats = (peer: Outcome, other: Outcome): boolean =>
  less(peer.polls, other.polls) && less(peer.latenessMillis, other.latenessMillis)

/** By what share an outcome is better than a peer's where it is better most; below zero the peer is better in both. */
export const margin = (outcome: Outcome, peer: Outcome): number =>
  Math.max(peer.polls / outcome.polls, peer.latenessMillis / outcome.latenessMillis) - 1
