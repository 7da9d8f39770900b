import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Exit, Fiber, Layer, Ref, TestClock } from "effect"
import * as Credentials from "effect-lro/Credentials"
import type { OperationRef } from "effect-lro/OperationRef"
import * as Operations from "effect-lro/Operations"
import * as Polling from "effect-lro/Polling"
import { interruptAndAwait } from "../kit/fibers.ts"
import {
  after,
  answer,
  bake,
  bakeOnce,
  Bakery,
  broken,
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
  Seen,
  timeline
} from "../kit/Scripted.ts"

const every2 = { schedule: Polling.fixed("2 seconds"), spread: 0 }
const started = running(0)
const cancelling = { onInterrupt: "cancel" } as const

/**
 * Interrupts an effect at an instant. Gives its exit and the instant when the interruption was over,
 * after another hour in which nothing may happen and no fiber may be left.
 */
const interruptAt = <A, E, R>(effect: Effect.Effect<A, E, R>, at: Duration.DurationInput) =>
  Effect.gen(function*() {
    const { fibers } = yield* Seen
    const before = yield* fibers
    const fiber = yield* Effect.fork(effect)
    yield* TestClock.adjust(at)
    const interrupting = yield* Effect.fork(
      Effect.zip(interruptAndAwait(fiber), Clock.currentTimeMillis)
    )
    yield* TestClock.adjust("1 hour")
    const [exit, ended] = yield* Fiber.join(interrupting)
    const left = (yield* fibers).filter((other) => !before.includes(other))
    assert.deepStrictEqual(left, [])
    assert.deepStrictEqual((yield* requests).filter(({ endedAt }) => endedAt > ended), [])
    return { interrupted: Exit.isInterrupted(exit), ended }
  })

/** An `onStarted` that remembers. */
const remember = Effect.map(Ref.make<ReadonlyArray<string>>([]), (names) => ({
  names: Ref.get(names),
  onStarted: (ref: OperationRef) => Ref.update(names, (all) => [...all, ref.name])
}))

/** Credentials whose every answer takes a while. */
const slowCredentials = (delay: Duration.DurationInput) =>
  Layer.succeed(Credentials.Credentials, {
    ...Credentials.none,
    headers: (request) => Effect.delay(Credentials.none.headers(request), delay)
  })

