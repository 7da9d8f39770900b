/** What an import costs: modules, bytes of a bundle. Counts, so a test bounds them, too. */
import * as Esbuild from "esbuild"
import * as Zlib from "node:zlib"
import * as Types from "./types.ts"

const bundle = (
  contents: string,
  external: ReadonlyArray<string>,
  platform: "node" | "browser" = "node",
  minify = true,
  root = process.cwd().replace(/\/bench$/, "")
) =>
  Esbuild.build({
    stdin: { contents, resolveDir: `${root}/test`, loader: "ts" },
    bundle: true,
    minify,
    treeShaking: true,
    write: false,
    metafile: true,
    format: "esm",
    target: "es2022",
    platform,
    external: [...external],
    logLevel: "silent"
  })

const source = "../src/services/networkconnectivity/v1.ts"

const getsAndWaits = (module: string) => `
import * as NetworkConnectivity from "${module}"
import * as Effect from "effect/Effect"
export const program = Effect.gen(function*() {
  const operations = yield* NetworkConnectivity.NetworkConnectivity
  const operation = yield* operations.get({ name: "projects/p/locations/l/operations/o" })
  return yield* operations.untilDone(operation)
})
export const layer = NetworkConnectivity.layer()
`

const startsOne = (module: string) => `
import * as NetworkConnectivity from "${module}"
import * as Effect from "effect/Effect"
export const program = Effect.gen(function*() {
  const operations = yield* NetworkConnectivity.NetworkConnectivity
  return yield* operations.run(NetworkConnectivity.createHub, {
    parent: "projects/p/locations/global",
    hubId: "h",
    hub: {}
  })
})
export const layer = NetworkConnectivity.layer()
`

const peers = ["effect", "effect/*", "@effect/*", "google-auth-library", "undici", "node:*"]

const sizeOf = (files: ReadonlyArray<Esbuild.OutputFile> | undefined) => {
  const text = files?.[0]?.contents ?? new Uint8Array(0)
  return { minified: text.length, gzip: Zlib.gzipSync(text, { level: 9 }).length }
}

/** Modules and bytes of this package in the example that gets an operation and waits for it. */
export const own = async () => {
  const { metafile, outputFiles } = await bundle(getsAndWaits(source), peers)
  const inputs = Object.values(metafile?.outputs ?? {}).flatMap(({ inputs }) =>
    Object.entries(inputs).filter(([path]) => path.startsWith("src/") || path.includes("/src/"))
  )
  return {
    modules: Object.keys(metafile?.inputs ?? {}).filter((path) => path.includes("src/")),
    ...sizeOf(outputFiles),
    largest: inputs.map(([path, { bytesInOutput }]) => [path, bytesInOutput] as const).sort((
      a,
      b
    ) => b[1] - a[1])
  }
}

/** Bytes of this package in a program that starts one method, waits for it, and knows its messages. */
export const ofOneMethod = async () => {
  const { outputFiles } = await bundle(startsOne(source), peers)
  return sizeOf(outputFiles)
}

/** Bytes of the two programs, bundled from the `dist` of a checkout. */
export const published = async (root: string) => {
  const service = "../dist/services/networkconnectivity/v1.js"
  const size = async (program: string) =>
    sizeOf((await bundle(program, peers, "node", true, root)).outputFiles).gzip
  return {
    getsAndWaits: await size(getsAndWaits(service)),
    startsOne: await size(startsOne(service))
  }
}

/** Bytes of programs when they are bundled from `dist`, beside those of the same from the sources. */
export const ofPackage = async () => {
  const programs = (of: "src" | "dist"): { readonly [program: string]: string } => {
    const extension = of === "src" ? "ts" : "js"
    const service = `../${of}/services/networkconnectivity/v1.${extension}`
    return {
      "gets and waits": getsAndWaits(service),
      "starts one method": startsOne(service),
      ...Object.fromEntries(["ProtoJson", "ProtoValue", "Status", "LroError"].map((face) => [
        `imports all of ${face}`,
        `export * from "../${of}/${face}.${extension}"`
      ]))
    }
  }
  const sizes = (of: "src" | "dist") =>
    Promise.all(
      Object.values(programs(of)).map(async (program) =>
        sizeOf((await bundle(program, peers)).outputFiles).gzip
      )
    )
  const [sources, published] = [await sizes("src"), await sizes("dist")]
  return Object.keys(programs("src")).map((program, index) => ({
    program,
    sources: sources[index] ?? 0,
    published: published[index] ?? 0
  }))
}

