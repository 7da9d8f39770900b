/**
 * How long it takes until all waits of a runner that was killed are polled again: `npm run durable:takeover`. On libSQL by the runner
 * started again, or by one with another address; with a PostgreSQL by the other of two runners, with the engine's own settings and with
 * those of `runner.ts`. The last line is JSON.
 */
import { Effect } from "effect"
import * as Testing from "effect-lro/testing"
import { main } from "./main.ts"
import { make, polledAgain, polls, seconds, serverLayer, until } from "./site.ts"

const waits = 50
const every = 1

const measure = (
  title: string,
  options: { readonly postgres: boolean; readonly same?: boolean; readonly settings?: string }
) =>
  Effect.gen(function*() {
    const { isPostgres, server, worker } = yield* make(options)
    if (options.postgres && !isPostgres) return []
    const environment = { EVERY: String(every), SETTINGS: options.settings ?? "" }
    const first = yield* worker(environment)
    const second = options.same === true ? first : yield* worker(environment)
    if (isPostgres) yield* Effect.promise(() => second.start("up"))
    yield* Effect.promise(() => first.start("submitted", { SUBMIT: String(waits) }))
    yield* until(polls(server, 0), ({ polled }) => polled === waits)
    // Both have their share.
    yield* Effect.sleep("15 seconds")
    const from = Date.now()
    yield* Effect.promise(() => first.end("SIGKILL"))
    const killed = Date.now()
    if (!isPostgres) yield* Effect.promise(() => second.start("up"))
    const start = seconds(from)
    yield* polledAgain(server, killed)
    console.log(
      `${title}: ${seconds(from)} s after the kill, ${start} s of them to start a process`
    )
    return [{ title, seconds: seconds(from), start }]
  }).pipe(
    Effect.scoped,
    Effect.provide(serverLayer(() => Testing.neverDone()))
  )

const measurements = Effect.all([
  measure("libSQL, the same address", { postgres: false, same: true }),
  measure("libSQL, another address", { postgres: false }),
  measure("PostgreSQL, the other runner", { postgres: true, settings: "default" }),
  measure("PostgreSQL, the other runner, shorter settings", { postgres: true }),
  measure("PostgreSQL, the other runner, the shortest", { postgres: true, settings: "shortest" })
])

main(
  Effect.map(
    measurements,
    (measured) => ({ waits, pollEverySeconds: every, measured: measured.flat() })
  )
)