describe("[22] an interruption of a start", () => {
  const start = (options: Operations.StartOptions = {}) =>
    Effect.flatMap(Bakery, (bakery) => bakery.start(bake, order, options))
  const startOnce = (options: Operations.StartOptions = {}) =>
    Effect.flatMap(
      Bakery,
      (bakery) => bakery.start(bakeOnce, { ...order, requestId: "mine" }, options)
    )

  it.effect("before the request is on the wire: nothing is sent", () =>
    Effect.gen(function*() {
      const { ended, interrupted } = yield* interruptAt(start(cancelling), "2 seconds")
      assert.isTrue(interrupted)
      assert.strictEqual(ended, 2000)
      assert.deepStrictEqual(yield* timeline, [])
    }).pipe(Effect.provide(layer({ start: [started] }, {}, slowCredentials("5 seconds")))))

  it.effect("on the wire: the reply is awaited, its name goes to onStarted and to the log", () =>
    Effect.gen(function*() {
      const { names, onStarted } = yield* remember
      const { ended, interrupted } = yield* interruptAt(start({ onStarted }), "2 seconds")
      assert.isTrue(interrupted)
      assert.strictEqual(ended, 5000)
      assert.deepStrictEqual(yield* names, [name])
      assert.strictEqual((yield* logged("WARN", bake.rpc, name)).length, 1)
      assert.deepStrictEqual(yield* timeline, [["start", 0]])
    }).pipe(Effect.provide(layer({ start: [after(5000, started)] }))))

  it.effect("on the wire, with onInterrupt: exactly one cancel, after the reply", () =>
    Effect.gen(function*() {
      const { names, onStarted } = yield* remember
      const { ended } = yield* interruptAt(start({ onStarted, ...cancelling }), "2 seconds")
      assert.strictEqual(ended, 5000)
      assert.deepStrictEqual(yield* names, [name])
      assert.deepStrictEqual(yield* timeline, [["start", 0], ["cancel", 5000]])
      assert.strictEqual((yield* logged("INFO", "cancelled", name)).length, 1)
    }).pipe(Effect.provide(layer({ start: [after(5000, started)], cancel: [answer({})] }))))

  it.effect("the cancel goes where the start went, with the options of the call", () =>
    Effect.gen(function*() {
      yield* interruptAt(
        start({ ...cancelling, quotaProject: "payer", headers: { "x-team": "ovens" } }),
        "2 seconds"
      )
      const [, cancel] = yield* requests
      assert.strictEqual(cancel?.url, `https://eu-bakery.googleapis.com/v1/${name}:cancel`)
      assert.strictEqual(cancel?.headers["x-goog-user-project"], "payer")
      assert.strictEqual(cancel?.headers["x-team"], "ovens")
    }).pipe(
      Effect.provide(layer(
        { start: [after(5000, started)], cancel: [answer({})] },
        { endpoint: "https://eu-bakery.googleapis.com" }
      ))
    ))

  it.effect("the cancel is given up after 5 seconds", () =>
    Effect.gen(function*() {
      const { ended } = yield* interruptAt(start(cancelling), "2 seconds")
      assert.strictEqual(ended, 10_000)
      assert.deepStrictEqual(yield* timeline, [["start", 0], ["cancel", 5000]])
      assert.strictEqual((yield* requests)[1]?.end, "aborted")
      assert.strictEqual((yield* logged("WARN", "could not cancel", name)).length, 1)
    }).pipe(Effect.provide(layer({ start: [after(5000, started)], cancel: [hang] }))))

  const refusals: ReadonlyArray<readonly [what: string, reply: Reply]> = [
    ["UNIMPLEMENTED", refuse(501, "UNIMPLEMENTED")],
    ["WrongEndpoint", html(404)],
    ["UNAVAILABLE", refuse(503, "UNAVAILABLE")],
    ["Reset", broken("ECONNRESET")]
  ]
  for (const [what, reply] of refusals) {
    it.effect(`a cancel that fails with ${what} is logged and not tried again`, () =>
      Effect.gen(function*() {
        const { interrupted } = yield* interruptAt(start(cancelling), "2 seconds")
        assert.isTrue(interrupted)
        assert.deepStrictEqual(yield* timeline, [["start", 0], ["cancel", 5000]])
        assert.strictEqual((yield* logged("WARN", "could not cancel", name, what)).length, 1)
      }).pipe(Effect.provide(layer({ start: [after(5000, started)], cancel: [reply] }))))
  }

  for (
    const [what, reply] of [["is done", done], ["failed at once", failed({ code: 5 })]] as const
  ) {
    it.effect(`what ${what} needs no cancel`, () =>
      Effect.gen(function*() {
        const { names, onStarted } = yield* remember
        yield* interruptAt(start({ onStarted, ...cancelling }), "2 seconds")
        assert.deepStrictEqual(yield* names, [name])
        assert.deepStrictEqual(yield* timeline, [["start", 0]])
      }).pipe(Effect.provide(layer({ start: [after(5000, reply)] }))))
  }

  it.effect("a start that fails is logged, with how to find the operation, and not tried again", () =>
    Effect.gen(function*() {
      const { ended } = yield* interruptAt(startOnce(cancelling), "2 seconds")
      assert.strictEqual(ended, 5000)
      assert.deepStrictEqual(yield* timeline, [["start", 0]])
      assert.strictEqual((yield* logged("WARN", bakeOnce.rpc, "request id mine")).length, 1)
    }).pipe(Effect.provide(layer({ start: [after(5000, broken("ECONNRESET")), started] }))))

  it.effect("a start that hangs is bounded by its attempt's time-out", () =>
    Effect.gen(function*() {
      const { ended } = yield* interruptAt(startOnce({ timeout: "10 seconds" }), "2 seconds")
      assert.strictEqual(ended, 10_000)
      assert.deepStrictEqual(yield* timeline, [["start", 0]])
      assert.strictEqual((yield* requests)[0]?.end, "aborted")
      assert.strictEqual((yield* logged("WARN", bakeOnce.rpc, "request id mine")).length, 1)
    }).pipe(Effect.provide(layer({ start: [hang] }))))

  it.effect("between two attempts: no other attempt, and what may exist is in the log", () =>
    Effect.gen(function*() {
      const { ended } = yield* interruptAt(
        startOnce({ ...cancelling, retry: { initial: "10 seconds" } }),
        "2 seconds"
      )
      assert.strictEqual(ended, 2000)
      assert.deepStrictEqual(yield* timeline, [["start", 0]])
      assert.strictEqual(
        (yield* logged("WARN", "while its caller was interrupted", "request id mine")).length,
        1
      )
    }).pipe(Effect.provide(layer({ start: [broken("ECONNRESET"), started] }))))

  it.effect("on the wire, then a 401: no replay", () =>
    Effect.gen(function*() {
      const { ended } = yield* interruptAt(start(), "2 seconds")
      assert.strictEqual(ended, 5000)
      assert.deepStrictEqual(yield* timeline, [["start", 0]])
    }).pipe(
      Effect.provide(layer(
        { start: [after(5000, refuse(401, "UNAUTHENTICATED")), started] },
        {},
        Layer.succeed(Credentials.Credentials, {
          ...Credentials.none,
          refresh: (request) => Effect.asSome(Credentials.none.headers(request))
        })
      ))
    ))

  it.effect("while a 401 refreshes the credentials: no replay", () =>
    Effect.gen(function*() {
      const { ended } = yield* interruptAt(start(), "2 seconds")
      assert.strictEqual(ended, 2000)
      assert.deepStrictEqual(yield* timeline, [["start", 0]])
    }).pipe(
      Effect.provide(layer(
        { start: [refuse(401, "UNAUTHENTICATED"), started] },
        {},
        Layer.succeed(Credentials.Credentials, {
          ...Credentials.none,
          refresh: (request) =>
            Effect.asSome(Credentials.none.headers(request)).pipe(Effect.delay(9000))
        })
      ))
    ))

  it.effect("abortStart aborts at once, and nobody cancels what nobody knows", () =>
    Effect.gen(function*() {
      const { ended } = yield* interruptAt(start({ abortStart: true, ...cancelling }), "2 seconds")
      assert.strictEqual(ended, 2000)
      assert.deepStrictEqual(yield* timeline, [["start", 0]])
      assert.strictEqual((yield* requests)[0]?.end, "aborted")
    }).pipe(Effect.provide(layer({ start: [after(5000, started)] }))))

  it.effect("while onStarted runs: it ends, the name is in the log, and the cancel follows", () =>
    Effect.gen(function*() {
      const { names, onStarted } = yield* remember
      const slowly = (ref: OperationRef) => Effect.delay(onStarted(ref), "3 seconds")
      const { ended } = yield* interruptAt(start({ onStarted: slowly, ...cancelling }), "2 seconds")
      assert.strictEqual(ended, 4000)
      assert.deepStrictEqual(yield* names, [name])
      assert.strictEqual((yield* logged("WARN", bake.rpc, name)).length, 1)
      assert.deepStrictEqual(yield* timeline, [["start", 0], ["cancel", 4000]])
    }).pipe(Effect.provide(layer({ start: [after(1000, started)], cancel: [answer({})] }))))
})

