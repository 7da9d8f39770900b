/** What typed metadata, results and targets of Compute Engine, GKE and Cloud SQL are, and where other clients judge otherwise. */
import { assert, describe, it } from "@effect/vitest"
import { Chunk, DateTime, Effect, Fiber, Layer, Option, Schema, Stream, TestClock } from "effect"
import { Any, Credentials, Operation, ProtoJson, Status } from "effect-lro"
import { compute } from "effect-lro/internal/formats/compute"
import * as Compute from "effect-lro/services/compute/v1"
import * as Gke from "effect-lro/services/container/v1"
import * as Sql from "effect-lro/services/sqladmin/v1"
import * as FakeHttp from "../kit/FakeHttp.ts"

const layer = (handler: FakeHttp.Handler) =>
  Layer.mergeAll(
    Compute.layer({ polling: { spread: 0 } }),
    Gke.layer({ polling: { spread: 0 } }),
    Sql.layer({ polling: { spread: 0 } })
  ).pipe(Layer.provide(Credentials.layerNone), Layer.provideMerge(FakeHttp.layer(handler)))

const zonal = "projects/p/zones/z/operations/o"
const stop = { project: "p", zone: "z", instance: "i" }

const raw = {
  kind: "compute#operation",
  name: "o",
  selfLink: `https://www.googleapis.com/compute/v1/${zonal}`
}

const decoded = <A>(payload: Option.Option<Operation.Payload<A>>): A =>
  Option.getOrThrow(Operation.decoded(payload))

describe("the metadata of an operation, typed", () => {
  const of = (fields: object) =>
    decoded(
      Operation.state(
        { name: zonal, done: false, metadata: { ...raw, ...fields } },
        Compute.instancesInsert
      )
        .metadata
    )

  it.each([["9007199254740993", 9007199254740993n], [42, 42n]])(
    "has ids as bigint: %j",
    (id, value) => {
      assert.strictEqual(of({ id }).id, value)
      assert.strictEqual(of({ targetId: id }).targetId, value)
    }
  )

  it("has times of Compute Engine and GKE as text, with their offset and their nanoseconds", () => {
    const time = "2026-01-01T00:00:00.000-07:00"
    assert.strictEqual(of({ insertTime: time }).insertTime, time)
    const fine = "2026-01-01T00:00:00.123456789Z"
    const gke = Operation.state(
      { name: "o", done: false, metadata: { name: "o", startTime: fine } },
      Gke.createCluster
    )
    assert.strictEqual(decoded(gke.metadata).startTime, fine)
  })

  it("has times of Cloud SQL as Timestamps, and its ids as bigint", () => {
    const state = Operation.state({
      name: "o",
      done: false,
      metadata: {
        name: "o",
        insertTime: "2026-01-01T00:00:00.5Z",
        backupContext: { backupId: "9007199254740993" }
      }
    }, Sql.instancesInsert)
    const { backupContext, insertTime } = decoded(state.metadata)
    assert.strictEqual(insertTime && DateTime.toEpochMillis(insertTime), 1767225600500)
    assert.strictEqual(backupContext?.backupId, 9007199254740993n)
  })

  it("takes numbers for enums, and numeric text for numbers", () => {
    const { httpErrorStatusCode, progress, status } = of({
      status: "RUNNING",
      progress: "50",
      httpErrorStatusCode: "404"
    })
    assert.deepStrictEqual([status, progress, httpErrorStatusCode], ["RUNNING", 50, 404])
    assert.strictEqual(of({ status: 2104194 }).status, "DONE")
  })

  it("has warnings, and what joins the operations of a bulk request", () => {
    const { operationGroupId, warnings } = of({
      operationGroupId: "g",
      warnings: [{ code: "DEPRECATED_RESOURCE_USED", message: "old" }]
    })
    assert.strictEqual(operationGroupId, "g")
    assert.deepStrictEqual(warnings.map(({ code, message }) => [code, message]), [
      ["DEPRECATED_RESOURCE_USED", "old"]
    ])
  })

  it("has errors of locations that a Status reads", () => {
    const { setCommonInstanceMetadataOperationMetadata: metadata } = of({
      setCommonInstanceMetadataOperationMetadata: {
        perLocationOperations: { "zones/z": { state: "FAILED", error: { code: 7, message: "no" } } }
      }
    })
    const { error, state } = metadata?.perLocationOperations["zones/z"] ?? {}
    assert.strictEqual(state, "FAILED")
    assert.strictEqual(Status.codeName(Status.fromUnknown(error)), "PERMISSION_DENIED")
  })

  it("[26] keeps what is not known", () => {
    assert.deepStrictEqual<unknown>(of({ novelty: 7 })[ProtoJson.unknownFields], { novelty: 7 })
  })

  it("has no @type that Any.of could verify: its Schema decodes it all the same", () => {
    const schema = Any.of(
      "a.B",
      ProtoJson.message<{ readonly name: string }>("a.B", () => ({ name: ProtoJson.string }))
    )
    const state = Operation.state({ name: zonal, done: false, metadata: raw }, { metadata: schema })
    assert.strictEqual(decoded(state.metadata).name, "o")
  })
})

