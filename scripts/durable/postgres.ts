/** A PostgreSQL of our own in a temporary folder, for what has to restart one; or a database of our own at another. */
import { PgClient } from "@effect/sql-pg"
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect, Redacted } from "effect"
import { execFile, execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { ownPort } from "./ports.ts"

const binaries = (): string | undefined =>
  [
    ...(fs.existsSync("/usr/lib/postgresql")
      ? fs.readdirSync("/usr/lib/postgresql").sort().reverse().map((version) =>
        `/usr/lib/postgresql/${version}/bin`
      )
      : []),
    ...(process.env["PATH"] ?? "").split(path.delimiter)
  ].find((folder) => fs.existsSync(path.join(folder, "initdb")))

/** Whether one of our own can be started. */
export const isInstalled = (): boolean => binaries() !== undefined

export interface Postgres {
  readonly url: string
  readonly version: string
  /** Ends it as a crash does, and starts it again. */
  readonly restart: () => Promise<void>
  readonly stop: () => void
}

/** Starts one; `undefined` where it is not installed. */
export const start = async (): Promise<Postgres | undefined> => {
  const folder = binaries()
  if (folder === undefined) return undefined
  const data = fs.mkdtempSync(path.join(os.tmpdir(), "effect-lro-postgres-"))
  // It refuses to run as root.
  const isRoot = process.getuid?.() === 0
  if (isRoot) execFileSync("chown", ["postgres", data])
  const program = (command: string): readonly [string, ...ReadonlyArray<string>] => {
    const file = path.join(folder, command)
    return isRoot ? ["runuser", "-u", "postgres", "--", file] : [file]
  }
  const run = (command: string, ...args: ReadonlyArray<string>): string => {
    const [file, ...before] = program(command)
    return execFileSync(file, [...before, ...args], {
      cwd: data,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"]
    })
  }
  const port = await ownPort()
  const cluster = path.join(data, "cluster")
  run("initdb", "-A", "trust", "-U", "postgres", "-D", cluster)
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${data}`
  const log = path.join(data, "log")
  run("pg_ctl", "-D", cluster, "-l", log, "-w", "-o", options, "start")
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    version: run("postgres", "--version").trim(),
    // Who waits for it goes on meanwhile: an operations server in the same process answers.
    restart: () => {
      const [file, ...before] = program("pg_ctl")
      const args = [...before, "-D", cluster, "-l", log, "-w", "-m", "immediate", "restart"]
      return new Promise((resolve, reject) =>
        execFile(file, args, { cwd: data }, (error) => error === null ? resolve() : reject(error))
      )
    },
    stop: () => {
      run("pg_ctl", "-D", cluster, "-w", "-m", "immediate", "stop")
      fs.rmSync(data, { recursive: true, force: true })
    }
  }
}

/** A database of its own at a server: its URL. */
export const newDatabase = (server: string) =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const url = new URL(server)
    const name = `durable_${process.pid}_${Date.now()}`
    yield* sql`CREATE DATABASE ${sql(name)}`
    url.pathname = `/${name}`
    return url.href
  }).pipe(Effect.provide(PgClient.layer({ url: Redacted.make(server) })))
