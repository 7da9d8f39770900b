import { assert, describe, it } from "@effect/vitest"
import { Chunk, DateTime, Effect, Redacted, Ref, TestClock } from "effect"
import * as Credentials from "effect-lro/Credentials"
import { OperationRef } from "effect-lro/OperationRef"
import type { StartOptions } from "effect-lro/Operations"
import * as Polling from "effect-lro/Polling"
import { inTime } from "../kit/inTime.ts"
import {
  after,
  answer,
  bake,
  bakeOnce,
  Bakery,
  broken,
  Cake,
  done,
  failed,
  hang,
  html,
  layer,
  logged,
  name,
  order,
  refuse,
  type Reply,
  requests,
  running,
  timeline
} from "../kit/Scripted.ts"
import { withDice } from "../kit/services.ts"

const every2 = { schedule: Polling.fixed("2 seconds"), spread: 0 }

const started = running(0)
const unavailable = refuse(503, "UNAVAILABLE")
const uuid4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const start = (options?: StartOptions) =>
  Effect.flatMap(Bakery, (bakery) => inTime(bakery.start(bake, order, options)))
const startOnce = (options?: StartOptions) =>
  Effect.flatMap(Bakery, (bakery) => inTime(bakery.start(bakeOnce, order, options)))

const startedAt = Effect.map(requests, (all) => all.map(({ at }) => at))

/** Half of each retry's delay is jitter: here it is at its middle. */
const jitter = withDice(0.5)

describe("start", () => {
  it.effect("sends the request and gives the operation and its reference", () =>
    Effect.gen(function*() {
      yield* TestClock.adjust("1 minute")
      const target = yield* start()
      assert.strictEqual(target.name, name)
      assert.deepStrictEqual(target.operation, {
        name,
        done: false,
        metadata: { "@type": "x.com/example.Progress", percent: 0 }
      })
      assert.deepStrictEqual(
        target.ref,
        new OperationRef({
          service: "bakery.googleapis.com",
          version: "v1",
          endpoint: undefined,
          name,
          method: bake.rpc,
          startedAt: DateTime.unsafeMake(63_000),
          requestId: undefined
        })
      )
      const [request] = yield* requests
      assert.strictEqual(
        request?.url,
        "https://bakery.googleapis.com/v1/projects/p/locations/l/cakes"
      )
      assert.deepStrictEqual(JSON.parse(request?.body ?? ""), { flavour: "plum" })
      assert.deepStrictEqual(yield* timeline, [["start", 60_000]])
    }).pipe(Effect.provide(layer({ start: [after(3000, started)] }))))

  it.effect("[1] fails where the operation's name cannot be polled, and carries its reference", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const error = yield* Effect.flip(bakery.run(bakeOnce, { ...order, requestId: "id" }))
      assert.strictEqual(error._tag, "MalformedResponse")
      assert.propertyVal(error, "reason", "UnusableName")
      assert.strictEqual(error.operation?.name, "customers/1/operations/2")
      assert.strictEqual(error.operation?.requestId, "id")
      assert.strictEqual(
        error.message,
        `${bakeOnce.rpc} (customers/1/operations/2): UnusableName, HTTP 200 of ` +
          "https://bakery.googleapis.com/v1/projects/p/locations/l/cakes: the operation runs, and its name cannot be " +
          "polled: it does not fit; expected projects/*/locations/*/operations/*"
      )
      assert.deepStrictEqual(yield* timeline, [["start", 0]])
    }).pipe(Effect.provide(layer({ start: [answer({ name: "customers/1/operations/2" })] }))))

  it.effect("[1] takes any name of an operation that is done", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const { operation } = yield* bakery.start(bake, order)
      assert.deepStrictEqual(operation, { name: "../1", done: true, response: {} })
    }).pipe(Effect.provide(layer({ start: [answer({ name: "../1", done: true, response: {} })] }))))

  it.effect("refuses bad arguments and sends nothing", () =>
    Effect.gen(function*() {
      const refs = yield* Ref.make(0)
      const bakery = yield* Bakery
      const error = yield* Effect.flip(
        bakery.start(bake, { ...order, parent: "projects/p/locations/.." }, {
          onStarted: () => Ref.update(refs, (n) => n + 1)
        })
      )
      assert.strictEqual(error._tag, "InvalidRequest")
      assert.deepStrictEqual(yield* requests, [])
      assert.strictEqual(yield* Ref.get(refs), 0)
    }).pipe(Effect.provide(layer({}))))

  const malformed: ReadonlyArray<readonly [reason: string, reply: Reply]> = [
    ["Empty", () => new Response(null, { status: 200 })],
    ["NotJson", html(200)],
    ["NotAnOperation", answer({ id: 7 })],
    ["NotAnOperation", answer({ metadata: {} })],
    ["WrongEndpoint", html(404)]
  ]
  for (const [reason, reply] of malformed) {
    it.effect(`${reason} is a MalformedResponse and is not sent again`, () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(startOnce())
        assert(error._tag === "MalformedResponse")
        assert.strictEqual(error.reason, reason)
        assert.strictEqual(error.method, bakeOnce.rpc)
        assert.deepStrictEqual(yield* timeline, [["start", 0]])
      }).pipe(Effect.provide(layer({ start: [reply] }))))
  }
})

