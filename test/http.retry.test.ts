import { assert, describe, it } from "@effect/vitest"
import {
  Clock,
  DateTime,
  Duration,
  Effect,
  Either,
  Fiber,
  Layer,
  Logger,
  LogLevel,
  Option,
  Random,
  Redacted,
  TestClock,
  TestContext
} from "effect"
import * as Credentials from "../src/Credentials.ts"
import { type CallError, CredentialsError, isRpcError } from "../src/LroError.ts"
import * as Operations from "../src/Operations.ts"
import { bake, bakeOnce, binding, http, name, parent } from "./utils/bakery.ts"
import * as FakeHttp from "./utils/FakeHttp.ts"

type Client = Operations.ClientOf<typeof binding>
type Step = Response | Effect.Effect<Response, FakeHttp.Broken>

const done = () => FakeHttp.json({ name, done: true, operations: [] })
const unavailable = () => FakeHttp.failure(503, "UNAVAILABLE")
const hang = () => Effect.never

/** The steps one after another, the last one for ever. */
const script = (steps: ReadonlyArray<() => Step>): FakeHttp.Handler => (_, index) =>
  (steps[index] ?? steps.at(-1) ?? done)()

interface Outcome {
  readonly result: Either.Either<unknown, CallError>
  readonly at: ReadonlyArray<number>
  readonly calls: ReadonlyArray<FakeHttp.Call>
  readonly elapsed: number
}

/** Runs a call to its end in virtual time of its own; jitter is three quarters of each delay unless said otherwise. */
const run = (
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
      Effect.withRandom(Random.fixed(options.random ?? [0.5])),
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
    Effect.provide(TestContext.TestContext)
  )

const error = ({ result }: Outcome): CallError => Option.getOrThrow(Either.getLeft(result))
const succeeded = ({ result }: Outcome) =>
  assert.isTrue(Either.isRight(result), JSON.stringify(result))
/** The delay before the second attempt of the default policy, with the default jitter of {@link run}. */
const first = 375

const methods: ReadonlyArray<
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

describe("attempts", () => {
  it.effect.each(methods)(
    "%s makes three, jittered and exponential",
    ([, call]) =>
      Effect.gen(function*() {
        const failed = yield* run([unavailable], (client) => call(client))
        assert.deepStrictEqual(failed.at, [0, 375, 1125])
        const last = error(failed)
        assert.strictEqual(last._tag, "UNAVAILABLE")
        assert.strictEqual(isRpcError(last) && last.attempts, 3)
        assert.isTrue(last.message.endsWith("; 3 attempts"), last.message)
        const saved = yield* run([unavailable, unavailable, done], (client) => call(client))
        assert.deepStrictEqual(saved.at, [0, 375, 1125])
        succeeded(saved)
      })
  )

  it.effect("the jitter takes half to the whole of each delay", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual((yield* run([unavailable], undefined, { random: [0] })).at, [
        0,
        250,
        750
      ])
      assert.deepStrictEqual((yield* run([unavailable], undefined, { random: [1] })).at, [
        0,
        500,
        1500
      ])
      assert.deepStrictEqual((yield* run([unavailable], undefined, { random: [0, 1] })).at, [
        0,
        250,
        1250
      ])
      const seeded = yield* Effect.replicateEffect(
        Effect.withRandom(Random.next, Random.make("seed")),
        3
      )
      assert.isTrue(seeded.every((value) => value >= 0 && value < 1))
    }))

  it.effect("are set by the layer and by the call", () =>
    Effect.gen(function*() {
      const layer = {
        retry: { attempts: 5, initial: "1 second", multiplier: 3, cap: "6 seconds" }
      } as const
      const byLayer = yield* run([unavailable], undefined, { layer, random: [1] })
      assert.deepStrictEqual(byLayer.at, [0, 1_000, 4_000, 10_000, 16_000])
      const byCall = yield* run(
        [unavailable],
        (client) => client.get({ name }, { retry: { attempts: 2, cap: "500 millis" } }),
        { layer, random: [1] }
      )
      assert.deepStrictEqual(byCall.at, [0, 500])
      const none = yield* run([unavailable], (client) => client.get({ name }, { retry: "none" }), {
        layer
      })
      assert.deepStrictEqual(none.at, [0])
      assert.isFalse(error(none).message.includes("attempts"))
      const ofLayer = yield* run([unavailable], undefined, { layer: { retry: "none" } })
      assert.deepStrictEqual(ofLayer.at, [0])
    }))

  it.effect("a warning says what failed and when the next one is", () => {
    const logs: Array<string> = []
    const logger = Logger.make(({ logLevel, message }) => {
      logs.push(`${logLevel.label} ${String(message)}`)
    })
    return Effect.gen(function*() {
      yield* run([unavailable, () => FakeHttp.broken("ECONNRESET"), done])
      assert.deepStrictEqual(logs, [
        "WARN google.longrunning.Operations.GetOperation failed with UNAVAILABLE, tried again in 375 ms",
        "WARN google.longrunning.Operations.GetOperation failed with TransportError, tried again in 750 ms"
      ])
    }).pipe(
      Effect.provide(Logger.replace(Logger.defaultLogger, logger)),
      Logger.withMinimumLogLevel(LogLevel.All)
    )
  })
})

