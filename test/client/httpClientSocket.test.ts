import { HttpClientError, HttpClientResponse } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as LroError from "effect-lro/LroError"
import * as NodeTransport from "effect-lro/NodeTransport"
import * as Operations from "effect-lro/Operations"
import { Bakery, Cake } from "../kit/bakery.ts"
import { serve } from "../kit/wire.ts"

const cakePath = "/v1/projects/p/locations/l/cakes/c"

const bakeryAt = (endpoint: string) =>
  Operations.layer(Bakery, { endpoint }).pipe(
    Layer.provide([
      NodeTransport.layer(),
      Layer.orDie(Credentials.layerToken(Redacted.make("token")))
    ])
  )

describe("[4] the HttpClient of a client, over a socket", () => {
  it.scopedLive("a cake is read with the credentials of its bakery", () =>
    Effect.gen(function*() {
      const wire = yield* serve((_, response) => {
        response.setHeader("content-type", "application/json")
        response.end("{\"flavour\":\"plum\"}")
      })
      const cake = yield* Operations.httpClient(Bakery).pipe(
        Effect.flatMap((client) => client.get(cakePath)),
        Effect.flatMap(HttpClientResponse.schemaBodyJson(Cake)),
        Effect.provide(bakeryAt(wire.origin))
      )
      assert.deepStrictEqual(cake, { flavour: "plum" })
      assert.deepStrictEqual(wire.requests[0]?.head[0], `GET ${cakePath} HTTP/1.1`)
      assert.include(wire.requests[0]?.head ?? [], "authorization: Bearer token")
    }))

  it.scopedLive("a status that the web does not have is an error as any other", () =>
    Effect.gen(function*() {
      const wire = yield* serve((_, response) => {
        response.writeHead(999).end()
      })
      const error = yield* Operations.httpClient(Bakery).pipe(
        Effect.flatMap((client) => client.get(cakePath)),
        Effect.provide(bakeryAt(wire.origin)),
        Effect.flip
      )
      assert.instanceOf(error, HttpClientError.ResponseError)
      assert.strictEqual(error.response.status, 999)
      assert.isTrue(LroError.isCallError(error.cause))
    }))
})
