/** Fleets of Compute Engine, GKE and Cloud SQL, whose lists, pages and operations are their own. */
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Effect, Exit, Fiber, Layer, Stream, TestClock } from "effect"
import { Polling } from "effect-lro"
import * as Credentials from "effect-lro/Credentials"
import * as Fleet from "effect-lro/Fleet"
import * as Compute from "effect-lro/services/compute/v1"
import * as Gke from "effect-lro/services/container/v1"
import * as Sql from "effect-lro/services/sqladmin/v1"
import * as FakeHttp from "../kit/FakeHttp.ts"

const every = { schedule: Polling.fixed("5 seconds") }
const seconds = (at: number) => at / 1000

/** A service as its server writes it: where its operations are, and what one is like. */
interface Dialect {
  readonly parent: string
  readonly path: string
  readonly list: "items" | "operations"
  readonly fields: object
  readonly failure: object
}

const compute: Dialect = {
  parent: "projects/p/zones/z",
  path: "/compute/v1/projects/p/zones/z/operations",
  list: "items",
  fields: {
    kind: "compute#operation",
    zone: "https://www.googleapis.com/compute/v1/projects/p/zones/z"
  },
  failure: {
    error: { errors: [{ code: "ZONE_RESOURCE_POOL_EXHAUSTED", message: "none left" }] },
    httpErrorStatusCode: 503
  }
}

const gke: Dialect = {
  parent: "projects/p/locations/l",
  path: "/v1/projects/p/locations/l/operations",
  list: "operations",
  fields: { operationType: "CREATE_CLUSTER" },
  failure: { error: { code: 8, message: "none left" } }
}

const sql: Dialect = {
  parent: "projects/p",
  path: "/v1/projects/p/operations",
  list: "items",
  fields: { kind: "sql#operation", targetProject: "p" },
  failure: { error: { kind: "sql#operationErrors", errors: [{ code: "QUOTA_EXCEEDED" }] } }
}

interface World {
  /** When each ends, in seconds; a negative one fails then. */
  readonly ends: ReadonlyArray<number>
  /** Operations of former times, shown first. */
  readonly old?: number
}

const handler = (dialect: Dialect, { ends, old = 0 }: World): FakeHttp.Handler => ({ at, url }) => {
  const { pathname, searchParams } = new URL(url)
  const operationOf = (i: number) => {
    const end = ends[i] ?? 0
    const done = seconds(at) >= Math.abs(end)
    return {
      ...dialect.fields,
      name: i < 0 ? `operation-old${-i}` : `operation-${i}`,
      id: String(1000 + i),
      selfLink: `https://example.googleapis.com${dialect.path}/operation-${i}`,
      status: done || i < 0 ? "DONE" : "RUNNING",
      ...(done && end < 0 ? dialect.failure : undefined)
    }
  }
  if (pathname !== dialect.path) {
    const id = pathname.slice(dialect.path.length + 1)
    return FakeHttp.json(
      operationOf(/^\d+$/.test(id) ? Number(id) - 1000 : Number(id.slice("operation-".length)))
    )
  }
  const size = Number(searchParams.get("maxResults") ?? 500)
  if (size > 500) return FakeHttp.failure(400, "INVALID_ARGUMENT")
  const from = Number(searchParams.get("pageToken") ?? 0)
  const running = searchParams.get("filter") === "status != \"DONE\""
  const all = [
    ...Array.from({ length: running ? 0 : old }, (_, i) => operationOf(-1 - i)),
    ...ends.flatMap((end, i) => running && seconds(at) >= Math.abs(end) ? [] : [operationOf(i)])
  ]
  return FakeHttp.json({
    [dialect.list]: all.slice(from, from + size),
    ...(from + size < all.length ? { nextPageToken: String(from + size) } : undefined)
  })
}

/** What became of each, and what was asked when. */
const play = (
  dialect: Dialect,
  world: World,
  rows: Stream.Stream<
    { readonly index: number; readonly exit: Exit.Exit<unknown, { readonly _tag: string }> },
    unknown,
    Compute.ComputeEngine | Gke.KubernetesEngine | Sql.CloudSQLAdmin
  >
) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.fork(Stream.runCollect(rows))
    yield* TestClock.adjust("10 minutes")
    const ended = Chunk.toReadonlyArray(yield* Fiber.join(fiber)).slice().sort((a, b) =>
      a.index - b.index
    )
    const calls = yield* FakeHttp.calls
    return {
      exits: ended.map(({ exit }) => exit),
      asked: calls.map(({ at, url }) => {
        const { pathname, search } = new URL(url)
        return [pathname === dialect.path ? "list" : "get", seconds(at), search] as const
      })
    }
  }).pipe(
    Effect.provide(
      Layer.mergeAll(
        Fleet.layer(Compute.ComputeEngine, { polling: { spread: 0 } }),
        Fleet.layer(Gke.KubernetesEngine, { polling: { spread: 0 } }),
        Fleet.layer(Sql.CloudSQLAdmin, { polling: { spread: 0 } })
      ).pipe(
        Layer.provide(Credentials.layerNone),
        Layer.provideMerge(FakeHttp.layer(handler(dialect, world)))
      )
    )
  )

