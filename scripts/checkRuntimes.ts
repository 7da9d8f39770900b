/**
 * Runs one program on every runtime, from what is built: `npm run check:runtimes`. Prints the table of docs/runtimes.md and one line of
 * JSON. The names of runtimes may follow: `npm run check:runtimes -- deno bun`.
 *
 * Asks the npm registry and, for Chromium, Debian's; the runtimes come from there and stay in the user's cache folder.
 */
import { NodeHttpServer } from "@effect/platform-node"
import { Layer, ManagedRuntime } from "effect"
import * as Testing from "effect-lro/testing"
import { build, type Plugin } from "esbuild"
import { execFile, spawn } from "node:child_process"
import * as fs from "node:fs"
import { createServer, request as forward } from "node:http"
import * as path from "node:path"
import { promisify } from "node:util"
import { installed } from "./install/cache.ts"
import { chromiumBinary } from "./install/chromium.ts"
import { nodeOf } from "./install/node.ts"
import { removeAll, root, temporary } from "./install/project.ts"
import { served } from "./runtimes/served.ts"
import { federated, withTokens } from "./runtimes/tokens.ts"

type Results = Readonly<Record<string, string>>

interface Outcome {
  readonly version: string
  /** What became of each check, by how requests are sent. */
  readonly results: Results
}

const limit = 120_000

/** The program imports what is published. */
const published: Plugin = {
  name: "published",
  setup: ({ onResolve }) => {
    onResolve({ filter: /^effect-lro(?:\/|$)/ }, ({ path: name }) => ({
      path: path.join(root, "dist", `${name.slice("effect-lro/".length) || "index"}.js`)
    }))
  }
}

const bundle = async (name: string, platform: "neutral" | "browser"): Promise<string> => {
  const outfile = path.join(temporary, `${name}.mjs`)
  await build({
    entryPoints: [path.join(root, "scripts", "runtimes", `${name}.ts`)],
    outfile,
    bundle: true,
    format: "esm",
    platform,
    mainFields: ["module", "main"],
    conditions: ["import"],
    target: "es2022",
    external: ["undici", "google-auth-library", "node:*"],
    plugins: [published],
    logLevel: "error"
  })
  return outfile
}