describe("a failure", () => {
  it.effect.each(
    [
      ["503 UNAVAILABLE", unavailable],
      ["408 HTML", () => FakeHttp.html(408)],
      ["502 HTML", () => FakeHttp.html(502)],
      ["503 HTML", () => FakeHttp.html(503)],
      ["504 HTML", () => FakeHttp.html(504)],
      ["502 without a body", () => new Response(null, { status: 502 })],
      ["UNAVAILABLE with another HTTP status", () => FakeHttp.failure(500, "UNAVAILABLE")],
      ["ENOTFOUND", () => FakeHttp.broken("ENOTFOUND")],
      ["ECONNREFUSED", () => FakeHttp.broken("ECONNREFUSED")],
      ["ECONNRESET", () => FakeHttp.broken("ECONNRESET")],
      ["an unknown error", () => FakeHttp.broken("ESOMETHING")],
      ["a truncated body", () => FakeHttp.truncated("{\"name\"", "UND_ERR_SOCKET")]
    ] as const
  )("%s is tried again", ([, step]) =>
    Effect.gen(function*() {
      const outcome = yield* run([step, done])
      assert.deepStrictEqual(outcome.at, [0, first])
      succeeded(outcome)
    }))

  it.effect.each(
    [
      ["504 DEADLINE_EXCEEDED", () => FakeHttp.failure(504, "DEADLINE_EXCEEDED")],
      [
        "504 of format 1",
        () => FakeHttp.json({ error: { code: 504, message: "m" } }, { status: 504 })
      ],
      ["502 INTERNAL", () => FakeHttp.failure(502, "INTERNAL")],
      ["500 HTML", () => FakeHttp.html(500)],
      ["429 RESOURCE_EXHAUSTED", () => FakeHttp.failure(429, "RESOURCE_EXHAUSTED")],
      ["429 HTML", () => FakeHttp.html(429)],
      ["409 ABORTED", () => FakeHttp.failure(409, "ABORTED")],
      ["403 PERMISSION_DENIED", () => FakeHttp.failure(403, "PERMISSION_DENIED")],
      ["404 NOT_FOUND", () => FakeHttp.failure(404, "NOT_FOUND")],
      ["404 HTML", () => FakeHttp.html(404)],
      ["501 UNIMPLEMENTED", () => FakeHttp.failure(501, "UNIMPLEMENTED")],
      ["a redirect", () => new Response(null, { status: 302 })],
      ["200 HTML", () => FakeHttp.html(200)],
      ["an expired certificate", () => FakeHttp.broken("CERT_HAS_EXPIRED")],
      ["a self-signed certificate", () => FakeHttp.broken("SELF_SIGNED_CERT_IN_CHAIN")],
      ["another host's certificate", () => FakeHttp.broken("ERR_TLS_CERT_ALTNAME_INVALID")]
    ] as const
  )("%s is not", ([, step]) =>
    Effect.gen(function*() {
      for (const [, call] of methods) {
        const outcome = yield* run([step, done], (client) => call(client))
        assert.deepStrictEqual(outcome.at, [0])
        const failed = error(outcome)
        assert.strictEqual("attempts" in failed ? failed.attempts : undefined, 1)
      }
    }))

  it.effect("of another kind than the one before counts as the next attempt", () =>
    Effect.gen(function*() {
      const mixed = yield* run([unavailable, () => FakeHttp.failure(400, "INVALID_ARGUMENT"), done])
      assert.deepStrictEqual(mixed.at, [0, first])
      const failed = error(mixed)
      assert.strictEqual(failed._tag, "INVALID_ARGUMENT")
      assert.strictEqual(isRpcError(failed) && failed.attempts, 2)
    }))

  it.effect("of the credentials is not tried again, be it transient or not", () =>
    Effect.gen(function*() {
      for (const transient of [true, false]) {
        const credentials = Layer.succeed(
          Credentials.Credentials,
          Credentials.Credentials.of({
            ...Credentials.none,
            headers: () =>
              Effect.fail(
                new CredentialsError({ reason: "Unavailable", transient, description: "down" })
              )
          })
        )
        const outcome = yield* run([done], undefined, { credentials })
        const failed = error(outcome)
        assert.strictEqual(failed._tag, "CredentialsError")
        assert.strictEqual(failed._tag === "CredentialsError" && failed.transient, transient)
        assert.deepStrictEqual([outcome.at, outcome.elapsed], [[], 0])
      }
    }))
})

