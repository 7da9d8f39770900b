/** Scripts by the messages of their method. */
import { assert, describe, it } from "@effect/vitest"
import { Chunk, DateTime, Effect, Layer, Option, Stream } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as Operation from "effect-lro/Operation"
import * as Polling from "effect-lro/Polling"
import * as CloudBuild from "effect-lro/services/cloudbuild/v1"
import * as GKEHub from "effect-lro/services/gkehub/v1"
import * as Testing from "effect-lro/testing"
import { inTime } from "../kit/inTime.ts"

const parent = "projects/p/locations/l"
const { createBuild } = CloudBuild

const options = {
  polling: { schedule: Polling.fixed("10 seconds"), spread: 0 },
  retry: "none"
} as const

const TestLayer = Layer.merge(CloudBuild.layer(options), GKEHub.layer(options)).pipe(
  Layer.provide(Credentials.layerNone),
  Layer.provideMerge(Testing.layer({ services: [CloudBuild, GKEHub] }))
)

const build = Effect.flatMap(
  CloudBuild.CloudBuild,
  (client) => inTime(client.run(createBuild, { parent, build: { steps: [] } }))
)

describe("[31] a script for a method", () => {
  it.effect("has some fields of its response, with the values that requests take", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      yield* server.script(
        createBuild,
        Testing.succeedAfter("1 minute", {
          response: {
            id: "b",
            status: "SUCCESS",
            createTime: DateTime.unsafeMake(0),
            timeout: "3.5s",
            options: { diskSizeGb: 2n ** 53n },
            source: { gitSource: { url: "u" } },
            secrets: [{ secretEnv: { A: Uint8Array.of(1, 2) } }]
          }
        })
      )
      const built = yield* build
      assert.strictEqual(built.id, "b")
      assert.strictEqual(built.status, "SUCCESS")
      assert.strictEqual(built.createTime?.raw, "1970-01-01T00:00:00.000Z")
      assert.strictEqual(built.timeout?.raw, "3.5s")
      assert.strictEqual(built.options?.diskSizeGb, 2n ** 53n)
      assert.deepStrictEqual(built.source, { gitSource: { url: "u", dir: "", revision: "" } })
      assert.deepStrictEqual(built.secrets[0]?.secretEnv["A"], Uint8Array.of(1, 2))
      // What the script leaves out has its default, whatever the request said.
      assert.strictEqual(built.projectId, "")
      assert.deepStrictEqual(built.steps, [])
    }).pipe(Effect.provide(TestLayer)))

  it.effect("has metadata of its method: always the same, by the time, or by the progress", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const client = yield* CloudBuild.CloudBuild
      const ids = (metadata: Testing.ScriptOf<CloudBuildMetadata, never>["metadata"]) =>
        Effect.gen(function*() {
          yield* server.script(createBuild, Testing.succeedAfter("30 seconds", { metadata }))
          const started = yield* client.start(createBuild, { parent, build: {} })
          const states = yield* inTime(Stream.runCollect(client.watch(started)))
          return Chunk.toReadonlyArray(states).map((state) =>
            Option.getOrThrow(Operation.decoded(state.metadata)).build?.id
          )
        })
      assert.deepStrictEqual(yield* ids({ build: { id: "b" } }), ["b", "b"])
      assert.deepStrictEqual(
        yield* ids([
          { at: 0, metadata: { build: { id: "early" } } },
          { at: "15 seconds", metadata: { build: { id: "late" } } }
        ]),
        ["early", "late", "late"]
      )
      assert.deepStrictEqual(
        yield* ids(({ fraction }) => ({ build: { id: fraction.toFixed(1) } })),
        ["0.0", "0.3", "0.7", "1.0"]
      )
    }).pipe(Effect.provide(TestLayer)))

  it.effect("may be made of the call", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      yield* server.script(createBuild, ({ request }) =>
        Testing.succeedAfter(0, { response: { tags: Object.keys(request) } }))
      assert.deepStrictEqual((yield* build).tags, ["build", "parent"])
    }).pipe(Effect.provide(TestLayer)))

  it.effect("sends another message as it is", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      yield* server.script(
        createBuild,
        Testing.succeedAfter(0, { response: Testing.pack("other.v1.Thing", { id: "t" }) })
      )
      const error = yield* Effect.flip(build)
      assert(error._tag === "ResultDecodeError")
      assert.include(
        error.problem,
        "of type other.v1.Thing, not google.devtools.cloudbuild.v1.Build"
      )
      yield* server.script(
        "CreateBuild",
        Testing.succeedAfter(0, { response: Testing.pack("x.Build") })
      )
      assert.strictEqual((yield* build).id, "")
    }).pipe(Effect.provide(TestLayer)))

  it.effect("that returns nothing ends with nothing", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const hubs = yield* GKEHub.GKEHub
      const name = `${parent}/features/f`
      assert.isUndefined(yield* inTime(hubs.run(GKEHub.deleteFeature, { name })))
      yield* server.script(GKEHub.deleteFeature, Testing.endAfter("1 minute"))
      assert.isUndefined(yield* inTime(hubs.run(GKEHub.deleteFeature, { name })))
    }).pipe(Effect.provide(TestLayer)))

  it.effect("that holds what cannot be sent says where", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const tags = new Map() as unknown as ReadonlyArray<string>
      yield* server.script(createBuild, Testing.succeedAfter(0, { response: { tags } }))
      const error = yield* Effect.flip(build)
      assert(error._tag === "INTERNAL")
      assert.strictEqual(
        error.status.message,
        "`tags` of the response in the script of google.devtools.cloudbuild.v1.CloudBuild.CreateBuild " +
          "is an instance of Map"
      )
    }).pipe(Effect.provide(TestLayer)))
})

type CloudBuildMetadata = (typeof createBuild)["metadata"]["Type"]