describe("onStarted", () => {
  const collect = Effect.gen(function*() {
    const names = yield* Ref.make(Chunk.empty<string>())
    return [names, {
      onStarted: (ref: OperationRef) => Ref.update(names, Chunk.append(ref.name))
    }] as const
  })

  it.effect("gets the reference before start returns", () =>
    Effect.gen(function*() {
      const [names, options] = yield* collect
      const target = yield* start(options)
      assert.deepStrictEqual(Chunk.toReadonlyArray(yield* Ref.get(names)), [target.name])
    }).pipe(Effect.provide(layer({ start: [started] }))))

  it.effect("does not hear of an operation that has no name", () =>
    Effect.gen(function*() {
      const [names, options] = yield* collect
      yield* start(options)
      assert.isTrue(Chunk.isEmpty(yield* Ref.get(names)))
    }).pipe(Effect.provide(layer({ start: [answer({ done: true, response: {} })] }))))

  it.effect("does not hear of a start that failed", () =>
    Effect.gen(function*() {
      const [names, options] = yield* collect
      yield* Effect.flip(start(options))
      assert.isTrue(Chunk.isEmpty(yield* Ref.get(names)))
    }).pipe(Effect.provide(layer({ start: [refuse(409, "ALREADY_EXISTS")] }))))

  for (
    const [what, effect] of [["failure", Effect.fail("full")], [
      "defect",
      Effect.die("full")
    ]] as const
  ) {
    it.effect(`a ${what} of it is logged and does not lose the operation`, () =>
      Effect.gen(function*() {
        const target = yield* start({ onStarted: () => effect })
        assert.strictEqual(target.name, name)
        assert.strictEqual((yield* logged("WARN", "onStarted", name, "full")).length, 1)
      }).pipe(Effect.provide(layer({ start: [started] }))))
  }
})

describe("[15] a start that is not idempotent", () => {
  for (const code of ["ECONNREFUSED", "ENOTFOUND", "EHOSTUNREACH"]) {
    it.effect(`is tried again after ${code}: nothing was sent`, () =>
      Effect.gen(function*() {
        yield* jitter(start())
        assert.deepStrictEqual(yield* startedAt, [0, 375, 1125])
      }).pipe(Effect.provide(layer({ start: [broken(code), broken(code), started] }))))
  }

  const once: ReadonlyArray<readonly [tag: string, what: string, reply: Reply]> = [
    ["TransportError", "a reset connection", broken("ECONNRESET")],
    ["TransportError", "TLS", broken("CERT_HAS_EXPIRED")],
    ["UNAVAILABLE", "503", unavailable],
    ["UNAVAILABLE", "HTML 503", html(503)],
    ["DEADLINE_EXCEEDED", "HTML 504", html(504)],
    ["INTERNAL", "500", refuse(500, "INTERNAL")],
    ["RESOURCE_EXHAUSTED", "429", refuse(429, "RESOURCE_EXHAUSTED")],
    ["ABORTED", "409", refuse(409, "ABORTED")]
  ]
  for (const [tag, what, reply] of once) {
    it.effect(`is not tried again after ${what}`, () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(start())
        assert.strictEqual(error._tag, tag)
        assert.deepStrictEqual(yield* timeline, [["start", 0]])
      }).pipe(Effect.provide(layer({ start: [reply, started] }))))
  }

  it.effect("that may have arrived says how to find the operation", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(start())
      assert(error._tag === "TransportError")
      assert.strictEqual(error.sent, "maybe")
      assert.match(error.message, /the operation may exist: look for it with list/)
    }).pipe(Effect.provide(layer({ start: [broken("ECONNRESET")] }))))

  it.effect("that was not sent does not", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(start({ retry: "none" }))
      assert(error._tag === "TransportError")
      assert.strictEqual(error.sent, "no")
      assert.notMatch(error.message, /may exist/)
      assert.deepStrictEqual(yield* startedAt, [0])
    }).pipe(Effect.provide(layer({ start: [broken("ECONNREFUSED")] }))))

  it.effect("that hangs ends with its attempt's time-out", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(start({ timeout: "7 seconds" }))
      assert(error._tag === "TransportError")
      assert.strictEqual(error.reason, "Timeout")
      assert.strictEqual(error.sent, "maybe")
      assert.match(error.message, /no whole reply within 7s|Timeout/)
      assert.match(error.message, /may exist/)
      assert.deepStrictEqual((yield* requests).map(({ end }) => end), ["aborted"])
    }).pipe(Effect.provide(layer({ start: [hang, started] }))))
})

