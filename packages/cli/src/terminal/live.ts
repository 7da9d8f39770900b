/**
 * Lines at the bottom of a terminal that are drawn again and again, below all that is written meanwhile.
 *
 * cli-progress 3.12 cannot do it: what goes to standard output meanwhile lands within its bars, a window that gets narrower keeps
 * pieces of them, and more bars than the window has rows are written below each other at every step. log-update 7.2 keeps pieces in
 * a narrower window, too. Both have timers or hooks of their own, and no test could draw in virtual time.
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

/** Standard error has the lines; what is written to either stream comes above them. */
export const make = (stdout: Output, stderr: Output): Live => {
  let drawn: ReadonlyArray<string> = []
  let isHidden = false
  const erase = (): string => {
    if (drawn.length === 0) return ""
    return `\u001b[${rowsOf(drawn, stderr.size().columns)}A\r\u001b[0J`
  }
  const text = (lines: ReadonlyArray<string>): string => lines.map((line) => `${line}\n`).join("")
  const above = (output: Output): Output => ({
    ...output,
    write: (written) => {
      if (drawn.length === 0 || !output.isTerminal) return output.write(written)
      stderr.write(erase())
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
      const before = erase()
      drawn = lines
      if (cursor !== "" || before !== "" || lines.length > 0) {
        stderr.write(`${cursor}${before}${text(lines)}`)
      }
    }
  }
}
