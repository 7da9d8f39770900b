/**
 * Durable waits among crashes: `npm run durable:chaos -- --operations 50 --seconds 20`.
 *
 * Runner processes wait for operations at an operations server on a real port. One is SIGKILLed every few seconds and started again, for
 * `--seconds`; then all are shut down `--deploys` times, PostgreSQL crashes and restarts, and the network to the server is cut for `--cut`
 * seconds. Without PostgreSQL there is one runner on libSQL; with `--postgres` there are two, on one of our own, or on that of
 * EFFECT_LRO_POSTGRES_URL, which is then not restarted. The last line is JSON.
 */
import { NodeHttpServer } from "@effect/platform-node"
import { LibsqlClient } from "@effect/sql-libsql"
import { PgClient } from "@effect/sql-pg"
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect, Layer, Redacted } from "effect"
import * as NetworkConnectivity from "effect-lro/services/networkconnectivity/v1"
import * as Testing from "effect-lro/testing"
import * as fs from "node:fs"
import { createServer } from "node:http"
import * as path from "node:path"
import { parseArgs } from "node:util"
import { Link } from "./link.ts"
import * as Postgres from "./postgres.ts"
import { bundle, makeFolder, Worker } from "./workers.ts"

const { values } = parseArgs({
  options: {
    operations: { type: "string", default: "500" },
    seconds: { type: "string", default: "60" },
    deploys: { type: "string" },
    cut: { type: "string" },
    postgres: { type: "boolean", default: false }
  }
})
const operations = Number(values.operations)
const seconds = Number(values.seconds)
const isShort = seconds < 60
const deploys = Number(values.deploys ?? (isShort ? 2 : 10))
const cut = Number(values.cut ?? (isShort ? 5 : 30))

const say = (text: string) => Effect.sync(() => console.log(text))
const promise = Effect.promise

/** The end of the longest operation, in seconds: after all that happens. */
const longest = seconds + deploys * 4 + cut + 10

const ServerLayer = Testing.layerServer({
  services: [NetworkConnectivity],
  onStart: ({ request }) =>
    Testing.succeedAfter(
      `${5 + (Number(String(request["hubId"]).slice(1)) * 7919) % longest} seconds`
    ),
  requestIdWindow: "1 hour"
}).pipe(Layer.provide(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" })))

/** What the database says of the executions. */
const stored = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const [ended] = yield* sql<{ readonly n: number | bigint }>`
    SELECT COUNT(*) AS n FROM cluster_replies r JOIN cluster_messages m ON r.request_id = m.id
    WHERE m.entity_type = 'Workflow/Making' AND m.tag = 'run' AND r.payload LIKE '%"Complete"%'`
  const [good] = yield* sql<{ readonly n: number | bigint }>`
    SELECT COUNT(*) AS n FROM cluster_replies r JOIN cluster_messages m ON r.request_id = m.id
    WHERE m.entity_type = 'Workflow/Making' AND m.tag = 'run' AND r.payload LIKE '%"Complete"%'
    AND r.payload NOT LIKE '%"Failure"%'`
  const [messages] = yield* sql<
    { readonly n: number | bigint }
  >`SELECT COUNT(*) AS n FROM cluster_messages`
  const [replies] = yield* sql<
    { readonly n: number | bigint }
  >`SELECT COUNT(*) AS n FROM cluster_replies`
  return {
    ended: Number(ended?.n),
    good: Number(good?.n),
    rows: (Number(messages?.n) + Number(replies?.n)) / operations
  }
})

