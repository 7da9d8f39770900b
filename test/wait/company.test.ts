/** Waits in the company of others: waits for the same operation, layers that go, polls that die, clients of other services. */
import { HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import {
  Cause,
  Context,
  DateTime,
  Duration,
  Effect,
  Exit,
  Fiber,
  Layer,
  Option,
  Scope,
  Stream,
  TestClock
} from "effect"
import { Credentials, Operations, Polling } from "effect-lro"
import { OperationRef } from "effect-lro/OperationRef"
import * as FakeHttp from "../kit/FakeHttp.ts"
import { inTime } from "../kit/inTime.ts"
import {
  after,
  bake,
  Bakery,
  done,
  hang,
  Holding,
  holding,
  layer,
  name,
  order,
  polledAt,
  refuse,
  requests,
  running,
  Seen,
  timeline
} from "../kit/Scripted.ts"

const every = (seconds: number) => ({
  schedule: Polling.fixed(Duration.seconds(seconds)),
  spread: 0
})

const waitFor = (options: Operations.WaitOptions, target: Operations.Target = name) =>
  Effect.flatMap(Bakery, (bakery) => bakery.untilFinal(target, options))

class Other extends Operations.Tag<Other>()(
  "test/Other",
  Operations.binding({
    ...holding,
    service: "other.googleapis.com",
    methods: { get: holding.methods.get }
  })
) {}

const served = <Self, Built>(
  client: Layer.Layer<Self, Built, HttpClient.HttpClient | Credentials.Credentials>,
  handler: FakeHttp.Handler
) =>
  client.pipe(
    Layer.provideMerge(FakeHttp.layer(handler)),
    Layer.provideMerge(Credentials.layerNone)
  )

const urls = Effect.map(FakeHttp.calls, (all) => all.map(({ url, verb }) => `${verb} ${url}`))

describe("[20] beside another wait for the same operation", () => {
  it.effect("a planned last poll is not the end until its time has come", () =>
    Effect.gen(function*() {
      const slow = yield* Effect.fork(
        Effect.flip(waitFor({ ...every(600), deadline: "100 seconds" }))
      )
      const quick = yield* Effect.fork(waitFor(every(10)))
      yield* TestClock.adjust("99 seconds")
      assert.isTrue(Option.isSome(yield* Fiber.poll(slow)))
      const timeout = yield* Fiber.join(slow)
      assert(timeout._tag === "WaitTimeout")
      // Its own last poll, at 100 - 5 seconds.
      assert.deepStrictEqual(timeout.elapsed, Duration.seconds(95))
      yield* Fiber.interrupt(quick)
      assert.include(yield* polledAt, 95_000)
    }).pipe(Effect.provide(layer({ get: [running()] }))))

  it.effect("[17] a wait that has seen nothing tolerates what the others tolerate", () =>
    Effect.gen(function*() {
      const first = yield* Effect.fork(waitFor(every(2)))
      yield* TestClock.adjust("2500 millis")
      const second = yield* Effect.fork(waitFor(every(2)))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* Fiber.join(first))._tag, "Succeeded")
      assert.strictEqual((yield* Fiber.join(second))._tag, "Succeeded")
      assert.deepStrictEqual(yield* polledAt, [0, 2000, 5000])
    }).pipe(
      Effect.provide(
        layer({ get: [running(), after(1000, refuse(503, "UNAVAILABLE")), done] })
      )
    ))

  it.effect("[20] without tolerance of its own it ends, as it would alone", () =>
    Effect.gen(function*() {
      const first = yield* Effect.fork(waitFor(every(2)))
      yield* TestClock.adjust("2500 millis")
      const second = yield* Effect.fork(Effect.flip(waitFor({ ...every(2), maxOutage: 0 })))
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(first)
      assert.strictEqual((yield* Fiber.join(second))._tag, "UNAVAILABLE")
    }).pipe(
      Effect.provide(
        layer({ get: [running(), after(1000, refuse(503, "UNAVAILABLE")), done] })
      )
    ))

  it.effect("[20] a deadline shorter than a hold that is on its way is polled for by get", () =>
    Effect.gen(function*() {
      const client = yield* Holding
      const long = yield* Effect.fork(client.untilDone(name, every(5)))
      yield* TestClock.adjust("1 second")
      const short = yield* Effect.fork(
        Effect.flip(client.untilDone(name, { ...every(5), deadline: "5 seconds" }))
      )
      yield* TestClock.adjust("5 seconds")
      const timeout = yield* Fiber.join(short)
      assert(timeout._tag === "WaitTimeout")
      assert.deepStrictEqual((yield* FakeHttp.calls).map(({ at, verb }) => [at, verb]), [
        [0, "POST"],
        [1000, "GET"],
        // Its last poll; nor does the long one hold twice.
        [5500, "GET"]
      ])
      yield* Fiber.interrupt(long)
    }).pipe(
      Effect.provide(
        served(
          Operations.layer(Holding),
          ({ verb }) =>
            verb === "GET"
              ? FakeHttp.json({ name })
              : Effect.as(Effect.sleep("30 seconds"), FakeHttp.json({ name }))
        )
      )
    ))

  it.effect("[20] one held poll an operation, and who asks for get never waits behind it", () =>
    Effect.gen(function*() {
      const client = yield* Holding
      const all = yield* Effect.forEach(
        ["30 seconds", "20 seconds", "off"] as const,
        (longPoll) => Effect.fork(client.untilDone(name, { ...every(5), longPoll }))
      )
      yield* TestClock.adjust("12 seconds")
      assert.deepStrictEqual(
        (yield* FakeHttp.calls).map(({ at, verb }) => [at, verb]).sort(),
        [[0, "GET"], [0, "POST"], [10_000, "GET"], [5000, "GET"]]
      )
      yield* Fiber.interruptAll(all)
    }).pipe(
      Effect.provide(
        served(
          Operations.layer(Holding),
          ({ verb }) => verb === "GET" ? FakeHttp.json({ name }) : Effect.never
        )
      )
    ))

  it.effect("[20] a poll takes as long as the most patient of its waits", () =>
    Effect.gen(function*() {
      const hasty = yield* Effect.fork(waitFor({ ...every(5), timeout: "1 second" }))
      const patient = yield* Effect.fork(waitFor({ ...every(5), timeout: "20 seconds" }))
      yield* TestClock.adjust("1 minute")
      yield* Fiber.joinAll([hasty, patient])
      assert.deepStrictEqual(
        (yield* requests).map(({ at, end, endedAt }) => [at, end, endedAt]),
        [[0, "answered", 10_000]]
      )
    }).pipe(Effect.provide(layer({ get: [after(10_000, done)] }))))

  it.effect("[20] waits with other headers or another error format have polls of their own", () =>
    Effect.gen(function*() {
      const fibers = yield* Effect.forEach(
        [
          {},
          { headers: { "x-team": "ovens" } },
          { headers: { "X-Team": "ovens" } },
          { errorFormat: "1" }
        ] as const,
        (options) => Effect.fork(waitFor({ ...every(5), ...options }))
      )
      yield* TestClock.adjust("1 minute")
      yield* Fiber.joinAll(fibers)
      assert.deepStrictEqual(
        (yield* requests).map(({ headers, url }) => [
          headers["x-team"] ?? "",
          url.includes("xgafv=1")
        ]).sort(),
        [["", false], ["", true], ["ovens", false]]
      )
    }).pipe(Effect.provide(layer({ get: [done] }))))

  it.effect("a poll goes out with the options of a wait that is still there", () =>
    Effect.gen(function*() {
      const leaving = yield* Effect.fork(waitFor({ ...every(5), timeout: "1 second" }))
      const staying = yield* Effect.fork(waitFor({ ...every(5), timeout: "20 seconds" }))
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(leaving)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* Fiber.join(staying))._tag, "Succeeded")
      assert.deepStrictEqual((yield* requests).map(({ at, end, endedAt }) => [at, end, endedAt]), [
        [0, "answered", 0],
        [5000, "answered", 15_000]
      ])
    }).pipe(Effect.provide(layer({ get: [running(), after(10_000, done)] }))))
})

