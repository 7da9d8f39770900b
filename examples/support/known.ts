/** Which executions somebody has submitted, in a table beside those of the engine. */
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"
import { NotFound } from "./hubsApi.ts"

/**
 * The engine does not say: what it knows nothing of is to it as one that has just begun. An execution is added after it was begun: whoever
 * got no answer submits again.
 */
export class Known extends Effect.Service<Known>()("examples/Known", {
  accessors: true,
  effect: Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    yield* sql`CREATE TABLE IF NOT EXISTS known (id VARCHAR(255) PRIMARY KEY)`
    return {
      add: (id: string) =>
        Effect.orDie(sql`INSERT INTO known (id) VALUES (${id}) ON CONFLICT DO NOTHING`),
      check: (id: string) =>
        sql`SELECT id FROM known WHERE id = ${id}`.pipe(
          Effect.orDie,
          Effect.filterOrFail((found) => found.length > 0, () => new NotFound())
        )
    }
  })
}) {}