describe("a start that is not idempotent", () => {
  const start = (client: Client) => client.start(bake, { parent, cake: {} })

  it.effect.each([
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ENETUNREACH",
    "UND_ERR_CONNECT_TIMEOUT"
  ])(
    "is tried again after %s: nothing was sent",
    (code) =>
      Effect.gen(function*() {
        const outcome = yield* run([() => FakeHttp.broken(code), done], start)
        assert.deepStrictEqual(outcome.at, [0, first])
        succeeded(outcome)
        const failed = error(yield* run([() => FakeHttp.broken(code)], start))
        assert.strictEqual(failed._tag === "TransportError" && failed.sent, "no")
        assert.include(failed.message, "; nothing was sent; 3 attempts")
        assert.notInclude(failed.message, "may exist")
      })
  )

  it.effect.each(
    [
      ["ECONNRESET", () => FakeHttp.broken("ECONNRESET")],
      ["an unknown error", () => FakeHttp.broken("ESOMETHING")],
      ["a truncated reply", () => FakeHttp.truncated("{", "ECONNRESET")],
      ["silence", hang]
    ] as const
  )("is not after %s: an operation may exist", ([, step]) =>
    Effect.gen(function*() {
      const outcome = yield* run([step, done], start)
      assert.deepStrictEqual(outcome.at, [0])
      const failed = error(outcome)
      assert.strictEqual(failed._tag === "TransportError" && failed.sent, "maybe")
      assert.isTrue(
        failed.message.endsWith(
          "; the request may have been sent; the operation may exist: look for it with list, or for " +
            "the resource, before starting it again"
        ),
        failed.message
      )
    }))

  it.effect("is not after UNAVAILABLE or 502", () =>
    Effect.gen(function*() {
      for (const step of [unavailable, () => FakeHttp.html(502)]) {
        assert.deepStrictEqual((yield* run([step, done], start)).at, [0])
      }
    }))

  it.effect("says so again when a later attempt may have arrived", () =>
    Effect.gen(function*() {
      const refused = () => FakeHttp.broken("ECONNREFUSED")
      const outcome = yield* run([refused, () => FakeHttp.broken("ECONNRESET"), done], start)
      assert.deepStrictEqual(outcome.at, [0, first])
      assert.include(error(outcome).message, "the operation may exist")
    }))
})

