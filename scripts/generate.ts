/**
 * Writes src/services from a checkout of googleapis: `npx tsx scripts/generate.ts --googleapis <checkout>`.
 *
 * The checkout may be bare; the commit is the one in scripts/googleapis.json. Running it twice changes nothing.
 */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { emit, shortName } from "./generate/emit.ts"
import { serviceModel } from "./generate/model.ts"
import { fromGit } from "./generate/source.ts"
import pinned from "./googleapis.json" with { type: "json" }
import { overrides } from "./overrides.ts"

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

const { values } = parseArgs({
  options: { googleapis: { type: "string" }, out: { type: "string", default: "src/services" } }
})
if (values.googleapis === undefined) {
  console.error(
    `usage: generate --googleapis <checkout of ${pinned.repository}> [--out src/services]`
  )
  process.exit(2)
}

const source = fromGit(values.googleapis, pinned.commit)
const known = new Set<string>()
const written: Array<string> = []
for (const file of pinned.services) {
  const model = serviceModel(source, file, overrides)
  const { service, version } = model.config
  known.add(`${service}/${version}`)
  for (const note of model.notes) console.warn(note)
  const target = path.resolve(root, values.out, shortName(service), `${version}.ts`)
  fs.mkdirSync(path.dirname(target), { recursive: true })
  fs.writeFileSync(target, emit(model, pinned.commit))
  written.push(target)
  console.log(
    `${service} ${version}: ${model.config.operations.size} operations methods, ${model.methods.length} methods`
  )
}
for (const override of overrides) {
  if (!known.has(override.service)) {
    throw new Error(`overrides: ${override.service} is not generated`)
  }
}
execFileSync("npx", ["dprint", "fmt", ...written], { cwd: root, stdio: "inherit" })
