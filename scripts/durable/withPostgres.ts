/**
 * Runs a command with EFFECT_LRO_POSTGRES_URL set to a PostgreSQL of its own, where one is installed:
 * `tsx scripts/durable/withPostgres.ts npm test`.
 */
import { spawn } from "node:child_process"
import * as Postgres from "./postgres.ts"

const [command = "", ...args] = process.argv.slice(2)
const postgres = await Postgres.start()
if (postgres === undefined) console.log("there is no PostgreSQL here: its tests say so")
const environment = postgres === undefined ? {} : { EFFECT_LRO_POSTGRES_URL: postgres.url }
const child = spawn(command, args, { stdio: "inherit", env: { ...process.env, ...environment } })
child.once("exit", (code) => {
  postgres?.stop()
  process.exit(code ?? 1)
})
