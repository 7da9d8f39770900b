/**
 * Takes from `dist` what the package leaves out: the source maps of services and their catalogues, whose sources it does not have either,
 * and the doc comments in their JavaScript, which the declarations have.
 * `npm run build` runs it.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"

const dist = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), "dist")

/** Such a comment begins a line, and no line of a service begins so otherwise. */
const docs = /^[ \t]*\/\*\*[^]*?\*\/\n/gm

const isLeftOut = (file: string): boolean =>
  /^(?:services\/[^/]+|internal\/services\/catalogue)\//.test(file.replaceAll("\\", "/"))

for (const file of fs.readdirSync(dist, { recursive: true, encoding: "utf8" }).filter(isLeftOut)) {
  const target = path.join(dist, file)
  if (file.endsWith(".map")) fs.rmSync(target)
  else if (/\.(?:js|d\.ts)$/.test(file)) {
    const whole = fs.readFileSync(target, "utf8")
    const text = file.endsWith(".js") ? whole.replace(docs, "") : whole
    fs.writeFileSync(target, text.replace(/\/\/# sourceMappingURL=.*\n?$/, ""))
  }
}
