/**
 * Runs the packed package on every version of Node that is supported, with the peers that the README names for it, and the tests of
 * NodeTransport and its whole fault matrix with undici 8, which Node 20 cannot load: `npm run check:nodes`. Names of further test files
 * may follow.
 *
 * Asks the npm registry and nothing else; the versions of Node come from there and stay in the user's cache folder.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { type Node, nodeOf } from "./install/node.ts"
import {
  create,
  devDependencies,
  installLines,
  npmInstall,
  pack,
  removeAll,
  root
} from "./install/project.ts"

const majors = ["20", "22", "24", "26"]
const tls = path.join(root, "test", "fixtures", "tls")

const versionOf = (project: string, name: string): string => {
  const file = path.join(project, "node_modules", name, "package.json")
  return JSON.parse(fs.readFileSync(file, "utf8")).version
}

/** Runs the tests of the transport with the undici of a project, and says how many passed. */
const transportTests = (node: Node, project: string): string => {
  const report = path.join(project, "tests.json")
  node.run(root, node.binary, [
    path.join("node_modules", "vitest", "vitest.mjs"),
    "run",
    "--root",
    root,
    "--config",
    path.join("scripts", "install", "undici.config.ts"),
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    "test/nodeTransport/",
    "test/matrix/own",
    ...process.argv.slice(2)
  ], { UNDICI: path.join(project, "node_modules", "undici"), EFFECT_LRO_TESTS: "full" })
  const { numPassedTests, numTotalTests } = JSON.parse(fs.readFileSync(report, "utf8"))
  if (numPassedTests === 0 || numPassedTests !== numTotalTests) {
    throw new Error(`${numPassedTests} of ${numTotalTests} tests ran and passed`)
  }
  return `ok, ${numPassedTests}`
}

/** What became of every check: `ok`, or why not. */
type Checks = Readonly<Record<string, string>>

const conform = (node: Node, project: string): Checks => {
  const output = node.run(project, node.binary, [
    "conformance.mjs",
    path.join(tls, "otherHost.pem"),
    path.join(tls, "key.pem")
  ])
  return JSON.parse(output.trim().split("\n").at(-1) ?? "")
}

const attempt = (name: string, checks: () => Checks): Checks => {
  try {
    return checks()
  } catch (error) {
    return { [name]: String(error) }
  }
}

interface Result {
  readonly node: Node
  readonly peers: string
  readonly checks: Checks
}

const check = (major: string, tarball: string): Result => {
  console.log(`Node ${major}`)
  const node = nodeOf(major)
  const project = create(node.name)
  const { optional, own } = installLines(node.version)
  node.run(project, "npm", [
    ...npmInstall,
    ...own.map((name) => name === "effect-lro" ? tarball : name),
    ...optional,
    `@effect/platform-node@${devDependencies["@effect/platform-node"]}`
  ])
  const tests = "the tests of NodeTransport, and its fault matrix"
  return {
    node,
    peers: ["google-auth-library", "undici"].map((name) => `${name} ${versionOf(project, name)}`)
      .join(", "),
    checks: {
      ...attempt("the calls", () => conform(node, project)),
      // With undici 7 they are among all others.
      ...(major === "20" ? {} : attempt(tests, () => ({ [tests]: transportTests(node, project) })))
    }
  }
}

const isOk = (result: string): boolean => /^ok\b/.test(result)

const table = (results: ReadonlyArray<Result>): string => {
  const row = (cells: ReadonlyArray<string>) => `| ${cells.join(" | ")} |`
  const names = [...new Set(results.flatMap(({ checks }) => Object.keys(checks)))]
  const short = (result = "") => isOk(result) || result === "" ? result : "FAILED"
  return [
    row(["", ...results.map(({ node }) => `Node ${node.version}`)]),
    row(["---", ...results.map(() => "---")]),
    row(["with", ...results.map(({ peers }) => peers)]),
    ...names.map((name) => row([name, ...results.map(({ checks }) => short(checks[name]))]))
  ].join("\n")
}

try {
  const tarball = pack()
  const results = majors.map((major) => check(major, tarball))
  console.log(`\n${table(results)}\n`)
  const verdicts = results.map(({ checks, node }) => {
    const all = Object.entries(checks)
    const failed = all.filter(([, result]) => !isOk(result))
    for (const [name, why] of failed) console.log(`${node.name}, ${name}: ${why}\n`)
    return [node.name, all.length > 0 && failed.length === 0 ? "ok" : `${failed.length} failed`]
  })
  console.log(JSON.stringify(Object.fromEntries(verdicts)))
  process.exitCode = verdicts.every(([, verdict]) => verdict === "ok") ? 0 : 1
} finally {
  removeAll()
}