describe("[15] an idempotent start", () => {
  it.effect("carries a random request id, the same in every attempt", () =>
    Effect.gen(function*() {
      const target = yield* jitter(startOnce({ timeout: "1 second", retry: { attempts: 5 } }))
      assert.match(target.ref.requestId ?? "", uuid4)
      assert.deepStrictEqual(yield* startedAt, [0, 375, 1125, 2625, 6625])
      assert.deepStrictEqual(
        new Set((yield* requests).map(({ body, url }) => `${url} ${body}`)),
        new Set([
          `https://bakery.googleapis.com/v1/projects/p/locations/l/cakes?requestId=${target.ref.requestId} {"flavour":"plum"}`
        ])
      )
      const other = yield* startOnce()
      assert.notStrictEqual(other.ref.requestId, target.ref.requestId)
    }).pipe(
      Effect.provide(
        layer({ start: [unavailable, broken("ECONNRESET"), html(502), hang, started] })
      )
    ))

  it.effect("keeps the request id that is given", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const target = yield* bakery.start(bakeOnce, { ...order, requestId: "mine" })
      assert.strictEqual(target.ref.requestId, "mine")
      assert.match((yield* requests)[0]?.url ?? "", /\?requestId=mine$/)
    }).pipe(Effect.provide(layer({ start: [started] }))))

  it.effect("that may have arrived says that its request id makes another start safe", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const error = yield* Effect.flip(
        inTime(bakery.start(bakeOnce, { ...order, requestId: "mine" }))
      )
      assert(error._tag === "TransportError")
      assert.strictEqual(error.attempts, 3)
      assert.match(error.message, /starting it again with request id mine is safe/)
    }).pipe(Effect.provide(layer({ start: [broken("ECONNRESET")] }))))

  it.effect("may be one because the caller says so", () =>
    Effect.gen(function*() {
      const target = yield* jitter(start({ idempotent: true }))
      assert.isUndefined(target.ref.requestId)
      assert.deepStrictEqual(yield* startedAt, [0, 375, 1125])
    }).pipe(Effect.provide(layer({ start: [broken("ECONNRESET"), unavailable, started] }))))

  it.effect("is not tried again after what repeating does not mend", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(startOnce())
      assert.strictEqual(error._tag, "ABORTED")
      assert.deepStrictEqual(yield* startedAt, [0])
    }).pipe(Effect.provide(layer({ start: [refuse(409, "ABORTED"), started] }))))
})

