/** Runners that are processes: killed, on libSQL and on PostgreSQL. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFile, spawn } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { ownPort } from "../../scripts/durable/ports.ts"
import { onPostgres } from "../kit/postgres.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

const node = (args: ReadonlyArray<string>): Effect.Effect<string> =>
  Effect.async((resume, signal) => {
    execFile(
      process.execPath,
      ["--import", "tsx", ...args],
      { cwd: root, signal, maxBuffer: 2 ** 26 },
      (_, stdout, stderr) => resume(Effect.succeed(`${stdout}${stderr}`))
    )
  })

const chaos = (...args: ReadonlyArray<string>) =>
  Effect.map(
    node(["scripts/durable/chaos.ts", ...args]),
    (output) => {
      const line = output.split("\n").find((line) => line.startsWith("{\"operations\""))
      return JSON.parse(line ?? assert.fail(output)) as unknown
    }
  )

/** Each deploy may leave a row for a start that it met on the wire: how many are needed is counted in virtual time. */
const check = (operations: number, ...args: ReadonlyArray<string>) =>
  Effect.map(
    chaos(
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
    (report) => {
      const { rowsPerWait, ...counts } = report as { readonly rowsPerWait: number }
      assert.deepStrictEqual(counts, {
        operations,
        started: operations,
        startedTwice: 0,
        outcomes: operations,
        lost: 0,
        cancels: 0
      })
      assert.isAtLeast(rowsPerWait, 8)
      assert.isAtMost(rowsPerWait, 9)
    }
  )

/** Runs the example until it prints a percentage, then kills it; or to its end. */
const example = (environment: NodeJS.ProcessEnv, killAt?: RegExp): Effect.Effect<string> =>
  Effect.async((resume) => {
    const child = spawn(process.execPath, ["--import", "tsx", "examples/durable.ts"], {
      cwd: root,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"]
    })
    let output = ""
    const heard = (data: Buffer) => {
      output += String(data)
      if (killAt?.test(output) === true) child.kill("SIGKILL")
    }
    child.stdout.on("data", heard)
    child.stderr.on("data", heard)
    child.once("close", () => resume(Effect.succeed(output)))
  })

describe.concurrent("a process that is killed", () => {
  it.live("[15, 22] as one of runners that are deployed, too: operations are started once and end once, on libSQL", () =>
    check(20))

  onPostgres(
    "[15, 22] as one of runners that are deployed, too: the same on two over PostgreSQL",
    () => check(20, "--postgres")
  )

  it.live("[15, 23] as the example: it goes on, the bar where it was", () =>
    Effect.gen(function*() {
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), "effect-lro-example-"))
      const environment = {
        ...process.env,
        TMPDIR: folder,
        PORT: String(yield* Effect.promise(ownPort))
      }
      const first = yield* example(environment, /[1-9]\d?%/)
      assert.notInclude(first, "Created")
      const percents = (output: string) =>
        Array.from(output.matchAll(/(\d+)%/g), ([, percent]) => Number(percent))
      const second = yield* example(environment)
      assert.include(second, "Created effect-lro-example.endpoints.demo.cloud.goog")
      // A bar is drawn with 0, once or more often, until it knows better.
      const where = percents(second).find((percent) => percent > 0)
      assert.isAtLeast(where ?? 0, Math.max(...percents(first)))
      const named = (output: string) => new Set(output.match(/operations\/operation-\d+/g))
      assert.deepStrictEqual(named(second), new Set(["operations/operation-1"]))
      assert.deepStrictEqual(named(first), named(second))
      fs.rmSync(folder, { recursive: true })
    }))
})
