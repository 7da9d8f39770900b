/**
 * What an interrupt costs while a runner is lost: `npm run durable:interrupts`. All executions are interrupted at once after a runner was
 * killed: on a PostgreSQL from the other of two runners, on libSQL from the one that was started again. Each has to send one cancel, within
 * a second where its execution lives on a runner that is up. With `--short` 20 on PostgreSQL alone. The last line is JSON.
 */
import { Effect } from "effect"
import * as Testing from "effect-lro/testing"
import { parseArgs } from "node:util"
import { main } from "./main.ts"
import { make, polls, serverLayer, until } from "./site.ts"

const { values: { short } } = parseArgs({ options: { short: { type: "boolean", default: false } } })
const waits = short ? 20 : 50
const hubs = Array.from({ length: waits }, (_, i) => `h${i}`)

const hubOf = (operation: unknown) => String((operation as Testing.JsonObject)["target"])

/** The slowest of some times, in seconds. */
const slowest = (millis: ReadonlyArray<number>) => Math.round(Math.max(0, ...millis) / 10) / 100

const measure = (postgres: boolean, settings?: "shortest") =>
  Effect.gen(function*() {
    const { isPostgres, name, server, worker } = yield* make({ postgres })
    if (postgres && !isPostgres) return []
    const environment = { EVERY: "1", SETTINGS: settings ?? "" }
    const first = yield* worker(environment)
    const second = postgres ? yield* worker(environment) : first
    if (postgres) yield* Effect.promise(() => second.start("up"))
    yield* Effect.promise(() => first.start("submitted", { SUBMIT: String(waits) }))
    yield* until(polls(server, 0), ({ polled }) => polled === waits)
    // Both have their share.
    yield* Effect.sleep("15 seconds")

    const hubsByOperation = new Map(
      (yield* server.operations).map(({ metadata, name }) => [String(name), hubOf(metadata)])
    )
    const pollers = new Map<string, string>()
    for (const { headers, method, name = "" } of yield* server.requests) {
      const hub = hubsByOperation.get(name)
      if (method === "get" && hub !== undefined) pollers.set(hub, headers["x-runner"] ?? "")
    }
    const kept = new Set<string>()
    for (const hub of hubs) {
      const isKept = yield* Effect.promise(() => second.ask({ ask: "is it yours", hub }))
      if (postgres && isKept === true) kept.add(hub)
    }

    yield* Effect.promise(() => first.end("SIGKILL"))
    if (!postgres) yield* Effect.promise(() => second.start("up"))
    const asked = new Map<string, number>()
    for (const hub of hubs) {
      asked.set(hub, Date.now())
      yield* Effect.promise(() => second.ask({ ask: "interrupt", hub }))
    }
    const cancels = Effect.map(
      server.requests,
      (all) => all.filter(({ method }) => method === "cancel")
    )
    yield* until(cancels, (all) => all.length >= waits)
    // For one too many.
    yield* Effect.sleep("10 seconds")

    const all = yield* cancels
    const operations = new Set(all.map(({ name }) => name)).size
    if (all.length !== waits || operations !== waits) process.exitCode = 1
    const took = (of: (hub: string) => boolean) => {
      const millis = all.flatMap(({ at, name = "" }) => {
        const hub = hubsByOperation.get(name) ?? ""
        return of(hub) ? [at - (asked.get(hub) ?? 0)] : []
      })
      return {
        executions: hubs.filter(of).length,
        cancels: millis.length,
        slowest: slowest(millis)
      }
    }
    const isPolledByKilled = (hub: string) => pollers.get(hub) === first.port
    return [{
      database: name,
      settings,
      cancels: all.length,
      operations,
      ...(postgres
        ? {
          polledByTheKilled: took((hub) => kept.has(hub) && isPolledByKilled(hub)),
          notTouched: took((hub) => kept.has(hub) && !isPolledByKilled(hub)),
          takenOver: took((hub) => !kept.has(hub))
        }
        : { startedAgain: took(() => true) })
    }]
  }).pipe(
    Effect.scoped,
    Effect.provide(
      serverLayer(({ request }) =>
        Testing.neverDone({
          metadata: () =>
            Testing.pack("google.cloud.networkconnectivity.v1.OperationMetadata", {
              target: String(request["hubId"])
            })
        })
      )
    )
  )

main(
  Effect.map(
    Effect.all(
      short ? [measure(true)] : [measure(false), measure(true), measure(true, "shortest")]
    ),
    (measured) => ({ waits, measured: measured.flat() })
  )
)
