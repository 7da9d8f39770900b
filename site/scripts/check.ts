/** What was built holds: every link and anchor leads somewhere, and no page loads more than it may. */
import * as fs from "node:fs"
import * as path from "node:path"
import { gzipSync } from "node:zlib"
import { out } from "./paths.ts"

/** What a page may load before anything is asked for, compressed. */
const limit = 150_000

const base = process.env["SITE_BASE"] ?? "/"

interface Page {
  readonly file: string
  readonly html: string
  readonly ids: ReadonlySet<string>
}

const attributes = (html: string, name: string): ReadonlyArray<string> =>
  Array.from(
    html.matchAll(new RegExp(`\\s${name}="([^"]*)"`, "g")),
    ([, value = ""]) => value.replaceAll("&amp;", "&")
  )

const read = (file: string): Page => {
  const html = fs.readFileSync(path.join(out, file), "utf8")
  return { file, html, ids: new Set(attributes(html, "id")) }
}

/** The file of a path of the site. */
const fileOf = (from: string, to: string): string => {
  const whole = to === ""
    ? from
    : to.startsWith(base)
    ? to.slice(base.length)
    : path.posix.join(path.posix.dirname(from), to)
  const decoded = decodeURIComponent(whole)
  return decoded === "" || decoded.endsWith("/") ? `${decoded}index.html` : decoded
}

const sizes = new Map<string, number>()
const sizeOf = (file: string): number => {
  const known = sizes.get(file)
  if (known !== undefined) return known
  const size = gzipSync(fs.readFileSync(path.join(out, file))).length
  sizes.set(file, size)
  return size
}

/** The page and what it loads by itself: styles, scripts, and what those import. */
const loadedBy = ({ file, html }: Page): number => {
  const found = new Set([file])
  const open = [...attributes(html, "href"), ...attributes(html, "src")]
    .filter((link) => link.startsWith(`${base}assets/`))
    .map((link) => link.slice(base.length))
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue
    found.add(next)
    if (!next.endsWith(".js")) continue
    const text = fs.readFileSync(path.join(out, next), "utf8")
    for (const [, name = ""] of text.matchAll(/(?:from|import)\s*"(\.{1,2}\/[^"]+\.js)"/g)) {
      open.push(path.posix.join(path.posix.dirname(next), name))
    }
  }
  return Array.from(found).reduce((sum, one) => sum + sizeOf(one), 0)
}

export const check = (): void => {
  const files = fs.readdirSync(out, { recursive: true, encoding: "utf8" })
    .map((file) => file.split(path.sep).join("/"))
    .filter((file) => file.endsWith(".html"))
  const pages = new Map(files.map((file) => [file, read(file)]))
  const problems: Array<string> = []
  let links = 0
  let largest = { file: "", size: 0 }
  for (const page of pages.values()) {
    for (const href of attributes(page.html, "href")) {
      if (/^[a-z]+:|^\/\//.test(href)) continue
      links++
      const [to = "", fragment = ""] = href.split("#")
      const file = fileOf(page.file, to)
      if (!fs.existsSync(path.join(out, file))) problems.push(`${page.file}: ${href} leads nowhere`)
      else if (fragment !== "") {
        const target = pages.get(file)
        if (target !== undefined && !target.ids.has(decodeURIComponent(fragment))) {
          problems.push(`${page.file}: ${href} has no such anchor`)
        }
      }
    }
    const size = loadedBy(page)
    if (size > largest.size) largest = { file: page.file, size }
    if (size > limit) problems.push(`${page.file} loads ${size} bytes, more than ${limit}`)
  }
  console.log(
    `${pages.size} pages, ${links} links; ${largest.file} loads most: ` +
      `${(largest.size / 1000).toFixed(1)} kB compressed`
  )
  if (problems.length > 0) {
    throw new Error(`${problems.length} problems\n${problems.slice(0, 40).join("\n")}`)
  }
}
