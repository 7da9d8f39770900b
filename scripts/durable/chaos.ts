/**
 * Durable waits among crashes: `npm run durable:chaos -- --operations 50 --seconds 20`.
 *
 * Runner processes wait for operations at an operations server on a real port. One is SIGKILLed every few seconds and started again, for
 * `--seconds`; then all are shut down `--deploys` times, PostgreSQL crashes and restarts, and the network to the server is cut for `--cut`
 * seconds. Without PostgreSQL there is one runner on libSQL; with `--postgres` there are two, on one of our own, or on that of
 * EFFECT_LRO_POSTGRES_URL, which is then not restarted. The last line is JSON.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"
import * as Testing from "effect-lro/testing"
import { parseArgs } from "node:util"
import { main } from "./main.ts"
import { make, polledAgain, seconds as secondsSince, serverLayer, until } from "./site.ts"
import { tell } from "./standstill.ts"

const { values } = parseArgs({
  options: {
    operations: { type: "string", default: "500" },
    seconds: { type: "string", default: "60" },
    deploys: { type: "string" },
    crashes: { type: "string", default: "1" },
    cut: { type: "string" },
    postgres: { type: "boolean", default: false }
  }
})
const operations = Number(values.operations)
const seconds = Number(values.seconds)
const isShort = seconds < 60
const deploys = Number(values.deploys ?? (isShort ? 2 : 10))
const crashes = Number(values.crashes)
const cut = Number(values.cut ?? (isShort ? 5 : 30))

/** The end of the longest operation, in seconds: after all that happens, also where a deploy takes twelve. */
const longest = seconds + deploys * 12 + cut + 10

/** How soon after a deploy all waits are polled again, in seconds, as docs/durable.md says. */
const resumedWithin = 60

const ServerLayer = serverLayer(({ request }) =>
  Testing.succeedAfter(
    `${5 + (Number(String(request["hubId"]).slice(1)) * 7919) % longest} seconds`
  )
)

const count = (rows: ReadonlyArray<{ readonly n: number | bigint }>) => Number(rows[0]?.n)

/** What the database says of the executions. */
const stored = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const ended = sql.literal(`
    FROM cluster_replies r JOIN cluster_messages m ON r.request_id = m.id
    WHERE m.entity_type = 'Workflow/Making' AND m.tag = 'run' AND r.payload LIKE '%"Complete"%'`)
  const messages = yield* sql<{ n: bigint }>`SELECT COUNT(*) AS n FROM cluster_messages`
  const replies = yield* sql<{ n: bigint }>`SELECT COUNT(*) AS n FROM cluster_replies`
  return {
    ended: count(yield* sql<{ n: bigint }>`SELECT COUNT(*) AS n ${ended}`),
    good: count(
      yield* sql<{ n: bigint }>`SELECT COUNT(*) AS n ${ended} AND r.payload NOT LIKE '%"Failure"%'`
    ),
    rows: (count(messages) + count(replies)) / operations
  }
})

const program = Effect.gen(function*() {
  const site = yield* make({ postgres: values.postgres })
  const { link, server } = site
  const workers = yield* Effect.all(
    Array.from({ length: site.isPostgres ? 2 : 1 }, () => site.worker())
  )
  const everyWorker = (act: (worker: typeof workers[number]) => Promise<void>) =>
    Effect.promise(() => Promise.all(workers.map(act)))
  let started = Date.now()
  const say = (text: string) =>
    Effect.sync(() => console.log(`${secondsSince(started).toFixed(1)} s: ${text}`))
  console.log(
    `${operations} operations, ${seconds} s of kills, ${deploys} deploys, a cut of ${cut} s; ` +
      `${workers.length === 1 ? "one runner" : "two runners"} on ${site.name}`
  )
  const [first, ...others] = workers
  // One makes the tables; two at once would collide.
  for (const other of others) yield* Effect.promise(() => other.start("up"))
  yield* Effect.promise(async () => first?.start("submitted", { SUBMIT: String(operations) }))
  yield* say("all submitted")
  started = Date.now()

  for (let i = 0; secondsSince(started) < seconds; i = (i + 1) % workers.length) {
    yield* Effect.sleep("3 seconds")
    yield* Effect.promise(async () => {
      await workers[i]?.end("SIGKILL")
      await workers[i]?.start("up")
    })
    yield* say(`runner ${i} killed and up again`)
  }
  let slowest = 0
  for (let i = 0; i < deploys; i++) {
    const from = Date.now()
    yield* everyWorker((worker) => worker.end("SIGTERM"))
    const down = Date.now()
    yield* everyWorker((worker) => worker.start("up"))
    const up = Date.now()
    const running = yield* polledAgain(server, down)
    const resumed = secondsSince(up)
    slowest = Math.max(slowest, resumed)
    yield* say(
      `deployed: ${(down - from) / 1000} s to shut down, ${(up - down) / 1000} s to start, ` +
        `all ${running} waits polled again ${resumed} s later`
    )
  }
  if (site.postgres !== undefined) {
    const { restart } = site.postgres
    for (let i = 0; i < crashes; i++) {
      const from = Date.now()
      yield* Effect.promise(restart)
      yield* say(`PostgreSQL crashed and was up again after ${secondsSince(from)} s`)
      if (i < crashes - 1) yield* Effect.sleep("7 seconds")
    }
  }
  yield* Effect.sync(() => link.cut())
  yield* say("network cut")
  yield* Effect.sleep(`${cut} seconds`)
  yield* Effect.sync(() => link.mend())
  yield* say("network back")

  // A runner says so at the end of an execution. The file of libSQL is looked into as late as possible: who reads it locks it.
  const endedSoFar = () =>
    new Set(workers.flatMap(({ output }) => output.match(/^ended h\d+$/gm) ?? [])).size
  yield* until(
    Effect.tap(Effect.sync(endedSoFar), (ended) => say(`${ended} ended`)),
    (ended) => ended === operations,
    10_000,
    tell(site, workers)
  )
  let last = { ended: 0, good: 0, rows: 0 }
  const report = yield* until(
    // It may be locked all the same.
    Effect.map(Effect.orElseSucceed(stored, () => last), (now) => last = now),
    ({ ended }) => ended === operations,
    1000,
    tell(site, workers)
  ).pipe(Effect.provide(site.database))
  yield* say(`${report.ended} ended`)

  const requests = yield* server.requests
  const made = new Map<string, number>()
  for (const { response } of yield* server.operations) {
    const name = String((response as Testing.JsonObject | undefined)?.["name"])
    made.set(name, (made.get(name) ?? 0) + 1)
  }
  yield* everyWorker((worker) => worker.end("SIGTERM"))
  if (report.good < operations) {
    for (const { output } of workers) console.log(`a runner:\n${output.slice(-4000)}`)
  }
  const result = {
    operations,
    started: made.size,
    startedTwice: [...made.values()].filter((times) => times > 1).length,
    outcomes: report.good,
    lost: operations - report.good,
    cancels: requests.filter(({ method }) => method === "cancel").length,
    rowsPerWait: report.rows
  }
  const isGood = result.started === operations && result.startedTwice === 0 && result.lost === 0 &&
    result.cancels === 0 && report.ended === operations && slowest <= resumedWithin
  if (!isGood) process.exitCode = 1
  return result
})

main(program.pipe(Effect.scoped, Effect.provide(ServerLayer)))