describe("a poll that dies", () => {
  const dying = (die: () => Effect.Effect<never>) => {
    let asked = 0
    return layer({ get: [running(), done] }, {
      transformClient: HttpClient.mapRequestEffect((request) =>
        ++asked === 2 ? die() : Effect.succeed(request)
      )
    })
  }

  for (
    const [what, die] of [
      ["dies", Effect.dieMessage("boom")],
      ["interrupts itself", Effect.interrupt]
    ] as const
  ) {
    it.effect(`[17] and ${what} is a failed poll: waits go on, and nothing is cancelled`, () =>
      Effect.gen(function*() {
        const fibers = yield* Effect.forEach(
          [2, 3],
          (seconds) => Effect.fork(waitFor({ ...every(seconds), onInterrupt: "cancel" }))
        )
        yield* TestClock.adjust("1 minute")
        for (const fiber of fibers) {
          assert.strictEqual((yield* Fiber.join(fiber))._tag, "Succeeded")
        }
        assert.deepStrictEqual(yield* timeline, [["get", 0], ["get", 4000]])
      }).pipe(Effect.provide(dying(() => die))))

    it.effect(`[17] [22] and ${what} ends a wait that tolerates nothing, as TransportError`, () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(
          inTime(waitFor({ ...every(2), maxOutage: 0, onInterrupt: "cancel" }), "1 minute")
        )
        assert(error._tag === "TransportError")
        assert.strictEqual(error.reason, "Interrupted")
        assert.strictEqual(error.operation?.name, name)
        assert.deepStrictEqual(yield* timeline, [["get", 0]])
      }).pipe(Effect.provide(dying(() => die))))
  }
})

