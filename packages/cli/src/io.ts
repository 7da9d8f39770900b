/** The world as commands see it: streams, the terminal, files, the environment. Tests give another. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Usage } from "./usage.ts"

export interface Output {
  readonly write: (text: string) => void
  readonly isTerminal: boolean
  readonly colors: boolean
  /** Asked for whenever something is drawn: windows are resized. */
  readonly size: () => { readonly columns: number; readonly rows: number }
}

export interface Service {
  readonly stdout: Output
  readonly stderr: Output
  /** Draws lines at the bottom of the terminal, in the place of those before. */
  readonly draw: (lines: ReadonlyArray<string>) => void
  readonly stdinIsTerminal: boolean
  /** All of standard input. */
  readonly stdin: Effect.Effect<string, Usage>
  /** Asks on the terminal. */
  readonly ask: (question: string) => Effect.Effect<string>
  readonly readFile: (path: string) => Effect.Effect<string, Usage>
  readonly exists: (path: string) => boolean
  readonly env: { readonly [name: string]: string | undefined }
}

export class Io extends Context.Tag("google-lro/Io")<Io, Service>() {}

/**
 * Whether to colour: NO_COLOR and FORCE_COLOR decide, then whether it is a terminal that can.
 *
 * https://no-color.org: any value that is not empty; FORCE_COLOR=0 is off.
 */
export const colorsOf = (
  env: { readonly [name: string]: string | undefined },
  isTerminal: boolean
): boolean => {
  const forced = env["FORCE_COLOR"]
  if (forced !== undefined) return forced !== "0" && forced !== "false"
  if ((env["NO_COLOR"] ?? "") !== "") return false
  return isTerminal && env["TERM"] !== "dumb"
}