const program = Effect.gen(function*() {
  const server = yield* Testing.OperationsServer
  const link = yield* promise(() => Link.open(Number(new URL(server.url).port)))
  const folder = makeFolder()
  const shared = process.env["EFFECT_LRO_POSTGRES_URL"]
  const given = values.postgres && shared !== undefined
    ? yield* Postgres.newDatabase(shared)
    : undefined
  const own = values.postgres && given === undefined ? yield* promise(Postgres.start) : undefined
  const url = values.postgres ? given ?? own?.url : undefined
  if (values.postgres && url === undefined) {
    yield* say("there is no PostgreSQL here: libSQL")
  }
  const libsql = `file:${path.join(folder, "waits.db")}`
  const DatabaseLayer = url === undefined
    ? LibsqlClient.layer({ url: libsql, intMode: "bigint" })
    : PgClient.layer({ url: Redacted.make(url) })
  yield* say(
    `${operations} operations, ${seconds} s of kills, ${deploys} deploys, a cut of ${cut} s; ` +
      (url === undefined
        ? "one runner on libSQL"
        : `two runners on ${own?.version ?? "PostgreSQL"}`)
  )
  const file = yield* promise(() => bundle("runner", folder))
  const workers = (url === undefined ? [0] : [0, 1]).map((i) =>
    new Worker(file, {
      OPERATIONS_SERVER: `http://127.0.0.1:${link.port}`,
      LIBSQL_URL: libsql,
      POSTGRES_URL: url ?? "",
      PORT: String(link.port + 1 + i)
    })
  )
  let started = Date.now()
  const at = () => `${((Date.now() - started) / 1000).toFixed(1)} s`
  const pause = (seconds: number) => Effect.sleep(`${seconds} seconds`)
  yield* promise(() =>
    Promise.all(
      workers.map((worker, i) =>
        i === 0 ? worker.start("submitted", { SUBMIT: String(operations) }) : worker.start("up")
      )
    )
  )
  yield* say(`${at()}: all submitted`)
  started = Date.now()

  for (let i = 0; (Date.now() - started) / 1000 < seconds; i++) {
    yield* pause(3)
    const worker = workers[i % workers.length]
    yield* promise(() => worker?.end("SIGKILL") ?? Promise.resolve())
    yield* promise(() => worker?.start("up") ?? Promise.resolve())
    yield* say(`${at()}: runner ${i % workers.length} killed and up again`)
  }
  for (let i = 0; i < deploys; i++) {
    yield* promise(() => Promise.all(workers.map((worker) => worker.end("SIGTERM"))))
    yield* promise(() => Promise.all(workers.map((worker) => worker.start("up"))))
    yield* say(`${at()}: deployed`)
    yield* pause(2)
  }
  if (own !== undefined) {
    yield* Effect.sync(own.restart)
    yield* say(`${at()}: PostgreSQL crashed and is up again`)
  }
  yield* Effect.sync(() => link.cut())
  yield* say(`${at()}: network cut`)
  yield* pause(cut)
  yield* Effect.sync(() => link.mend())
  yield* say(`${at()}: network back`)

  const report = yield* Effect.gen(function*() {
    let now = { ended: 0, good: 0, rows: 0 }
    const until = Date.now() + (longest + 120) * 1000
    while (now.ended < operations && Date.now() < until) {
      yield* pause(1)
      // The file may be locked, the server of the database just back.
      now = yield* Effect.orElseSucceed(stored, () => now)
    }
    return now
  }).pipe(Effect.provide(DatabaseLayer))
  yield* say(`${at()}: ${report.ended} ended`)

  const requests = yield* server.requests
  const made = new Map<string, number>()
  for (const { response } of yield* server.operations) {
    const name = String((response as Testing.JsonObject | undefined)?.["name"])
    made.set(name, (made.get(name) ?? 0) + 1)
  }
  yield* promise(() => Promise.all(workers.map((worker) => worker.end("SIGTERM"))))
  link.close()
  own?.stop()
  for (const [i, worker] of workers.entries()) {
    if (report.good < operations) console.log(`runner ${i}:\n${worker.output.slice(-4000)}`)
  }
  fs.rmSync(folder, { recursive: true, force: true })
  const result = {
    operations,
    started: made.size,
    startedTwice: [...made.values()].filter((times) => times > 1).length,
    outcomes: report.good,
    lost: operations - report.good,
    cancels: requests.filter(({ method }) => method === "cancel").length,
    rowsPerWait: report.rows
  }
  yield* say(JSON.stringify(result))
  const isGood = result.started === operations && result.startedTwice === 0 && result.lost === 0 &&
    result.cancels === 0 && report.ended === operations
  if (!isGood) process.exitCode = 1
})

Effect.runPromise(program.pipe(Effect.provide(ServerLayer), Effect.orDie)).then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  }
)
