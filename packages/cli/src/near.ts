/** What was probably meant. */

/** How many letters differ (Damerau, neighbours swapped count once); more than `most` is told as `most + 1`. */
export const distance = (a: string, b: string, most: number): number => {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let before: Array<number> = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row[j] = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before[j - 2] ?? 0) + 1 : Infinity
      )
    }
    before = last
    last = row
  }
  return Math.min(last[b.length] ?? 0, most + 1)
}

/**
 * The nearest words, three at most, in either case: those that begin so, or differ by a third of their letters at most and hardly more
 * than the nearest.
 */
export const near = (word: string, words: Iterable<string>): ReadonlyArray<string> => {
  const lower = word.toLowerCase()
  const most = Math.max(1, Math.floor(lower.length / 3))
  const found = [...words]
    .map((each) => {
      const other = each.toLowerCase()
      const begins = lower.length > 2 && other.startsWith(lower)
      return { each, far: begins ? 0.5 : distance(lower, other, most) }
    })
    .filter(({ far }) => far <= most)
    .sort((a, b) => a.far - b.far)
  const best = found[0]?.far ?? 0
  return found.filter(({ far }) => far <= best + 1).slice(0, 3).map(({ each }) => each)
}
