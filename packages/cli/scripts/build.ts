/**
 * Bundles the command line into dist: a chunk for each command and each service, so that a run loads what it needs and no more.
 */
import * as esbuild from "esbuild"
import * as fs from "node:fs"
import { fileURLToPath } from "node:url"

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Bundles into a folder; `metafile` of esbuild says what is in each file. */
export const build = (outdir: string): Promise<esbuild.BuildResult<{ metafile: true }>> =>
  esbuild.build({
    absWorkingDir: at("../../.."),
    entryPoints: { bin: at("../src/bin.ts") },
    outdir,
    bundle: true,
    splitting: true,
    minify: true,
    // Names of classes are the names of errors.
    keepNames: true,
    platform: "node",
    format: "esm",
    target: "node20",
    chunkNames: "chunks/[name]-[hash]",
    // They look for files and sockets of their own, and people audit them by their names.
    external: ["google-auth-library", "undici"],
    tsconfig: at("../../../tsconfig.json"),
    // commander is CommonJS and asks for Node's own modules.
    banner: {
      js:
        "import{createRequire as __lroRequire}from\"node:module\";const require=__lroRequire(import.meta.url);"
    },
    legalComments: "none",
    metafile: true,
    logLevel: "warning"
  })

/** The licences of the packages whose code is in the bundle. */
const licences = (inputs: ReadonlyArray<string>): string => {
  const packages = new Set(
    inputs.flatMap((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? [])
  )
  return [...packages].sort().map((folder) => {
    const path = at(`../../../${folder}`)
    const { license, name, version } = JSON.parse(fs.readFileSync(`${path}/package.json`, "utf8"))
    const file = fs.readdirSync(path).find((each) => /^licen[cs]e/i.test(each))
    const text = file === undefined
      ? ""
      : `\n${fs.readFileSync(`${path}/${file}`, "utf8").trim()}\n`
    return `${name} ${version} (${license})\n${text}`
  }).join("\n----\n\n")
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const dist = at("../dist")
  fs.rmSync(dist, { recursive: true, force: true })
  const { metafile } = await build(dist)
  fs.writeFileSync(`${dist}/LICENSES.txt`, licences(Object.keys(metafile.inputs)))
}
