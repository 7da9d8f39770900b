/** The SQL of docs/durable.md, on the databases that it is for. */
import { ClusterWorkflowEngine, SingleRunner } from "@effect/cluster"
import { LibsqlClient } from "@effect/sql-libsql"
import { PgClient } from "@effect/sql-pg"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Workflow } from "@effect/workflow"
import { Effect, Layer, Redacted, Schedule } from "effect"
import * as Durable from "effect-lro/Durable"
import * as Testing from "effect-lro/testing"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { newDatabase } from "../../scripts/durable/postgres.ts"
import { parse } from "../../scripts/markdown.ts"
import { bakeOnce, Bakery } from "../kit/bakery.ts"
import { bakery, Baking, order } from "../kit/durable.ts"
import { onPostgres } from "../kit/postgres.ts"

const { blocks } = parse(fs.readFileSync(new URL("../../docs/durable.md", import.meta.url), "utf8"))

/** The statements for a database, for what has ended by now. */
const statements = (dialect: string): ReadonlyArray<string> => {
  const block = blocks.find(({ language, text }) =>
    language === "sql" && text.startsWith(`-- ${dialect}`)
  )
  const text = block?.text ?? assert.fail(`docs/durable.md has no SQL for ${dialect}`)
  return text.replace("604800000", "0").split(";").map((each) => each.trim()).filter((each) =>
    each !== ""
  )
}

const body = Durable.run(Bakery, bakeOnce, order, {
  step: "bake",
  schedule: { fixed: "100 millis" },
  longPoll: "off"
})

/** The runner of an earlier version registers it, the next one does not: the engine gives its executions up. */
const Unknown = Workflow.make({
  name: "Unknown",
  payload: {},
  idempotencyKey: () => ""
})

const engine = (database: Layer.Layer<SqlClient.SqlClient, unknown>) =>
  ClusterWorkflowEngine.layer.pipe(
    Layer.provideMerge(
      SingleRunner.layer({
        shardingConfig: {
          entityTerminationTimeout: "500 millis",
          entityRegistrationTimeout: "1 second",
          entityMessagePollInterval: "1 second"
        }
      })
    ),
    Layer.provideMerge(database)
  )

const test = (dialect: string, database: Layer.Layer<SqlClient.SqlClient, unknown>) =>
  Effect.gen(function*() {
    yield* Effect.provide(
      Unknown.execute(undefined, { discard: true }),
      Unknown.toLayer(() => Effect.never).pipe(
        Layer.provideMerge(engine(Layer.fresh(database)))
      )
    )
    yield* deletion(dialect, database)
  })

const deletion = (dialect: string, database: Layer.Layer<SqlClient.SqlClient, unknown>) =>
  Effect.gen(function*() {
    const server = yield* Testing.OperationsServer
    yield* server.script(bakeOnce, Testing.succeedAfter("200 millis"), { times: 1 })
    yield* Baking.execute({ id: "ended" })
    const waiting = yield* Baking.execute({ id: "waiting" }, { discard: true })
    const sql = yield* SqlClient.SqlClient
    const rows = Effect.map(
      Effect.all([
        sql<{ n: unknown }>`SELECT COUNT(*) AS n FROM cluster_messages`,
        sql<{ n: unknown }>`SELECT COUNT(*) AS n FROM cluster_replies`
      ]),
      (counts) => counts.map(([row]) => Number(row?.n))
    )
    // Of the one that waits: the run and its start have a reply, the poll has none. The one that was given up is a run and its defect.
    const expected = String([4 + 3 + 1, 4 + 2 + 1])
    yield* Effect.repeat(rows, {
      until: (seen) => String(seen) === expected,
      schedule: Schedule.spaced("100 millis")
    })
    for (const statement of statements(dialect)) yield* sql.unsafe(statement)
    assert.deepStrictEqual(yield* rows, [3, 2])
    assert.strictEqual((yield* Baking.poll(waiting))?._tag, "Suspended")
    const name = String((yield* server.operations)[1]?.["name"])
    yield* (yield* Bakery).cancel({ name })
    const error = yield* Effect.flip(Baking.execute({ id: "waiting" }))
    assert.strictEqual(error._tag, "OperationCancelled")
    assert.deepStrictEqual(yield* rows, [4, 4])
  }).pipe(
    Effect.provide(
      Baking.toLayer(() => body).pipe(
        Layer.provide(Durable.layerCluster(Bakery)),
        Layer.provideMerge(engine(database)),
        Layer.provideMerge(bakery({ onStart: () => Testing.neverDone() }))
      )
    )
  )

describe("what is documented to delete finished executions", () => {
  it.live("does, and leaves those that wait, on libSQL", () =>
    Effect.suspend(() => {
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), "effect-lro-retention-"))
      const url = `file:${path.join(folder, "waits.db")}`
      return Effect.ensuring(
        test("libSQL", LibsqlClient.layer({ url, intMode: "bigint" })),
        Effect.sync(() => fs.rmSync(folder, { recursive: true }))
      )
    }))

  onPostgres(
    "does, and leaves those that wait, on PostgreSQL",
    (server) =>
      Effect.flatMap(
        newDatabase(server),
        (url) => test("PostgreSQL", PgClient.layer({ url: Redacted.make(url) }))
      )
  )
})
