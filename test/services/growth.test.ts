/** What one service costs does not grow with the number of the others: neither at run time nor in the type checker. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import * as Registry from "effect-lro/services/registry"
import { execFileSync, spawnSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** Runs a program and gives the service modules that Node loaded for it, and the data of catalogues. */
const loadedBy = (program: string): ReadonlyArray<string> => {
  const hooks = `import { writeSync } from "node:fs"
    export const load = (url, context, next) => {
      const module = /\\/src\\/(?:internal\\/)?services\\/((?:catalogue\\/)?\\w+\\/v\\w+)\\.ts/.exec(url)?.[1]
      if (module !== undefined) writeSync(1, module + "\\n")
      return next(url, context)
    }`
  const register = `import { register } from "node:module"
    register("data:text/javascript," + encodeURIComponent(${JSON.stringify(hooks)}))`
  const output = execFileSync(
    process.execPath,
    [
      "--import",
      "tsx",
      "--import",
      `data:text/javascript,${encodeURIComponent(register)}`,
      "--input-type=module",
      "--eval",
      program
    ],
    { cwd: root, encoding: "utf8" }
  )
  return output.split("\n").filter((line) => line !== "")
}

describe("at run time", () => {
  it("a service module loads no other", () => {
    assert.deepStrictEqual(loadedBy(`await import("./src/services/alloydb/v1.ts")`), [
      "alloydb/v1"
    ])
  })

  it("the package without its service modules loads none", () => {
    assert.deepStrictEqual(loadedBy(`await import("./src/index.ts")`), [])
  })

  it("the registry loads none, then the one that is asked for", () => {
    assert.deepStrictEqual(loadedBy(`await import("./src/services/registry.ts")`), [])
    assert.deepStrictEqual(
      loadedBy(`
        const { Effect } = await import("effect")
        const Registry = await import("./src/services/registry.ts")
        await Effect.runPromise(Registry.load("spanner.googleapis.com/v1"))`),
      ["spanner/v1"]
    )
  })

  it("a catalogue loads its own data, no other's, and no service module", () => {
    assert.deepStrictEqual(
      loadedBy(`
        const { load } = await import("./src/internal/services/catalogue.ts")
        await load("spanner/v1")`),
      ["catalogue/spanner/v1"]
    )
  })
})

describe("the registry", () => {
  it.effect("finds a service version by each of its names", () =>
    Effect.gen(function*() {
      for (
        const name of ["alloydb/v1", "alloydb.googleapis.com/v1", "effect-lro/services/alloydb/v1"]
      ) {
        const loaded = yield* Registry.load(name)
        assert.deepInclude(loaded, {
          module: "alloydb/v1",
          service: "alloydb.googleapis.com",
          version: "v1",
          title: "AlloyDB API",
          tag: "AlloyDB"
        })
        assert.deepStrictEqual(
          Option.map(Registry.find(name), ({ module }) => module),
          Option.some("alloydb/v1")
        )
        assert.include(
          loaded.methods.map(({ rpc }) => rpc),
          "google.cloud.alloydb.v1.AlloyDBAdmin.CreateCluster"
        )
        assert.property(loaded.exports, "AlloyDB")
      }
    }))

  it.effect("names the other versions of a service that it does not find", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Registry.load("alloydb.googleapis.com/v9"))
      assert.deepStrictEqual(error.others, ["alloydb/v1", "alloydb/v1alpha", "alloydb/v1beta"])
      assert.strictEqual(
        error.message,
        `no service module is called "alloydb.googleapis.com/v9"; there are alloydb/v1, alloydb/v1alpha, alloydb/v1beta`
      )
      const nothing = yield* Effect.flip(Registry.load("../internal/call/retry"))
      assert.deepStrictEqual(nothing.others, [])
      assert.deepStrictEqual(Registry.find("alloydb"), Option.none())
    }))
})

const services = ["alloydb/v1", "spanner/v1", "networkconnectivity/v1"]

const example = `import * as Effect from "effect/Effect"
import * as AlloyDB from "./src/services/alloydb/v1.ts"
import * as NetworkConnectivity from "./src/services/networkconnectivity/v1.ts"
import * as Spanner from "./src/services/spanner/v1.ts"

export const program = Effect.gen(function*() {
  const alloy = yield* AlloyDB.AlloyDB
  const spanner = yield* Spanner.CloudSpanner
  const network = yield* NetworkConnectivity.NetworkConnectivity
  const cluster = yield* alloy.start(AlloyDB.deleteCluster, { name: "projects/p/locations/l/clusters/c" })
  yield* spanner.cancel({ name: "projects/p/instances/i/operations/o" })
  const done = yield* alloy.untilDone(cluster)
  const hub = yield* network.start(NetworkConnectivity.deleteHub, { name: "projects/p/locations/global/hubs/h" })
  return [done, yield* network.untilDone(hub)] as const
})
`

/** Type-checks the example in a copy of src, with all service modules or with its own alone. */
const instantiations = (all: boolean): number => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "effect-lro-growth-"))
  try {
    fs.cpSync(path.join(root, "src"), path.join(directory, "src"), {
      recursive: true,
      filter: (file) => {
        const module = path.relative(path.join(root, "src/services"), file).split(path.sep).join(
          "/"
        )
        return all || !/^\w+\/v\w+\.ts$/.test(module) ||
          services.includes(module.replace(".ts", ""))
      }
    })
    fs.symlinkSync(
      path.join(root, "node_modules"),
      path.join(directory, "node_modules"),
      "junction"
    )
    fs.copyFileSync(path.join(root, "package.json"), path.join(directory, "package.json"))
    fs.writeFileSync(path.join(directory, "example.ts"), example)
    const { compilerOptions } = JSON.parse(
      fs.readFileSync(path.join(root, "tsconfig.json"), "utf8")
    )
    fs.writeFileSync(
      path.join(directory, "tsconfig.json"),
      JSON.stringify({
        compilerOptions: { ...compilerOptions, plugins: [] },
        files: ["example.ts"]
      })
    )
    const { status, stdout } = spawnSync(
      process.execPath,
      [path.join(root, "node_modules/typescript/bin/tsc"), "--extendedDiagnostics"],
      { cwd: directory, encoding: "utf8" }
    )
    assert.strictEqual(status, 0, stdout)
    return Number(/^Instantiations:\s+(\d+)$/m.exec(stdout)?.[1])
  } finally {
    fs.rmSync(directory, { recursive: true })
  }
}

describe("in the type checker", () => {
  it(
    "an example with three services takes as many instantiations with the others as without",
    () => {
      const alone = instantiations(false)
      const among = instantiations(true)
      assert.isAbove(alone, 10_000)
      assert.isAtMost(among, alone * 1.05)
    },
    120_000
  )
})
