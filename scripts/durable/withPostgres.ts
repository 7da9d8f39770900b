/**
 * Runs a command with EFFECT_LRO_POSTGRES_URL set to a PostgreSQL of its own, where one is installed:
 * `tsx scripts/durable/withPostgres.ts npm test`.
 */
import { spawn } from "node:child_process"
import * as Postgres from "./postgres.ts"

const [command = "", ...args] = process.argv.slice(2)
const postgres = await Postgres.start().catch((error: unknown) => {
  console.log(`PostgreSQL is installed and does not start: ${String(error)}`)
  return undefined
})
if (postgres === undefined) console.log("no PostgreSQL here: the tests that need it are skipped")
const environment = postgres === undefined ? {} : { EFFECT_LRO_POSTGRES_URL: postgres.url }
const child = spawn(command, args, { stdio: "inherit", env: { ...process.env, ...environment } })
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal))
child.once("exit", (code) => {
  postgres?.stop()
  process.exit(code ?? 1)
})
