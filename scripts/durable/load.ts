/**
 * Many suspended waits in one runner: `npm run durable:load -- --waits 10000`, with `--postgres` on PostgreSQL, else on libSQL. Each is polled
 * once a minute, with `--fleet` by a client that lists. The runner is a process of its own: heap and processor are those of the engine, the
 * pollers and the client, over some minutes that begin when the engine has put away what the submission left behind. The last line is JSON.
 */
import { Effect } from "effect"
import * as Testing from "effect-lro/testing"
import { parseArgs } from "node:util"
import { main } from "./main.ts"
import { make, polls, seconds, serverLayer, until } from "./site.ts"

const { values } = parseArgs({
  options: {
    waits: { type: "string", default: "10000" },
    postgres: { type: "boolean", default: false },
    fleet: { type: "boolean", default: false }
  }
})
const waits = Number(values.waits)

const minutes = 5

const rounded = (share: number): number => Math.round(share * 100) / 100

const program = Effect.gen(function*() {
  const { name, server, worker } = yield* make({ postgres: values.postgres })
  const runner = yield* worker({
    EVERY: "60",
    FLEET_TICK: values.fleet ? "60" : "",
    SETTINGS: "default"
  })
  const usage = (what: "heap" | "cpu") => Effect.map(Effect.promise(() => runner.ask(what)), Number)
  // Without any, for comparison.
  yield* Effect.promise(() => runner.start("up"))
  yield* Effect.sleep("2 seconds")
  const idle = yield* usage("heap")
  yield* Effect.promise(() => runner.end("SIGTERM"))

  const from = Date.now()
  yield* Effect.promise(() => runner.start("submitted", { SUBMIT: String(waits) }))
  console.log(`${waits} waits submitted after ${seconds(from)} s, on ${name}`)
  if (!values.fleet) {
    yield* until(polls(server, 0), ({ polled }) => polled === waits)
    console.log(`all polled at least once after ${seconds(from)} s`)
  }
  // An entity that is idle for a minute is put away.
  yield* Effect.sleep("2 minutes")
  const cores: Array<number> = []
  const asked = (yield* server.requests).length
  for (let minute = 0; minute < minutes; minute++) {
    const before = yield* usage("cpu")
    yield* Effect.sleep("1 minute")
    cores.push(((yield* usage("cpu")) - before) / 60_000)
  }
  const requests = (yield* server.requests).length - asked
  return {
    waits,
    database: name,
    kilobytesPerWait: Math.round(((yield* usage("heap")) - idle) / waits / 100) / 10,
    requestsPerMinute: Math.round(requests / minutes),
    core: rounded(cores.reduce((sum, core) => sum + core, 0) / minutes),
    eachMinute: cores.map(rounded)
  }
})

const ServerLayer = serverLayer(() => Testing.neverDone())

main(program.pipe(Effect.scoped, Effect.provide(ServerLayer)))