describe("the result", () => {
  it.effect("of a start reply that is done is there without a poll", () =>
    Effect.gen(function*() {
      const compute = yield* Compute.ComputeEngine
      const operation = yield* compute.run(Compute.instancesStop, stop)
      assert.strictEqual(operation.status, "DONE")
      assert.lengthOf(yield* FakeHttp.calls, 1)
    }).pipe(Effect.provide(layer(() => FakeHttp.json({ ...raw, status: "DONE" })))))

  it.effect("is the operation itself, which a Schema of the caller's own reads, too", () =>
    Effect.gen(function*() {
      const compute = yield* Compute.ComputeEngine
      const schema = Schema.Struct({ targetId: Schema.String })
      const { targetId } = yield* compute.untilDone(zonal, { response: schema })
      assert.strictEqual(targetId, "7")
      const wrong = Schema.Struct({ targetId: Schema.Number })
      const error = yield* Effect.flip(compute.untilDone(zonal, { response: wrong }))
      assert.isTrue(error._tag === "ResultDecodeError" && error.path === "targetId")
    }).pipe(Effect.provide(layer(() => FakeHttp.json({ ...raw, status: "DONE", targetId: "7" })))))

  it.effect("is not an error before DONE: watch shows it, and the operation may roll back", () =>
    Effect.gen(function*() {
      const compute = yield* Compute.ComputeEngine
      const fiber = yield* Effect.fork(
        Stream.runCollect(compute.watch(zonal))
      )
      yield* TestClock.adjust("1 minute")
      const states = Chunk.toReadonlyArray(yield* Fiber.join(fiber))
      assert.deepStrictEqual(states.map(({ _tag }) => _tag), ["Running", "Running", "Failed"])
      assert.property(states[1]?.operation.metadata, "error")
    }).pipe(Effect.provide(layer((_, i) =>
      FakeHttp.json({
        ...raw,
        status: i < 2 ? "RUNNING" : "DONE",
        ...(i < 1 ? {} : { error: { errors: [{ code: "QUOTA_EXCEEDED" }] } })
      })
    ))))
})

