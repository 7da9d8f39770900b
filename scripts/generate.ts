/**
 * Writes src/services from a checkout of googleapis: `npm run generate -- --googleapis <checkout>`. With `--report` it writes nothing and
 * prints what the checkout's `HEAD`, or the commit that `--to` names, adds, removes and changes since the pinned commit, as Markdown.
 *
 * The checkout may be bare; the commit is the one in scripts/googleapis.json. Running it twice changes nothing. Beside the modules it
 * writes the catalogues, the tables of both, docs/services.md, scripts/counts.json, scripts/tags.json, and the examples and descriptors of the tests.
 * Modules written by hand stay as they are.
 */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { extended, leftOut } from "./extended.ts"
import { countsOf } from "./generate/counts.ts"
import { descriptors, sampled } from "./generate/descriptors.ts"
import { servicesPage } from "./generate/docs.ts"
import { emit, moduleName } from "./generate/emit.ts"
import { emitMessages } from "./generate/emitMessages.ts"
import { examples } from "./generate/examples.ts"
import { extendedModel } from "./generate/extended.ts"
import { serviceVersions } from "./generate/inventory.ts"
import { linksTo } from "./generate/lines.ts"
import { serviceModel } from "./generate/model.ts"
import {
  catalogueFile,
  catalogueTable,
  entryOf,
  entryOfFile,
  isGenerated,
  messageFiles,
  messagesByHand,
  moduleFiles,
  moduleOf,
  table
} from "./generate/modules.ts"
import { tagName } from "./generate/names.ts"
import { report, snapshot } from "./generate/report.ts"
import { fromGit } from "./generate/source.ts"
import pinned from "./googleapis.json" with { type: "json" }
import { overrides } from "./overrides.ts"

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const services = path.join(root, "src/services")
const catalogues = path.join(root, "src/internal/services/catalogue")

const { values } = parseArgs({
  options: {
    googleapis: { type: "string" },
    report: { type: "boolean", default: false },
    to: { type: "string", default: "HEAD" }
  }
})
if (values.googleapis === undefined) {
  console.error(
    `usage: generate --googleapis <checkout of ${pinned.repository}> [--report [--to <commit>]]`
  )
  process.exit(2)
}
if (values.report) {
  const [before, after] = [pinned.commit, values.to].map((commit) =>
    snapshot(fromGit(values.googleapis ?? "", commit), overrides)
  )
  if (before !== undefined && after !== undefined) process.stdout.write(report(before, after))
  process.exit(0)
}

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`

const jsonLines = (values: ReadonlyArray<unknown>): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join("")

const write = (file: string, text: string): string => {
  const target = path.join(root, file)
  fs.mkdirSync(path.dirname(target), { recursive: true })
  fs.writeFileSync(target, text)
  return target
}

const source = fromGit(values.googleapis, pinned.commit)
const versions = serviceVersions(source, extended.map(({ service }) => service), leftOut)

// A tag keeps the name that it got from the first title seen.
const tagsFile = path.join(root, "scripts/tags.json")
const tags = new Map<string, string>(
  fs.existsSync(tagsFile) ? Object.entries(JSON.parse(fs.readFileSync(tagsFile, "utf8"))) : []
)
for (const { configs, service } of versions) {
  if (!tags.has(service)) tags.set(service, tagName(String(configs[0].yaml["title"])))
}

const models = versions.map((version) => {
  const tag = tags.get(version.service) ?? ""
  const own = extended.find(({ service }) => service === `${version.service}/${version.version}`)
  return own === undefined
    ? serviceModel(source, version, tag, overrides)
    : extendedModel(source, version, tag, own)
})
const known = new Set(models.map(({ config }) => `${config.service}/${config.version}`))
const stray = overrides.find(({ service }) => !known.has(service))
if (stray !== undefined) throw new Error(`overrides: ${stray.service} is not generated`)

const link = linksTo(pinned.repository, pinned.commit, source)
const written = models.flatMap((model) => [
  write(`src/services/${moduleName(model)}.ts`, emit(model, pinned.commit)),
  ...(model.messages.declared.length === 0 ? [] : [
    write(
      `src/services/${moduleName(model)}/messages.ts`,
      emitMessages(model.messages, {
        title: `${model.config.title}, ${model.config.version}`,
        source: `googleapis ${pinned.commit}`,
        link
      })
    )
  ]),
  write(
    `src/internal/services/catalogue/${moduleName(model)}.ts`,
    catalogueFile(model, pinned.commit)
  )
])
const others = moduleFiles(services).filter((file) => !written.includes(file))
const stale = [...others, ...messageFiles(services), ...moduleFiles(catalogues)].filter((file) =>
  !written.includes(file) && isGenerated(file)
)
for (const file of stale) fs.rmSync(file)
// Of a module that is written by hand, the messages are made of its catalogue, which is, too.
for (const file of others.filter((file) => fs.existsSync(file))) {
  const module = moduleOf(file)
  written.push(
    write(`src/services/${module}/messages.ts`, await messagesByHand(module))
  )
}
const byHand = await Promise.all(others.filter((file) => fs.existsSync(file)).map(entryOfFile))
const entries = [...models.map(entryOf), ...byHand].sort((a, b) => a.module < b.module ? -1 : 1)

// Additional bindings with another verb or body, and methods that are not served over HTTP.
const notes = models.flatMap((model) => model.notes)
const counts = countsOf(models, pinned.commit)
written.push(
  write("src/internal/services/table.ts", table(entries, pinned.commit)),
  write(
    "src/internal/services/catalogue/table.ts",
    catalogueTable(entries.map(({ module }) => module), pinned.commit)
  )
)
write(
  "docs/services.md",
  servicesPage(entries, counts, notes.filter((note) => note.endsWith("left out")))
)
write("scripts/counts.json", json(counts))
write("scripts/tags.json", json(Object.fromEntries(Array.from(tags).sort())))
const sample = models.filter((model) => sampled.includes(moduleName(model)))
write(
  "test/fixtures/metadata.jsonl",
  jsonLines(
    models.flatMap((model) =>
      examples(moduleName(model), model.methods.map(({ metadata }) => metadata))
    )
  )
)
write(
  "test/fixtures/descriptors.jsonl",
  jsonLines(sample.flatMap((model) => descriptors(moduleName(model), model.catalogue)))
)
execFileSync("npx", ["dprint", "fmt", ...written], { cwd: root, stdio: "inherit" })

for (const note of notes) console.warn(note)
console.log(json(counts))
