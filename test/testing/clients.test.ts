/** The package's own clients against the server: what they send passes, and what it refuses comes back as their errors. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Schema, TestClock } from "effect"
import * as Credentials from "effect-lro/Credentials"
import { predictLongRunning } from "effect-lro/services/aiplatform/predict"
import * as VertexAI from "effect-lro/services/aiplatform/v1"
import * as CloudBuild from "effect-lro/services/cloudbuild/v1"
import * as Testing from "effect-lro/testing"

const parent = "projects/p/locations/l"

const buildLayer = (options: Testing.Options = {}) =>
  CloudBuild.layer().pipe(
    Layer.provide(Credentials.layerNone),
    Layer.provideMerge(Testing.layer({ services: [CloudBuild], ...options }))
  )

const Build = Schema.Struct({ name: Schema.String, id: Schema.String })

describe("a client and the operations server", () => {
  it.effect("[31] a build starts with its parent alone, or with its project alone", () =>
    Effect.gen(function*() {
      const client = yield* CloudBuild.CloudBuild
      const { createBuild } = CloudBuild
      const run = Effect.fork(
        client.run(createBuild, { parent, build: { steps: [{ name: "s" }] } }, { response: Build })
      )
      const fiber = yield* run
      yield* TestClock.adjust("1 minute")
      const name = `${parent}/builds/build-1`
      assert.deepStrictEqual(yield* Fiber.join(fiber), { name, id: "build-1" })
      yield* client.start(createBuild, { projectId: "p", build: {} })
      const server = yield* Testing.OperationsServer
      const starts = (yield* server.requests).filter(({ method }) => method === "start")
      assert.deepStrictEqual(starts.map(({ path, query }) => [path, query]), [
        [`/v1/${parent}/builds`, ""],
        ["/v1/projects/p/builds", ""]
      ])
      const error = yield* Effect.flip(client.start(createBuild, { build: {} }))
      assert.strictEqual(error._tag, "InvalidRequest")
      assert.include(error.message, "`parent` is missing, and so is `projectId`")
    }).pipe(Effect.provide(buildLayer())))

  it.effect("[12] [31] what the server refuses is INVALID_ARGUMENT that names the field", () =>
    Effect.gen(function*() {
      const client = yield* CloudBuild.CloudBuild
      const newer = { parent, build: { steps: [], newer: true } }
      const error = yield* Effect.flip(client.start(CloudBuild.createBuild, newer))
      assert.strictEqual(error._tag, "INVALID_ARGUMENT")
      assert.include(error.message, "Unknown name \"newer\" at 'build': Cannot find field.")
    }).pipe(Effect.provide(buildLayer())))

  it.effect("[31] fields newer than the package pass where the server takes them", () =>
    Effect.gen(function*() {
      const client = yield* CloudBuild.CloudBuild
      const newer = { parent, build: { steps: [], newer: true } }
      const started = yield* client.start(CloudBuild.createBuild, newer)
      assert.strictEqual(started.ref.name, `${parent}/operations/operation-1`)
    }).pipe(Effect.provide(buildLayer({ unknownFields: "accept" }))))

  it.effect("[2] [31] a prediction of a publisher model is waited for", () =>
    Effect.gen(function*() {
      const client = yield* VertexAI.VertexAI
      const server = yield* Testing.OperationsServer
      yield* server.script(
        predictLongRunning,
        Testing.succeedAfter("1 minute", {
          response: Testing.pack("example.Videos", { videos: 1 })
        })
      )
      const endpoint = `${parent}/publishers/google/models/veo`
      const fiber = yield* Effect.fork(
        client.run(predictLongRunning, { endpoint, instances: [{ prompt: "a cat" }] }, {
          response: Schema.Struct({ videos: Schema.Number })
        })
      )
      yield* TestClock.adjust("2 minutes")
      assert.deepStrictEqual(yield* Fiber.join(fiber), { videos: 1 })
      const polls = (yield* server.requests).filter(({ method }) => method === "get")
      assert.deepStrictEqual(
        Array.from(new Set(polls.map(({ name, path, verb }) => `${verb} ${path} ${name}`))),
        [
          `POST /v1/${endpoint}:fetchPredictOperation ${endpoint}/operations/operation-1`
        ]
      )
    }).pipe(
      Effect.provide(
        VertexAI.layer().pipe(
          Layer.provide(Credentials.layerNone),
          Layer.provideMerge(
            Testing.layer({ bindings: [VertexAI.binding], methods: [predictLongRunning] })
          )
        )
      )
    ))
})
