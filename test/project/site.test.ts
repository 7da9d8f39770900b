/** What the catalogue of the site says is true: every method is there, is found, and has lines to copy that compile. */
import { assert, describe, it } from "@effect/vitest"
import { execFile } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { search } from "../../site/.vitepress/theme/catalogue.ts"
import { readCatalogue } from "../../site/scripts/catalogue.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const read = readCatalogue()

describe("the catalogue", () => {
  it("has lines to copy that compile, for every method of popular services", async () => {
    const modules = [
      "alloydb/v1",
      "cloudbuild/v1",
      "container/v1",
      "documentai/v1",
      "firestore/v1",
      "networkconnectivity/v1",
      "run/v2",
      "servicemanagement/v1",
      "sqladmin/v1"
    ]
    const { loaded } = await read
    const directory = fs.mkdtempSync(path.join(root, ".docs-"))
    try {
      let programs = 0
      for (const { methods, version } of loaded) {
        if (!modules.includes(version.module)) continue
        for (const [name, { code }] of Object.entries(methods.methods)) {
          programs++
          const file = `${version.module.replace("/", "-")}-${name}.ts`
          fs.writeFileSync(path.join(directory, file), `${code}\n`)
        }
      }
      assert.isAtLeast(programs, 100)
      fs.writeFileSync(
        path.join(directory, "tsconfig.json"),
        JSON.stringify({ extends: "../tsconfig.json", include: ["*.ts"] })
      )
      const tsc = path.join(root, "node_modules/typescript/bin/tsc")
      const output = await promisify(execFile)(process.execPath, [
        tsc,
        "--pretty",
        "false",
        "-p",
        directory
      ], { maxBuffer: 2 ** 28 }).then(
        ({ stdout }) => stdout,
        (error: { readonly stdout: string }) => error.stdout || assert.fail(String(error))
      )
      assert.deepStrictEqual(output.split("\n").filter((line) => line.includes("error")), [])
    } finally {
      fs.rmSync(directory, { recursive: true, force: true })
    }
  })

  it("has every method of every module, with its fields", async () => {
    const { apis, loaded } = await read
    const counts: { readonly starts: number } = {
      starts: loaded.reduce((sum, { version }) => sum + version.methods.length, 0)
    }
    const [, documented] = /; (\d+) typed methods start them/.exec(
      fs.readFileSync(path.join(root, "docs/services.md"), "utf8")
    ) ?? []
    assert.strictEqual(counts.starts, Number(documented))
    assert.deepStrictEqual(new Set(apis.map(({ id }) => id)).size, apis.length)
    for (const { methods, version } of loaded) {
      assert.sameMembers(Object.keys(methods.methods), version.methods.map(([name]) => name))
    }
  })

  it("is searched by the words of products, then by the names of methods", async () => {
    const { apis, loaded } = await read
    const listed = apis.map(({ versions, ...api }) => ({
      ...api,
      versions: versions.map(({ methods, module }) => [module, methods.length] as const)
    }))
    const names = Object.fromEntries(
      loaded.map(({ version }) => [version.module, version.methods.map(([name]) => name).join(" ")])
    )
    const idsOf = (query: string) => search(listed, names, query).map(({ api }) => api.id)
    assert.include(idsOf("kubernetes").slice(0, 3), "container")
    assert.strictEqual(idsOf("Document AI")[0], "documentai")
    assert.include(idsOf("create node pool"), "container")
    assert.deepStrictEqual(idsOf("no such thing"), [])
    assert.lengthOf(idsOf(""), apis.length)
  })
})
