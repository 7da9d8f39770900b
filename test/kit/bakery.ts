import type { HttpClient } from "@effect/platform"
import { Layer, Redacted, Schema, type Scope } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as Operations from "effect-lro/Operations"
import * as ProtoJson from "effect-lro/ProtoJson"
import * as FakeHttp from "./FakeHttp.ts"
import { settings } from "./services.ts"

/** A service of the tests' own that has every method. */
export const binding = Operations.binding({
  service: "bakery.googleapis.com",
  version: "v1",
  scopes: ["https://www.googleapis.com/auth/cloud-platform"],
  methods: {
    get: { verb: "GET", templates: ["/v1/{name=projects/*/locations/*/operations/*}"] },
    list: { verb: "GET", templates: ["/v1/{name=projects/*/locations/*}/operations"] },
    cancel: {
      verb: "POST",
      templates: ["/v1/{name=projects/*/locations/*/operations/*}:cancel"],
      body: "*"
    },
    delete: { verb: "DELETE", templates: ["/v1/{name=projects/*/locations/*/operations/*}"] },
    wait: Operations.waitRule({
      verb: "POST",
      templates: ["/v1/{name=projects/*/locations/*/operations/*}:wait"],
      body: "*"
    })
  }
})

export class Bakery extends Operations.Tag<Bakery>()("test/Bakery", binding) {}

export const Progress = Schema.Struct({ percent: Schema.Number })

export interface BakeRequest {
  readonly parent: string
  readonly cakeId?: string | undefined
  readonly cake: { readonly flavour?: string | undefined }
  readonly requestId?: string | undefined
}

/** What baking ends in. */
export interface Cake extends ProtoJson.Unknown {
  readonly flavour: string
}

export const Cake: ProtoJson.Message<Cake> = ProtoJson.message("example.bakery.v1.Cake", () => ({
  flavour: ProtoJson.string
}))

const cakes = {
  service: "bakery.googleapis.com/v1",
  verb: "POST",
  templates: ["/v1/{parent=projects/*/locations/*}/cakes"],
  body: "cake",
  response: Cake,
  metadata: Progress
} as const

const fields = {
  parent: { in: "path", required: true },
  cakeId: { in: "query" },
  cake: { in: "body", required: true },
  requestId: { in: "query" }
} as const

/** Starts an operation, with no protection against repetition. */
export const bake = Operations.method<BakeRequest>()({
  ...cakes,
  rpc: "example.bakery.v1.Bakery.Bake",
  request: fields
})

const { response: _, ...silent } = cakes

/** The same, declared without a response. */
export const bakeSilently = Operations.method<BakeRequest>()({
  ...silent,
  rpc: "example.bakery.v1.Bakery.Bake",
  request: fields
})

/** The same with a request id, which makes repeating it safe. */
export const bakeOnce = Operations.method<BakeRequest>()({
  ...cakes,
  rpc: "example.bakery.v1.Bakery.BakeOnce",
  request: fields,
  idempotencyField: "requestId"
})

export const parent = "projects/p/locations/l"
export const name = "projects/p/locations/l/operations/o"
export const url = `https://bakery.googleapis.com/v1/${name}`
export const parentUrl = `https://bakery.googleapis.com/v1/${parent}`

export const token = Credentials.layerToken(Redacted.make("token"))

/** HTTP in memory, credentials, a scope, and an environment that is empty but for `variables`. */
export const http = <E = never>(handler: FakeHttp.Handler, options: {
  readonly credentials?: Layer.Layer<Credentials.Credentials, E>
  readonly variables?: { readonly [name: string]: string }
} = {}): Layer.Layer<
  HttpClient.HttpClient | FakeHttp.Calls | Credentials.Credentials | Scope.Scope,
  E
> =>
  Layer.mergeAll(
    Layer.scope,
    FakeHttp.layer(handler),
    options.credentials ?? Layer.orDie(token),
    settings(options.variables)
  )

/** An operation that runs, for any request. */
export const running: FakeHttp.Handler = () => FakeHttp.json({ name, metadata: { percent: 1 } })
