/** What a wait looks like on a terminal: a bar where there is a percentage, else a spinner. */
import { format } from "../duration.ts"
import type { Row } from "../waiting/row.ts"
import { cut, cutFront, plain, type Style } from "./style.ts"

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"] as const

/** How often it is drawn. */
export const interval = "100 millis"

/** A bar of so many columns. */
export const bar = (percent: number, columns: number, paint: Style): string => {
  const full = Math.round(Math.min(100, Math.max(0, percent)) / 100 * columns)
  return `${paint.green("━".repeat(full))}${paint.dim("─".repeat(columns - full))}`
}

const mostBar = 20
const leastBar = 6
const percentColumns = 5

/** The line of one operation: no wider than the window, so that it never wraps. */
export const line = (
  row: Row,
  now: number,
  columns: number,
  names: number,
  paint: Style
): string => {
  const { facts } = row
  const frame = frames[Math.floor(now / 100) % frames.length] ?? frames[0]
  const elapsed = format(now - (facts?.startedAt ?? row.since)).padStart(7)
  const name = cutFront(plain(`${row.module}:${row.name}`), names).padEnd(names)
  const fixed = `${paint.cyan(frame)} ${name}`
  const used = 2 + names + 1 + 7
  const percent = facts?.percent
  // A narrow window has a shorter bar, and a very narrow one the number alone.
  const room = columns - used - percentColumns
  const width = percent === undefined || room < leastBar ? 0 : Math.min(mostBar, room - 1)
  const drawn = percent === undefined || width === 0 ? "" : ` ${bar(percent, width, paint)}`
  const shown = percent === undefined || room < 0
    ? ""
    : `${drawn} ${String(Math.floor(percent)).padStart(3)}%`
  const left = room - (width === 0 ? 0 : width + 1) + (shown === "" ? percentColumns : 0) - 2
  const words = [facts?.verb, facts?.detail].filter((each) => each !== undefined).join(": ")
  const text = left > 3 && words !== "" ? ` ${paint.dim(cut(plain(words), left))}` : ""
  return `${fixed}${shown} ${elapsed}${text}`
}

const done = (ended: number, total: number): string => `${ended} of ${total} done`

/** All lines: as many rows as fit, and a summary where there are several. */
export const frame = (
  rows: ReadonlyArray<Row>,
  now: number,
  size: { readonly columns: number; readonly rows: number },
  paint: Style,
  summarise: (ended: number, total: number) => string = done
): ReadonlyArray<string> => {
  const live = rows.filter(({ ended }) => !ended)
  if (live.length === 0) return []
  // The last column stays free: some terminals wrap when it is written.
  const columns = Math.max(10, size.columns - 1)
  const longest = Math.max(...live.map(({ module, name }) => module.length + name.length + 1))
  const names = Math.max(8, Math.min(longest, Math.floor(columns / 2) - 4, columns - 11))
  const room = Math.max(1, size.rows - 2)
  const shown = live.slice(0, room)
  const lines = shown.map((row) => line(row, now, columns, names, paint))
  if (rows.length === 1) return lines
  const hidden = live.length - shown.length
  const more = hidden > 0 ? `, ${hidden} not shown` : ""
  const summary = `${summarise(rows.length - live.length, rows.length)}${more}`
  return [...lines, paint.dim(cut(summary, columns))]
}
