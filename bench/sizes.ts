/** `npm run bench:size`: the section of docs/benchmarks.md about bytes. They do not depend on the machine. */
import * as Fs from "node:fs"
import * as Sizes from "./transport/sizes.ts"

const file = new URL("../docs/benchmarks.md", import.meta.url)
const page = Fs.readFileSync(file, "utf8")
const notes = "## What the numbers say"
const before = page.slice(0, page.indexOf(notes)).replace(/## Bytes by feature[\s\S]*$/, "")
void Sizes.section().then((section) => {
  Fs.writeFileSync(file, `${before}${section}\n${page.slice(page.indexOf(notes))}`)
  console.log(section)
})
