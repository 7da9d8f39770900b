/** A transport or a token source that dies or is interrupted is a failed attempt: nobody's own interruption. */
import { HttpClient, HttpClientError, HttpClientResponse } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Layer, TestClock } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as LroError from "effect-lro/LroError"
import * as Operations from "effect-lro/Operations"
import { bake, binding, http, name, parent } from "../kit/bakery.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"
import { interruptAndAwait } from "../kit/fibers.ts"

const done = () => FakeHttp.json({ name, done: true })

const ends: ReadonlyArray<readonly [how: string, end: Effect.Effect<never>]> = [
  ["is interrupted", Effect.interrupt],
  ["is interrupted later", Effect.zipRight(Effect.sleep("1 second"), Effect.interrupt)],
  ["dies", Effect.die(new Error("secret of a defect"))],
  ["dies of nothing", Effect.die(undefined)],
  ["throws", Effect.sync(() => assert.fail("thrown"))]
]

/** The exit of a call, with the clock moved. */
const exitOf = <A, E, R>(call: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.fork(call)
    yield* TestClock.adjust("1 minute")
    return yield* Fiber.await(fiber)
  })

const failure = <E>(exit: Exit.Exit<unknown, E>): E =>
  Exit.isFailure(exit) && exit.cause._tag === "Fail"
    ? exit.cause.error
    : assert.fail(`no failure: ${JSON.stringify(exit)}`)

describe("[17] a transport", () => {
  it.effect.each(ends)(
    "that %s is TransportError Interrupted, and may have sent",
    ([, end]) =>
      Effect.gen(function*() {
        const client = yield* Operations.make(binding, { retry: "none" })
        const error = failure(yield* exitOf(client.get({ name })))
        assert.strictEqual(error._tag, "TransportError")
        if (error._tag !== "TransportError") return
        assert.deepStrictEqual([error.reason, error.sent], ["Interrupted", "maybe"])
        assert.isFalse(error.message.includes("secret"))
        const started = failure(yield* exitOf(client.start(bake, { parent, cake: {} })))
        assert.include(started.message, "the operation may exist")
      }).pipe(Effect.provide(http(() => end)))
  )

  it.effect.each(ends)("that %s once is asked again", ([, end]) =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      assert.isTrue(Exit.isSuccess(yield* exitOf(client.get({ name }))))
      assert.strictEqual((yield* FakeHttp.calls).length, 2)
    }).pipe(
      Effect.provide(http((_, index) => index === 0 ? Effect.zipRight(end, Effect.never) : done()))
    ))

  it.effect("that throws where it is called is no defect either", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding, {
        retry: "none",
        transformClient: (client) => ({
          ...client,
          execute: () => assert.fail("thrown")
        } as HttpClient.HttpClient)
      })
      const error = failure(yield* exitOf(client.get({ name })))
      assert.strictEqual(error._tag === "TransportError" && error.reason, "Interrupted")
    }).pipe(Effect.provide(http(done))))

  it.effect("whose caller is interrupted ends interrupted", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const fiber = yield* Effect.fork(client.get({ name }))
      yield* TestClock.adjust("1 second")
      const exit = yield* interruptAndAwait(fiber)
      assert.isTrue(Exit.isInterrupted(exit))
    }).pipe(Effect.provide(http(() => Effect.never))))
})

describe("[17] a token source", () => {
  const source = (
    headers: Credentials.Service["headers"],
    refresh: Credentials.Service["refresh"] = Credentials.none.refresh
  ) => Layer.succeed(Credentials.Credentials, { ...Credentials.none, headers, refresh })

  it.effect.each(ends)(
    "that %s is a transient CredentialsError",
    ([, end]) =>
      Effect.gen(function*() {
        const client = yield* Operations.make(binding)
        const error = failure(yield* exitOf(client.get({ name })))
        assert.strictEqual(error._tag, "CredentialsError")
        if (error._tag !== "CredentialsError") return
        assert.deepStrictEqual([error.reason, error.transient], ["Unavailable", true])
        assert.strictEqual(error.operation?.name, name)
        assert.isFalse(error.message.includes("secret"))
      }).pipe(Effect.provide(http(done, { credentials: source(() => end) })))
  )

  it.effect.each(ends)("that %s when it is to renew, too", ([, end]) =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const error = failure(yield* exitOf(client.get({ name })))
      assert.strictEqual(error._tag, "CredentialsError")
    }).pipe(
      Effect.provide(http(() => FakeHttp.failure(401, "UNAUTHENTICATED"), {
        credentials: source(Credentials.none.headers, () => end)
      }))
    ))

  it.effect("that throws is no defect either", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const error = failure(yield* exitOf(client.get({ name })))
      assert.strictEqual(error._tag, "CredentialsError")
    }).pipe(Effect.provide(http(done, { credentials: source(() => assert.fail("thrown")) }))))
})

