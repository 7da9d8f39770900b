/**
 * The site: `npm run site` serves it and follows changes of its pages, `npm run site:build` builds and checks it. Its own packages are
 * installed where they are missing or others.
 */
import { spawn, spawnSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { assemble, watch } from "./assemble.ts"
import { catalogue } from "./catalogue.ts"
import { check } from "./check.ts"
import { content, root, site } from "./paths.ts"
import { playground } from "./playground.ts"
import { reference } from "./reference.ts"

const run = (cwd: string, command: string, ...args: ReadonlyArray<string>): void => {
  const { status } = spawnSync(command, args, { cwd, stdio: "inherit" })
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed`)
}

const timed = async (what: string, work: () => void | Promise<void>): Promise<void> => {
  const from = performance.now()
  await work()
  console.log(`${what}: ${((performance.now() - from) / 1000).toFixed(1)} s`)
}

const newest = (folder: string, ending: string): number =>
  Math.max(
    0,
    ...fs.readdirSync(folder)
      .filter((name) => name.endsWith(ending))
      .map((name) => fs.statSync(path.join(folder, name)).mtimeMs)
  )

/** The reference is read from the declarations: those of the sources as they are. */
const declarations = (): void => {
  const dist = path.join(root, "dist")
  const built = fs.existsSync(dist) ? newest(dist, ".d.ts") : 0
  if (built < newest(path.join(root, "src"), ".ts")) run(root, "npm", "run", "build")
}

/** Whether the packages are those of the lock file, as it is. */
const isInstalled = (): boolean => {
  const installed = path.join(site, "node_modules", ".package-lock.json")
  const wanted = path.join(site, "package-lock.json")
  return fs.existsSync(installed) && fs.statSync(installed).mtimeMs >= fs.statSync(wanted).mtimeMs
}

const vitepress = ["node_modules/vitepress/bin/vitepress.js"]

const command = process.argv[2] ?? "build"
if (!isInstalled()) run(site, "npm", "ci")
fs.rmSync(content, { recursive: true, force: true })
await timed("declarations", declarations)
await timed("pages", assemble)
await timed("reference", reference)
await timed("catalogue", catalogue)
await timed("playground", playground)
if (command === "serve") {
  watch()
  const dev = [...vitepress, "dev", ...process.argv.slice(3)]
  const server = spawn(process.execPath, dev, { cwd: site, stdio: "inherit" })
  server.on("exit", (code) => process.exit(code ?? 1))
  // Whoever ends this one means both.
  process.on("SIGTERM", () => server.kill())
} else {
  await timed(
    "types",
    () => run(root, process.execPath, "node_modules/typescript/bin/tsc", "-p", "site")
  )
  await timed("site", () => run(site, process.execPath, ...vitepress, "build"))
  await timed("checks", check)
}
