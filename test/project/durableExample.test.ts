/** examples/durable.ts, killed at several moments and run again. */
import { NodeHttpServer } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer, Schedule } from "effect"
import * as OracleDatabase from "effect-lro/services/oracledatabase/v1"
import * as Testing from "effect-lro/testing"
import { spawn } from "node:child_process"
import * as fs from "node:fs"
import { createServer } from "node:http"
import * as os from "node:os"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { ownPort } from "../../scripts/durable/ports.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** Imported before a program, this kills it in the call that clears what it has stored. */
const mortal = `data:text/javascript,${
  encodeURIComponent(`
    import fs from "node:fs"
    import { syncBuiltinESMExports } from "node:module"
    const { rmSync } = fs
    fs.rmSync = (path, options) =>
      path.endsWith("effect-lro-durable") ? process.kill(process.pid, "SIGKILL") : rmSync(path, options)
    syncBuiltinESMExports()
  `)
}`

interface Run {
  readonly output: string
  /** How it ended: its code, or what killed it. */
  readonly end: number | NodeJS.Signals | null
}

/** Runs the example to its end; killed where it prints something, in its clean-up, or when this is interrupted. */
const run = (
  variables: NodeJS.ProcessEnv,
  { killedAt, killedInCleanUp = false }: {
    readonly killedAt?: RegExp
    readonly killedInCleanUp?: boolean
  } = {}
): Effect.Effect<Run> =>
  Effect.async((resume) => {
    const preloads = ["tsx", ...(killedInCleanUp ? [mortal] : [])]
    const child = spawn(
      process.execPath,
      [...preloads.flatMap((name) => ["--import", name]), "examples/durable.ts"],
      { cwd: root, env: { ...process.env, ...variables }, stdio: ["ignore", "pipe", "pipe"] }
    )
    let output = ""
    const heard = (data: Buffer) => {
      output += String(data)
      if (killedAt?.test(output) === true) child.kill("SIGKILL")
    }
    child.stdout.on("data", heard)
    child.stderr.on("data", heard)
    child.once("close", (code, signal) => resume(Effect.succeed({ output, end: code ?? signal })))
    return Effect.async<void>((closed) => {
      child.once("close", () => closed(Effect.void))
      child.kill("SIGKILL")
    })
  })

/** A folder for what the example stores. */
const ownFolder = Effect.acquireRelease(
  Effect.sync(() => fs.mkdtempSync(path.join(os.tmpdir(), "effect-lro-example-"))),
  (folder) => Effect.sync(() => fs.rmSync(folder, { recursive: true }))
)

const created = "Created projects/demo/locations/us-east4/odbNetworks/effect-lro-example"

const ServerLayer = Testing.layerServer({
  bindings: [OracleDatabase.binding],
  methods: [OracleDatabase.createOdbNetwork],
  onStart: () => Testing.succeedAfter("1 second")
}).pipe(Layer.provide(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" })))

describe.concurrent("the example that is killed and run again", () => {
  it.scopedLive("[15, 23] half way: it goes on, the bar where it was", () =>
    Effect.gen(function*() {
      const variables = {
        TMPDIR: yield* ownFolder,
        PORT: String(yield* Effect.promise(ownPort))
      }
      const first = yield* run(variables, { killedAt: /[1-9]\d?%/ })
      assert.notInclude(first.output, "Created")
      const percents = ({ output }: Run) =>
        Array.from(output.matchAll(/(\d+)%/g), ([, percent]) => Number(percent))
      const second = yield* run(variables)
      assert.include(second.output, created)
      // A bar is drawn with 0, once or more often, until it knows better.
      const where = percents(second).find((percent) => percent > 0)
      assert.isAtLeast(where ?? 0, Math.max(...percents(first)))
      const named = ({ output }: Run) => new Set(output.match(/operations\/operation-\d+/g))
      assert.deepStrictEqual(named(second), new Set(["operations/operation-1"]))
      assert.deepStrictEqual(named(first), named(second))
    }))

  it.scopedLive("[15] in its start or in its clean-up: the next run goes on, or says what happened and ends", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const folder = yield* ownFolder
      const stored = path.join(folder, "effect-lro-durable")
      const variables = { TMPDIR: folder, PORT: new URL(server.url).port }
      const starts = Effect.map(
        server.requests,
        (all) => all.filter(({ method }) => method === "start")
      )
      const started = Effect.repeat(starts, {
        until: ({ length }) => length > 0,
        schedule: Schedule.spaced("20 millis")
      })

      yield* server.fail({ method: "start" }, Testing.delayReply(Duration.infinity))
      yield* Effect.raceFirst(run(variables), started)
      const second = yield* run(variables, { killedInCleanUp: true })
      assert.include(second.output, created)
      assert.strictEqual(second.end, "SIGKILL")
      const third = yield* run(variables)
      assert.include(third.output, created)
      assert.strictEqual(third.end, 0)
      const ids = (yield* starts).map(({ query }) => new URLSearchParams(query).get("requestId"))
      assert.strictEqual(ids.length, 2)
      assert.strictEqual(new Set(ids).size, 1)
      assert.strictEqual((yield* server.operations).length, 1)
      assert.isFalse(fs.existsSync(stored))

      const denied = Testing.replyError("PERMISSION_DENIED", { message: "ask your administrator" })
      yield* server.fail({ method: "start" }, denied)
      const fourth = yield* run(variables, { killedInCleanUp: true })
      assert.strictEqual(fourth.end, "SIGKILL")
      const fifth = yield* run(variables)
      assert.match(fifth.output, /PERMISSION_DENIED.*ask your administrator/)
      assert.strictEqual(fifth.end, 1)
      assert.isFalse(fs.existsSync(stored))
      assert.strictEqual((yield* starts).length, 3)
    }).pipe(Effect.provide(ServerLayer)))
})
