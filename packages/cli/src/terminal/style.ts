/** Colours, where they are wanted. */
import type { StateName } from "../operations/record.ts"

export interface Style {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly red: (text: string) => string
  readonly green: (text: string) => string
  readonly yellow: (text: string) => string
  readonly cyan: (text: string) => string
}

const code = (open: number, close: number) => (text: string): string =>
  text === "" ? "" : `\u001b[${open}m${text}\u001b[${close}m`

const same = (text: string): string => text

export const style = (colors: boolean): Style =>
  colors
    ? {
      bold: code(1, 22),
      dim: code(2, 22),
      red: code(31, 39),
      green: code(32, 39),
      yellow: code(33, 39),
      cyan: code(36, 39)
    }
    : { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same }

/** The name of a state in its colour. */
export const state = (paint: Style, name: StateName, width = 0): string => {
  const text = name.padEnd(width)
  return {
    RUNNING: paint.cyan,
    SUCCEEDED: paint.green,
    FAILED: paint.red,
    CANCELLED: paint.yellow,
    UNKNOWN: paint.red
  }[name](text)
}

/** Text of a server as one line that moves no cursor: without control characters. */
export const plain = (text: string): string =>
  // oxlint-disable-next-line no-control-regex
  text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, " ")

/** At most so many columns; what is cut ends with an ellipsis. */
export const cut = (text: string, columns: number): string =>
  text.length <= columns ? text : columns < 1 ? "" : `${text.slice(0, columns - 1)}…`

/** At most so many columns, the front cut: of names the end tells more. */
export const cutFront = (text: string, columns: number): string =>
  text.length <= columns ? text : columns < 1 ? "" : `…${text.slice(text.length - columns + 1)}`
