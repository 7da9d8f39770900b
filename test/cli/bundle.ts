/** The command line as it is published, a server on a port, and processes. */
import { NodeHttpServer } from "@effect/platform-node"
import * as pty from "@lydell/node-pty"
import { Effect, Layer } from "effect"
import * as AlloyDB from "effect-lro/services/alloydb/v1"
import * as Testing from "effect-lro/testing"
import { spawn } from "node:child_process"
import * as fs from "node:fs"
import { createServer } from "node:http"
import { fileURLToPath } from "node:url"
import { build } from "../../packages/cli/scripts/build.ts"

/** Below node_modules, where the bundle finds its packages. */
const folder = fileURLToPath(new URL("../../node_modules/.cache/", import.meta.url))

/** Bundles once a file of tests; the folder is gone after it. */
export const bundle = async (): Promise<{ readonly bin: string; readonly remove: () => void }> => {
  fs.mkdirSync(folder, { recursive: true })
  const made = fs.mkdtempSync(`${folder}lro-`)
  await build(made)
  return { bin: `${made}/bin.js`, remove: () => fs.rmSync(made, { recursive: true, force: true }) }
}

export const ServerLayer = Testing.layerServer({ services: [AlloyDB] }).pipe(
  Layer.provide(Layer.orDie(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" })))
)

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** What a process sees of this one's environment: nothing that leads to Google or to a proxy. */
export const env = (
  more: { readonly [name: string]: string } = {}
): { [name: string]: string } => ({
  PATH: process.env["PATH"] ?? "",
  HOME: "/nonexistent",
  TERM: "xterm-256color",
  ...more
})

export interface Running {
  readonly process: ReturnType<typeof spawn>
  /** What standard error holds so far. */
  readonly stderr: () => string
  readonly ended: Promise<Ended>
}

export const spawned = (
  command: string,
  words: ReadonlyArray<string>,
  options: { readonly stdin?: string; readonly env?: { readonly [name: string]: string } } = {}
): Running => {
  const child = spawn(command, words, { env: env(options.env) })
  let stdout = ""
  let stderr = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text
  })
  child.stdin.end(options.stdin ?? "")
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code) => resolve({ code, stdout, stderr }))
  })
  return { process: child, stderr: () => stderr, ended }
}

export const start = (
  bin: string,
  words: ReadonlyArray<string>,
  options?: Parameters<typeof spawned>[2]
): Running => spawned(process.execPath, [bin, ...words], options)

/** Until something is so. */
export const until = (isSo: () => boolean): Effect.Effect<void> =>
  Effect.suspend(() =>
    isSo() ? Effect.void : Effect.zipRight(Effect.sleep("20 millis"), until(isSo))
  )

export interface Terminal {
  readonly shown: () => string
  readonly keys: (text: string) => void
  readonly resize: (columns: number) => void
  readonly ended: Promise<number>
  readonly kill: () => Promise<unknown>
}

/** A program on a pseudo-terminal. */
export const openProgram = (
  program: string,
  words: ReadonlyArray<string>,
  more: { readonly [name: string]: string } = {},
  cwd?: string
): Terminal => {
  const terminal = pty.spawn(program, [...words], {
    cols: 100,
    rows: 12,
    env: env(more),
    ...(cwd === undefined ? {} : { cwd })
  })
  let shown = ""
  const ended = new Promise<number>((resolve) => {
    terminal.onExit(({ exitCode }) => resolve(exitCode))
  })
  terminal.onData((text) => {
    shown += text
  })
  return {
    shown: () => shown,
    keys: (text) => terminal.write(text),
    resize: (columns) => terminal.resize(columns, 12),
    ended,
    kill: () => {
      terminal.kill("SIGKILL")
      return ended
    }
  }
}

/** What is shown, without what moves the cursor and colours. */
export const bare = (text: string): string =>
  // oxlint-disable-next-line no-control-regex
  text.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, "")