describe("a start with a request id", () => {
  it.effect("sends the same one on every attempt and names it when it gives up", () =>
    Effect.gen(function*() {
      const reset = () => FakeHttp.broken("ECONNRESET")
      const outcome = yield* run([reset], (client) => client.start(bakeOnce, { parent, cake: {} }))
      assert.deepStrictEqual(outcome.at, [0, 375, 1125])
      const ids = outcome.calls.map(({ url }) => new URL(url).searchParams.get("requestId"))
      const [id] = ids
      assert.match(
        id ?? "",
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
      )
      assert.deepStrictEqual(ids, [id, id, id])
      assert.isTrue(
        error(outcome).message.endsWith(
          `; the operation may exist: starting it again with request id ${id} is safe; 3 attempts`
        ),
        error(outcome).message
      )
    }))
})

describe("a hint", () => {
  const retryInfo = (retryDelay: string) => [
    { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay }
  ]
  const hinted = (hint: { readonly info?: string; readonly header?: string }) => () =>
    FakeHttp.failure(503, "UNAVAILABLE", {
      ...(hint.info === undefined ? {} : { details: retryInfo(hint.info) }),
      ...(hint.header === undefined ? {} : { headers: { "retry-after": hint.header } })
    })

  it.effect.each(
    [
      [{ info: "2s" }, 2_000],
      [{ info: "2.5s" }, 2_500],
      [{ header: "2" }, 2_000],
      [{ header: " 7 " }, 7_000],
      [{ header: "0.5" }, 500],
      [{ header: "Thu, 01 Jan 1970 00:00:05 GMT" }, 5_000],
      [{ header: "Thursday, 01-Jan-70 00:00:05 GMT" }, 5_000],
      [{ info: "2s", header: "3" }, 3_000],
      [{ info: "4s", header: "3" }, 4_000],
      [{ info: "60s" }, 60_000],
      [{ header: "60" }, 60_000],
      // No hints: the backoff stands.
      [{ info: "0.1s" }, first],
      [{ info: "0s" }, first],
      [{ info: "-5s" }, first],
      [{ info: "soon" }, first],
      [{ header: "0" }, first],
      [{ header: "-5" }, first],
      [{ header: "abc" }, first],
      [{ header: "1e3" }, first],
      [{ header: "NaN" }, first],
      [{ header: "may 2099" }, first],
      [{ header: "sun 2099" }, first],
      [{ header: "Fri, 31 Dec 1999 23:59:59" }, first],
      [{ header: "Wed, 31 Dec 1969 23:59:59 GMT" }, first]
    ] as const
  )("%j makes the second attempt at %i ms", ([hint, at]) =>
    Effect.gen(function*() {
      const outcome = yield* run([hinted(hint), done])
      assert.deepStrictEqual(outcome.at, [0, at])
      succeeded(outcome)
    }))

  it.effect.each(
    [
      [{ info: "60.001s" }, 60_001],
      [{ info: "86400s" }, 86_400_000],
      [{ header: "61" }, 61_000],
      [{ header: "10000000000" }, 1e13],
      [{ header: "Thu, 01 Jan 1970 01:00:00 GMT" }, 3_600_000],
      [{ header: "9".repeat(400) }, Number.MAX_SAFE_INTEGER]
    ] as const
  )("%j ends the retry, and the error carries it", ([hint, millis]) =>
    Effect.gen(function*() {
      for (const [, call] of methods) {
        const outcome = yield* run([hinted(hint), done], (client) => call(client))
        assert.deepStrictEqual([outcome.at, outcome.elapsed], [[0], 0])
        const failed = error(outcome)
        assert.isTrue(isRpcError(failed))
        assert.deepStrictEqual(
          isRpcError(failed)
            ? failed.retryAfter && Duration.toMillis(failed.retryAfter)
            : undefined,
          millis
        )
      }
    }))

  it.effect("may be as long as maxHint says", () =>
    Effect.gen(function*() {
      const patient = yield* run(
        [hinted({ info: "600s" }), done],
        (client) => client.get({ name }, { retry: { maxHint: "10 minutes" } })
      )
      assert.deepStrictEqual(patient.at, [0, 600_000])
      const impatient = yield* run([hinted({ info: "2s" }), done], undefined, {
        layer: { retry: { maxHint: "1 second" } }
      })
      assert.deepStrictEqual(impatient.at, [0])
    }))

  it.effect("does not make a failure repeatable", () =>
    Effect.gen(function*() {
      const outcome = yield* run([
        () => FakeHttp.failure(429, "RESOURCE_EXHAUSTED", { details: retryInfo("2s") }),
        done
      ])
      assert.deepStrictEqual(outcome.at, [0])
      const failed = error(outcome)
      assert.deepStrictEqual(isRpcError(failed) && failed.retryAfter, Duration.seconds(2))
    }))
})

