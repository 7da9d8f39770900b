/** Where runners run: an operations server on a real port, a network to it that can be cut, and a database. */
import { NodeHttpServer } from "@effect/platform-node"
import { LibsqlClient } from "@effect/sql-libsql"
import { PgClient } from "@effect/sql-pg"
import type * as SqlClient from "@effect/sql/SqlClient"
import { Effect, Layer, Redacted } from "effect"
import * as NetworkConnectivity from "effect-lro/services/networkconnectivity/v1"
import * as Testing from "effect-lro/testing"
import * as fs from "node:fs"
import { createServer } from "node:http"
import * as path from "node:path"
import { Link } from "./link.ts"
import { ownPort } from "./ports.ts"
import * as Postgres from "./postgres.ts"
import { bundle, makeFolder, Worker } from "./workers.ts"

/** The server, which takes what `onStart` says for each operation. */
export const serverLayer = (onStart: Testing.Options["onStart"]) =>
  Testing.layerServer({ services: [NetworkConnectivity], onStart, requestIdWindow: "1 day" }).pipe(
    Layer.provide(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" }))
  )

export interface Site {
  readonly server: Testing.Service
  readonly link: Link
  readonly database: Layer.Layer<SqlClient.SqlClient, unknown>
  /** The PostgreSQL that is ours to restart, if it is one. */
  readonly postgres: Postgres.Postgres | undefined
  /** What the database is. */
  readonly name: string
  readonly isPostgres: boolean
  /** Another runner, not yet started, with an address of its own. */
  readonly worker: (environment?: Readonly<Record<string, string>>) => Effect.Effect<Worker>
}

/** With `postgres`, a database of our own at EFFECT_LRO_POSTGRES_URL, or a PostgreSQL of our own; libSQL where there is none. */
export const make = (options: { readonly postgres: boolean }) =>
  Effect.gen(function*() {
    const server = yield* Testing.OperationsServer
    const link = yield* Effect.acquireRelease(
      Effect.promise(() => Link.open(Number(new URL(server.url).port))),
      (link) => Effect.sync(() => link.close())
    )
    const folder = yield* Effect.acquireRelease(
      Effect.sync(makeFolder),
      (folder) => Effect.sync(() => fs.rmSync(folder, { recursive: true, force: true }))
    )
    const shared = process.env["EFFECT_LRO_POSTGRES_URL"]
    const given = options.postgres && shared !== undefined
      ? yield* Postgres.newDatabase(shared)
      : undefined
    const postgres = options.postgres && given === undefined
      ? yield* Effect.acquireRelease(
        Effect.promise(Postgres.start),
        (postgres) => Effect.sync(() => postgres?.stop())
      )
      : undefined
    const url = given ?? postgres?.url
    if (options.postgres && url === undefined) console.log("there is no PostgreSQL here: libSQL")
    const libsql = `file:${path.join(folder, "waits.db")}`
    const file = yield* Effect.promise(() => bundle("runner", folder))
    const workers: Array<Worker> = []
    yield* Effect.addFinalizer(() =>
      Effect.promise(() => Promise.all(workers.map((worker) => worker.end("SIGKILL"))))
    )
    const site: Site = {
      server,
      link,
      database: url === undefined
        ? LibsqlClient.layer({ url: libsql, intMode: "bigint" })
        : PgClient.layer({ url: Redacted.make(url) }),
      postgres,
      name: url === undefined ? "libSQL" : postgres?.version ?? "PostgreSQL",
      isPostgres: url !== undefined,
      worker: (environment = {}) =>
        Effect.promise(async () => {
          const worker = new Worker(file, {
            OPERATIONS_SERVER: `http://127.0.0.1:${link.port}`,
            LIBSQL_URL: libsql,
            POSTGRES_URL: url ?? "",
            PORT: String(await ownPort()),
            ...environment
          })
          workers.push(worker)
          return worker
        })
    }
    return site
  })

/** How many operations run, and how many of them were polled since an instant. */
export const polls = (server: Testing.Service, since: number) =>
  Effect.gen(function*() {
    const running = (yield* server.operations).filter((operation) => operation["done"] !== true)
    const names = new Set<unknown>()
    for (const { at, method, name } of yield* server.requests) {
      if (method === "get" && at >= since) names.add(name)
    }
    return {
      running: running.length,
      polled: running.filter((operation) => names.has(operation["name"])).length
    }
  })

/** How long nothing may happen. No bound on a run: what ends one that hangs. */
const patience = 600_000

/** When a run that is not done is said to stand still, once. */
const suspicion = 90_000

/** Looks until it is done, or until what it sees has stayed the same for ten minutes: what it saw last. */
export const until = <A, E, R>(
  look: Effect.Effect<A, E, R>,
  isDone: (seen: A) => boolean,
  every = 1000,
  standstill: Effect.Effect<void> = Effect.void
): Effect.Effect<A, E, R> =>
  Effect.gen(function*() {
    let before = ""
    let since = Date.now()
    let isTold = false
    while (true) {
      const seen = yield* look
      if (isDone(seen)) return seen
      const now = JSON.stringify(seen)
      if (now !== before) {
        since = Date.now()
        isTold = false
      }
      if (Date.now() - since > suspicion && !isTold) {
        isTold = true
        yield* standstill
      }
      if (Date.now() - since > patience) return seen
      before = now
      yield* Effect.sleep(every)
    }
  })

/** Waits until every operation that runs was polled since an instant: how many there were. */
export const polledAgain = (server: Testing.Service, since: number) =>
  Effect.map(
    until(polls(server, since), ({ polled, running }) => polled === running, 200),
    ({ polled, running }) => {
      if (polled < running) throw new Error(`${running - polled} operations are not polled`)
      return running
    }
  )

export const seconds = (since: number): number => Math.round((Date.now() - since) / 100) / 10