describe("[38] an onStarted that hangs", () => {
  const hanging = { onStarted: () => Effect.never, ...cancelling }
  const start = Effect.flatMap(Bakery, (bakery) => bakery.start(bake, order, hanging))

  it.effect("has five seconds once its caller is interrupted; then the log has the reference", () =>
    Effect.gen(function*() {
      const { ended, interrupted } = yield* interruptAt(start, "30 seconds")
      assert.isTrue(interrupted)
      assert.strictEqual(ended, 35_000)
      assert.strictEqual((yield* logged("WARN", `"name":"${name}"`, "onStarted")).length, 1)
      assert.deepStrictEqual(yield* timeline, [["start", 0], ["cancel", 35_000]])
    }).pipe(Effect.provide(layer({ start: [started], cancel: [answer({})] }))))

  it.effect("also where the start was on the wire", () =>
    Effect.gen(function*() {
      const { ended } = yield* interruptAt(start, "2 seconds")
      assert.strictEqual(ended, 10_000)
      assert.deepStrictEqual(yield* timeline, [["start", 0], ["cancel", 10_000]])
    }).pipe(Effect.provide(layer({ start: [after(5000, started)], cancel: [answer({})] }))))
})

describe("[22] what nobody interrupted", () => {
  it.effect("a wait in a fiber that was interrupted before cancels nothing", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const wait = bakery.untilDone(name, { ...every2, ...cancelling, maxOutage: 0 })
      const fiber = yield* Effect.fork(Effect.onInterrupt(Effect.never, () => Effect.ignore(wait)))
      yield* TestClock.adjust("1 second")
      yield* Effect.fork(interruptAndAwait(fiber))
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yield* timeline, [["get", 1000]])
    }).pipe(Effect.provide(layer({ get: [broken("ECONNRESET")], cancel: [answer({})] }))))

  it.effect("a wait that is raced and loses is interrupted, and cancels", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const wait = bakery.untilDone(name, { ...every2, ...cancelling })
      const fiber = yield* Effect.fork(Effect.timeoutOption(wait, "3 seconds"))
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(yield* timeline, [["get", 0], ["get", 2000], ["cancel", 3000]])
    }).pipe(Effect.provide(layer({ get: [running()], cancel: [answer({})] }))))
})

