/** Projects of users in a temporary folder: the tarball that they install, the README's lines for it, and commands run there. */
import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { parse } from "../markdown.ts"

export const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))))
export const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "effect-lro-install-"))
const programs = path.join(root, "scripts", "install", "programs")
const { blocks } = parse(fs.readFileSync(path.join(root, "README.md"), "utf8"))

const blockOf = (language: string, start: string): string => {
  const block = blocks.find((block) => block.language === language && block.text.startsWith(start))
  if (block === undefined) throw new Error(`README.md has no ${language} block with ${start}`)
  return block.text
}

/** The versions that this repository is developed with. */
export const { devDependencies }: { readonly devDependencies: Readonly<Record<string, string>> } =
  JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"))

/** What docs/durable.md says to install for durable waits. */
export const durablePackages: ReadonlyArray<string> =
  parse(fs.readFileSync(path.join(root, "docs", "durable.md"), "utf8")).blocks
    .find(({ text }) => text.startsWith("npm i "))?.text.trim().split(/\s+/).slice(2) ?? []

export const readmeProgram = blockOf("ts", "import ")

const isFrom = (version: string, least: string): boolean => {
  const [major = 0, minor = 0] = version.split(".").map(Number)
  const [leastMajor = 0, leastMinor = 0] = least.split(".").map(Number)
  return major > leastMajor || (major === leastMajor && minor >= leastMinor)
}

/** What the README's install lines name: the package and its own peers, then what a version of Node adds for the rest. */
export const installLines = (
  version: string
): { readonly own: ReadonlyArray<string>; readonly optional: ReadonlyArray<string> } => {
  const [own, ...others] = blockOf("sh", "npm i ").split("\n").map((line) => {
    const [command = "", least = "0"] = line.split(" # Node ")
    return { packages: command.trim().split(/\s+/).slice(2), least: least.split(" ")[0] ?? "" }
  })
  const line = others.find(({ least }) => isFrom(version, least))
  if (own === undefined || line === undefined) {
    throw new Error(`README.md does not say how to install it on Node ${version}`)
  }
  return { own: own.packages, optional: line.packages }
}

const environment = (extra: Readonly<Record<string, string>>) => {
  const { GOOGLE_APPLICATION_CREDENTIALS: _, NODE_OPTIONS: __, ...rest } = process.env
  // What npm sets for its scripts is not for another project's npm.
  const own = Object.entries(rest).filter(([name]) => !/^npm_/i.test(name))
  return { ...Object.fromEntries(own), ...extra }
}

/** The output of a command; fails with all that it printed. */
export const run = (
  cwd: string,
  command: string,
  args: ReadonlyArray<string>,
  extra: Readonly<Record<string, string>> = {}
): string => {
  console.log(
    `  ${command} ${args.join(" ")}`.replaceAll(`${temporary}/`, "").replaceAll(`${root}/`, "")
  )
  const { error, status, stderr, stdout } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    env: environment(extra),
    maxBuffer: 2 ** 28,
    timeout: 600_000
  })
  if (status !== 0) {
    throw new Error(`${command} ${args.join(" ")}\n${stdout}${stderr}`, { cause: error })
  }
  return stdout
}

/** Builds and packs the package: the path of its tarball. */
export const pack = (): string => {
  // CI packs once for all that install it, side by side.
  const packed = process.env["EFFECT_LRO_TARBALL"]
  if (packed !== undefined) return packed
  console.log("pack")
  fs.rmSync(path.join(root, "dist"), { recursive: true, force: true })
  run(root, "npm", ["run", "build"])
  run(root, "npm", ["pack", "--pack-destination", temporary])
  const name = fs.readdirSync(temporary).find((name) => name.endsWith(".tgz"))
  return path.join(temporary, name ?? "")
}

/** An empty project with the programs that are to be run in it. */
export const create = (name: string): string => {
  const project = path.join(temporary, name)
  fs.mkdirSync(project)
  fs.cpSync(programs, project, { recursive: true })
  fs.writeFileSync(
    path.join(project, "package.json"),
    JSON.stringify({ name: "consumer", version: "0.0.0", private: true, type: "module" })
  )
  return project
}

export const npmInstall = [
  "install",
  "--no-audit",
  "--no-fund",
  "--strict-peer-deps",
  "--engine-strict"
]

export const removeAll = (): void => fs.rmSync(temporary, { recursive: true, force: true })