/** The operations server on a port of its own, for one runtime. */
const withServer = async <A>(use: (url: string) => Promise<A>): Promise<A> => {
  const runtime = ManagedRuntime.make(
    Testing.layerServer(served).pipe(
      Layer.provide(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" }))
    )
  )
  try {
    const { url } = await runtime.runPromise(Testing.OperationsServer)
    return await use(url)
  } finally {
    await runtime.dispose()
  }
}

const output = async (
  command: string,
  args: ReadonlyArray<string>,
  cwd = temporary,
  extra: Readonly<Record<string, string>> = {}
): Promise<string> => {
  const { NODE_OPTIONS: _, ...own } = process.env
  const env = { ...own, ...extra }
  const { stdout } = await promisify(execFile)(command, args, { cwd, env, timeout: limit })
  return stdout.trim()
}

const lastLine = (text: string): Results => JSON.parse(text.split("\n").at(-1) ?? "")

/** Checks under another word for what they were done with. */
const renamed = (results: Results, from: string, to: string): Results =>
  Object.fromEntries(
    Object.entries(results).map(([what, result]) => [
      what.endsWith(`, ${from}`) ? what.replace(`, ${from}`, `, ${to}`) : what,
      result
    ])
  )

/** A check that was done more than once has passed if it always has. */
const together = (...all: ReadonlyArray<Results>): Results => {
  const results: Record<string, string> = {}
  for (const [what, result] of all.flatMap((one) => Object.entries(one))) {
    if ((results[what] ?? "ok") === "ok") results[what] = result
  }
  return results
}

/** The credentials of these versions of google-auth-library, with a runtime's command. */
const googleAuth = async (
  libraries: ReadonlyArray<string>,
  ...[binary, ...args]: readonly [string, ...ReadonlyArray<string>]
): Promise<Results> => {
  const all: Array<Results> = []
  for (const library of libraries) {
    const folder = installed(`google-auth-library-${library}`, `google-auth-library@${library}`)
    const program = path.join(folder, "googleAuth.mjs")
    fs.copyFileSync(await bundle("googleAuth", "neutral"), program)
    const own = await withServer((server) =>
      withTokens(async (tokens) => {
        const adc = path.join(folder, "adc.json")
        fs.writeFileSync(adc, JSON.stringify(federated(tokens)))
        const extra = { GOOGLE_APPLICATION_CREDENTIALS: adc }
        return lastLine(await output(binary, [...args, program, server, tokens], folder, extra))
      })
    )
    all.push(renamed(own, "GoogleAuth", `GoogleAuth ${library}`))
  }
  return together(...all)
}

const node = (major: string) => async (): Promise<Outcome> => {
  const { binary, version } = nodeOf(major)
  const program = await bundle("node", "neutral")
  const all: Array<Results> = []
  // undici 8 and google-auth-library 11 want Node 22.
  for (const undici of major === "20" ? ["7"] : ["7", "8"]) {
    const folder = installed(`undici-${undici}`, `undici@${undici}`)
    const copy = path.join(folder, "conformance.mjs")
    fs.copyFileSync(program, copy)
    const own = await withServer(async (url) => lastLine(await output(binary, [copy, url], folder)))
    all.push(renamed(own, "NodeTransport", `undici ${undici}`))
  }
  all.push(await googleAuth(major === "20" ? ["10"] : ["10", "11"], binary))
  return { version, results: together(...all) }
}

const deno = async (): Promise<Outcome> => {
  const folder = installed("deno", "@deno/linux-x64-glibc@2")
  const binary = path.join(folder, "node_modules", "@deno", "linux-x64-glibc", "deno")
  const version = (/deno (\S+)/.exec(await output(binary, ["--version"])) ?? [])[1] ?? ""
  const program = await bundle("print", "neutral")
  // No permission but the one that calls need: variables of the environment are denied.
  const flags = ["run", "--no-prompt", "--no-config", "--no-lock", "--allow-net=127.0.0.1"]
  const own = await withServer(async (url) =>
    lastLine(await output(binary, [...flags, program, url]))
  )
  // google-auth-library reads variables, and the file that one of them names.
  const more = ["run", "--no-prompt", "--allow-net=127.0.0.1", "--allow-env", "--allow-read"]
  return { version, results: { ...own, ...await googleAuth(["10", "11"], binary, ...more) } }
}

const bun = async (): Promise<Outcome> => {
  const folder = installed("bun", "@oven/bun-linux-x64@1")
  const binary = path.join(folder, "node_modules", "@oven", "bun-linux-x64", "bin", "bun")
  const version = await output(binary, ["--version"])
  const [program, refused] = [await bundle("print", "neutral"), await bundle("refused", "neutral")]
  const own = await withServer(async (url) => lastLine(await output(binary, ["run", program, url])))
  const said = await output(binary, ["run", refused])
  const expected = said.includes("FetchHttpClient") ? "ok" : said
  const credentials = await googleAuth(["10", "11"], binary, "run")
  return { version, results: { ...own, ...credentials, "NodeTransport, refused": expected } }
}

const workerd = async (): Promise<Outcome> => {
  const folder = installed("workerd", "@cloudflare/workerd-linux-64@1")
  const binary = path.join(
    folder,
    "node_modules",
    "@cloudflare",
    "workerd-linux-64",
    "bin",
    "workerd"
  )
  const version = (/(\S+)$/.exec(await output(binary, ["--version"])) ?? [])[1] ?? ""
  fs.renameSync(await bundle("worker", "browser"), path.join(temporary, "worker.mjs"))
  const config = path.join(temporary, "config.capnp")
  fs.writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker", esModule = embed "worker.mjs")],
      compatibilityDate = "2026-01-01",
      globalOutbound = "loopback"
    )),
    (name = "loopback", network = (allow = ["local"]))
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
`
  )
  const worker = spawn(binary, ["serve", "--control-fd=1", config], {
    stdio: ["ignore", "pipe", "inherit"]
  })
  try {
    const port = await new Promise<number>((resolve, reject) => {
      let said = ""
      worker.on("exit", (code) => reject(new Error(`workerd ended with ${code}`)))
      worker.stdout.on("data", (text) => {
        said += text
        const [, port] = /"port":(\d+)/.exec(said) ?? []
        if (port !== undefined) resolve(Number(port))
      })
    })
    const results = await withServer(async (url) => {
      const address = `http://127.0.0.1:${port}/?server=${encodeURIComponent(url)}`
      const reply = await fetch(address, { signal: AbortSignal.timeout(limit) })
      return JSON.parse(await reply.text())
    })
    return { version, results }
  } finally {
    worker.kill()
  }
}

