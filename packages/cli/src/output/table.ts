/** A table that is written as a stream: the first rows say how wide its columns are. */
import type { Record } from "../operations/record.ts"
import { plain, state, type Style } from "../terminal/style.ts"

const heads = ["STATE", "STARTED", "VERB", "NAME", "TARGET", "ERROR"] as const

const clean = (text: string | undefined): string => text === undefined ? "" : plain(text)

/** `clusters/c` of `projects/p/locations/l/clusters/c`, or of a link to it. */
const short = (target: string): string => target.split("/").slice(-2).join("/")

const cells = (record: Record): ReadonlyArray<string> => [
  record.state,
  record.startedAt === undefined ? "-" : `${record.startedAt.slice(0, 19)}Z`,
  clean(record.verb) || "-",
  clean(record.name),
  short(clean(record.target)) || "-",
  record.error === undefined ? "" : `${record.error.code}: ${clean(record.error.message)}`
]

/** How wide each column is, the last one apart: as its widest cell here, and no wider than 40, names apart. */
export const widths = (records: ReadonlyArray<Record>): ReadonlyArray<number> =>
  heads.map((head, column) => {
    const widest = Math.max(
      column === 0 ? 9 : head.length,
      ...records.map((record) => cells(record)[column]?.length ?? 0)
    )
    return column === 3 ? widest : Math.min(widest, 40)
  })

const line = (row: ReadonlyArray<string>, widths: ReadonlyArray<number>): string =>
  row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()

export const header = (widths: ReadonlyArray<number>, paint: Style): string =>
  paint.bold(line(heads, widths))

/** A row; only its state has a colour. */
export const row = (record: Record, widths: ReadonlyArray<number>, paint: Style): string => {
  const [, ...rest] = cells(record)
  const width = widths[0] ?? 9
  return `${state(paint, record.state, width)}  ${line(rest, widths.slice(1))}`.trimEnd()
}
