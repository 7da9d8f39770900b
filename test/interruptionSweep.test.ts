import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Exit, Fiber, Layer, Random, Supervisor } from "effect"
import * as Credentials from "effect-lro/Credentials"
import type { OperationRef } from "effect-lro/OperationRef"
import type { StartOptions } from "effect-lro/Operations"
import * as Polling from "effect-lro/Polling"
import {
  after,
  answer,
  bakeOnce,
  Bakery,
  broken,
  done,
  layer,
  name,
  order,
  refuse,
  running,
  type Script,
  Seen
} from "./utils/Scripted.ts"
import { VirtualClock } from "./utils/VirtualClock.ts"

/** A start that breaks once, then a wait with a poll that fails: about three seconds. */
const script: Script = {
  start: [after(200, broken("ECONNRESET")), after(400, running(0))],
  get: [after(200, running(1)), after(200, refuse(503, "UNAVAILABLE")), after(200, done)],
  cancel: [after(100, answer({}))]
}

const SlowCredentials = Layer.succeed(Credentials.Credentials, {
  ...Credentials.none,
  headers: (request) => Effect.delay(Credentials.none.headers(request), 100)
})

const last = 3400

/** Runs it in a world of its own, interrupted at an instant, a few turns of the event loop later. */
const interruptedAt = (at: number, turns: number, options: StartOptions) => {
  const clock = new VirtualClock()
  return Effect.gen(function*() {
    const supervisor = yield* Supervisor.track
    const heard: Array<string> = []
    const onStarted = options.onStarted === undefined ?
      undefined :
      (ref: OperationRef) => Effect.delay(Effect.sync(() => heard.push(ref.name)), 50)
    const bakery = yield* Bakery
    const run = bakery.run(bakeOnce, order, {
      ...options,
      onStarted,
      schedule: Polling.fixed("500 millis"),
      spread: 0,
      retry: { initial: 400 }
    })
    const fiber = yield* Effect.fork(Effect.supervised(run, supervisor))
    yield* Effect.sleep(at)
    yield* Effect.repeatN(Effect.yieldNow(), turns)
    const exit = yield* Fiber.interrupt(fiber)
    const ended = yield* Clock.currentTimeMillis
    yield* Effect.sleep("1 hour")
    const { logs, requests } = yield* Seen
    const left = (yield* supervisor.value).filter((other) => other.id() !== fiber.id())
    return { exit, ended, heard, logs, requests, left, timers: clock.pending }
  }).pipe(
    Effect.provide(layer(script, {}, SlowCredentials)),
    Effect.withRandom(Random.fixed([0.5])),
    Effect.withClock(clock)
  )
}

/** What has to hold whenever the interruption comes. */
const check = (at: number, turns: number, options: StartOptions) =>
  Effect.map(
    interruptedAt(at, turns, options),
    ({ ended, exit, heard, left, logs, requests, timers }) => {
      const where = `interrupted at ${at} ms, ${turns} turns later`
      const of = (kind: keyof Script) => requests.filter((request) => request.kind === kind)
      const starts = of("start")
      const isStarted = starts.some(({ end }) => end === "answered")
      const isDone = of("get").length === 3 && of("get")[2]?.end === "answered"

      assert.isTrue(Exit.isSuccess(exit) || Exit.isInterrupted(exit), where)
      assert.isTrue(Exit.isInterrupted(exit) || isDone, `${where}: a result needs an end`)
      if (isStarted) {
        const known = Exit.isSuccess(exit) || heard.includes(name) ||
          logs.some((line) => line.includes(name))
        assert.isTrue(known, `${where}: nobody knows the name`)
        if (options.onStarted !== undefined) assert.deepStrictEqual(heard, [name], where)
      }
      assert.isTrue(starts.every(({ end }) => end !== "aborted"), `${where}: a start was aborted`)
      const cancels = of("cancel").length
      const wanted = options.onInterrupt === "cancel" && isStarted && Exit.isInterrupted(exit)
      if (isDone) assert.isAtMost(cancels, wanted ? 1 : 0, where)
      else assert.strictEqual(cancels, wanted ? 1 : 0, `${where}: cancels`)
      assert.isTrue(
        requests.every((request) => request.at <= ended),
        `${where}: a request after the end`
      )
      assert.isTrue(
        requests.every(({ end }) => end !== "pending"),
        `${where}: a request without an end`
      )
      // Only a start on the wire, its onStarted, and a cancel take time.
      const onWire = starts.at(-1)
      const since = onWire?.end === "answered" || onWire?.end === "failed" ? onWire.at : Infinity
      const held = since <= at && of("get").length === 0 && ended > at
      if (!held && cancels === 0) assert.isAtMost(ended, at, `${where}: not at once`)
      assert.isAtMost(ended - at, 400 + 50 + 200, `${where}: too late`)
      assert.deepStrictEqual(left.map((other) => other.id()), [], `${where}: a fiber is left`)
      assert.strictEqual(timers, 0, `${where}: a timer is left`)
      return isStarted
    }
  )

const everyMillisecond = Array.from({ length: last + 1 }, (_, at) => at)

describe("an interruption at every millisecond of a run", () => {
  const variants: ReadonlyArray<
    readonly [what: string, turns: (at: number) => number, StartOptions]
  > = [
    ["that only the log hears of", () => 0, {}],
    ["that onStarted hears of", (at) => at % 7, { onStarted: () => Effect.void }],
    ["that cancels", () => 0, { onInterrupt: "cancel" }],
    ["that onStarted hears of and that cancels", (at) => at % 5, {
      onStarted: () => Effect.void,
      onInterrupt: "cancel"
    }]
  ]
  for (const [what, turns, options] of variants) {
    it.effect(what, () =>
      Effect.gen(function*() {
        const started = yield* Effect.forEach(
          everyMillisecond,
          (at) => check(at, turns(at), options)
        )
        // The sweep reached every phase: before the start's reply and after it.
        assert.isAbove(started.filter((isStarted) => isStarted).length, 1000)
        assert.isAbove(started.filter((isStarted) => !isStarted).length, 400)
      }))
  }

  it.effect("and at every turn of the event loop around each reply", () =>
    Effect.gen(function*() {
      const instants = [300, 1000, 1100, 1600, 1900, 2500, 2600, 3100, 3300, 3350]
      const options: StartOptions = { onInterrupt: "cancel" }
      for (const at of instants) {
        yield* Effect.forEach(Array.from({ length: 120 }, (_, turns) => turns), (turns) =>
          check(at, turns, options))
      }
    }))
})
