/** The completion scripts in the shells that they are for: what a Tab makes of a line. */
import { afterAll, assert, beforeAll, describe } from "@effect/vitest"
import { Effect } from "effect"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { inShell } from "../kit/shells.ts"
import * as Bundle from "./bundle.ts"

let bundle: Awaited<ReturnType<typeof Bundle.bundle>>
/** Has the commands `lro` and `google-lro`, and nothing else. */
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lro-shells-"))
beforeAll(async () => {
  bundle = await Bundle.bundle()
  for (const command of ["lro", "google-lro"]) {
    const script = `#!/bin/sh\nexec "${process.execPath}" "${bundle.bin}" "$@"\n`
    fs.writeFileSync(path.join(folder, command), script, { mode: 0o755 })
  }
  fs.writeFileSync(path.join(folder, "started.json"), "{}")
})
afterAll(() => {
  bundle.remove()
  fs.rmSync(folder, { recursive: true, force: true })
})

const env = (): { readonly [name: string]: string } => ({
  PATH: `${folder}${path.delimiter}${process.env["PATH"] ?? ""}`,
  HOME: folder
})

/** What a line becomes with a Tab; the dot is typed after it, so that a space is seen. */
const lines: ReadonlyArray<readonly [typed: string, becomes: string]> = [
  ["lro canc", "lro cancel ."],
  ["lro wait --time", "lro wait --timeout ."],
  ["lro wait x --format n", "lro wait x --format ndjson ."],
  ["lro wait allo", "lro wait alloydb:."],
  ["lro --service alloyd", "lro --service alloydb ."],
  ["lro describe contain", "lro describe container ."],
  ["lro start alloydb createB", "lro start alloydb createBackup ."],
  ["lro completion f", "lro completion fish ."],
  ["lro wait ./star", "lro wait ./started.json ."],
  ["google-lro start alloydb createB", "google-lro start alloydb createBackup ."]
]

/** How a shell is started without anybody's settings, and its prompt set. */
const shells = {
  bash: {
    words: ["--norc", "--noprofile"],
    env: {},
    setup: "PS1='go> '; source <(lro completion bash)",
    several: "lro wa\t\t"
  },
  zsh: {
    words: ["-f", "-i"],
    env: {},
    setup:
      "PS1='go> '; bindkey -e; autoload -U compinit; compinit -D -u; source <(lro completion zsh)",
    several: "lro wa\t\t"
  },
  fish: {
    words: ["--no-config", "--interactive"],
    // What a terminal can, fish asks of it, and waits; of this one it knows.
    env: { TERM: "dumb" },
    setup: "function fish_prompt; echo -n 'go> '; end; lro completion fish | source",
    several: "complete -C 'lro wa'\r"
  }
} as const

describe("the completion of", () => {
  for (const shell of ["bash", "zsh", "fish"] as const) {
    const { env: more, setup, several, words } = shells[shell]
    const title = `${shell} knows commands, options, their values, services, methods and files`
    inShell(shell, title, (program) =>
      Effect.acquireUseRelease(
        Effect.sync(() => Bundle.openProgram(program, words, { ...env(), ...more }, folder)),
        (terminal) =>
          Effect.gen(function*() {
            let from = 0
            const shown = () => Bundle.bare(terminal.shown().slice(from))
            /** Until the shell has printed something, and asks for the next line. */
            const until = (pattern: RegExp) =>
              Effect.map(
                Bundle.until(() => new RegExp(`${pattern.source}[^]*go> `).test(shown())),
                () => {
                  const found = pattern.exec(shown())?.[1]
                  from = terminal.shown().length
                  return found
                }
              )
            terminal.keys(`${setup}; echo rea''dy\r`)
            yield* until(/ready/)
            for (const [index, [line, becomes]] of lines.entries()) {
              terminal.keys(`${line}\t`)
              // Whatever the Tab does comes first; then the line is quoted, and printed in the place of being run.
              terminal.keys(`.'\u0001echo '${index}=\u0005\r`)
              assert.strictEqual(
                yield* until(new RegExp(`[\\r\\n]${index}=([^\\r\\n]*)`)),
                becomes,
                line
              )
            }
            terminal.keys(several)
            yield* Bundle.until(() => /wait\s+watch/.test(shown()))
          }),
        (terminal) => Effect.promise(terminal.kill)
      ))
  }
})
