/** What is known where a run stands still: which messages are open, who holds the shards, what the runners last said. */
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"
import type { Site } from "./site.ts"
import { polls } from "./site.ts"
import type { Worker } from "./workers.ts"

const print = (title: string, rows: unknown) =>
  console.log(
    `${title}: ${
      JSON.stringify(rows, (_, value: unknown) => typeof value === "bigint" ? Number(value) : value)
    }`
  )

const stored = (isPostgres: boolean) =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    print(
      "open messages",
      yield* sql`
        SELECT m.entity_type, m.tag, COUNT(*) AS n, COUNT(m.last_read) AS was_read,
          MIN(m.last_read) AS first_read, MAX(m.last_read) AS last_read
        FROM cluster_messages m WHERE NOT m.processed GROUP BY m.entity_type, m.tag`
    )
    print(
      "some of them",
      yield* sql`
        SELECT id, entity_type, entity_id, tag, shard_id, last_read
        FROM cluster_messages WHERE NOT processed LIMIT 10`
    )
    print(
      "executions that are suspended",
      yield* sql`
        SELECT COUNT(*) AS n FROM cluster_messages m JOIN cluster_replies r ON r.id = m.last_reply_id
        WHERE m.tag = 'run' AND r.payload LIKE '%"Suspended"%'`
    )
    print("runners", yield* sql`SELECT * FROM cluster_runners`)
    if (!isPostgres) return
    print(
      "locks by connection",
      yield* sql`
        SELECT l.pid, a.state, a.query_start, COUNT(*) AS n
        FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'advisory' GROUP BY l.pid, a.state, a.query_start`
    )
    print(
      "connections",
      yield* sql`
        SELECT pid, state, wait_event, query_start, LEFT(query, 80) AS query
        FROM pg_stat_activity WHERE application_name = '@effect/sql-pg'`
    )
  })

/** Prints it. */
export const tell = (
  { database, isPostgres, server }: Site,
  workers: ReadonlyArray<Worker>
): Effect.Effect<void> =>
  Effect.gen(function*() {
    print("at", new Date().toISOString())
    print("polled in the last minute", yield* polls(server, Date.now() - 60_000))
    yield* Effect.provide(stored(isPostgres), database)
    for (const { isUp, output, port } of workers) {
      console.log(`runner ${port} is ${isUp ? "up" : "down"}; it said:\n${output.slice(-6000)}`)
    }
  }).pipe(
    Effect.catchAllCause((cause) => Effect.sync(() => console.log(`nothing is known: ${cause}`)))
  )