describe("what a test of leftovers looks at", () => {
  it.effect("is every fiber that lives, also one that nobody waits for", () =>
    Effect.gen(function*() {
      const { fibers } = yield* Seen
      const before = yield* fibers
      const lost = yield* Effect.forkDaemon(Effect.never)
      yield* Effect.yieldNow()
      assert.lengthOf((yield* fibers).filter((other) => !before.includes(other)), 1)
      yield* Fiber.interrupt(lost)
      assert.deepStrictEqual(yield* fibers, before)
    }).pipe(Effect.provide(layer({}))))
})

describe("[38] within the deadline", () => {
  it.effect("a slow onState is given up, and so is a transport that cannot be interrupted", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const elapsed = (options: Operations.WaitOptions) =>
        Effect.gen(function*() {
          const fiber = yield* Effect.fork(
            Effect.timed(Effect.flip(bakery.untilDone(name, { ...every2, ...options })))
          )
          yield* TestClock.adjust("1 hour")
          const [time, error] = yield* Fiber.join(fiber)
          assert(error._tag === "WaitTimeout")
          return Duration.toMillis(time)
        })
      const onState = () => Effect.uninterruptible(Effect.sleep("20 minutes"))
      assert.strictEqual(yield* elapsed({ onState, deadline: "10 seconds" }), 10_000)
      assert.strictEqual(yield* elapsed({ deadline: "10 seconds" }), 10_000)
    }).pipe(
      Effect.provide(
        layer({ get: [running(), () => Effect.uninterruptible(Effect.never)] }, {
          timeout: "1 hour"
        })
      )
    ))
})

