/**
 * Takes from `dist` what the package leaves out: the source maps of services and their catalogues, whose sources it does not have either.
 * `npm run build` runs it.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"

const dist = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), "dist")

const isLeftOut = (file: string): boolean =>
  /^(?:services\/[^/]+|internal\/services\/catalogue)\//.test(file.replaceAll("\\", "/"))

for (const file of fs.readdirSync(dist, { recursive: true, encoding: "utf8" }).filter(isLeftOut)) {
  const target = path.join(dist, file)
  if (file.endsWith(".map")) fs.rmSync(target)
  else if (/\.(?:js|d\.ts)$/.test(file)) {
    const text = fs.readFileSync(target, "utf8")
    fs.writeFileSync(target, text.replace(/\/\/# sourceMappingURL=.*\n?$/, ""))
  }
}
