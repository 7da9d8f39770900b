/** The package of the command line: what it says of itself, and of the services, is so. */
import { assert, describe, it } from "@effect/vitest"
import * as esbuild from "esbuild"
import { version } from "google-lro/version"
import * as fs from "node:fs"
import { fileURLToPath, pathToFileURL } from "node:url"

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
    const cache = fileURLToPath(new URL("node_modules/.cache/", root))
    fs.mkdirSync(cache, { recursive: true })
    const folder = fs.mkdtempSync(`${cache}lro-index-`)
    try {
      // All services in one file: the test runner takes ten times as long to load them one by one.
      const outfile = `${folder}/serviceIndex.mjs`
      await esbuild.build({
        entryPoints: [fileURLToPath(new URL("packages/cli/scripts/serviceIndex.ts", root))],
        outfile,
        bundle: true,
        platform: "node",
        format: "esm",
        packages: "external",
        logLevel: "warning"
      })
      const { text } = await import(pathToFileURL(outfile).href)
      const file = new URL("packages/cli/src/services/serviceIndex.ts", root)
      assert.isTrue(fs.readFileSync(file, "utf8") === await text())
    } finally {
      fs.rmSync(folder, { recursive: true, force: true })
    }
  })

  it("imports no barrel: they cost a tenth of a second at every start", () => {
    const src = new URL("packages/cli/src/", root)
    for (const path of fs.readdirSync(src, { recursive: true, encoding: "utf8" })) {
      if (!path.endsWith(".ts")) continue
      const code = fs.readFileSync(new URL(path, src), "utf8")
      assert.notMatch(
        code,
        /^(?:import|export|\}).* from "(?:effect|@effect\/platform|effect-lro)"$/m,
        path
      )
    }
  })
})
