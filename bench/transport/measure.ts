// One after another on purpose.
// oxlint-disable no-await-in-loop
import { Bench } from "tinybench"

/** Paired ratios: contestants run in turns, and each is compared with the one of its own round. */
export interface Ratio {
  readonly median: number
  /** 95 % interval of the median, by the binomial distribution of its rank. */
  readonly from: number
  readonly to: number
}

const sorted = (values: ReadonlyArray<number>) => [...values].sort((a, b) => a - b)

export const median = (values: ReadonlyArray<number>): number => {
  const all = sorted(values)
  return ((all[(all.length - 1) >> 1] ?? NaN) + (all[all.length >> 1] ?? NaN)) / 2
}

/** How many of the smallest and of the largest values lie outside the interval: the most with at most 2.5 % on each side. */
const outside = (count: number): number => {
  let term = 0.5 ** count
  let sum = term
  let k = 0
  while (sum <= 0.025) {
    k++
    term *= (count - k + 1) / k
    sum += term
  }
  return k
}

export const ratio = (ours: ReadonlyArray<number>, theirs: ReadonlyArray<number>): Ratio => {
  const all = sorted(ours.map((value, i) => value / (theirs[i] ?? NaN)))
  const k = Math.max(0, outside(all.length) - 1)
  return { median: median(all), from: all[k] ?? NaN, to: all[all.length - 1 - k] ?? NaN }
}

/** What tinybench measures with here: the CPU time of this process in milliseconds, which a busy machine stretches less than wall time. */
const cpu = () => {
  const { system, user } = process.cpuUsage()
  return (system + user) / 1000
}

/**
 * Microseconds, of CPU unless another clock is given, that each took in every round; the first round warms up and is thrown away.
 *
 * tinybench runs one task's iterations before the next task's, and compares their means. On a machine that has other work the load
 * of the minute is then in the ratio. So each round is a run of its own, with one iteration a task, and ratios are made of samples
 * of the same round.
 */
export const interleaved = async <A extends string>(
  rounds: number,
  contestants: ReadonlyArray<readonly [A, () => Promise<unknown>]>,
  now: () => number = cpu
): Promise<ReadonlyMap<A, ReadonlyArray<number>>> => {
  const all = new Map<A, Array<number>>(contestants.map(([key]) => [key, []]))
  for (let round = -1; round < rounds; round++) {
    const bench = new Bench({
      time: 0,
      iterations: 1,
      warmup: false,
      throws: true,
      now,
      setup: () => globalThis.gc?.()
    })
    for (const [key, run] of contestants) {
      bench.add(key, async () => {
        await run()
      })
    }
    await bench.run()
    if (round < 0) continue
    for (const [key] of contestants) {
      const samples = bench.getTask(key)?.result?.latency.samples
      if (samples?.length !== 1) throw new Error(`${key}: ${samples?.length} samples`)
      all.get(key)?.push((samples[0] ?? NaN) * 1000)
    }
  }
  return all
}
