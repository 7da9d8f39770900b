/** Durations as they are typed: `90s`, `1h30m`, `2d`, `500ms`; a bare number is seconds, as `timeout` of coreutils has it. */

const millisOf: { readonly [unit: string]: number } = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000
}

/** Milliseconds, or `undefined` for what is no duration. */
export const parse = (text: string): number | undefined => {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/.test(text)) return undefined
  let sum = 0
  for (const [, number, unit = ""] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)) {
    sum += Number(number) * (millisOf[unit] ?? 0)
  }
  return sum
}

/** `45s`, `3m12s`, `1h05m`, `2d03h`: two units at most, for columns that do not jump. */
export const format = (millis: number): string => {
  const seconds = Math.max(0, Math.floor(millis / 1000))
  const two = (value: number): string => String(value).padStart(2, "0")
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 1440) return `${Math.floor(minutes / 60)}h${two(minutes % 60)}m`
  const hours = Math.floor(minutes / 60)
  return `${Math.floor(hours / 24)}d${two(hours % 24)}h`
}
