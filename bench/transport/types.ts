/** What the compiler makes of a program that uses one method: types. A count, so a test bounds it, too. */
import { execFile } from "node:child_process"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { promisify } from "node:util"

const root = process.cwd().replace(/\/bench$/, "")

const vertexAi = `import { createEndpoint, VertexAI } from "effect-lro/services/aiplatform/v1"
import { Effect } from "effect"

export const program = Effect.gen(function*() {
  const operations = yield* VertexAI
  const started = yield* operations.start(createEndpoint, {
    parent: "projects/p/locations/l",
    endpoint: { displayName: "d" }
  })
  return started.name
})
`

const computeEngine =
  `import { ComputeEngine, instancesInsert } from "effect-lro/services/compute/v1"
import { Effect } from "effect"

export const program = Effect.gen(function*() {
  const operations = yield* ComputeEngine
  const started = yield* operations.start(instancesInsert, {
    project: "p",
    zone: "z",
    instanceResource: { name: "vm" }
  })
  return started.name
})
`

const run = promisify(execFile)

const tsc = async (compiler: string, directory: string, config: object): Promise<string> => {
  Fs.writeFileSync(Path.join(directory, "tsconfig.json"), JSON.stringify(config))
  const { stdout } = await run(
    process.execPath,
    [Path.join(root, `node_modules/${compiler}/bin/tsc`), "--extendedDiagnostics"],
    { cwd: directory, encoding: "utf8", maxBuffer: 2 ** 28 }
  )
  return stdout
}

interface Count {
  readonly types: number
  readonly instantiations: number
}

/** What a program of one module makes, against declarations as they are published, by compiler. */
const counts = async (
  module: string,
  program: string
): Promise<{ readonly [compiler: string]: Count }> => {
  const directory = Fs.mkdtempSync(Path.join(Os.tmpdir(), "effect-lro-types-"))
  try {
    Fs.symlinkSync(
      Path.join(root, "node_modules"),
      Path.join(directory, "node_modules"),
      "junction"
    )
    const { compilerOptions } = JSON.parse(
      Fs.readFileSync(Path.join(root, "tsconfig.json"), "utf8")
    ) as { readonly compilerOptions: object }
    const common = {
      ...compilerOptions,
      plugins: [],
      types: [],
      declarationMap: false,
      sourceMap: false
    }
    await tsc("typescript", directory, {
      compilerOptions: {
        ...common,
        noEmit: false,
        emitDeclarationOnly: true,
        stripInternal: true,
        types: ["node"],
        rootDir: Path.join(root, "src"),
        outDir: "lib",
        paths: {}
      },
      files: [Path.join(root, `src/services/${module}.ts`)]
    })
    Fs.writeFileSync(Path.join(directory, "program.mts"), program)
    const countOf = async (compiler: string): Promise<Count> => {
      const said = await tsc(compiler, directory, {
        compilerOptions: {
          ...common,
          declaration: false,
          paths: { "effect-lro/*": ["./lib/*.d.ts"] }
        },
        files: ["program.mts"]
      })
      const of = (what: string) => Number(new RegExp(`^${what}:\\s+(\\d+)$`, "m").exec(said)?.[1])
      return { types: of("Types"), instantiations: of("Instantiations") }
    }
    // One after the other: both write the same project file.
    return { "7.0": await countOf("typescript"), "5.9": await countOf("typescript-5") }
  } finally {
    Fs.rmSync(directory, { recursive: true })
  }
}

/** The types of a program that uses one method of Vertex AI, the largest service of google.longrunning, by compiler. */
export const ofOneMethod = async (): Promise<{ readonly [compiler: string]: number }> =>
  Object.fromEntries(
    Object.entries(await counts("aiplatform/v1", vertexAi)).map((
      [compiler, { types }]
    ) => [compiler, types])
  )

/** The same of Compute Engine, the largest of all, with the instantiations. */
export const ofComputeEngine = () => counts("compute/v1", computeEngine)