/** What the modules of the example are for. A module that fits no pattern is an error: the table has to be whole. */
const features: ReadonlyArray<readonly [feature: string, modules: RegExp]> = [
  ["waits and their polls", /^(internal\/(wait|polling|base)\/.*|Polling)$/],
  ["a call: settings, credentials, attempts, retry", /^internal\/(call|credentials)\//],
  ["lists", /^internal\/list\//],
  [
    "the classes of errors, their texts, guards and Schemas",
    /^(\w+Error|Code|internal\/errors\/.*)$/
  ],
  [
    "google.rpc.Status with its ten details, proto3 JSON",
    /^(Status|ProtoJson|ProtoValue|internal\/proto\/.*)$/
  ],
  ["what goes out and comes back: endpoints, envelopes, bodies, connections", /^internal\/wire\//],
  ["names and path templates", /^internal\/names\//],
  [
    "states of an operation, google.protobuf.Any, references",
    /^(Operation|Any|OperationRef|internal\/operation\/.*)$/
  ],
  ["the client, its tag and layer", /^(Operations|services\/.*|internal\/(client|start)\/.*)$/]
]

const minified = async (code: string) => {
  const { code: small } = await Esbuild.transform(code, {
    minify: true,
    treeShaking: false,
    format: "esm",
    target: "es2022"
  })
  return { minified: small.length, gzip: Zlib.gzipSync(small, { level: 9 }).length }
}

/** A bundle by module: esbuild puts the path of a module before its code. */
const parts = async (external: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
  const { outputFiles } = await bundle(getsAndWaits(source), external, "node", false)
  return (outputFiles[0]?.text ?? "").split(/^(?=\/\/ .+\.(?:ts|js|mjs)$)/m)
}

/** The path of a module of our own, of the code that {@link parts} gives. */
const ownModule = (part: string): string | undefined =>
  /^\/\/ (?:\.\.\/)*src\/(.+)\.ts$/m.exec(part)?.[1]

const featureOf = (part: string): string | undefined => {
  const module = ownModule(part)
  if (module === undefined) return undefined
  const found = features.find(([, modules]) => modules.test(module))
  if (found === undefined) throw new Error(`no feature has the module ${module}`)
  return found[0]
}

/** How much smaller a bundle is without some of its modules, in bytes. */
const without = async (all: ReadonlyArray<string>, left: (part: string) => boolean) => {
  const whole = await minified(all.join(""))
  const rest = await minified(all.filter(left).join(""))
  return { minified: whole.minified - rest.minified, gzip: whole.gzip - rest.gzip }
}

/** How much smaller the example is without the modules of a feature: gzip shares between them, so the sum is less. */
const perFeature = async () => {
  const all = await parts(peers)
  const rows = await Promise.all(features.map(async ([feature]) => {
    const { gzip, minified } = await without(all, (part) => featureOf(part) !== feature)
    return { feature, minified, gzip }
  }))
  return rows.sort((a, b) => b.gzip - a.gzip)
}

/** The bundle that holds effect and platform, too, and our share of it. */
export const withEffect = async () => {
  const all = await parts(["google-auth-library", "undici", "node:*"])
  const whole = await minified(all.join(""))
  const share = await without(all, (part) => ownModule(part) === undefined)
  return { share, whole }
}

/** The section of docs/benchmarks.md about bytes. */
export const section = async (): Promise<string> => {
  const sizes = await own()
  const { share, whole } = await withEffect()
  const one = await ofOneMethod()
  const types = await Types.ofOneMethod()
  const compute = await Types.ofComputeEngine()
  const rows = (await perFeature()).map(({ feature, gzip, minified }) =>
    `| ${feature} | ${minified} | ${gzip} |`
  )
  return `## Bytes by feature

Written by \`npm run bench:size\`, too. The example gets an operation and waits for its end. A row says how much smaller its bundle is
without the modules of that feature. Features share what gzip finds, so the rows add up to less than the whole.

| feature | minified | and gzipped |
| --- | ---: | ---: |
${rows.join("\n")}
| all of our own | ${sizes.minified} | ${sizes.gzip} |
| our part of a bundle that holds effect and platform, too | ${share.minified} | ${share.gzip} |
| that whole bundle | ${whole.minified} | ${whole.gzip} |
| all of our own, where the program starts one method, too | ${one.minified} | ${one.gzip} |

A program that uses one method of Vertex AI has ${types["7.0"]} types for TypeScript 7.0 and ${
    types["5.9"]
  } for 5.9, those of effect and of
the platform among them; one of Compute Engine ${compute["7.0"]?.types} and ${
    compute["5.9"]?.types
  }, with ${compute["7.0"]?.instantiations} and ${compute["5.9"]?.instantiations} instantiations.
`
}

/** What a browser bundle of the barrel cannot resolve. */
export const unresolved = async (): Promise<ReadonlyArray<string>> => {
  const { errors } = await bundle(`export * from "../src/index.ts"`, [], "browser").catch((
    failure
  ) => failure as Esbuild.BuildFailure)
  return errors.map(({ text }) => text)
}
