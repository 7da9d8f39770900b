// @effect-diagnostics multipleEffectProvide:off
import { assert } from "@effect/vitest"
import { Clock, Effect, Either, Fiber, type Layer, Option, TestClock } from "effect"
import type * as Credentials from "effect-lro/Credentials"
import type { CallError } from "effect-lro/LroError"
import * as Operations from "effect-lro/Operations"
import { bake, bakeOnce, binding, http, name, parent } from "./bakery.ts"
import * as FakeHttp from "./FakeHttp.ts"
import { inVirtualTime, withDice } from "./services.ts"

export type Client = Operations.ClientOf<typeof binding>
export type Step = Response | Effect.Effect<Response, FakeHttp.Broken>

export const done = () => FakeHttp.json({ name, done: true, operations: [] })
export const unavailable = () => FakeHttp.failure(503, "UNAVAILABLE")
export const hang = () => Effect.never

/** The steps one after another, the last one for ever. */
export const script = (steps: ReadonlyArray<() => Step>): FakeHttp.Handler => (_, index) =>
  (steps[index] ?? steps.at(-1) ?? done)()

export interface Outcome {
  readonly result: Either.Either<unknown, CallError>
  readonly at: ReadonlyArray<number>
  readonly calls: ReadonlyArray<FakeHttp.Call>
  readonly elapsed: number
}

/** Runs a call to its end in virtual time of its own; jitter is three quarters of each delay unless said otherwise. */
export const run = (
  steps: ReadonlyArray<() => Step>,
  call: (client: Client) => Effect.Effect<unknown, CallError> = (client) => client.get({ name }),
  options: {
    readonly layer?: Operations.LayerOptions
    readonly random?: [number, ...Array<number>]
    readonly credentials?: Layer.Layer<Credentials.Credentials>
  } = {}
): Effect.Effect<Outcome> =>
  Effect.gen(function*() {
    const client = yield* Operations.make(binding, options.layer)
    const fiber = yield* Effect.either(call(client)).pipe(
      Effect.zip(Clock.currentTimeMillis),
      withDice(...options.random ?? [0.5]),
      Effect.fork
    )
    yield* TestClock.adjust("1 hour")
    const [result, elapsed] = yield* Fiber.join(fiber)
    const calls = yield* FakeHttp.calls
    return { result, calls, at: calls.map((call) => call.at), elapsed }
  }).pipe(
    Effect.orDie,
    Effect.provide(http(
      script(steps),
      options.credentials === undefined ? {} : { credentials: options.credentials }
    )),
    inVirtualTime
  )

export const error = ({ result }: Outcome): CallError => Option.getOrThrow(Either.getLeft(result))
export const succeeded = ({ result }: Outcome) =>
  assert.isTrue(Either.isRight(result), JSON.stringify(result))
/** The delay before the second attempt of the default policy, with the default jitter of {@link run}. */
export const first = 375

export const methods: ReadonlyArray<
  readonly [
    method: string,
    call: (client: Client, options?: Operations.CallOptions) => Effect.Effect<unknown, CallError>
  ]
> = [
  ["get", (client, options) => client.get({ name }, options)],
  ["listPage", (client, options) => client.listPage({ name: parent }, options)],
  ["cancel", (client, options) => client.cancel({ name }, options)],
  ["delete", (client, options) => client.delete({ name }, options)],
  ["wait", (client, options) => client.wait({ name }, options)],
  [
    "start with a request id",
    (client, options) => client.start(bakeOnce, { parent, cake: {} }, options)
  ],
  [
    "start said to be idempotent",
    (client, options) => client.start(bake, { parent, cake: {} }, { ...options, idempotent: true })
  ]
]
