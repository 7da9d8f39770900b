/** The testing server speaks as Compute Engine, GKE and Cloud SQL do, and their clients understand it. */
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Effect, Either, Fiber, Layer, Stream, TestClock } from "effect"
import { Credentials, type Operation } from "effect-lro"
import * as Compute from "effect-lro/services/compute/v1"
import { Instance } from "effect-lro/services/compute/v1/messages"
import * as Gke from "effect-lro/services/container/v1"
import * as Sql from "effect-lro/services/sqladmin/v1"
import * as Testing from "effect-lro/testing"

const layerOf = (options: Partial<Testing.Options> = {}) =>
  Layer.mergeAll(
    Compute.layer({ polling: { spread: 0 } }),
    Gke.layer({ polling: { spread: 0 } }),
    Sql.layer({ polling: { spread: 0 } })
  ).pipe(
    Layer.provide(Credentials.layerNone),
    Layer.provideMerge(Testing.layer({ services: [Compute, Gke, Sql], ...options }))
  )

const zone = { project: "p", zone: "z" }
const vm = {
  ...zone,
  instanceResource: { name: "vm", machineType: "zones/z/machineTypes/e2-small" }
}

const run = <A, E, R>(effect: Effect.Effect<A, E, R>, time: "1 hour" | "10 seconds" = "1 hour") =>
  Effect.gen(function*() {
    const fiber = yield* Effect.fork(effect)
    yield* TestClock.adjust(time)
    return yield* Fiber.join(fiber)
  })

const seen = Effect.map(
  Effect.flatMap(Testing.OperationsServer, ({ requests }) => requests),
  (all) =>
    all.map(({ at, path, query, verb }) =>
      `${at} ${verb} ${path}${query === "" ? "" : `?${query}`}`
    )
)

const rawOf = (operation: Operation.Operation) => operation.metadata as Record<string, unknown>

describe("what run gives", () => {
  it.effect("is the typed operation, and its target the typed resource", () =>
    Effect.gen(function*() {
      const compute = yield* Compute.ComputeEngine
      const gke = yield* Gke.KubernetesEngine
      const operation = yield* run(compute.run(Compute.instancesInsert, vm))
      assert.strictEqual(operation.status, "DONE")
      assert.strictEqual(operation.operationType, "insert")
      assert.isAbove(Number(operation.targetId), 2 ** 53)
      const instance = yield* compute.target(operation)
      assert.strictEqual(instance.name, "vm")
      assert.deepStrictEqual(instance.networkInterfaces, [])
      const cluster = yield* Effect.flatMap(
        run(
          gke.run(Gke.createCluster, { parent: "projects/p/locations/l", cluster: { name: "c" } })
        ),
        (operation) => gke.target(operation)
      )
      assert.strictEqual(cluster.name, "c")
      const stopped = yield* run(compute.run(Compute.instancesStop, { ...zone, instance: "vm" }))
      const { name } = yield* compute.target(stopped, { response: Instance })
      assert.strictEqual(name, "vm")
      const deleted = yield* run(compute.run(Compute.instancesDelete, { ...zone, instance: "vm" }))
      assert.strictEqual(deleted.operationType, "delete")
      const gone = yield* Effect.flip(compute.target(operation))
      assert.strictEqual(gone._tag, "NOT_FOUND")
      assert.include(gone.message, "the target is not there")
      const final = yield* compute.untilFinal("projects/p/zones/z/operations/operation-3")
      assert.strictEqual(final._tag, "Succeeded")
    }).pipe(Effect.provide(layerOf())))
})

