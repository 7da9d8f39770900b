/** What an import costs: modules, bytes of a bundle. Counts, so a test bounds them, too. */
import * as Esbuild from "esbuild"
import * as Zlib from "node:zlib"

const bundle = (
  contents: string,
  external: ReadonlyArray<string>,
  platform: "node" | "browser" = "node"
) =>
  Esbuild.build({
    stdin: { contents, resolveDir: `${process.cwd().replace(/\/bench$/, "")}/test`, loader: "ts" },
    bundle: true,
    minify: true,
    treeShaking: true,
    write: false,
    metafile: true,
    format: "esm",
    target: "es2022",
    platform,
    external: [...external],
    logLevel: "silent"
  })

const example = `
import * as NetworkConnectivity from "../src/services/networkconnectivity/v1.ts"
import * as Effect from "effect/Effect"
export const program = Effect.gen(function*() {
  const operations = yield* NetworkConnectivity.NetworkConnectivity
  const operation = yield* operations.get({ name: "projects/p/locations/l/operations/o" })
  return yield* operations.untilDone(operation)
})
export const layer = NetworkConnectivity.layer()
`

const peers = ["effect", "effect/*", "@effect/*", "google-auth-library", "undici", "node:*"]

/** Modules and bytes of this package in the example that gets an operation and waits for it. */
export const own = async () => {
  const { metafile, outputFiles } = await bundle(example, peers)
  const text = outputFiles[0]?.contents ?? new Uint8Array(0)
  const inputs = Object.values(metafile?.outputs ?? {}).flatMap(({ inputs }) =>
    Object.entries(inputs).filter(([path]) => path.startsWith("src/") || path.includes("/src/"))
  )
  return {
    modules: Object.keys(metafile?.inputs ?? {}).filter((path) => path.includes("src/")),
    gzip: Zlib.gzipSync(text, { level: 9 }).length,
    minified: text.length,
    largest: inputs.map(([path, { bytesInOutput }]) => [path, bytesInOutput] as const).sort((
      a,
      b
    ) => b[1] - a[1])
  }
}

/** What a browser bundle of the barrel cannot resolve. */
export const unresolved = async (): Promise<ReadonlyArray<string>> => {
  const { errors } = await bundle(`export * from "../src/index.ts"`, [], "browser").catch((
    failure
  ) => failure as Esbuild.BuildFailure)
  return errors.map(({ text }) => text)
}
