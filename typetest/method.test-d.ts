// Types only: nothing here runs.
import { Schema } from "effect"
import { Operations } from "effect-lro"
import { describe, expectTypeOf, it } from "vitest"

interface BakeRequest {
  readonly parent: string
  readonly cakeId?: string | undefined
  readonly cake: { readonly flavour: string }
}

const Metadata = Schema.Struct({ percent: Schema.Number })

class Cake extends Schema.Class<Cake>("example.bakery.v1.Cake")({ flavour: Schema.String }) {}

const described = {
  service: "bakery.example.com/v1",
  rpc: "example.bakery.v1.Bakery.Bake",
  verb: "POST",
  response: Cake,
  metadata: Metadata
} as const
declare const NeedsOne: Schema.Schema<string, string, "service">
const templates = ["/v1/{parent=users/*}/cakes"] as const
const request = {
  parent: { in: "path", required: true },
  cakeId: { in: "query" },
  cake: { in: "body", required: true }
} as const

describe("the description of a method", () => {
  it("that fits its request", () => {
    const bake = Operations.method<BakeRequest>()({
      ...described,
      templates: ["/v1/{parent=users/*}/cakes"],
      body: "cake",
      request: {
        parent: { in: "path", required: true },
        cakeId: { in: "query" },
        cake: { in: "body", required: true }
      }
    })
    expectTypeOf(bake).toEqualTypeOf<
      Operations.Method<"bakery.example.com/v1", BakeRequest, { readonly percent: number }, Cake>
    >()
    expectTypeOf<Operations.Request<typeof bake>>().toEqualTypeOf<BakeRequest>()
    expectTypeOf<Operations.Response<typeof bake>>().toEqualTypeOf<Cake>()
    expectTypeOf<Operations.Metadata<typeof bake>>().toEqualTypeOf<{ readonly percent: number }>()
    const lazy = Operations.method<BakeRequest>()({
      ...described,
      response: () => Cake,
      templates,
      body: "*",
      request
    })
    expectTypeOf(lazy).toEqualTypeOf(bake)
    const { response: _, ...silent } = described
    const bare = Operations.method<BakeRequest>()({ ...silent, templates, body: "*", request })
    expectTypeOf(bare).toEqualTypeOf<
      Operations.BareMethod<"bakery.example.com/v1", BakeRequest, { readonly percent: number }>
    >()
    expectTypeOf<Operations.Response<typeof bare>>().toEqualTypeOf<unknown>()
    Operations.method<BakeRequest>()({
      ...described,
      // @ts-expect-error a Schema that needs a service
      response: NeedsOne,
      templates,
      body: "*",
      request
    })
    Operations.method<BakeRequest>()({ ...described, templates, body: "*", request })
    interface Patch {
      readonly cakeBox: { readonly name: string }
      readonly updateMask?: string | undefined
    }
    Operations.method<Patch>()({
      ...described,
      templates: ["/v1/{cake_box.name=users/*/cakes/*}"],
      body: "cakeBox",
      request: {
        cakeBox: { in: "body+path", required: true },
        updateMask: { in: "query", mask: true }
      }
    })
    // A union has the fields of each of its members.
    Operations.method<
      { readonly parent: string; readonly a: 1 } | { readonly parent: string; readonly b: 2 }
    >()({
      ...described,
      templates,
      request: { parent: { in: "path", required: true }, a: { in: "query" }, b: { in: "query" } }
    })
  })

  it("cannot forget the body, or name another", () => {
    // @ts-expect-error this field is in the body
    Operations.method<BakeRequest>()({ ...described, templates, request })
    // @ts-expect-error `cakeId` is no field in the body
    Operations.method<BakeRequest>()({ ...described, templates, body: "cakeId", request })
    // @ts-expect-error `pie` is no field
    Operations.method<BakeRequest>()({ ...described, templates, body: "pie", request })
  })

  it("cannot leave out a field, or have one more", () => {
    const { cakeId: _, ...fewer } = request
    // @ts-expect-error `cakeId` has no place
    Operations.method<BakeRequest>()({ ...described, templates, body: "cake", request: fewer })
    const more = { ...request, pie: { in: "query" } } as const
    // @ts-expect-error the request type has no such field
    Operations.method<BakeRequest>()({ ...described, templates, body: "cake", request: more })
    const demanding = { ...request, cakeId: { in: "query", required: true } } as const
    // @ts-expect-error the request type has this field optional
    Operations.method<BakeRequest>()({ ...described, templates, body: "cake", request: demanding })
  })

  it("cannot have templates of other fields", () => {
    Operations.method<BakeRequest>()({
      ...described,
      // @ts-expect-error `name` is no field in the path
      templates: ["/v1/{name=users/*}/cakes"],
      body: "cake",
      // @ts-expect-error no template has `parent`
      request
    })
    Operations.method<BakeRequest>()({
      ...described,
      // @ts-expect-error `cakeId` is in the query
      templates: ["/v1/{parent=users/*}/cakes/{cake_id}"],
      body: "cake",
      request
    })
  })

  it("cannot have its request id in no field", () => {
    Operations.method<BakeRequest>()({
      ...described,
      templates,
      body: "cake",
      request,
      // @ts-expect-error
      idempotencyField: "requestId"
    })
  })
})