describe("Compute Engine", () => {
  it.effect("makes an instance, is waited for by wait, and its target is read", () =>
    Effect.gen(function*() {
      const compute = yield* Compute.ComputeEngine
      const started = yield* compute.start(Compute.instancesInsert, vm)
      assert.strictEqual(started.name, "projects/p/zones/z/operations/operation-1")
      const raw = rawOf(started.operation)
      assert.strictEqual(raw["kind"], "compute#operation")
      assert.match(String(raw["id"]), /^9\d{18}$/)
      assert.strictEqual(raw["zone"], "https://www.googleapis.com/compute/v1/projects/p/zones/z")
      assert.strictEqual(raw["clientOperationId"], started.ref.requestId)
      yield* run(compute.untilDone(started))
      const operation = yield* compute.get(started)
      const instance = yield* compute.target(operation)
      assert.include(instance as object, { kind: "compute#instance", name: "vm" })
      const [start = "", wait, get, target] = yield* seen
      assert.include(start, "0 POST /compute/v1/projects/p/zones/z/instances?requestId=")
      assert.strictEqual(
        wait,
        "500 POST /compute/v1/projects/p/zones/z/operations/operation-1/wait"
      )
      assert.include(String(get), "GET /compute/v1/projects/p/zones/z/operations/operation-1")
      assert.include(String(target), "GET /compute/v1/projects/p/zones/z/instances/vm")
    }).pipe(Effect.provide(layerOf())))

  it.effect("holds a wait for two minutes", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const compute = yield* Compute.ComputeEngine
      const name = "projects/p/global/operations/o"
      yield* server.put(name, Testing.succeedAfter("5 minutes"))
      yield* run(compute.untilDone(name))
      const path = `POST /compute/v1/${name}/wait`
      assert.deepStrictEqual(yield* seen, [0, 120_000, 240_000].map((at) => `${at} ${path}`))
    }).pipe(Effect.provide(layerOf())))

  it.effect("answers a start that is repeated with the first operation, as it is by now", () =>
    Effect.gen(function*() {
      const compute = yield* Compute.ComputeEngine
      const requestId = "1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b"
      const first = yield* compute.start(Compute.instancesInsert, { ...vm, requestId })
      yield* TestClock.adjust("1 minute")
      const second = yield* compute.start(Compute.instancesInsert, { ...vm, requestId })
      assert.strictEqual(second.name, first.name)
      assert.isTrue(second.operation.done)
    }).pipe(Effect.provide(layerOf())))

  it.effect("fails with the reason of the script, and calls without a status", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const compute = yield* Compute.ComputeEngine
      yield* server.script(
        Compute.instancesInsert,
        Testing.failAfter("1 second", {
          code: "UNAVAILABLE",
          message: "no room",
          details: [{
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            reason: "ZONE_RESOURCE_POOL_EXHAUSTED",
            domain: "compute"
          }]
        })
      )
      const error = yield* Effect.flip(run(compute.run(Compute.instancesInsert, vm)))
      assert.isTrue(error._tag === "OperationFailed" && error.code === "RESOURCE_EXHAUSTED")
      const missing = yield* Effect.flip(
        compute.get({ name: "projects/p/zones/z/operations/none" })
      )
      assert.strictEqual(missing._tag, "NOT_FOUND")
      yield* server.fail(
        { method: "start" },
        Testing.replyError("ALREADY_EXISTS")
      )
      const conflict = yield* Effect.flip(compute.start(Compute.instancesInsert, vm))
      assert.strictEqual(conflict._tag, "ALREADY_EXISTS")
    }).pipe(Effect.provide(layerOf())))

  it.effect("lists all scopes in one stream, and says which it could not reach", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const compute = yield* Compute.ComputeEngine
      const names = ["global/operations/a", "regions/r/operations/b", "zones/z/operations/c"].map((
        end
      ) => `projects/p/${end}`)
      for (const name of names) yield* server.put(name, Testing.succeedAfter(0))
      yield* server.put("projects/p/zones/away/operations/d", Testing.succeedAfter(0))
      const all = yield* Stream.runCollect(
        compute.list({ name: "projects/p/aggregated", pageSize: 2 })
      )
      assert.deepStrictEqual(Chunk.toReadonlyArray(all).map(({ name }) => name), names)
      const pages = yield* Stream.runCollect(
        compute.listPages({
          name: "projects/p/aggregated",
          pageSize: 2,
          returnPartialSuccess: true
        })
      )
      assert.deepStrictEqual(Chunk.toReadonlyArray(pages).map(({ unreachable }) => unreachable), [
        ["zones/away"],
        ["zones/away"]
      ])
      const running = yield* Stream.runCollect(
        compute.list({ name: "projects/p/global", filter: "status != DONE" })
      )
      assert.isTrue(Chunk.isEmpty(running))
    }).pipe(Effect.provide(layerOf({ unreachable: ["projects/p/zones/away"] }))))

  it.effect("knows an operation by its number, too", () =>
    Effect.gen(function*() {
      const compute = yield* Compute.ComputeEngine
      const started = yield* compute.start(Compute.instancesInsert, vm)
      const name = `projects/p/zones/z/operations/${String(rawOf(started.operation)["id"])}`
      // Kept as it was asked for.
      assert.strictEqual((yield* compute.get({ name })).name, name)
    }).pipe(Effect.provide(layerOf())))

  it.effect("has organizations, which are polled by get", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const compute = yield* Compute.ComputeEngine
      const name = "locations/global/operations/org-123-o"
      yield* server.put(name, Testing.succeedAfter("1 second"))
      yield* run(compute.untilDone(name))
      const all = yield* seen
      assert.isAbove(all.length, 1)
      for (const request of all) {
        assert.include(request, `GET /compute/v1/${name}?parentId=organizations%2F123`)
      }
      const refused = yield* Effect.flip(compute.wait({ name }))
      assert.strictEqual(refused._tag, "InvalidRequest")
      assert.include(refused.message, "the service does not serve wait for it")
      yield* compute.delete({ name })
      assert.include(
        (yield* seen).at(-1) ?? "",
        `DELETE /compute/v1/${name}?parentId=organizations%2F123`
      )
    }).pipe(Effect.provide(layerOf())))
})

