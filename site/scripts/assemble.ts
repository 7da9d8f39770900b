/** Puts the pages together: those of the site, the documentation and the examples, each link to where the site has its target. */
import * as fs from "node:fs"
import * as path from "node:path"
import { content, pages, repository, root, site } from "./paths.ts"

const relativeTo = (page: string, to: string): string => {
  const relative = path.posix.relative(path.posix.dirname(page), to)
  return relative.startsWith(".") ? relative : `./${relative}`
}

const isPicture = (file: string): boolean => /\.(?:svg|png)$/.test(file)

/** What a link of a file means on its page. */
const linkFrom = (file: string, page: string) => (target: string): string => {
  if (/^[a-z]+:|^#/.test(target)) return target
  const [to = "", fragment] = target.split("#")
  const source = path.posix.join(path.posix.dirname(file), to)
  const own = pages.get(source)
  const suffix = fragment === undefined ? "" : `#${fragment}`
  // The home page says what the README says.
  if (source === "README.md") return "/"
  if (isPicture(source)) {
    const to = path.join(content, source)
    fs.mkdirSync(path.dirname(to), { recursive: true })
    fs.copyFileSync(path.join(root, source), to)
    return relativeTo(page, source) + suffix
  }
  if (own === undefined) return `${repository}/${source}${suffix}`
  return relativeTo(page, own) + suffix
}

const withLinks = (text: string, link: (target: string) => string): string => {
  let inCode = false
  return text.split("\n").map((line) => {
    if (line.startsWith("```")) inCode = !inCode
    if (inCode) return line
    return line
      .replace(/\]\(([^)\s]+)\)/g, (_, target: string) => `](${link(target)})`)
      .replace(/^(\[[^\]]+\]: )(\S+)/, (_, label: string, target: string) => label + link(target))
  }).join("\n")
}

const escaped = (text: string) => JSON.stringify(text)

/** A program as a page: what its first comment says, and the whole. */
const exampleOf = (file: string, text: string): string => {
  const [, comment = ""] = /^\/\*\*\n([\s\S]*?)\n \*\//.exec(text) ?? []
  const said = comment.split("\n").map((line) => line.replace(/^ \*\s?/, "")).join("\n")
  const name = path.basename(file, ".ts")
  return [
    `---\ntitle: ${escaped(`Example: ${name}`)}\neditSource: ${file}\n---\n`,
    `# ${name}\n`,
    said.replace(/Run: (.*)$/m, "Run: `$1`"),
    "\n```ts",
    text.trimEnd(),
    "```\n"
  ].join("\n")
}

/** The catalogue says the same of each service, and is what a search should find. */
const unsearched = new Set(["docs/services.md"])

const pageOf = (file: string, page: string): string => {
  const text = fs.readFileSync(path.join(root, file), "utf8")
  if (file.endsWith(".ts")) return exampleOf(file, text)
  const front = unsearched.has(file) ? "---\nsearch: false\n---\n\n" : ""
  return front + withLinks(text, linkFrom(file, page))
}

const write = (file: string, page: string): void => {
  const to = path.join(content, page)
  const text = pageOf(file, page)
  fs.mkdirSync(path.dirname(to), { recursive: true })
  fs.writeFileSync(to, text)
}

export const assemble = (): void => {
  fs.cpSync(path.join(site, "public"), path.join(content, "public"), { recursive: true })
  for (const [file, page] of pages) write(file, page)
}

/** Writes a page again when its source changes. */
export const watch = (): void => {
  for (const [file, page] of pages) {
    fs.watchFile(path.join(root, file), { interval: 500 }, () => write(file, page))
  }
}