describe("a layer that goes", () => {
  const slowly = { ...every(2), onState: () => Effect.sleep("10 seconds") }

  const watching = Effect.flatMap(
    Bakery,
    (bakery) => Stream.runForEach(bakery.watch(name, every(2)), () => Effect.sleep("10 seconds"))
  )

  it.effect.each(
    [
      ["in the middle of onState", Effect.asVoid(waitFor(slowly)), [running()], []],
      ["while another's poll is on its way", Effect.asVoid(waitFor(slowly)), [running(), hang], [
        every(2)
      ]],
      ["between two states of a watch", watching, [running(1), running(2)], []]
    ] as const
  )(
    "[22] ends a wait that it catches %s, and no request follows",
    ([, wait, replies, others]) =>
      Effect.gen(function*() {
        const scope = yield* Scope.make()
        const world = yield* Layer.buildWithScope(layer({ get: [...replies] }), scope)
        const fibers = yield* Effect.forEach(
          [wait, ...others.map((options) => Effect.asVoid(waitFor(options)))],
          (wait) => Effect.fork(Effect.provide(wait, world))
        )
        yield* TestClock.adjust("5 seconds")
        yield* Scope.close(scope, Exit.void)
        const asked = Context.get(world, Seen).requests.length
        yield* TestClock.adjust("1 hour")
        for (const fiber of fibers) {
          const error = yield* Effect.flip(Fiber.join(fiber))
          assert(error._tag === "TransportError")
          assert.deepStrictEqual([error.reason, error.sent], ["Closed", "no"])
        }
        assert.lengthOf(Context.get(world, Seen).requests, asked)
      })
  )

  it.effect("lets no wait begin", () =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const world = yield* Layer.buildWithScope(layer({ get: [done] }), scope)
      yield* Scope.close(scope, Exit.void)
      const error = yield* Effect.flip(Effect.provide(waitFor(every(2)), world))
      assert(error._tag === "TransportError" && error.reason === "Closed")
      assert.deepStrictEqual(Context.get(world, Seen).requests, [])
    }))

  it.effect("and was built where nothing can be interrupted polls interruptibly", () =>
    Effect.gen(function*() {
      const client = yield* Effect.uninterruptible(Operations.make(holding))
      const wait = yield* Effect.fork(
        Effect.flip(
          client.untilDone(name, { ...every(5), deadline: "5 seconds", longPoll: "off" })
        )
      )
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual((yield* Fiber.join(wait))._tag, "WaitTimeout")
    }).pipe(
      Effect.scoped,
      Effect.provide([FakeHttp.layer(() => Effect.never), Credentials.layerNone])
    ))
})

