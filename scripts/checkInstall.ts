/**
 * Installs the packed package the way the README says, with npm and with pnpm's strict peers, and type-checks and runs the README's
 * program there: `npm run check:install`. Asks the npm registry and nothing else.
 */
import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { parse } from "./markdown.ts"

const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "effect-lro-install-"))
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const assets = path.join(root, "scripts", "install")
const { devDependencies } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"))
const { blocks } = parse(fs.readFileSync(path.join(root, "README.md"), "utf8"))

const blockOf = (language: string, start: string): string => {
  const block = blocks.find((block) => block.language === language && block.text.startsWith(start))
  if (block === undefined) throw new Error(`README.md has no ${language} block with ${start}`)
  return block.text
}
const readmeProgram = blockOf("ts", "import ")
/** The arguments of the README's install lines: the package alone, then what Application Default Credentials need. */
const installLines = blockOf("sh", "npm i ").split("\n").map((line) => line.split(" ").slice(2))

const environment = (extra: Readonly<Record<string, string>>) => {
  const { GOOGLE_APPLICATION_CREDENTIALS: _, NODE_OPTIONS: __, ...rest } = process.env
  // What npm sets for its scripts is not for another project's npm.
  const own = Object.entries(rest).filter(([name]) => !/^npm_/i.test(name))
  return { ...Object.fromEntries(own), ...extra }
}

const run = (
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
    timeout: 600_000
  })
  if (status !== 0) {
    throw new Error(`${command} ${args.join(" ")}\n${stdout}${stderr}`, { cause: error })
  }
  return stdout
}

const node = (cwd: string, args: ReadonlyArray<string>, extra?: Readonly<Record<string, string>>) =>
  run(cwd, process.execPath, args, extra)

const expect = (output: string, text: string): void => {
  if (!output.includes(text)) throw new Error(`expected ${text} in the output:\n${output}`)
}

const compilers = ["typescript", "typescript-5"].map((name) =>
  path.join(root, "node_modules", name, "bin", "tsc")
)

/** All public declarations of the package: `skipLibCheck`, which users set, would hide a hole in them. */
const declarations = ["*", "services/**/*"].map((of) => `node_modules/effect-lro/dist/${of}.d.ts`)

/** Type-checks files under both resolutions, with the newest compiler and the oldest that is supported. */
const typeCheck = (project: string, include: ReadonlyArray<string>): void => {
  const resolutions = {
    nodenext: { module: "nodenext" },
    bundler: { module: "esnext", moduleResolution: "bundler" }
  }
  for (const [name, options] of Object.entries(resolutions)) {
    const config = path.join(project, `tsconfig.${name}.json`)
    const compilerOptions = { ...options, target: "es2022", strict: true, noEmit: true, types: [] }
    fs.writeFileSync(config, JSON.stringify({ compilerOptions, include, exclude: [] }))
    for (const compiler of compilers) node(project, [compiler, "-p", config])
  }
}

/** Compiles a file with the compiler that the project has, and runs it. */
const execute = (
  project: string,
  file: string,
  args: ReadonlyArray<string> = [],
  extra: Readonly<Record<string, string>> = {}
): string => {
  const config = path.join(project, "tsconfig.nodenext.json")
  node(project, [
    path.join("node_modules", "typescript", "bin", "tsc"),
    "-p",
    config,
    "--noEmit",
    "false",
    "--outDir",
    "out"
  ])
  return node(project, [...args, path.join("out", file.replace(".ts", ".js"))], extra)
}

/** What a tool does to add packages to a project. */
type Install = (project: string, packages: ReadonlyArray<string>, dev: boolean) => void

const check = (project: string, tarball: string, install: Install): void => {
  fs.mkdirSync(project)
  fs.cpSync(assets, project, { recursive: true })
  fs.writeFileSync(
    path.join(project, "package.json"),
    JSON.stringify({ name: "consumer", version: "0.0.0", private: true, type: "module" })
  )
  fs.writeFileSync(path.join(project, "readme.ts"), readmeProgram)
  fs.writeFileSync(
    path.join(project, "credentials.json"),
    JSON.stringify({
      type: "authorized_user",
      client_id: "client",
      client_secret: "secret",
      refresh_token: "refresh"
    })
  )
  const [own = [], ...more] = installLines
  const tools = ["typescript", "@types/node"].map((name) => `${name}@${devDependencies[name]}`)

  install(project, own.map((name) => name === "effect-lro" ? tarball : name), false)
  install(project, tools, true)
  typeCheck(project, ["memory.ts"])
  const memory = execute(project, "memory.ts")
  expect(memory, "projects/p/locations/global/hubs/h, then NOT_FOUND is true")
  expect(memory, "`google-auth-library` cannot be loaded: npm i google-auth-library@11")
  const required = node(project, ["memory.cjs"])
  expect(required, "required: projects/p/locations/global/hubs/h, then NOT_FOUND is true")

  for (const packages of more) install(project, packages, false)
  typeCheck(project, ["readme.ts"])
  const output = execute(project, "readme.ts", ["--import", "./fakeGoogle.mjs"], {
    GOOGLE_APPLICATION_CREDENTIALS: path.join(project, "credentials.json")
  })
  expect(output, "created projects/my-project/locations/global/hubs/offices")
  expect(node(project, ["transport.mjs"]), "NodeTransport is there")
}

try {
  console.log("pack")
  fs.rmSync(path.join(root, "dist"), { recursive: true, force: true })
  run(root, "npm", ["run", "build"])
  run(root, "npm", ["pack", "--pack-destination", temporary])
  const [name = ""] = fs.readdirSync(temporary)
  const tarball = path.join(temporary, name)

  console.log("npm")
  check(path.join(temporary, "npm"), tarball, (project, packages, dev) => {
    run(project, "npm", [
      "install",
      "--no-audit",
      "--no-fund",
      "--strict-peer-deps",
      ...(dev ? ["-D"] : []),
      ...packages
    ])
  })
  typeCheck(path.join(temporary, "npm"), declarations)

  console.log("pnpm, strict peers")
  const pnpm = path.join(root, "node_modules", "pnpm", "bin", "pnpm.cjs")
  check(path.join(temporary, "pnpm"), tarball, (project, packages, dev) => {
    fs.writeFileSync(
      path.join(project, ".npmrc"),
      [
        "strict-peer-dependencies=true",
        "auto-install-peers=false",
        "hoist=false",
        `store-dir=${temporary}/store`
      ]
        .map((line) => `${line}\n`).join("")
    )
    node(project, [pnpm, "add", ...(dev ? ["-D"] : []), ...packages], {
      XDG_CACHE_HOME: path.join(temporary, "cache"),
      XDG_STATE_HOME: path.join(temporary, "state")
    })
  })
  console.log("installs, type-checks and runs")
} finally {
  fs.rmSync(temporary, { recursive: true, force: true })
}
