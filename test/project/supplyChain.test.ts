/** What users of the package get: no dependency of its own, and only the files that they need. */
import { assert, describe, it } from "@effect/vitest"
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../..", import.meta.url))
const manifest = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"))
const sources = fs.readdirSync(path.join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))

describe("the supply chain", () => {
  it("there is no dependency but the peers", () => {
    for (const kind of ["dependencies", "optionalDependencies", "bundleDependencies"]) {
      assert.notProperty(manifest, kind)
    }
    for (const script of ["preinstall", "install", "postinstall", "prepare"]) {
      assert.notProperty(manifest.scripts, script)
    }
  })

  it("npm installs nothing with it in production", () => {
    const tree: unknown = JSON.parse(
      execFileSync("npm", ["ls", "--omit=dev", "--workspaces=false", "--all", "--json"], {
        cwd: root,
        encoding: "utf8"
      })
    )
    assert.deepStrictEqual(tree, { name: manifest.name, version: manifest.version })
    // It brings a cluster, an RPC server and SQL clients; users choose their platform.
    assert.notProperty(manifest.peerDependencies, "@effect/platform-node")
  })

  it("the sources import nothing but the peers and Node", () => {
    const peers = Object.keys(manifest.peerDependencies)
    const ofNode = new Set<string>()
    for (const file of sources) {
      const text = fs.readFileSync(path.join(root, "src", file), "utf8").replace(/^\s*\*.*$/gm, "")
      for (const [, name = ""] of text.matchAll(/(?:from |import\()\s*"([^"]+)"/g)) {
        const known = name.startsWith(".") || name.startsWith("node:") ||
          peers.some((peer) => name === peer || name.startsWith(`${peer}/`))
        assert.isTrue(known, `${file} imports ${name}`)
        if (name.startsWith("node:")) ofNode.add(name)
      }
    }
    // No file is written, no process started: a token is kept in memory and nowhere else.
    assert.deepStrictEqual([...ofNode].sort(), ["node:buffer", "node:zlib"])
  })

  it("the tarball holds the code, its sources but those of services, and its papers", () => {
    const output = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"]
    })
    const [{ files }] = JSON.parse(output) as [{ files: ReadonlyArray<{ path: string }> }]
    const paths = files.map(({ path }) => path)
    const allowed =
      /^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md|SECURITY\.md|src\/[\w/]+\.ts|dist\/[\w/]+\.(?:js|d\.ts)(?:\.map)?)$/
    assert.deepStrictEqual(paths.filter((path) => !allowed.test(path)), [])
    for (const paper of ["package.json", "README.md", "LICENSE"]) assert.include(paths, paper)
    // Services and their catalogues are generated: nobody reads their sources, and no map leads to them.
    const generated = /^(?:services\/[^/]+|internal\/services\/catalogue)\//
    for (const file of sources) {
      const isLeftOut = generated.test(file)
      assert.strictEqual(paths.includes(`src/${file}`), !isLeftOut, file)
      const map = `dist/${file.replace(/\.ts$/, ".d.ts.map")}`
      if (isLeftOut) assert.notInclude(paths, map)
    }
  })
})
