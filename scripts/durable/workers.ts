/** Runner processes: started, killed, shut down. */
import { build } from "esbuild"
import { type ChildProcess, spawn } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** Bundles a program of this folder: the path of what Node runs. The packages stay outside, so it lies where they are found. */
export const bundle = async (name: string, folder: string): Promise<string> => {
  const outfile = path.join(folder, `${name}.mjs`)
  await build({
    entryPoints: [path.join(root, "scripts", "durable", `${name}.ts`)],
    outfile,
    bundle: true,
    packages: "external",
    alias: { "effect-lro": path.join(root, "src") },
    platform: "node",
    format: "esm",
    logLevel: "silent"
  })
  return outfile
}

/** A folder for what is bundled and stored. */
export const makeFolder = (): string => {
  const parent = path.join(root, "node_modules", ".cache")
  fs.mkdirSync(parent, { recursive: true })
  return fs.mkdtempSync(path.join(parent, "durable-"))
}

/** What a runner answers, one question at a time. */
export type Question =
  | "heap"
  | "cpu"
  | { readonly ask: "is it yours" | "interrupt"; readonly hub: string }

export class Worker {
  readonly #file: string
  readonly #environment: Readonly<Record<string, string>>
  #child: ChildProcess | undefined
  output = ""

  constructor(file: string, environment: Readonly<Record<string, string>>) {
    this.#file = file
    this.#environment = environment
  }

  /** What its requests say they are from. */
  get port(): string {
    return this.#environment["PORT"] ?? ""
  }

  get isUp(): boolean {
    const child = this.#child
    return child !== undefined && child.exitCode === null && child.signalCode === null
  }

  /** Starts it, and returns when it has printed a line. */
  start(line: string, extra: Readonly<Record<string, string>> = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      const from = this.output.length
      const child = spawn(process.execPath, ["--expose-gc", this.#file], {
        env: { ...process.env, ...this.#environment, ...extra },
        stdio: ["ignore", "pipe", "pipe", "ipc"]
      })
      this.#child = child
      const heard = (data: Buffer) => {
        this.output += String(data)
        if (this.output.slice(from).split("\n").includes(line)) resolve()
      }
      child.stdout?.on("data", heard)
      child.stderr?.on("data", heard)
      child.once(
        "exit",
        () => reject(new Error(`the runner ended before it was up:\n${this.output.slice(from)}`))
      )
    })
  }

  /** What it answers. */
  ask(question: Question): Promise<unknown> {
    return new Promise((resolve) => {
      this.#child?.once("message", resolve)
      this.#child?.send(question)
    })
  }

  /** Ends it: `SIGKILL` at once, `SIGTERM` as a deploy does. */
  end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const child = this.#child
    return child === undefined || !this.isUp
      ? Promise.resolve()
      : new Promise((resolve) => {
        child.once("exit", () => resolve())
        child.kill(signal)
      })
  }
}
