/**
 * Installs the packed package the way the README says, with npm and with pnpm's strict peers, and type-checks and runs the README's
 * program there: `npm run check:install`. Asks the npm registry and nothing else.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import {
  create,
  devDependencies,
  durablePackages,
  installLines,
  npmInstall,
  pack,
  readmeProgram,
  removeAll,
  root,
  run,
  temporary
} from "./install/project.ts"

const node = (cwd: string, args: ReadonlyArray<string>, extra?: Readonly<Record<string, string>>) =>
  run(cwd, process.execPath, args, extra)

const expect = (output: string, text: string): void => {
  if (!output.includes(text)) throw new Error(`expected ${text} in the output:\n${output}`)
}

const compilers = ["typescript", "typescript-5"].map((name) =>
  path.join(root, "node_modules", name, "bin", "tsc")
)

const resolutions = {
  nodenext: { module: "nodenext" },
  bundler: { module: "esnext", moduleResolution: "bundler" }
}

/** All public declarations of the package: `skipLibCheck`, which users set, would hide a hole in them. */
const declarations = ["*", "services/**/*"].map((of) => `node_modules/effect-lro/dist/${of}.d.ts`)

/** The one that needs packages which nothing else does. */
const durable = "node_modules/effect-lro/dist/Durable.d.ts"

/** Writes the configuration of one resolution for files of a project, and says where. */
const configure = (
  project: string,
  resolution: keyof typeof resolutions,
  include: ReadonlyArray<string>,
  types: ReadonlyArray<string> = []
): string => {
  const config = path.join(project, `tsconfig.${resolution}.json`)
  const compilerOptions = {
    ...resolutions[resolution],
    target: "es2022",
    strict: true,
    noEmit: true,
    types
  }
  const exclude = include.includes(durable) ? [] : [durable]
  fs.writeFileSync(config, JSON.stringify({ compilerOptions, include, exclude }))
  return config
}

/** Type-checks files under both resolutions, with the newest compiler and the oldest that is supported. */
const typeCheck = (
  project: string,
  include: ReadonlyArray<string>,
  types: ReadonlyArray<string> = []
): void => {
  for (const resolution of ["nodenext", "bundler"] as const) {
    const config = configure(project, resolution, include, types)
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
  const config = configure(project, "nodenext", [file])
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

const check = (name: string, tarball: string, install: Install): void => {
  const project = create(name)
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
  const { optional, own } = installLines(process.versions.node)
  const tools = ["typescript", "@types/node"].map((name) => `${name}@${devDependencies[name]}`)

  install(project, own.map((name) => name === "effect-lro" ? tarball : name), false)
  install(project, tools, true)
  typeCheck(project, ["memory.ts"])
  const memory = execute(project, "memory.ts")
  expect(memory, "projects/p/locations/global/hubs/h, then NOT_FOUND is true")
  expect(memory, "`google-auth-library` cannot be loaded: npm i google-auth-library@11")
  const required = node(project, ["memory.cjs"])
  expect(required, "required: projects/p/locations/global/hubs/h, then NOT_FOUND is true")

  install(project, optional, false)
  const output = execute(project, "readme.ts", ["--import", "./fakeGoogle.mjs"], {
    GOOGLE_APPLICATION_CREDENTIALS: path.join(project, "credentials.json")
  })
  expect(output, "created projects/my-project/locations/global/hubs/offices")
  expect(node(project, ["transport.mjs"]), "NodeTransport is there")
}

try {
  const tarball = pack()

  console.log("npm")
  check("npm", tarball, (project, packages, dev) => {
    run(project, "npm", [...npmInstall, ...(dev ? ["-D"] : []), ...packages])
  })
  typeCheck(path.join(temporary, "npm"), ["readme.ts", ...declarations])
  run(path.join(temporary, "npm"), "npm", [...npmInstall, ...durablePackages])
  // The packages of the cluster speak of Node's types.
  typeCheck(path.join(temporary, "npm"), [durable], ["node"])

  console.log("pnpm, strict peers")
  const pnpm = path.join(root, "node_modules", "pnpm", "bin", "pnpm.cjs")
  check("pnpm", tarball, (project, packages, dev) => {
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
  typeCheck(path.join(temporary, "pnpm"), ["readme.ts"])
  console.log("installs, type-checks and runs")
} finally {
  removeAll()
}