describe("[36] a client that its user has decorated", () => {
  const decorations: ReadonlyArray<
    readonly [how: string, decorate: <E, R>(client: HttpClient.HttpClient.With<E, R>) => unknown]
  > = [
    ["filterStatusOk", HttpClient.filterStatusOk],
    [
      "transformResponse",
      HttpClient.transformResponse(Effect.flatMap(HttpClientResponse.filterStatusOk))
    ]
  ]

  it.effect.each(decorations)(
    "%s: a refusal is read as the reply that it is",
    ([, decorate]) =>
      Effect.gen(function*() {
        const client = yield* Operations.make(binding, {
          retry: "none",
          transformClient: (client) => decorate(client) as HttpClient.HttpClient
        })
        const error = failure(yield* exitOf(client.get({ name })))
        assert.strictEqual(error._tag, "NOT_FOUND")
        assert.strictEqual((error as LroError.NotFound).status.message, "gone")
        assert.strictEqual((error as LroError.NotFound).httpStatus, 404)
      }).pipe(
        Effect.provide(http(() => FakeHttp.failure(404, "NOT_FOUND", { message: "gone" })))
      )
  )

  it.effect("filterStatusOk: a 401 renews the credentials, a 503 is tried again", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding, {
        transformClient: (client) => HttpClient.filterStatusOk(client)
      })
      assert.isTrue(Exit.isSuccess(yield* exitOf(client.get({ name }))))
      assert.strictEqual((yield* FakeHttp.calls).length, 2)
    }).pipe(
      Effect.provide(http((_, index) => index === 0 ? FakeHttp.html(503) : done()))
    ))

  it.effect("a time-out of its own is Timeout", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding, {
        retry: "none",
        transformClient: (client) =>
          HttpClient.transformResponse(
            client,
            Effect.timeout("5 seconds")
          ) as unknown as HttpClient.HttpClient
      })
      const error = failure(yield* exitOf(client.get({ name })))
      assert.strictEqual(error._tag, "TransportError")
      if (error._tag !== "TransportError") return
      assert.deepStrictEqual([error.reason, error.sent], ["Timeout", "maybe"])
    }).pipe(Effect.provide(http(() => Effect.never))))

  it.effect("a time-out as the cause of its error is Timeout, too", () =>
    Effect.gen(function*() {
      const timedOut = Effect.flip(Effect.timeout(Effect.never, 0))
      const client = yield* Operations.make(binding, {
        retry: "none",
        transformClient: HttpClient.mapRequestEffect((request) =>
          Effect.flatMap(timedOut, (cause) =>
            Effect.fail(
              new HttpClientError.RequestError({ request, reason: "Transport", cause })
            ))
        )
      })
      const error = failure(yield* exitOf(client.get({ name })))
      assert.strictEqual(error._tag === "TransportError" && error.reason, "Timeout")
    }).pipe(Effect.provide(http(done))))

  it.effect("retryTransient multiplies the attempts, and sends a start again that may have arrived", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding, {
        transformClient: HttpClient.retryTransient({ times: 2 })
      })
      const got = failure(yield* exitOf(client.get({ name })))
      assert.strictEqual(got._tag, "UNAVAILABLE")
      assert.strictEqual((yield* FakeHttp.calls).length, 3 * 3)
      yield* exitOf(client.start(bake, { parent, cake: {} }))
      assert.strictEqual((yield* FakeHttp.calls).length, 3 * 3 + 3)
    }).pipe(
      Effect.provide(
        http(({ verb }) => verb === "GET" ? FakeHttp.html(503) : FakeHttp.broken("ECONNRESET"))
      )
    ))
})