describe("cancel and delete", () => {
  const precondition = () => FakeHttp.failure(400, "FAILED_PRECONDITION")
  const notFound = () => FakeHttp.failure(404, "NOT_FOUND")
  const reset = () => FakeHttp.broken("ECONNRESET")
  const refused = () => FakeHttp.broken("ECONNREFUSED")
  const cancel = (client: Client) => client.cancel({ name })
  const remove = (client: Client) => client.delete({ name })
  const get = (client: Client) => client.get({ name })

  it.effect.each(
    [
      ["cancel", cancel, [unavailable, precondition]],
      ["cancel", cancel, [() => FakeHttp.html(502), precondition]],
      ["cancel", cancel, [reset, precondition]],
      ["cancel", cancel, [reset, refused, precondition]],
      ["delete", remove, [unavailable, notFound]],
      ["delete", remove, [reset, notFound]],
      ["delete", remove, [() => FakeHttp.truncated("{", "ECONNRESET"), notFound]]
    ] as const
  )(
    "%s has succeeded when a repetition after a lost reply is refused",
    ([, call, steps]) =>
      Effect.gen(function*() {
        const outcome = yield* run(steps, call)
        succeeded(outcome)
        assert.strictEqual(outcome.at.length, steps.length)
      })
  )

  it.effect.each(
    [
      ["cancel", cancel, [precondition], "FAILED_PRECONDITION"],
      ["cancel", cancel, [refused, precondition], "FAILED_PRECONDITION"],
      ["cancel", cancel, [reset, notFound], "NOT_FOUND"],
      ["delete", remove, [notFound], "NOT_FOUND"],
      ["delete", remove, [refused, notFound], "NOT_FOUND"],
      ["delete", remove, [reset, precondition], "FAILED_PRECONDITION"],
      ["delete", remove, [reset, () => FakeHttp.html(404)], "MalformedResponse"],
      ["get", get, [reset, notFound], "NOT_FOUND"],
      ["get", get, [reset, precondition], "FAILED_PRECONDITION"]
    ] as const
  )("%s has not otherwise", ([, call, steps, tag]) =>
    Effect.gen(function*() {
      const outcome = yield* run(steps, call)
      assert.strictEqual(error(outcome)._tag, tag)
      assert.strictEqual(outcome.at.length, steps.length)
    }))
})

