/** What is particular about single services, and one service under two keys. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { Credentials, Operations } from "effect-lro"
import { version } from "effect-lro/internal/wire/headers"
import * as MachineLearning from "effect-lro/services/ml/v1"
import * as NetworkConnectivity from "effect-lro/services/networkconnectivity/v1"
import { readFileSync } from "node:fs"
import * as FakeHttp from "../kit/FakeHttp.ts"

describe("[2] AI Platform", () => {
  const layer = MachineLearning.layer().pipe(
    Layer.provide(Credentials.layerNone),
    Layer.provideMerge(FakeHttp.layer(() => FakeHttp.json({ name: "projects/p/operations/o" })))
  )

  it.effect("has no list under a location: nothing is sent", () =>
    Effect.gen(function*() {
      const operations = yield* MachineLearning.MachineLearning
      const error = yield* Effect.flip(operations.listPage({ name: "projects/p/locations/l" }))
      assert(error._tag === "InvalidRequest")
      assert.strictEqual(error.argument, "name")
      assert.deepStrictEqual(error.expected, ["projects/*"])
      assert.deepStrictEqual(yield* FakeHttp.calls, [])
    }).pipe(Effect.provide(layer)))

  it.effect("cancels without a body, in projects and in locations", () =>
    Effect.gen(function*() {
      const operations = yield* MachineLearning.MachineLearning
      yield* operations.cancel({ name: "projects/p/operations/o" })
      yield* operations.cancel({ name: "projects/p/locations/l/operations/o" })
      const calls = yield* FakeHttp.calls
      assert.deepStrictEqual(calls.map(({ body, url, verb }) => [verb, url, body]), [
        ["POST", "https://ml.googleapis.com/v1/projects/p/operations/o:cancel", undefined],
        [
          "POST",
          "https://ml.googleapis.com/v1/projects/p/locations/l/operations/o:cancel",
          undefined
        ]
      ])
      assert.isTrue(calls.every(({ headers }) => headers["content-type"] === undefined))
    }).pipe(Effect.provide(layer)))
})

describe("one service under two keys", () => {
  class TenantA extends Operations.Tag<TenantA>()("app/A", NetworkConnectivity.binding) {}
  class TenantB extends Operations.Tag<TenantB>()("app/B", NetworkConnectivity.binding) {}

  const tenant = <Self, Key extends string>(
    tag: Operations.TagClass<Self, Key, typeof NetworkConnectivity.binding>,
    quotaProject: string
  ) =>
    Operations.layer(tag, { quotaProject }).pipe(
      Layer.provide(Credentials.layerToken(Redacted.make(`token-of-${quotaProject}`)))
    )

  it.effect("keeps credentials and quota projects apart", () =>
    Effect.gen(function*() {
      const name = "projects/p/locations/l/operations/o"
      yield* (yield* TenantA).get({ name })
      yield* (yield* TenantB).get({ name })
      const calls = yield* FakeHttp.calls
      assert.deepStrictEqual(
        calls.map(({ headers }) => [headers["x-goog-user-project"], headers["authorization"]]),
        [["a", "Bearer token-of-a"], ["b", "Bearer token-of-b"]]
      )
    }).pipe(Effect.provide(
      Layer.merge(tenant(TenantA, "a"), tenant(TenantB, "b")).pipe(
        Layer.provideMerge(FakeHttp.layer(() => FakeHttp.json({ name: "n" })))
      )
    )))
})

it("the version in the headers is that of package.json", () => {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8")
  assert.strictEqual(version, (JSON.parse(text) as { readonly version: string }).version)
})