const names = ({ parent }: Dialect, count: number) =>
  Array.from({ length: count }, (_, i) => `${parent}/operations/operation-${i}`)

const tagOf = (exit: Exit.Exit<unknown, { readonly _tag: string }>): string =>
  Exit.isSuccess(exit) ? "succeeded" : exit.cause._tag === "Fail" ? exit.cause.error._tag : "died"

const world: World = { ends: [7, 12, -12, 7, 12] }
const how = ["succeeded", "succeeded", "OperationFailed", "succeeded", "succeeded"]

describe("[46] a fleet of", () => {
  it.effect("Compute Engine asks by pages of 500, and gives the operation that a method knows", () =>
    Effect.gen(function*() {
      const { asked, exits } = yield* play(
        compute,
        world,
        Fleet.outcomes(Compute.ComputeEngine, names(compute, 5), {
          ...every,
          method: Compute.disksInsert
        })
      )
      assert.deepStrictEqual(exits.map(tagOf), how)
      const [first] = exits
      assert(first !== undefined && Exit.isSuccess(first))
      assert.deepInclude(first.value, { name: "operation-0", id: 1000n, status: "DONE" })
      assert.deepStrictEqual(asked, [0, 5, 10, 15].map((at) => ["list", at, "?maxResults=500"]))
    }))

  it.effect("GKE asks for the one page that there is", () =>
    Effect.gen(function*() {
      const { asked, exits } = yield* play(
        gke,
        world,
        Fleet.outcomes(Gke.KubernetesEngine, names(gke, 5), every)
      )
      assert.deepStrictEqual(exits.map(tagOf), how)
      assert.deepStrictEqual(asked, [0, 5, 10, 15].map((at) => ["list", at, ""]))
    }))

  it.effect("Cloud SQL asks for smaller pages where those that were wanted are refused", () =>
    Effect.gen(function*() {
      const { asked, exits } = yield* play(
        sql,
        world,
        Fleet.outcomes(Sql.CloudSQLAdmin, names(sql, 5), every)
      )
      assert.deepStrictEqual(exits.map(tagOf), how)
      assert.deepStrictEqual(asked, [
        ["list", 0, "?maxResults=1000"],
        ...[0, 5, 10, 15].map((at) => ["list", at, "?maxResults=100"] as const)
      ])
    }))

  it.effect("Compute Engine asks for what runs beside what has ended, and a get tells how each ended", () =>
    Effect.gen(function*() {
      const many: World = { ends: Array.from({ length: 40 }, () => 13), old: 6000 }
      const { asked, exits } = yield* play(
        compute,
        many,
        Fleet.outcomes(Compute.ComputeEngine, names(compute, 40), every)
      )
      assert.isTrue(exits.every(Exit.isSuccess))
      const filtered = asked.filter(([, , search]) => search.includes("filter="))
      assert.deepStrictEqual(
        filtered,
        [5, 10, 15].map((at) => [
          "list",
          at,
          "?filter=status%20!%3D%20%22DONE%22&maxResults=500"
        ])
      )
      const gets = asked.filter(([kind]) => kind === "get").map(([, at]) => at)
      // A first page shows none: it takes the place of a get, and a quarter waits in case that a longer look is to be paid.
      assert.deepStrictEqual(gets, [...Array(29).fill(0), ...Array(40).fill(15)])
    }))

  it.effect("Compute Engine asks by get for operations that are named by their number", () =>
    Effect.gen(function*() {
      const targets = [0, 1, 2].map((i) => `${compute.parent}/operations/${1000 + i}`)
      const { asked, exits } = yield* play(
        compute,
        world,
        Fleet.outcomes(Compute.ComputeEngine, targets, every)
      )
      assert.deepStrictEqual(exits.map(tagOf), how.slice(0, 3))
      assert.deepStrictEqual(
        asked.map(([kind, at]) => [kind, at]),
        [0, 0, 0, 5, 5, 5, 10, 10, 10, 15, 15].map((at) => ["get", at])
      )
    }))
})