describe("the time-out of an attempt", () => {
  it.effect("ends each attempt after 30 seconds, also one whose body stalls", () =>
    Effect.gen(function*() {
      const stalled = () => new Response(new ReadableStream({ pull: () => new Promise(() => {}) }))
      const declared = () =>
        new Response(
          new ReadableStream({
            start: (controller) => controller.enqueue(new Uint8Array(1)),
            pull: () => new Promise(() => {})
          }),
          { headers: { "content-length": "10" } }
        )
      for (const step of [hang, stalled, declared]) {
        const outcome = yield* run([step])
        assert.deepStrictEqual(outcome.at, [0, 30_375, 61_125])
        assert.strictEqual(outcome.elapsed, 91_125)
        const failed = error(outcome)
        assert.strictEqual(failed._tag, "TransportError")
        if (failed._tag !== "TransportError") return
        assert.deepStrictEqual([failed.reason, failed.sent, failed.attempts], [
          "Timeout",
          "maybe",
          3
        ])
        assert.strictEqual(
          failed.message,
          `google.longrunning.Operations.GetOperation (${name}): Timeout at bakery.googleapis.com: ` +
            "no whole reply within 30s; the request may have been sent; 3 attempts"
        )
      }
    }))

  it.effect("is the call's, else the layer's", () =>
    Effect.gen(function*() {
      const layer = { timeout: "10 seconds", retry: "none" } as const
      const byLayer = yield* run([hang], undefined, { layer })
      assert.strictEqual(byLayer.elapsed, 10_000)
      const byCall = yield* run(
        [hang],
        (client) => client.get({ name }, { timeout: "2 seconds" }),
        { layer }
      )
      assert.strictEqual(byCall.elapsed, 2_000)
    }))

  it.effect("of a wait lasts longer than the server was asked to wait", () =>
    Effect.gen(function*() {
      const wait = yield* run(
        [hang],
        (client) => client.wait({ name, timeout: "5 minutes" }, { retry: "none" })
      )
      assert.strictEqual(wait.elapsed, 330_000)
    }))

  it.effect("aborts the request, and so does an interruption", () => {
    let aborted = 0
    const step = () => Effect.onInterrupt(Effect.never, () => Effect.sync(() => void aborted++))
    return Effect.gen(function*() {
      yield* run([step], (client) => client.get({ name }, { retry: { attempts: 2 } }))
      assert.strictEqual(aborted, 2)
      yield* run([step], (client) =>
        Effect.timeoutTo(client.get({ name }), {
          duration: "1 second",
          onSuccess: () => {},
          onTimeout: () => {}
        }))
      assert.strictEqual(aborted, 3)
    })
  })

  it.effect("an interruption during the backoff sends nothing more", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const fiber = yield* Effect.fork(client.get({ name }))
      yield* TestClock.adjust(100)
      yield* Fiber.interrupt(fiber)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual((yield* FakeHttp.calls).length, 1)
    }).pipe(Effect.provide(http(unavailable))))
})

