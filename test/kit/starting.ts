import { assert } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { InvalidRequest } from "effect-lro/LroError"
import * as Operations from "effect-lro/Operations"
import { binding, Cake, http, name, parent } from "./bakery.ts"
import * as FakeHttp from "./FakeHttp.ts"

export const origin = "https://bakery.googleapis.com"
export const rpc = "example.bakery.v1.Bakery.Bake"
export interface Description extends Omit<Operations.MethodShape<string>, "service"> {
  readonly metadata: Schema.Schema.AnyNoContext
}

/** A method of the tests' own: a POST to a parent, with what the test adds. */
export const method = (description: Partial<Description>) =>
  Operations.method<{ readonly [field: string]: unknown }>()({
    service: "bakery.googleapis.com/v1",
    rpc,
    verb: "POST",
    templates: ["/v1/{parent=projects/*/locations/*}/cakes"],
    request: { parent: { in: "path", required: true } },
    response: Cake,
    metadata: Schema.Struct({ percent: Schema.Number }),
    ...description
  })

export const running = () => FakeHttp.json({ name })

/** The request that a start sends, and what it gives. */
export const start = (description: Partial<Description>, request: unknown) =>
  Effect.gen(function*() {
    const client = yield* Operations.make(binding)
    const started = yield* client.start(
      method(description),
      request as { readonly [field: string]: unknown }
    )
    const [call, ...more] = yield* FakeHttp.calls
    assert.deepStrictEqual(more, [])
    const { body, headers, url, verb } = call ?? assert.fail("nothing was sent")
    return { line: `${verb} ${url.replace(origin, "")}`, body, headers, started }
  }).pipe(Effect.provide(http(running)))

export const refused = (description: Partial<Description>, request: unknown) =>
  Effect.gen(function*() {
    const client = yield* Operations.make(binding)
    const error = yield* Effect.flip(
      client.start(method(description), request as { readonly [field: string]: unknown })
    )
    assert.instanceOf(error, InvalidRequest)
    assert.deepStrictEqual(yield* FakeHttp.calls, [])
    return error as InvalidRequest
  }).pipe(Effect.provide(http(running)))

export const cakes = `/v1/${parent}/cakes`
export const path = { in: "path", required: true } as const
export const query = { in: "query" } as const
export const body = { in: "body" } as const
