/** Where things lie, and which file of the repository is which page of the site. */
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"

export const site = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
export const root = path.dirname(site)
/** What VitePress reads: pages of all sources, with the links that the site has. Made anew by each build. */
export const content = path.join(site, ".content")
/** What it writes. */
export const out = path.join(site, "dist")
export const repository = "https://github.com/effect-lro/effect-lro/blob/main"

const markdownIn = (folder: string): ReadonlyArray<string> =>
  fs.readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .sort()
    .map((file) => path.posix.join(folder, file.split(path.sep).join("/")))

const examples = fs.readdirSync(path.join(root, "examples"))
  .filter((file) => file.endsWith(".ts"))
  .map((file) => [`examples/${file}`, `examples/${path.basename(file, ".ts")}.md`] as const)

/** A page for each file, by its path in the repository. */
export const pages: ReadonlyMap<string, string> = new Map([
  ...markdownIn("site/pages").map((file) => [file, file.slice("site/pages/".length)] as const),
  ...markdownIn("docs").map((file) => [file, file] as const),
  ["examples/README.md", "examples/index.md"],
  ...examples,
  ["CHANGELOG.md", "project/changes.md"],
  ["CONTRIBUTING.md", "project/contributing.md"],
  ["SECURITY.md", "project/security.md"]
])
