/** Tests that need a shell. */
import { it } from "@effect/vitest"
import type { Effect } from "effect"
import * as fs from "node:fs"
import * as path from "node:path"

const find = (shell: string): string | undefined =>
  (process.env["PATH"] ?? "").split(path.delimiter).map((folder) => path.join(folder, shell))
    .find((file) => fs.existsSync(file))

/** A test in a shell that is installed. Elsewhere it says what it needs, and counts as skipped. */
export const inShell = (
  shell: "bash" | "zsh" | "fish",
  title: string,
  test: (program: string) => Effect.Effect<void, unknown>
) => {
  const program = find(shell)
  return program === undefined
    ? it.skip(`${title} (needs ${shell}, which is not installed)`)
    : it.live(title, () => test(program))
}
