import { assert, it } from "@effect/vitest"
import { Context, Effect, type Layer } from "effect"
import * as Testing from "effect-lro/testing"
import { bindings, methods } from "./bindings.ts"

export interface Sent {
  readonly verb: string
  readonly path: string
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly host?: string
}

export interface Got {
  readonly status: number
  readonly type: string | null
  readonly text: string
}

/** No reply came. */
export interface Lost {
  readonly _tag: "Lost"
}

export class Sender extends Context.Tag("test/Sender")<
  Sender,
  (request: Sent) => Effect.Effect<Got, Lost>
>() {}

export interface BadRequest {
  readonly error: {
    readonly details?: ReadonlyArray<
      { readonly fieldViolations: ReadonlyArray<{ readonly field: string }> }
    >
  }
}

export type Form = (options: Testing.Options) => Layer.Layer<Testing.OperationsServer | Sender>

export const send = (request: Sent) => Effect.flatMap(Sender, (sender) => sender(request))

export const json = (request: Sent) =>
  Effect.map(send(request), ({ status, text, type }) => {
    assert.strictEqual(type, "application/json; charset=UTF-8")
    return [status, JSON.parse(text)] as const
  })

export const get = (name: string, query = "") => json({ verb: "GET", path: `/v1/${name}`, query })
export const list = (path: string, query = "") => json({ verb: "GET", path, query })
export const cancel = (name: string) =>
  json({ verb: "POST", path: `/v1/${name}:cancel`, body: "{}" })

export const names = (page: { readonly operations?: ReadonlyArray<{ readonly name: string }> }) =>
  (page.operations ?? []).map(({ name }) => name)

export const withoutName = (operation: Testing.JsonObject) =>
  Object.fromEntries(Object.entries(operation).filter(([field]) => field !== "name"))

export const parent = "projects/p/locations/global"
export const name = `${parent}/operations/o`
export const hubType = "google.cloud.networkconnectivity.v1.Hub"
export const uuid = "6d5b3a0e-51a5-4d3b-9a48-3e0c1d1e2f30"

export const startHub = (query: string, body: string | undefined = "{\"description\":\"d\"}") =>
  json({ verb: "POST", path: `/v1/${parent}/hubs`, query, ...(body === undefined ? {} : { body }) })

/** Lets a request that was forked arrive; sockets need turns of the event loop. */
export const untilArrived = (count: number) =>
  Effect.gen(function*() {
    const server = yield* Testing.OperationsServer
    while ((yield* server.requests).length < count) {
      yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
    }
    yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
  })

/** A test with a server of its own. */
export type Test = <E>(
  what: string,
  body: Effect.Effect<void, E, Testing.OperationsServer | Sender>,
  options?: Partial<Testing.Options>
) => void

export const testOf = (form: Form): Test => (what, body, options) =>
  it.effect(what, () => Effect.provide(body, form({ bindings, methods, ...options })))
