/** The world as Node has it. */
import * as Effect from "effect/Effect"
import * as fs from "node:fs"
import * as readline from "node:readline"
import { text } from "node:stream/consumers"
import type { WriteStream } from "node:tty"
import { colorsOf, type Output, type Service } from "./io.ts"
import * as Live from "./terminal/live.ts"
import { usage } from "./usage.ts"

const output = (stream: WriteStream): Output => {
  const isTerminal = stream.isTTY === true
  return {
    write: (text) => void stream.write(text),
    isTerminal,
    colors: colorsOf(process.env, isTerminal),
    // Some pseudo-terminals have no size: 0 by 0.
    size: () => ({ columns: stream.columns || 80, rows: stream.rows || 24 })
  }
}

/** It ends once: who names it again is given the same. */
let read: Promise<string> | undefined

const stdin = Effect.suspend(() =>
  process.stdin.isTTY
    ? usage("- reads standard input, which is the terminal")
    : Effect.tryPromise({
      try: () => read ??= text(process.stdin),
      catch: () => usage("standard input can't be read")
    })
)

const ask = (question: string): Effect.Effect<string> =>
  Effect.async<string>((resume) => {
    const lines = readline.createInterface({ input: process.stdin, output: process.stderr })
    // The interface takes the terminal's Ctrl-C: it is that of the program.
    lines.on("SIGINT", () => {
      process.stderr.write("\n")
      process.kill(process.pid, "SIGINT")
    })
    lines.question(question, (answer) => {
      // Closing says at once that there is no answer.
      resume(Effect.succeed(answer))
      lines.close()
    })
    lines.on("close", () => resume(Effect.succeed("")))
    return Effect.sync(() => lines.close())
  })

export const make = (): Service => ({
  ...Live.make(output(process.stdout), output(process.stderr)),
  stdinIsTerminal: process.stdin.isTTY,
  stdin,
  ask,
  readFile: (path) =>
    Effect.try({
      try: () => fs.readFileSync(path, "utf8"),
      catch: () => usage(`${path} can't be read`)
    }),
  exists: fs.existsSync,
  env: process.env
})
