/** A database in a file that is gone with the example. */
import { LibsqlClient } from "@effect/sql-libsql"
import { Effect, Layer } from "effect"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"

export const layer = Layer.unwrapScoped(
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => fs.mkdtempSync(path.join(os.tmpdir(), "effect-lro-example-"))),
      (folder) => Effect.sync(() => fs.rmSync(folder, { recursive: true }))
    ),
    (folder) =>
      LibsqlClient.layer({ url: `file:${path.join(folder, "waits.db")}`, intMode: "bigint" })
  )
)
