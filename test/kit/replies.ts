import { assert } from "@effect/vitest"
import { Effect, Either, Option } from "effect"
import {
  type CallError,
  isRpcError,
  type MalformedResponse,
  type RpcError
} from "effect-lro/LroError"
import * as Operations from "effect-lro/Operations"
import { binding, http, name } from "./bakery.ts"
import * as FakeHttp from "./FakeHttp.ts"

export type Client = Operations.ClientOf<typeof binding>
export const once: Operations.CallOptions = { retry: "none" }

/** What a call makes of one reply. */
export const reply = <A>(
  response: () => Response,
  call: (client: Client) => Effect.Effect<A, CallError>,
  options: Operations.LayerOptions = {}
) =>
  Effect.flatMap(Operations.make(binding, options), (client) => Effect.either(call(client))).pipe(
    Effect.provide(http(response))
  )

export const got = (response: () => Response, options?: Operations.LayerOptions) =>
  reply(response, (client) => client.get({ name }, once), options)

export const failed = (response: () => Response, options?: Operations.LayerOptions) =>
  Effect.map(got(response, options), (result) => Option.getOrThrow(Either.getLeft(result)))

export const rpc = (response: () => Response) =>
  Effect.map(failed(response), (error) => {
    assert.isTrue(isRpcError(error), error.message)
    return error as RpcError
  })

export const malformed = (error: CallError): MalformedResponse => {
  assert.strictEqual(error._tag, "MalformedResponse", error.message)
  return error as MalformedResponse
}

export const text = (body: BodyInit | null, init: ResponseInit = {}) => () =>
  new Response(body, init)
export const ok = (json: unknown) => () => FakeHttp.json(json)