/** The page, its program, and behind the same address the operations server. */
const withPage = async <A>(program: string, target: string, use: (url: string) => Promise<A>) => {
  const server = createServer((request, response) => {
    if (request.url === "/") {
      response.setHeader("content-type", "text/html")
      response.end(
        "<!doctype html><title>conformance</title><script type=module src=/page.mjs></script>"
      )
    } else if (request.url === "/page.mjs") {
      response.setHeader("content-type", "text/javascript")
      response.end(fs.readFileSync(program))
    } else {
      const { headers, method } = request
      request.pipe(forward(new URL(request.url ?? "", target), { headers, method }, (reply) => {
        response.writeHead(reply.statusCode ?? 502, reply.headers)
        reply.pipe(response)
      }))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  try {
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    return await use(`http://127.0.0.1:${port}/`)
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

const chromium = async (): Promise<Outcome> => {
  const executablePath = chromiumBinary()
  const folder = installed("playwright", "playwright-core@1")
  const { chromium } = await import(
    path.join(folder, "node_modules", "playwright-core", "index.mjs")
  )
  const program = await bundle("page", "browser")
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] })
  try {
    const results = await withServer((target) =>
      withPage(program, target, async (url) => {
        const page = await browser.newPage()
        await page.goto(url)
        await page.waitForFunction("globalThis.conformance !== undefined")
        return await page.evaluate("globalThis.conformance")
      })
    )
    return { version: browser.version(), results }
  } finally {
    await browser.close()
  }
}

const runtimes = {
  node20: { title: "Node 20", run: node("20") },
  node22: { title: "Node 22", run: node("22") },
  node24: { title: "Node 24", run: node("24") },
  node26: { title: "Node 26", run: node("26") },
  deno: { title: "Deno", run: deno },
  bun: { title: "Bun", run: bun },
  workerd: { title: "Workers (workerd)", run: workerd },
  chromium: { title: "Chromium", run: chromium }
}

const columns = ["memory", "fetch", "undici 7", "undici 8", "GoogleAuth 10", "GoogleAuth 11"]

/** How many checks passed, of how many there are; `none` where that way to send is not for the runtime. */
const cell = (results: Results, by: string): string => {
  const own = Object.entries(results).filter(([what]) => what.endsWith(`, ${by}`))
  const passed = own.filter(([, result]) => result === "ok").length
  return own.length === 0
    ? "none"
    : passed === own.length
    ? `ok, ${passed}`
    : `FAILED: ${passed} of ${own.length}`
}

const row = (cells: ReadonlyArray<string>): string => `| ${cells.join(" | ")} |`

try {
  const wanted = process.argv.slice(2)
  const rows: Array<string> = []
  const verdicts: Record<string, string> = {}
  for (const [name, { run, title }] of Object.entries(runtimes)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    console.log(title)
    try {
      const { results, version } = await run()
      const failed = Object.entries(results).filter(([, result]) => result !== "ok")
      for (const [what, why] of failed) console.log(`  ${what}: ${why}`)
      rows.push(row([`${title}, ${version}`, ...columns.map((by) => cell(results, by))]))
      const all = Object.keys(results).length
      verdicts[name] = all > 0 && failed.length === 0 ? "ok" : `${failed.length} of ${all} failed`
    } catch (error) {
      console.log(error)
      rows.push(row([title, ...columns.map(() => "FAILED")]))
      verdicts[name] = String(error).split("\n")[0] ?? "failed"
    }
  }
  const header = [
    "runtime",
    "in memory",
    "over fetch",
    "undici 7",
    "undici 8",
    "google-auth-library 10",
    "google-auth-library 11"
  ]
  console.log(`\n${[row(header), row(header.map(() => "---")), ...rows].join("\n")}\n`)
  console.log(JSON.stringify(verdicts))
  process.exitCode = Object.values(verdicts).every((verdict) => verdict === "ok") ? 0 : 1
} finally {
  removeAll()
}