describe("[22] an interruption of a wait", () => {
  const wait = (options: Operations.WaitOptions = {}) =>
    Effect.flatMap(Bakery, (bakery) => bakery.untilDone(name, { ...every2, ...options }))
  const run = (options: Operations.StartOptions = {}) =>
    Effect.flatMap(Bakery, (bakery) => bakery.run(bake, order, { ...every2, ...options }))

  it.effect("during a delay: at once, and nothing is sent afterwards", () =>
    Effect.gen(function*() {
      const { ended, interrupted } = yield* interruptAt(wait(), "3 seconds")
      assert.isTrue(interrupted)
      assert.strictEqual(ended, 3000)
      assert.deepStrictEqual(yield* timeline, [["get", 0], ["get", 2000]])
    }).pipe(Effect.provide(layer({ get: [running()] }))))

  it.effect("during a poll: it is aborted at once, and nothing is sent afterwards", () =>
    Effect.gen(function*() {
      const { ended } = yield* interruptAt(wait(), "3 seconds")
      assert.strictEqual(ended, 3000)
      assert.deepStrictEqual(yield* timeline, [["get", 0], ["get", 2000]])
      assert.deepStrictEqual((yield* requests).map(({ end }) => end), ["answered", "aborted"])
    }).pipe(Effect.provide(layer({ get: [running(), hang] }))))

  it.effect("during a poll that has a deadline", () =>
    Effect.gen(function*() {
      const { ended } = yield* interruptAt(wait({ deadline: "1 minute" }), "3 seconds")
      assert.strictEqual(ended, 3000)
      assert.deepStrictEqual(yield* timeline, [["get", 0], ["get", 2000]])
      assert.strictEqual((yield* requests)[1]?.end, "aborted")
    }).pipe(Effect.provide(layer({ get: [running(), hang] }))))

  it.effect("during an outage that it began in", () =>
    Effect.gen(function*() {
      const { ended } = yield* interruptAt(wait(), "3 seconds")
      assert.strictEqual(ended, 3000)
      assert.deepStrictEqual(yield* timeline, [["get", 0], ["get", 2000]])
    }).pipe(Effect.provide(layer({ get: [refuse(503, "UNAVAILABLE")] }))))

  for (const [when, reply] of [["a delay", running()], ["a poll", hang]] as const) {
    it.effect(`during ${when}, with onInterrupt: exactly one cancel`, () =>
      Effect.gen(function*() {
        const { ended } = yield* interruptAt(wait(cancelling), "3 seconds")
        assert.strictEqual(ended, 3000)
        assert.deepStrictEqual(yield* timeline, [["get", 0], ["get", 2000], ["cancel", 3000]])
      }).pipe(Effect.provide(layer({ get: [running(), reply], cancel: [answer({})] }))))

    it.effect(`of a run during ${when}, with onInterrupt: exactly one cancel`, () =>
      Effect.gen(function*() {
        const { ended } = yield* interruptAt(run(cancelling), "5 seconds")
        assert.strictEqual(ended, 6000)
        assert.deepStrictEqual(yield* timeline, [["start", 0], ["get", 2000], ["get", 4000], [
          "cancel",
          5000
        ]])
      }).pipe(
        Effect.provide(
          layer({ start: [started], get: [running(), reply], cancel: [after(1000, answer({}))] })
        )
      ))
  }

  it.effect("of a run during its first delay: nothing is sent, and the log has the name", () =>
    Effect.gen(function*() {
      const { ended } = yield* interruptAt(run(), "1 second")
      assert.strictEqual(ended, 1000)
      assert.deepStrictEqual(yield* timeline, [["start", 0]])
      assert.strictEqual((yield* logged("INFO", name)).length, 1)
    }).pipe(Effect.provide(layer({ start: [started] }))))

  it.effect("of a run whose start is on the wire: one cancel, no poll", () =>
    Effect.gen(function*() {
      const { ended } = yield* interruptAt(run(cancelling), "2 seconds")
      assert.strictEqual(ended, 5000)
      assert.deepStrictEqual(yield* timeline, [["start", 0], ["cancel", 5000]])
    }).pipe(Effect.provide(layer({ start: [after(5000, started)], cancel: [answer({})] }))))

  it.effect("of cancelAndWait during the cancel: it is aborted", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const { ended } = yield* interruptAt(bakery.cancelAndWait(name, every2), "3 seconds")
      assert.strictEqual(ended, 3000)
      assert.deepStrictEqual(yield* timeline, [["cancel", 0]])
    }).pipe(Effect.provide(layer({ cancel: [hang] }))))

  it.effect("is not told to a service that has no cancel", () =>
    Effect.gen(function*() {
      const { cancel: _, ...methods } = Bakery.binding.methods
      const bakery = yield* Operations.make({ ...Bakery.binding, methods })
      yield* interruptAt(bakery.untilDone(name, { ...every2, ...cancelling }), "3 seconds")
      assert.deepStrictEqual(yield* timeline, [["get", 0], ["get", 2000]])
      assert.strictEqual((yield* logged("WARN", "has no cancel", name)).length, 1)
    }).pipe(Effect.scoped, Effect.provide(layer({ get: [running()] }))))
})
