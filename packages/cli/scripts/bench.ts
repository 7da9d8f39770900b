/**
 * What a start costs, in CPU time of the whole process: bare Node, `lro --version`, the import of the SDK as `lro get` needs it, and
 * `lro get`. Runs alternate; medians are told.
 *
 * `npm run bench -w packages/cli`, after a build.
 */
import * as esbuild from "esbuild"
import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { fileURLToPath } from "node:url"

const at = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

const folder = fs.mkdtempSync(path.join(at("../../../node_modules"), ".lro-bench-"))

/** The SDK, bundled in the same way: transport, credentials and one service. */
await esbuild.build({
  absWorkingDir: at("../../.."),
  stdin: {
    contents: `
      import "effect-lro/NodeTransport"
      import "effect-lro/GoogleAuth"
      import { AlloyDB } from "effect-lro/services/alloydb/v1"
      await Promise.all([import("undici"), import("google-auth-library")])
      globalThis.kept = AlloyDB
    `,
    resolveDir: at("../../.."),
    loader: "ts"
  },
  outfile: path.join(folder, "sdk.mjs"),
  bundle: true,
  minify: true,
  keepNames: true,
  platform: "node",
  format: "esm",
  target: "node20",
  external: ["google-auth-library", "undici"],
  tsconfig: at("../../../tsconfig.json"),
  treeShaking: false,
  logLevel: "error"
})

const bin = at("../dist/bin.js")
const name = "alloydb:projects/p/locations/l/operations/o"

const runs: { readonly [name: string]: ReadonlyArray<string> } = {
  "bare node": ["-e", "0"],
  "lro --version": [bin, "--version"],
  "import of the SDK": [path.join(folder, "sdk.mjs")],
  // Nobody listens there: all is loaded, and the call fails at once.
  "lro get": [
    bin,
    "get",
    name,
    "--endpoint",
    "http://127.0.0.1:9",
    "--token-file",
    path.join(folder, "token")
  ]
}
fs.writeFileSync(path.join(folder, "token"), "token")

/** Milliseconds of CPU that a process and its threads took. */
const measured = (words: ReadonlyArray<string>, code: number): number => {
  const { status, stderr } = spawnSync("bash", [
    "-c",
    "TIMEFORMAT='%U %S'; time \"$@\" >/dev/null 2>&1",
    "bash",
    process.execPath,
    ...words
  ], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "", HOME: os.tmpdir() }
  })
  if (status !== code) throw new Error(`${words[0]} ended with ${status}: is it built?`)
  const [user = 0, system = 0] = stderr.trim().split("\n").at(-1)?.split(" ").map(Number) ?? []
  return (user + system) * 1000
}

const median = (values: ReadonlyArray<number>): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const rounds = Number(process.argv[2] ?? 15)
const times = new Map<string, Array<number>>(Object.keys(runs).map((name) => [name, []]))
for (let round = 0; round < rounds; round++) {
  for (const [name, words] of Object.entries(runs)) {
    times.get(name)?.push(measured(words, name === "lro get" ? 5 : 0))
  }
}
const of = (name: string): number => median(times.get(name) ?? [])
for (const name of times.keys()) {
  console.log(`${name.padEnd(20)} ${of(name).toFixed(0).padStart(5)} ms CPU`)
}
console.log(
  `--version / node     ${(of("lro --version") / of("bare node")).toFixed(2)} (at most 2)`
)
console.log(
  `get / import         ${(of("lro get") / of("import of the SDK")).toFixed(2)} (at most 1.5)`
)
fs.rmSync(folder, { recursive: true, force: true })
