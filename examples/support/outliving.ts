/**
 * The operations server as a process of its own on a fixed port, so that it outlives a program that is killed, and a folder for what that
 * program stores. Run as a program this file is the server; it ends when the example is done, or after ten minutes.
 */
import { NodeHttpServer, NodeRuntime } from "@effect/platform-node"
import { LibsqlClient } from "@effect/sql-libsql"
import { Cause, Config, Console, Effect, Layer, Schedule } from "effect"
import * as OracleDatabase from "effect-lro/services/oracledatabase/v1"
import * as Testing from "effect-lro/testing"
import { spawn } from "node:child_process"
import * as fs from "node:fs"
import { createServer } from "node:http"
import * as os from "node:os"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import * as Environment from "./environment.ts"

const file = fileURLToPath(import.meta.url)
const folder = path.join(os.tmpdir(), "effect-lro-durable")
const pidFile = path.join(folder, "server.pid")
const port = Config.withDefault(Config.port("PORT"), 34321)
const serverUrl = Effect.map(port, (port) => `http://127.0.0.1:${port}`)

const isUp = (url: string) =>
  Effect.promise(() =>
    fetch(url, { signal: AbortSignal.timeout(5000) }).then(() => true, () => false)
  )

/** Begins the server, and waits until it answers. */
const start = (url: string) =>
  Effect.suspend(() => {
    spawn(process.execPath, [...process.execArgv, file], { detached: true, stdio: "ignore" })
    return Effect.repeat(isUp(url), { until: (up) => up, schedule: Schedule.spaced("100 millis") })
  }).pipe(
    Effect.timeoutFail({
      duration: "30 seconds",
      onTimeout: () =>
        new Cause.TimeoutException(`no server answers at ${url}: set PORT to one that is free`)
    })
  )

const make = Effect.gen(function*() {
  const url = yield* serverUrl
  fs.mkdirSync(folder, { recursive: true })
  if (!(yield* isUp(url))) {
    yield* Effect.retry(start(url), { times: 2 })
    yield* Console.log(`operations server at ${url}, a process of its own\n`)
  }
  const database = LibsqlClient.layer({
    url: `file:${path.join(folder, "waits.db")}`,
    intMode: "bigint"
  })
  return Layer.merge(Environment.at(url), database)
})

/** That server, and a database that the next process finds. */
export const layer = Layer.unwrapEffect(make)

/** Ends the server. A number that is left over from one that ended may be another's by now. */
const stop = Effect.gen(function*() {
  if (!fs.existsSync(pidFile) || !(yield* isUp(yield* serverUrl))) return
  yield* Effect.try(() => process.kill(Number(fs.readFileSync(pidFile, "utf8"))))
})

const forget = Effect.zipRight(
  Effect.ignore(stop),
  Effect.sync(() => fs.rmSync(folder, { recursive: true, force: true }))
)

/** Forgets all when a program has succeeded or failed, so that the next run begins anew; not when it is interrupted, by Ctrl-C say. */
export const thenForget = <A, E, R>(program: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.tapBoth(program, { onSuccess: () => forget, onFailure: () => forget })

/** An operation of twenty seconds that says how far it is. */
const creation = Testing.succeedAfter("20 seconds", {
  metadata: ({ fraction }) =>
    Testing.pack("google.cloud.oracledatabase.v1.OperationMetadata", {
      percentComplete: Math.round(fraction * 100)
    })
})

if (process.argv[1] === file) {
  const ServerLayer = Testing.layerServer({
    bindings: [OracleDatabase.binding],
    methods: [OracleDatabase.createOdbNetwork],
    onStart: () => creation
  }).pipe(
    Layer.provide(
      Layer.unwrapEffect(
        Effect.map(port, (port) => NodeHttpServer.layer(createServer, { port, host: "127.0.0.1" }))
      )
    )
  )
  // Whoever has the port writes its number: of two that a program began and then died, say, one has not.
  const written = Effect.acquireRelease(
    Effect.sync(() => fs.writeFileSync(pidFile, String(process.pid))),
    () => Effect.sync(() => fs.rmSync(pidFile, { force: true }))
  )
  Effect.zipRight(written, Effect.sleep("10 minutes")).pipe(
    Effect.scoped,
    Effect.provide(ServerLayer),
    NodeRuntime.runMain
  )
}
