import { HttpClientResponse } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as NodeTransport from "effect-lro/NodeTransport"
import * as Operations from "effect-lro/Operations"
import { Bakery, Cake } from "../kit/bakery.ts"
import { serve } from "../kit/wire.ts"

const cakePath = "/v1/projects/p/locations/l/cakes/c"

describe("[4] the HttpClient of a client, over a socket", () => {
  it.scopedLive("a cake is read with the credentials of its bakery", () =>
    Effect.gen(function*() {
      const wire = yield* serve((_, response) => {
        response.setHeader("content-type", "application/json")
        response.end("{\"flavour\":\"plum\"}")
      })
      const layer = Operations.layer(Bakery, { endpoint: wire.origin }).pipe(
        Layer.provide([
          NodeTransport.layer(),
          Layer.orDie(Credentials.layerToken(Redacted.make("token")))
        ])
      )
      const cake = yield* Operations.httpClient(Bakery).pipe(
        Effect.flatMap((client) => client.get(cakePath)),
        Effect.flatMap(HttpClientResponse.schemaBodyJson(Cake)),
        Effect.provide(layer)
      )
      assert.deepStrictEqual(cake, { flavour: "plum" })
      assert.deepStrictEqual(wire.requests[0]?.head[0], `GET ${cakePath} HTTP/1.1`)
      assert.include(wire.requests[0]?.head ?? [], "authorization: Bearer token")
    }))
})
