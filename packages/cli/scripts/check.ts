/**
 * Packs the command line, installs the tarball into an empty project, and runs it on Node 20, 22 and 24: `npm run check -w packages/cli`.
 * Tells how large the package is. Asks the npm registry and nothing else.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { nodeOf } from "../../../scripts/install/node.ts"
import { create, removeAll, root, run, temporary } from "../../../scripts/install/project.ts"

const majors = ["20", "22", "24"]

/** What is run, and what it has to say. */
const runs: ReadonlyArray<readonly [words: ReadonlyArray<string>, says: string]> = [
  [["lro", "--version"], "0.1.0"],
  [["google-lro", "--help"], "Usage: lro"],
  [["lro", "search", "kubernetes"], "container/v1"],
  [["lro", "describe", "gke", "createCluster"], "cluster"],
  [["lro", "completion", "bash"], "complete"],
  [
    [
      "lro",
      "start",
      "alloydb",
      "deleteCluster",
      "--set",
      "name=projects/p/locations/l/clusters/c",
      "--dry-run"
    ],
    "DELETE https://alloydb.googleapis.com/v1/projects/p/locations/l/clusters/c"
  ],
  // Nobody listens there: transport and credentials are loaded all the same.
  [
    [
      "sh",
      "-c",
      "npx --no-install lro get alloydb:projects/p/locations/l/operations/o --endpoint http://127.0.0.1:9 --no-credentials 2>&1; echo code $?"
    ],
    "code 5"
  ]
]

try {
  const [packed] = JSON.parse(
    run(path.join(root, "packages", "cli"), "npm", [
      "pack",
      "--json",
      "--pack-destination",
      temporary
    ])
      .replace(/^[^[]*(?=\[\s*\{)/, "")
  )
  const project = create("cli")
  run(project, "npm", [
    "install",
    "--no-audit",
    "--no-fund",
    "--engine-strict",
    path.join(temporary, packed.filename)
  ])
  for (const major of majors) {
    const node = nodeOf(major)
    for (const [[command = "", ...words], says] of runs) {
      const said = command === "sh"
        ? node.run(project, command, words)
        : node.run(project, "npx", ["--no-install", command, ...words])
      if (!said.includes(says)) {
        throw new Error(`Node ${node.version}: ${command} ${words.join(" ")} says ${said}`)
      }
    }
    console.log(`Node ${node.version}: ok, ${runs.length} runs`)
  }
  const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`
  const installed = fs.readdirSync(path.join(project, "node_modules"), {
    recursive: true,
    withFileTypes: true
  })
    .filter((entry) => entry.isFile())
    .reduce((sum, { name, parentPath }) => sum + fs.statSync(path.join(parentPath, name)).size, 0)
  console.log(
    `packed ${mb(packed.size)}, unpacked ${
      mb(packed.unpackedSize)
    }, ${packed.entryCount} files; installed with all that it needs ${mb(installed)}`
  )
} finally {
  removeAll()
}