describe("GKE", () => {
  const parent = "projects/p/locations/europe-west1"
  it.effect("names a project by its number, and is cancelled", () =>
    Effect.gen(function*() {
      const gke = yield* Gke.KubernetesEngine
      const started = yield* gke.start(Gke.createCluster, { parent, cluster: { name: "c" } })
      assert.match(
        started.name,
        /^projects\/\d+\/locations\/europe-west1\/operations\/operation-1$/
      )
      const state = yield* run(gke.cancelAndWait(started))
      assert.strictEqual(state._tag, "Cancelled")
      const listed = yield* gke.listPage({ name: "projects/p/locations/-" })
      assert.deepStrictEqual(listed.operations.map(({ name }) => name), [started.name])
    }).pipe(Effect.provide(layerOf())))

  it.effect("makes a cluster, which is the target", () =>
    Effect.gen(function*() {
      const gke = yield* Gke.KubernetesEngine
      const started = yield* gke.start(Gke.createCluster, { parent, cluster: { name: "c" } })
      yield* run(gke.untilDone(started))
      const operation = yield* gke.get(started)
      assert.include((yield* gke.target(operation)) as object, { name: "c", status: "RUNNING" })
      assert.deepStrictEqual(
        (yield* seen).slice(1, 4).map((line) => line.split(" ").slice(0, 2).join(" ")),
        [
          "5000 GET",
          "12500 GET",
          "3600000 GET"
        ]
      )
    }).pipe(Effect.provide(layerOf())))
})

describe("Cloud SQL", () => {
  it.effect("makes an instance, exports, and deletes", () =>
    Effect.gen(function*() {
      const sql = yield* Sql.CloudSQLAdmin
      const started = yield* sql.start(Sql.instancesInsert, { project: "p", body: { name: "db" } })
      assert.strictEqual(started.name, "projects/p/operations/operation-1")
      yield* run(sql.untilDone(started))
      const operation = yield* sql.get(started)
      assert.include((yield* sql.target(operation)) as object, { kind: "sql#instance", name: "db" })
      yield* run(sql.run(Sql.instancesExport, {
        project: "p",
        instance: "db",
        body: { exportContext: { uri: "gs://b/o" } }
      }))
      const deleted = yield* sql.start(Sql.instancesDelete, { project: "p", instance: "db" })
      yield* run(sql.untilDone(deleted))
      const gone = yield* Effect.flip(sql.target(operation))
      assert.strictEqual(gone._tag, "NOT_FOUND")
      const nothing = yield* Effect.flip(sql.target(yield* sql.get(deleted)))
      assert.strictEqual(nothing._tag, "InvalidRequest")
      const all = yield* Stream.runCollect(sql.list({ name: "projects/p", instance: "db" }))
      assert.deepStrictEqual(
        Chunk.toReadonlyArray(all).map((operation) => rawOf(operation)["operationType"]),
        ["DELETE", "EXPORT", "CREATE"]
      )
      assert.isTrue(
        Either.isLeft(yield* Effect.either(sql.get({ name: "projects/p/operations/x" })))
      )
    }).pipe(Effect.provide(layerOf())))
})
