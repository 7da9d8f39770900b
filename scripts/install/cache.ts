/** What is installed for checks alone: versions of Node and other runtimes, from npm, in the user's cache folder. */
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { run } from "./project.ts"

const cache = path.join(
  process.env["XDG_CACHE_HOME"] ?? path.join(os.homedir(), ".cache"),
  "effect-lro"
)

/** A folder of the cache with these packages, newest of what is named. */
export const installed = (folder: string, ...packages: ReadonlyArray<string>): string => {
  const project = path.join(cache, folder)
  fs.mkdirSync(project, { recursive: true })
  fs.writeFileSync(path.join(project, "package.json"), JSON.stringify({ private: true }))
  run(project, "npm", ["install", "--no-audit", "--no-fund", "--no-save", ...packages])
  return project
}
