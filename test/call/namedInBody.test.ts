import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema, Stream, TestClock } from "effect"
import { OperationRef } from "effect-lro/OperationRef"
import * as Operations from "effect-lro/Operations"
import * as Polling from "effect-lro/Polling"
import { predictLongRunning } from "effect-lro/services/aiplatform/predict"
import * as DateTime from "effect/DateTime"
import { http } from "../kit/bakery.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"
import { inTime } from "../kit/inTime.ts"

const model = "projects/p/locations/us-central1/publishers/google/models/veo-3.0-generate-001"
const name = `${model}/operations/694e5148-2a7e`
const front = "projects/*/locations/*/publishers/*/models/*"

/** The binding of Vertex AI, as far as it goes here. */
const binding = Operations.binding({
  service: "aiplatform.googleapis.com",
  version: "v1",
  scopes: [],
  methods: {
    get: {
      verb: "GET",
      templates: ["/v1/{name=projects/*/locations/*/operations/*}"],
      namedInBody: [{
        rpc: "google.cloud.aiplatform.v1.PredictionService.FetchPredictOperation",
        name: `${front}/operations/*`,
        template: `/v1/{endpoint=${front}}:fetchPredictOperation`,
        field: "operationName"
      }]
    },
    cancel: {
      verb: "POST",
      templates: ["/v1/{name=projects/*/locations/*/operations/*}:cancel"]
    },
    wait: Operations.waitRule({
      verb: "POST",
      templates: ["/v1/{name=projects/*/locations/*/operations/*}:wait"]
    })
  }
})

const videos = { videos: [{ gcsUri: "gs://b/1.mp4", mimeType: "video/mp4" }] }
const Videos = Schema.Struct({ videos: Schema.Array(Schema.Struct({ gcsUri: Schema.String })) })

const response = {
  "@type": "type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse",
  ...videos
}
/** Starts, runs for one poll, is done. */
const veo: FakeHttp.Handler = ({ url }, index) =>
  url.endsWith(":predictLongRunning") || index < 2
    ? FakeHttp.json({ name })
    : FakeHttp.json({ name, done: true, response })

const host = "https://us-central1-aiplatform.googleapis.com"
const endpoint = (location: string | undefined) => `https://${location}-aiplatform.googleapis.com`
const lines = Effect.map(
  FakeHttp.calls,
  (calls) => calls.map(({ at, body, url, verb }) => [at, verb, url, body] as const)
)
const fetched: readonly [string, string, string | undefined] = [
  "POST",
  `${host}/v1/${model}:fetchPredictOperation`,
  JSON.stringify({ operationName: name })
]
const every10 = { schedule: Polling.fixed("10 seconds"), spread: 0 } as const

describe("[2] names that get asks about by another rpc", () => {
  it.scoped("run starts at the model's host and polls with the name in the body", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding, { endpoint })
      const done = yield* inTime(
        client.run(predictLongRunning, {
          endpoint: model,
          instances: [{ prompt: "a cat" }],
          parameters: { sampleCount: 1 }
        }, { response: Videos, ...every10 })
      )
      assert.deepStrictEqual(done, { videos: [{ gcsUri: "gs://b/1.mp4" }] })
      assert.deepStrictEqual(yield* lines, [
        [
          0,
          "POST",
          `${host}/v1/${model}:predictLongRunning`,
          "{\"instances\":[{\"prompt\":\"a cat\"}],\"parameters\":{\"sampleCount\":1}}"
        ],
        [10_000, ...fetched],
        [20_000, ...fetched]
      ])
    }).pipe(Effect.provide(http(veo))))

  it.scoped("untilDone, watch and get of a name or a reference do, and never wait at the server", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding, { endpoint })
      const ref = new OperationRef({
        service: "aiplatform.googleapis.com",
        version: "v1",
        endpoint: host,
        name,
        startedAt: DateTime.unsafeMake(0)
      })
      yield* client.get({ name })
      yield* client.get(ref)
      const done = yield* inTime(client.untilDone(name, { longPoll: "30 seconds" }))
      assert.strictEqual(done._tag, "Succeeded")
      yield* inTime(client.untilDone(ref))
      yield* inTime(Stream.runDrain(client.watch(ref)))
      const state = yield* inTime(client.cancelAndWait(ref))
      assert.strictEqual(state._tag, "Succeeded")
      for (const [, ...line] of yield* lines) assert.deepStrictEqual(line, [...fetched])
      assert.strictEqual((yield* lines).length, 6)
    }).pipe(Effect.provide(http(veo))))

  it.scoped("other names go where they always went", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding, { endpoint })
      yield* client.get({ name: "projects/p/locations/us-central1/operations/1" })
      yield* TestClock.adjust(0)
      assert.deepStrictEqual(yield* lines, [
        [0, "GET", `${host}/v1/projects/p/locations/us-central1/operations/1`, undefined]
      ])
    }).pipe(Effect.provide(http(veo))))

  it.scoped("a global host that does not know a location is hinted at", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const hint =
        "us-central1 may be served by us-central1-aiplatform.googleapis.com: set `endpoint`"
      const of = (name: string) => Effect.flip(client.get({ name }))
      const known = yield* of("projects/p/locations/us-central1/operations/1")
      assert.include(known.message, hint)
      assert.notInclude(
        (yield* of("projects/p/locations/global/operations/1")).message,
        "served by"
      )
      const regional = yield* Operations.make(binding, { endpoint })
      const there = yield* Effect.flip(
        regional.get({ name: "projects/p/locations/us-central1/operations/1" })
      )
      assert.notInclude(there.message, "served by")
      const page = yield* of("projects/p/locations/us-central1/operations/html")
      assert.strictEqual(page._tag, "MalformedResponse")
      assert.include(page.message, hint)
    }).pipe(Effect.provide(http(({ url }) =>
      url.endsWith("html")
        ? new Response("<html>", { status: 404 })
        : FakeHttp.failure(404, "NOT_FOUND")
    ))))

  it.scoped("a call that fails names the rpc", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding, { endpoint })
      const error = yield* Effect.flip(client.get({ name }))
      assert.strictEqual(
        error.method,
        "google.cloud.aiplatform.v1.PredictionService.FetchPredictOperation"
      )
      assert.strictEqual(error.operation?.name, name)
      const wrong = yield* Effect.flip(client.get({ name: `${model}/x/1` }))
      assert.deepInclude(wrong, {
        expected: ["projects/*/locations/*/operations/*", `${front}/operations/*`]
      })
    }).pipe(Effect.provide(http(() => FakeHttp.failure(403, "PERMISSION_DENIED")))))
})
