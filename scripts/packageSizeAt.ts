/**
 * Builds the package as it was at a revision, and says how large two programs are that are bundled from it, minified and gzipped, without
 * effect: `npm run size:at -- <revision>`. `npm run size` says it of the checkout.
 */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import * as Sizes from "../bench/transport/sizes.ts"

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const [revision] = process.argv.slice(2)
if (revision === undefined) throw new Error("of which revision?")

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "effect-lro-size-"))
const run = (cwd: string, command: string, ...args: ReadonlyArray<string>) =>
  execFileSync(command, args, { cwd, stdio: ["ignore", "ignore", "inherit"] })
try {
  run(root, "git", "worktree", "add", "--quiet", "--detach", folder, revision)
  fs.symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"))
  run(folder, "npm", "run", "build")
  const { getsAndWaits, startsOne } = await Sizes.published(folder)
  console.log(
    `${revision}: a program that gets and waits ${getsAndWaits} bytes, one that starts a method ${startsOne}`
  )
} finally {
  run(root, "git", "worktree", "remove", "--force", folder)
}
