/** The lines of TypeScript that `lro describe` prints compile as they stand. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Registry from "effect-lro/services/registry"
import * as Fields from "google-lro/request/fields"
import * as TypeScript from "google-lro/request/typescript"
import * as Method from "google-lro/services/method"
import { execFile } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { some } from "../kit/counts.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** Strings, enums, masks, numbers, truths, lists, maps, unions, and operations of APIs of another kind. */
const always = [
  "alloydb/v1",
  "accesscontextmanager/v1",
  "bigtableadmin/v2",
  "compute/v1",
  "container/v1",
  "ml/v1",
  "notebooks/v1",
  "run/v2",
  "sqladmin/v1",
  "videointelligence/v1"
]

describe("the TypeScript of lro describe", () => {
  it("compiles, of every method", async () => {
    const modules = new Set([...always, ...some(Registry.entries.map(({ module }) => module), 25)])
    const folder = fs.mkdtempSync(path.join(root, ".describe-"))
    try {
      let count = 0
      for (const name of modules) {
        const module = await Effect.runPromise(Registry.load(name))
        for (const named of Method.all(module)) {
          const known = await Fields.load(module.module, named.method.rpc)
          const text = TypeScript.lines(module, named, known).join("\n")
          const file = `${name.replace("/", "-")}-${named.name}.ts`
          fs.writeFileSync(path.join(folder, file), `${text}\nexport { program }\n`)
          count++
        }
      }
      assert.isAtLeast(count, 300)
      fs.writeFileSync(
        path.join(folder, "tsconfig.json"),
        JSON.stringify({ extends: "../tsconfig.json", include: ["*.ts"] })
      )
      const tsc = path.join(root, "node_modules/typescript/bin/tsc")
      const output = await promisify(execFile)(
        process.execPath,
        [tsc, "--pretty", "false", "-p", folder],
        { maxBuffer: 64_000_000 }
      ).then(
        ({ stdout }) => stdout,
        // A compiler that said nothing did not run.
        (error: { readonly stdout: string }) => error.stdout || assert.fail(String(error))
      )
      const problems = output.split("\n").filter((line) => line.includes(path.basename(folder)))
      assert.deepStrictEqual(problems, [])
    } finally {
      fs.rmSync(folder, { recursive: true, force: true })
    }
  })
})