describe("a held poll", () => {
  it.effect("goes to the endpoint of the reference", () =>
    Effect.gen(function*() {
      const client = yield* Holding
      yield* client.untilDone(
        new OperationRef({
          service: "bakery.googleapis.com",
          version: "v1",
          name,
          endpoint: "https://eu.bakery.googleapis.com",
          startedAt: DateTime.unsafeMake(0)
        })
      )
      assert.deepStrictEqual(yield* urls, [`POST https://eu.bakery.googleapis.com/v1/${name}:wait`])
    }).pipe(
      Effect.provide(
        served(
          Operations.layer(Holding, { allowForeignEndpoint: true }),
          () => FakeHttp.json({ name, done: true })
        )
      )
    ))

  it.effect("asks for whole milliseconds: a duration has at most nine digits", () =>
    Effect.gen(function*() {
      const client = yield* Holding
      const wait = client.untilDone(name, {
        schedule: Polling.fixed("1 second"),
        deadline: "27.4567 seconds"
      })
      const fiber = yield* Effect.fork(Effect.flip(wait))
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      const bodies = (yield* FakeHttp.calls).flatMap(({ body, verb }) =>
        verb === "POST" ? [body] : []
      )
      assert.isAtLeast(bodies.length, 10)
      for (const body of bodies) assert.match(body ?? "", /^\{"timeout":"\d+(\.\d{1,3})?s"\}$/)
    }).pipe(
      Effect.provide(served(Operations.layer(Holding), () => FakeHttp.json({ name })))
    ))

  it.effect("that one endpoint does not serve is still made at another", () =>
    Effect.gen(function*() {
      const client = yield* Holding
      const at = (endpoint: string) =>
        new OperationRef({
          service: "bakery.googleapis.com",
          version: "v1",
          name,
          endpoint,
          startedAt: DateTime.unsafeMake(0)
        })
      for (const region of ["eu", "us", "eu"]) {
        yield* client.untilDone(at(`https://${region}.bakery.googleapis.com`))
      }
      assert.deepStrictEqual(yield* urls, [
        `POST https://eu.bakery.googleapis.com/v1/${name}:wait`,
        `GET https://eu.bakery.googleapis.com/v1/${name}`,
        `POST https://us.bakery.googleapis.com/v1/${name}:wait`,
        `GET https://eu.bakery.googleapis.com/v1/${name}`
      ])
    }).pipe(
      Effect.provide(
        served(
          Operations.layer(Holding, { allowForeignEndpoint: true }),
          ({ url, verb }) =>
            verb === "POST" && url.includes("//eu.")
              ? FakeHttp.failure(501, "UNIMPLEMENTED")
              : FakeHttp.json({ name, done: true })
        )
      )
    ))
})

describe("what cannot be waited for", () => {
  it.effect("an operation that a client of another service started: nothing is sent", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const other = yield* Other
      const started = yield* bakery.start(bake, order)
      const before = yield* urls
      const error = yield* Effect.flip(other.untilDone(started, every(1)))
      assert.strictEqual(
        error.message,
        `Operations.untilDone (${name}): \`target\` is an operation of bakery.googleapis.com/v1, not of other.googleapis.com/v1`
      )
      assert.deepStrictEqual(yield* urls, before)
    }).pipe(
      Effect.provide(
        served(
          Layer.merge(Operations.layer(Bakery), Operations.layer(Other)),
          () => FakeHttp.json({ name })
        )
      )
    ))

  it.effect.each(
    [
      ["deadline", { deadline: 0 }, "is not longer than zero"],
      ["spread", { spread: 1 }, "is not between 0 and 1"]
    ] as const
  )(
    "options that are wrong (%s): run starts nothing, cancelAndWait cancels nothing",
    ([argument, options, problem]) =>
      Effect.gen(function*() {
        const bakery = yield* Bakery
        const watched = Stream.runDrain(bakery.watch(name, options))
        const messages = yield* Effect.forEach([
          Effect.asVoid(bakery.run(bake, order, options)),
          Effect.asVoid(bakery.cancelAndWait(name, options)),
          Effect.asVoid(bakery.untilDone(name, options)),
          watched
        ], (call) => Effect.map(Effect.flip(call), ({ message }) => message))
        assert.deepStrictEqual(messages, [
          `Operations.run: \`${argument}\` ${problem}`,
          `Operations.cancelAndWait (${name}): \`${argument}\` ${problem}`,
          `Operations.untilDone (${name}): \`${argument}\` ${problem}`,
          `Operations.watch (${name}): \`${argument}\` ${problem}`
        ])
        assert.deepStrictEqual(yield* requests, [])
        const built = yield* Effect.exit(Layer.build(layer({}, { polling: options })))
        assert(Exit.isFailure(built))
        const error = Option.getOrUndefined(Cause.failureOption(built.cause))
        assert(error?._tag === "InvalidSettings")
        assert.strictEqual(error.message, `\`polling.${argument}\` ${problem}`)
      }).pipe(Effect.scoped, Effect.provide(layer({ start: [running()], get: [done] })))
  )
})
