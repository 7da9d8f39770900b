/**
 * Writes src/services from a checkout of googleapis: `npm run generate -- --googleapis <checkout>`.
 *
 * The checkout may be bare; the commit is the one in scripts/googleapis.json. Running it twice changes nothing. Modules written by hand
 * stay as they are.
 */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { emit, moduleName } from "./generate/emit.ts"
import { serviceVersions } from "./generate/inventory.ts"
import { type ServiceModel, serviceModel } from "./generate/model.ts"
import { tagName } from "./generate/names.ts"
import { fromGit } from "./generate/source.ts"
import pinned from "./googleapis.json" with { type: "json" }
import { overrides } from "./overrides.ts"

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

const { values } = parseArgs({ options: { googleapis: { type: "string" } } })
if (values.googleapis === undefined) {
  console.error(`usage: generate --googleapis <checkout of ${pinned.repository}>`)
  process.exit(2)
}

const source = fromGit(values.googleapis, pinned.commit)
for (const version of serviceVersions(source)) {
  try {
    const model = serviceModel(source, version, tagName(String(version.configs[0].yaml["title"])), overrides)
    console.log(moduleName(model), model.methods.length, model.extracted.methods.length)
    for (const note of model.notes) console.warn(" ", note)
    const target = path.resolve(root, "/tmp/g6/out", `${moduleName(model)}.ts`)
    fs.mkdirSync(path.dirname(target), { recursive: true })
    fs.writeFileSync(target, emit(model, pinned.commit))
  } catch (e) { console.log("FAIL", version.service, version.version, e) }
}
