/** Runners that are processes: killed, on libSQL and on PostgreSQL. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import * as Postgres from "../../scripts/durable/postgres.ts"
import { onPostgres } from "../kit/postgres.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** Where PostgreSQL is installed the run starts one of its own, since it lets it crash, which another test at a shared one would notice. */
const ownPostgres: NodeJS.ProcessEnv = Postgres.isInstalled()
  ? { EFFECT_LRO_POSTGRES_URL: undefined }
  : {}

/** What a program of scripts/durable prints. */
const printed = (program: string, ...args: ReadonlyArray<string>): Effect.Effect<string> =>
  Effect.async((resume, signal) => {
    execFile(
      process.execPath,
      ["--import", "tsx", `scripts/durable/${program}.ts`, ...args],
      { cwd: root, env: { ...process.env, ...ownPostgres }, signal, maxBuffer: 2 ** 26 },
      (_, stdout, stderr) => resume(Effect.succeed(`${stdout}${stderr}`))
    )
  })

/** The last line. */
const reported = (output: string) => {
  const line = output.match(/^\{.*$/gm)?.at(-1)
  return JSON.parse(line ?? assert.fail(output)) as { readonly [name: string]: unknown }
}

/** Each deploy may leave a row for a start that it met on the wire: how many are needed is counted in virtual time. */
const check = (operations: number, ...args: ReadonlyArray<string>) =>
  Effect.map(
    printed(
      "chaos",
      "--operations",
      `${operations}`,
      "--seconds",
      "4",
      "--deploys",
      "1",
      "--cut",
      "2",
      ...args
    ),
    (output) => {
      const { rowsPerWait, ...counts } = reported(output)
      assert.deepStrictEqual(counts, {
        operations,
        started: operations,
        startedTwice: 0,
        outcomes: operations,
        lost: 0,
        cancels: 0
      })
      assert.isAtLeast(Number(rowsPerWait), 8)
      assert.isAtMost(Number(rowsPerWait), 9)
      return output
    }
  )

describe.concurrent("a process that is killed", () => {
  it.live("[15, 22] as one of runners that are deployed, too: operations are started once and end once, on libSQL", () =>
    Effect.asVoid(check(20)))

  onPostgres(
    "[15, 22] as one of runners that are deployed, too: the same on two over a PostgreSQL that crashes",
    () =>
      Effect.map(check(20, "--postgres"), (output) => {
        if (Postgres.isInstalled()) assert.include(output, "PostgreSQL crashed and was up again")
      })
  )

  onPostgres(
    "[22] as one of two over PostgreSQL, and all executions are interrupted: one cancel each",
    () =>
      Effect.map(printed("interrupts", "--short"), (output) => {
        const [measured] = reported(output)["measured"] as ReadonlyArray<{
          readonly [name: string]: unknown
        }>
        const { cancels, operations, ...groups } = measured ?? assert.fail(output)
        assert.deepStrictEqual({ cancels, operations }, { cancels: 20, operations: 20 })
        for (const group of ["polledByTheKilled", "notTouched", "takenOver"]) {
          const { cancels, executions } = groups[group] as { readonly [name: string]: unknown }
          assert.strictEqual(cancels, executions, group)
        }
      })
  )
})
