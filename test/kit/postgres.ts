/** Tests that need a PostgreSQL. */
import { it } from "@effect/vitest"
import type { Effect } from "effect"

const url = process.env["EFFECT_LRO_POSTGRES_URL"]

/** A test at a server that the environment names. Elsewhere it says what it needs, and counts as skipped. */
export const onPostgres = (title: string, test: (url: string) => Effect.Effect<void, unknown>) =>
  url === undefined
    ? it.skip(`${title} (needs PostgreSQL: EFFECT_LRO_POSTGRES_URL names none)`)
    : it.live(title, () => test(url))
