/** The package of the command line: what it says of itself, and of the services, is so. */
import { assert, describe, it } from "@effect/vitest"
import { version } from "google-lro/version"
import * as fs from "node:fs"
import { file, text } from "../../packages/cli/scripts/serviceIndex.ts"

const root = new URL("../../", import.meta.url)

const manifestOf = (folder: string) =>
  JSON.parse(fs.readFileSync(new URL(`${folder}package.json`, root), "utf8"))

describe("the package google-lro", () => {
  const manifest = manifestOf("packages/cli/")

  it("tells its version, that of the library", () => {
    assert.strictEqual(version, manifest.version)
    assert.strictEqual(version, manifestOf("").version)
  })

  it("depends on what is not bundled, in versions that Node 20 runs, and on nothing else", () => {
    const { devDependencies } = manifestOf("")
    assert.deepStrictEqual(manifest.dependencies, {
      "google-auth-library": devDependencies["google-auth-library"],
      "undici": devDependencies["undici"]
    })
    for (const script of ["preinstall", "install", "postinstall", "prepare"]) {
      assert.notProperty(manifest.scripts, script)
    }
  })

  it("has an index of the services as they are: `npx tsx packages/cli/scripts/serviceIndex.ts` writes it", async () => {
    assert.strictEqual(fs.readFileSync(file, "utf8") === await text(), true)
  })

  it("imports no barrel: they cost a tenth of a second at every start", () => {
    const src = new URL("packages/cli/src/", root)
    for (const path of fs.readdirSync(src, { recursive: true, encoding: "utf8" })) {
      if (!path.endsWith(".ts")) continue
      const code = fs.readFileSync(new URL(path, src), "utf8")
      assert.notMatch(
        code,
        /^(?:import|export) .*from "(?:effect|@effect\/platform|effect-lro)"/m,
        path
      )
    }
  })
})
