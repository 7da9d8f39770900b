/**
 * Lines at the bottom of a terminal that are drawn again and again, below all that is written meanwhile.
 *
 * cli-progress 3.12, its newest, cannot do it: what goes to standard output meanwhile lands within its bars, and its `log` writes to the
 * stream of the bars alone; a window that gets narrower keeps pieces of them; and 30 bars in a window of 12 rows leave 700 rows above it
 * in four seconds. log-update 8 keeps pieces in a narrower window, too, and needs Node 22. Both have timers or hooks of their own, and no
 * test could draw in virtual time.
 */
import type { Output } from "../io.ts"

// oxlint-disable-next-line no-control-regex
const escapes = /\u001b\[[0-9;?]*[A-Za-z]/g

/** How many columns a line takes. */
export const visible = (line: string): number => line.replaceAll(escapes, "").length

/** How many rows lines take in a window that may have become narrower since they were drawn. */
export const rowsOf = (lines: ReadonlyArray<string>, columns: number): number =>
  lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(visible(line) / Math.max(1, columns))), 0)

export interface Live {
  readonly stdout: Output
  readonly stderr: Output
  /** Draws these lines in the place of those before; none, and the terminal is as it was. */
  readonly draw: (lines: ReadonlyArray<string>) => void
}

const hideCursor = "\u001b[?25l"
const showCursor = "\u001b[?25h"
const eraseRow = "\u001b[K"
const eraseBelow = "\u001b[0J"

/** Standard error has the lines; what is written to either stream comes above them. */
export const make = (stdout: Output, stderr: Output): Live => {
  let drawn: ReadonlyArray<string> = []
  let isHidden = false
  const text = (lines: ReadonlyArray<string>, end = "\n"): string =>
    lines.map((line) => `${line}${end}`).join("")
  /**
   * Over the lines before: nothing flickers, and erased is only what is left of them. The row at the top is erased by itself: what tmux
   * erases from the first row of a window on, it keeps for who scrolls back.
   */
  const over = (lines: ReadonlyArray<string>): string => {
    const rows = rowsOf(drawn, stderr.size().columns)
    const below = lines.length === 0
      ? `${eraseRow}\u001b[B${eraseBelow}\u001b[A`
      : `${text(lines, `${eraseRow}\n`)}${eraseBelow}`
    return `\u001b[${rows}A\r${below}`
  }
  const above = (output: Output): Output => ({
    ...output,
    write: (written) => {
      if (drawn.length === 0 || !output.isTerminal) return output.write(written)
      stderr.write(over([]))
      output.write(written)
      stderr.write(text(drawn))
    }
  })
  return {
    stdout: above(stdout),
    stderr: above(stderr),
    draw: (lines) => {
      if (!stderr.isTerminal) return
      const cursor = lines.length > 0 && !isHidden
        ? hideCursor
        : lines.length === 0 && isHidden
        ? showCursor
        : ""
      isHidden = lines.length > 0
      const written = drawn.length === 0 ? text(lines) : over(lines)
      drawn = lines
      if (cursor !== "" || written !== "") stderr.write(`${cursor}${written}`)
    }
  }
}
