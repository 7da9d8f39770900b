/** What the compiler makes of a program that uses one method: types. A count, so a test bounds it, too. */
import { execFileSync } from "node:child_process"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"

const root = process.cwd().replace(/\/bench$/, "")

const program = `import { createEndpoint, VertexAI } from "effect-lro/services/aiplatform/v1"
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

const tsc = (compiler: string, directory: string, config: object): string => {
  Fs.writeFileSync(Path.join(directory, "tsconfig.json"), JSON.stringify(config))
  return execFileSync(
    process.execPath,
    [Path.join(root, `node_modules/${compiler}/bin/tsc`), "--extendedDiagnostics"],
    { cwd: directory, encoding: "utf8", maxBuffer: 2 ** 28 }
  )
}

/** The types of a program that uses one method of the largest service, against declarations as they are published, by compiler. */
export const ofOneMethod = (): { readonly [compiler: string]: number } => {
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
    tsc("typescript", directory, {
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
      files: [Path.join(root, "src/services/aiplatform/v1.ts")]
    })
    Fs.writeFileSync(Path.join(directory, "program.mts"), program)
    const types = (compiler: string) =>
      Number(
        /^Types:\s+(\d+)$/m.exec(tsc(compiler, directory, {
          compilerOptions: {
            ...common,
            declaration: false,
            paths: { "effect-lro/*": ["./lib/*.d.ts"] }
          },
          files: ["program.mts"]
        }))?.[1]
      )
    return { "7.0": types("typescript"), "5.9": types("typescript-5") }
  } finally {
    Fs.rmSync(directory, { recursive: true })
  }
}