describe("[16] a 401", () => {
  /** Tokens `t1`, `t2`, …, or always the same one. */
  const tokens = (changing: boolean) => {
    let count = 0
    return Credentials.layerTokenEffect(
      Effect.sync(() => ({ token: Redacted.make(changing ? `t${++count}` : "t") }))
    )
  }
  const unauthenticated = refuse(401, "UNAUTHENTICATED")
  const sentTokens = Effect.map(
    requests,
    (all) => all.map(({ headers }) => headers["authorization"])
  )

  it.effect("is replayed once with another token, the start included", () =>
    Effect.gen(function*() {
      yield* start()
      assert.deepStrictEqual(yield* sentTokens, ["Bearer t1", "Bearer t2"])
      assert.deepStrictEqual(yield* startedAt, [0, 0])
    }).pipe(Effect.provide(layer({ start: [unauthenticated, started] }, {}, tokens(true)))))

  it.effect("is not replayed twice", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* Effect.flip(start()))._tag, "UNAUTHENTICATED")
      assert.deepStrictEqual(yield* sentTokens, ["Bearer t1", "Bearer t2"])
    }).pipe(Effect.provide(layer({ start: [unauthenticated] }, {}, tokens(true)))))

  for (
    const [what, credentials] of [
      ["the source gives the same token", tokens(false)],
      ["the source cannot refresh", Credentials.layerToken(Redacted.make("t"))],
      ["there are no credentials", Credentials.layerNone]
    ] as const
  ) {
    it.effect(`is final at once when ${what}`, () =>
      Effect.gen(function*() {
        assert.strictEqual((yield* Effect.flip(start()))._tag, "UNAUTHENTICATED")
        assert.deepStrictEqual(yield* startedAt, [0])
      }).pipe(Effect.provide(layer({ start: [unauthenticated, started] }, {}, credentials))))
  }

  it.effect("in the middle of a wait is replayed too", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      yield* inTime(bakery.untilDone(name, every2))
      assert.deepStrictEqual(yield* sentTokens, [
        "Bearer t1",
        "Bearer t1",
        "Bearer t2",
        "Bearer t2"
      ])
      assert.deepStrictEqual(yield* timeline, [["get", 0], ["get", 2000], ["get", 2000], [
        "get",
        4000
      ]])
    }).pipe(
      Effect.provide(
        layer({ get: [running(), unauthenticated, running(), done] }, {}, tokens(true))
      )
    ))
})

describe("run", () => {
  it.effect("starts, waits, and decodes the response", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const cake = yield* inTime(bakery.run(bake, order, { ...every2, response: Cake }))
      assert.deepStrictEqual(cake, { flavour: "plum" })
      assert.deepStrictEqual(yield* timeline, [["start", 0], ["get", 2000], ["get", 4000]])
    }).pipe(Effect.provide(layer({ start: [started], get: [running(), done] }))))

  it.effect("[27] gives the response that the method knows, and tells onStarted", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const names = yield* Ref.make(Chunk.empty<string>())
      const onStarted = (ref: OperationRef) => Ref.update(names, Chunk.append(ref.name))
      assert.deepStrictEqual(yield* bakery.run(bake, order, { onStarted }), { flavour: "plum" })
      assert.deepStrictEqual(Chunk.toReadonlyArray(yield* Ref.get(names)), [name])
      assert.deepStrictEqual(yield* timeline, [["start", 0]])
    }).pipe(Effect.provide(layer({ start: [done] }))))

  it.effect("fails as the start does", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const error = yield* Effect.flip(bakery.run(bake, order))
      assert.strictEqual(error._tag, "ALREADY_EXISTS")
      assert.deepStrictEqual(yield* timeline, [["start", 0]])
    }).pipe(Effect.provide(layer({ start: [refuse(409, "ALREADY_EXISTS")] }))))

  it.effect("fails as the wait does", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const error = yield* Effect.flip(inTime(bakery.run(bake, order, every2)))
      assert(error._tag === "OperationFailed")
      assert.strictEqual(error.operation.method, bake.rpc)
    }).pipe(Effect.provide(layer({ start: [started], get: [failed({ code: 8, message: "m" })] }))))

  it.effect("its deadline is that of the wait; the options of a call hold for every call", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const error = yield* Effect.flip(inTime(bakery.run(bake, order, {
        ...every2,
        deadline: "5 seconds",
        quotaProject: "payer",
        errorFormat: "2"
      })))
      assert.strictEqual(error._tag, "WaitTimeout")
      assert.deepStrictEqual(yield* timeline, [["start", 0], ["get", 12_000], ["get", 14_000], [
        "get",
        14_500
      ]])
      for (const { headers, url } of yield* requests) {
        assert.strictEqual(headers["x-goog-user-project"], "payer")
        assert.match(url, /\$\.xgafv=2$/)
      }
    }).pipe(Effect.provide(layer({ start: [after(10_000, started)], get: [running()] }))))
})
