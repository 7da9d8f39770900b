import { HttpClient } from "@effect/platform"
import { assert } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import * as Credentials from "effect-lro/Credentials"
import { type CallError, TransportError } from "effect-lro/LroError"
import * as NodeTransport from "effect-lro/NodeTransport"
import * as Operations from "effect-lro/Operations"
import { binding } from "./bakery.ts"

export const name = "projects/p/locations/l/operations/o"

export const done = { name, done: true }

/** A client of the tests' service over Node's transport. */
export const client = (
  endpoint: string,
  options: NodeTransport.Options = {},
  layer: Operations.LayerOptions = {}
) =>
  Operations.make(binding, { endpoint, retry: "none", ...layer }).pipe(
    Effect.provideServiceEffect(HttpClient.HttpClient, NodeTransport.make(options)),
    Effect.provideServiceEffect(
      Credentials.Credentials,
      Credentials.makeToken(Redacted.make("token"))
    )
  )

/** The reason and `sent` of a transport error. */
export const saidBy = (error: CallError) =>
  error instanceof TransportError ? [error.reason, error.sent] : [error._tag]

export const sleep = (millis: number) =>
  Effect.promise(() => new Promise((done) => setTimeout(done, millis)))

/** Waits for something to become true; a minute is for what never does. */
export const until = (what: () => boolean) =>
  Effect.gen(function*() {
    for (let i = 0; i < 6000 && !what(); i++) yield* sleep(10)
    assert.isTrue(what())
  })