describe("where clients judge otherwise", () => {
  it.each<readonly [client: string, fields: object, tag: string]>([
    // google-cloud-compute 1.56.0 of Python gave each of its rows to the testing server's replies.
    ["all succeed", {}, "Succeeded"],
    ["all succeed with warnings", { warnings: [{ code: "X" }] }, "Succeeded"],
    ["all fail with the three fields", {
      httpErrorStatusCode: 503,
      httpErrorMessage: "SERVICE UNAVAILABLE",
      error: { errors: [{ code: "ZONE_RESOURCE_POOL_EXHAUSTED" }] }
    }, "Failed"],
    ["Java and Go succeed: they ignore error.errors", {
      error: { errors: [{ code: "QUOTA_EXCEEDED" }] }
    }, "Failed"],
    ["Python succeeds without code and message", { error: { errors: [{ code: "X" }] } }, "Failed"],
    ["Python fails with the code 200", {
      httpErrorStatusCode: 200,
      httpErrorMessage: "OK"
    }, "Succeeded"],
    ["Java and Go succeed: they ignore the message", { httpErrorMessage: "FORBIDDEN" }, "Failed"],
    ["Go fails before DONE", { status: "RUNNING", httpErrorStatusCode: 503 }, "Running"],
    ["gcloud and Terraform fail before DONE", {
      status: "RUNNING",
      error: { errors: [{ code: "QUOTA_EXCEEDED" }] }
    }, "Running"],
    ["Terraform goes on", { error: { errors: [{ code: "RESOURCE_NOT_READY" }] } }, "Failed"]
  ])("%s: %j is %s", (_, fields, tag) => {
    const operation = compute.operation({ ...raw, status: "DONE", ...fields }, {
      call: { name: "" },
      clean: (json) => json
    })
    if (typeof operation === "string") assert.fail(operation)
    assert.strictEqual(Operation.state(operation)._tag, tag)
  })
})

describe("the target", () => {
  const target = (fields: object) =>
    Effect.flatMap(
      Compute.ComputeEngine,
      (compute) =>
        compute.target({ name: zonal, done: true, metadata: { ...raw, status: "DONE", ...fields } })
    )

  it.effect("is read at the client's own endpoint, whatever host and version its link names", () =>
    Effect.gen(function*() {
      const gke = yield* Gke.KubernetesEngine
      const sql = yield* Sql.CloudSQLAdmin
      yield* target({
        targetLink: "http://evil.example.com/compute/beta/projects/p/zones/z/disks/d"
      })
      yield* target({
        targetLink: "https://h/compute/v1/projects/example.com%3Ap/global/networks/a%20b"
      })
      yield* target({ targetLink: "https://h/compute/v1/locations/global/firewallPolicies/1" })
      yield* gke.target({
        name: "projects/1/locations/z/operations/o",
        done: true,
        metadata: { targetLink: "https://h/v1alpha1/projects/1/zones/z/clusters/c" }
      })
      yield* sql.target({
        name: "projects/p/operations/o",
        done: true,
        metadata: { targetLink: "https://h/sql/v1beta4/projects/p/instances/i" }
      })
      assert.deepStrictEqual((yield* FakeHttp.calls).map(({ url, verb }) => `${verb} ${url}`), [
        "GET https://compute.googleapis.com/compute/v1/projects/p/zones/z/disks/d",
        "GET https://compute.googleapis.com/compute/v1/projects/example.com%3Ap/global/networks/a%20b",
        "GET https://compute.googleapis.com/compute/v1/locations/global/firewallPolicies/1",
        "GET https://container.googleapis.com/v1/projects/1/locations/z/clusters/c",
        "GET https://sqladmin.googleapis.com/v1/projects/p/instances/i"
      ])
    }).pipe(Effect.provide(layer(() => FakeHttp.json({})))))

  for (
    const [what, fields, problem] of [
      [
        "after a delete",
        { operationType: "delete", targetLink: "https://h/projects/p/a/b" },
        "has deleted its target"
      ],
      ["after DELETE_CLUSTER", {
        operationType: "DELETE_CLUSTER",
        targetLink: "https://h/projects/p/a/b"
      }, "has deleted its target"],
      ["without a link", {}, "names no target"],
      [
        "in a link that leaves its path",
        { targetLink: "https://h/projects/p/../q" },
        "names a target in no project"
      ],
      [
        "in a link with an encoded slash",
        { targetLink: "https://h/projects/p/a%2Fb" },
        "names a target in no project"
      ]
    ] as const
  ) {
    it.effect(`is none ${what}, and nothing is sent`, () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(target(fields))
        assert.strictEqual(error._tag, "InvalidRequest")
        assert.include(error.message, problem)
        assert.lengthOf(yield* FakeHttp.calls, 0)
      }).pipe(Effect.provide(layer(() => FakeHttp.json({})))))
  }
})
