/**
 * Exports a database of Cloud SQL to Cloud Storage and waits for it. An interruption cancels the export.
 * Always runs on the embedded server. Run: npx tsx examples/exportDatabase.ts
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer, Schedule } from "effect"
import * as Sql from "effect-lro/services/sqladmin/v1"
import * as Environment from "./support/environment.ts"

const program = Effect.gen(function*() {
  const sql = yield* Sql.CloudSQLAdmin

  const exported = yield* sql.run(Sql.instancesExport, {
    project: "demo",
    instance: "shop",
    body: {
      exportContext: { fileType: "SQL", uri: "gs://backups/shop.sql.gz", databases: ["orders"] }
    }
  }, { onInterrupt: "cancel" }).pipe(
    // An instance has one administrative operation at a time. Refused before an operation existed, it may be started again.
    Effect.retry({
      schedule: Schedule.spaced("30 seconds"),
      while: (error) => error._tag === "ABORTED"
    })
  )

  yield* Console.log(`${exported.operationType} of ${exported.targetId} is ${exported.status}`)
})

const MainLayer = Sql.layer().pipe(
  Layer.provideMerge(Environment.embedded({ services: [Sql] }))
)

program.pipe(Effect.provide(MainLayer), NodeRuntime.runMain)
