/** The versions of Node that packages are tried with. */
import * as path from "node:path"
import { installed } from "./cache.ts"
import { root, run } from "./project.ts"

export interface Node {
  readonly name: string
  readonly binary: string
  readonly version: string
  /** A command, and what it starts, with this Node. */
  readonly run: (
    cwd: string,
    command: string,
    args: ReadonlyArray<string>,
    extra?: Readonly<Record<string, string>>
  ) => string
}

/** The newest Node of a major: the one that runs this, or one from npm. */
export const nodeOf = (major: string): Node => {
  let binary = process.execPath
  if (process.versions.node.split(".")[0] !== major) {
    const name = `node-${process.platform}-${process.arch}`
    const folder = installed(`node-${major}`, `${name}@${major}`)
    binary = path.join(folder, "node_modules", name, "bin", "node")
  }
  const first = `${path.dirname(binary)}${path.delimiter}${process.env["PATH"] ?? ""}`
  const version = run(root, binary, ["-p", "process.versions.node"]).trim()
  return {
    name: `node${major}`,
    binary,
    version,
    run: (cwd, command, args, extra) => run(cwd, command, args, { ...extra, PATH: first })
  }
}