describe("after a 401", () => {
  /** Tokens t0, t1, …; the n-th request for one may be answered otherwise. */
  const source = (token: (n: number) => string | CredentialsError = (n) => `t${n}`) => {
    const refreshes: Array<number> = []
    const layer = Credentials.layerTokenEffect(Effect.gen(function*() {
      const now = yield* Clock.currentTimeMillis
      const answer = token(refreshes.push(now) - 1)
      if (typeof answer !== "string") return yield* answer
      return { token: Redacted.make(answer), expiresAt: DateTime.unsafeMake(now + 3_600_000 * 24) }
    }))
    return { layer, refreshes }
  }
  const refuse = () => FakeHttp.failure(401, "UNAUTHENTICATED")
  const tokens = ({ calls }: Outcome) => calls.map((call) => call.headers["authorization"])
  const all: typeof methods = [
    ...methods,
    ["start", (client, options) => client.start(bake, { parent, cake: {} }, options)]
  ]

  it.effect.each(all)(
    "%s is repeated once, at once, with other credentials",
    ([, call]) =>
      Effect.gen(function*() {
        const { layer, refreshes } = source()
        const saved = yield* run([refuse, done], (client) => call(client), { credentials: layer })
        succeeded(saved)
        assert.deepStrictEqual(saved.at, [0, 0])
        assert.deepStrictEqual(tokens(saved), ["Bearer t0", "Bearer t1"])
        assert.strictEqual(saved.calls[0]?.url, saved.calls[1]?.url)
        assert.strictEqual(refreshes.length, 2)
      })
  )

  it.effect.each(all)("%s fails for good with the second", ([, call]) =>
    Effect.gen(function*() {
      const { layer, refreshes } = source()
      const lost = yield* run([refuse], (client) => call(client), { credentials: layer })
      assert.strictEqual(error(lost)._tag, "UNAUTHENTICATED")
      assert.deepStrictEqual([lost.at, lost.elapsed], [[0, 0], 0])
      assert.strictEqual(refreshes.length, 2)
    }))

  it.effect("without a Google body is the same", () =>
    Effect.gen(function*() {
      const { layer } = source()
      const saved = yield* run([() => FakeHttp.html(401), done], undefined, { credentials: layer })
      assert.deepStrictEqual(tokens(saved), ["Bearer t0", "Bearer t1"])
    }))

  it.effect("nothing is repeated when the source returns the same token, or cannot refresh", () =>
    Effect.gen(function*() {
      const same = yield* run([refuse, done], undefined, { credentials: source(() => "t").layer })
      assert.strictEqual(error(same)._tag, "UNAUTHENTICATED")
      assert.deepStrictEqual(tokens(same), ["Bearer t"])
      const fixed = yield* run([refuse, done])
      assert.strictEqual(error(fixed)._tag, "UNAUTHENTICATED")
      assert.deepStrictEqual(tokens(fixed), ["Bearer token"])
    }))

  it.effect("a source that fails ends the call with its error", () =>
    Effect.gen(function*() {
      const { layer } = source((n) =>
        n === 0
          ? "t0"
          : new CredentialsError({ reason: "Rejected", transient: false, description: "revoked" })
      )
      const outcome = yield* run([refuse, done], undefined, { credentials: layer })
      const failed = error(outcome)
      assert.strictEqual(failed._tag, "CredentialsError")
      assert.strictEqual(failed.method, "google.longrunning.Operations.GetOperation")
      assert.strictEqual(failed.operation?.name, name)
      assert.deepStrictEqual(outcome.at, [0])
    }))

  it.effect("one repetition is all that a call has, whatever comes between", () =>
    Effect.gen(function*() {
      const { layer, refreshes } = source()
      const outcome = yield* run([refuse, unavailable, refuse, done], undefined, {
        credentials: layer
      })
      assert.strictEqual(error(outcome)._tag, "UNAUTHENTICATED")
      assert.deepStrictEqual(outcome.at, [0, 0, first])
      assert.deepStrictEqual(tokens(outcome), ["Bearer t0", "Bearer t1", "Bearer t1"])
      assert.strictEqual(refreshes.length, 2)
    }))

  it.effect("a repetition is followed by the ordinary retry", () =>
    Effect.gen(function*() {
      const { layer } = source()
      const outcome = yield* run([refuse, unavailable, unavailable, done], undefined, {
        credentials: layer
      })
      succeeded(outcome)
      assert.deepStrictEqual(outcome.at, [0, 0, 375, 1125])
    }))

  it.effect("a refused cancel is no sign that the first one arrived", () =>
    Effect.gen(function*() {
      const { layer } = source()
      const precondition = () => FakeHttp.failure(400, "FAILED_PRECONDITION")
      const outcome = yield* run([refuse, precondition], (client) => client.cancel({ name }), {
        credentials: layer
      })
      assert.strictEqual(error(outcome)._tag, "FAILED_PRECONDITION")
    }))

  it.effect("UNAUTHENTICATED with another HTTP status is not repeated", () =>
    Effect.gen(function*() {
      const { layer } = source()
      const outcome = yield* run(
        [() => FakeHttp.failure(403, "UNAUTHENTICATED"), done],
        undefined,
        {
          credentials: layer
        }
      )
      assert.deepStrictEqual(outcome.at, [0])
    }))

  it.effect("64 calls at once refresh once", () =>
    Effect.gen(function*() {
      const { layer, refreshes } = source()
      const outcome = yield* Effect.gen(function*() {
        const client = yield* Operations.make(binding)
        const results = yield* Effect.forEach(
          Array.from({ length: 64 }),
          () => Effect.either(client.get({ name })),
          { concurrency: "unbounded" }
        )
        assert.isTrue(results.every(Either.isRight))
        return (yield* FakeHttp.calls).length
      }).pipe(Effect.provide(http(
        ({ headers }) => headers["authorization"] === "Bearer t0" ? refuse() : done(),
        { credentials: layer }
      )))
      assert.strictEqual(outcome, 128)
      assert.strictEqual(refreshes.length, 2)
    }))

  it.effect("a start whose caller was interrupted meanwhile is not repeated", () =>
    Effect.gen(function*() {
      const { layer } = source()
      const step = () => Effect.delay(Effect.sync(refuse), "2 seconds")
      const outcome = yield* run(
        [step, done],
        (client) =>
          Effect.timeoutTo(client.start(bake, { parent, cake: {} }), {
            duration: "1 second",
            onSuccess: () => {},
            onTimeout: () => {}
          }),
        { credentials: layer }
      )
      assert.deepStrictEqual(outcome.at, [0])
    }))
})
