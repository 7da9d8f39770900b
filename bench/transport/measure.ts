// One after another on purpose.
// oxlint-disable no-await-in-loop
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

export const cpuMicros = async (run: () => Promise<void>): Promise<number> => {
  globalThis.gc?.()
  const from = process.cpuUsage()
  await run()
  const { system, user } = process.cpuUsage(from)
  return system + user
}

/** Runs all in turns and gives what each took in every round; the first round warms up and is thrown away. */
export const interleaved = async <A extends string>(
  rounds: number,
  contestants: ReadonlyArray<readonly [A, () => Promise<number>]>
): Promise<ReadonlyMap<A, ReadonlyArray<number>>> => {
  const all = new Map<A, Array<number>>(contestants.map(([key]) => [key, []]))
  for (let round = -1; round < rounds; round++) {
    for (const [key, run] of contestants) {
      const value = await run()
      if (round >= 0) all.get(key)?.push(value)
    }
  }
  return all
}
