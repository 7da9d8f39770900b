import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Exit, Layer } from "effect"
import * as Credentials from "effect-lro/Credentials"
import type { OperationRef } from "effect-lro/OperationRef"
import type { StartOptions } from "effect-lro/Operations"
import * as Polling from "effect-lro/Polling"
import { count } from "../kit/counts.ts"
import { interruptAndAwait } from "../kit/fibers.ts"
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
} from "../kit/Scripted.ts"
import { withDice, withTime } from "../kit/services.ts"
import { VirtualClock } from "../kit/VirtualClock.ts"

/** A start that breaks once, then a wait with a poll that fails: about two seconds. */
const script: Script = {
  start: [after(100, broken("ECONNRESET")), after(200, running(0))],
  get: [after(100, running(1)), after(100, refuse(503, "UNAVAILABLE")), after(100, done)],
  cancel: [after(50, answer({}))]
}

const SlowCredentials = Layer.succeed(Credentials.Credentials, {
  ...Credentials.none,
  headers: (request) => Effect.delay(Credentials.none.headers(request), 50)
})

const last = 1800

/** Runs it, interrupted at an instant and a few turns of the event loop later; instants count from its beginning. */
const interruptedAt = (at: number, turns: number, options: StartOptions) =>
  Effect.gen(function*() {
    const begun = yield* Clock.currentTimeMillis
    const { fibers, logs, requests } = yield* Seen
    const before = yield* fibers
    logs.length = 0
    requests.length = 0
    const heard: Array<string> = []
    const onStarted = options.onStarted === undefined ?
      undefined :
      (ref: OperationRef) => Effect.delay(Effect.sync(() => heard.push(ref.name)), 25)
    const bakery = yield* Bakery
    const run = bakery.run(bakeOnce, order, {
      ...options,
      onStarted,
      schedule: Polling.fixed("250 millis"),
      spread: 0,
      retry: { initial: 200 }
    })
    const fiber = yield* Effect.fork(run)
    yield* Effect.sleep(at)
    for (let turn = 0; turn < turns; turn++) yield* Effect.yieldNow()
    const exit = yield* interruptAndAwait(fiber)
    const ended = (yield* Clock.currentTimeMillis) - begun
    yield* Effect.sleep("1 hour")
    const left = (yield* fibers).filter((other) => !before.includes(other))
    const timeline = requests.map(({ at, end, endedAt, kind }) => ({
      kind,
      end,
      at: at - begun,
      endedAt: endedAt - begun
    }))
    return { exit, ended, heard, logs, requests: timeline, left }
  })

/** When an interruption is over. Only a start on the wire, its `onStarted`, and a cancel take time. */
const model = (at: number, { onInterrupt, onStarted }: StartOptions) => {
  const told = onStarted === undefined ? 550 : 575
  const cancel = onInterrupt === "cancel" ? 100 : 0
  const done = told + 1200
  const edges = [50, 150, 350, told, done]
  if (at > 50 && at < 150) return { edges, ended: 150 }
  if (at > 350 && at < told) return { edges, ended: told + cancel }
  return { edges, ended: at > told && at < done ? at + cancel : at }
}

/** What has to hold whenever the interruption comes. */
const check = (clock: VirtualClock, at: number, turns: number, options: StartOptions) =>
  Effect.map(
    interruptedAt(at, turns, options),
    ({ ended, exit, heard, left, logs, requests }) => {
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
        requests.every(({ endedAt }) => endedAt <= ended),
        `${where}: a request after the end`
      )
      const { edges, ended: expected } = model(at, options)
      if (!edges.includes(at)) assert.strictEqual(ended, expected, `${where}: the end`)
      assert.isAtMost(ended - at, 200 + 25 + 100, `${where}: too late`)
      assert.deepStrictEqual(left, [], `${where}: a fiber is left`)
      assert.strictEqual(clock.pending, 0, `${where}: a timer is left`)
      return isStarted
    }
  )

/** Gives a test a world and a clock that jumps. */
const inWorld = <A, E>(test: (clock: VirtualClock) => Effect.Effect<A, E, Bakery | Seen>) =>
  Effect.suspend(() => {
    const clock = new VirtualClock()
    return test(clock).pipe(
      Effect.provide(layer(script, {}, SlowCredentials)),
      withDice(0.5),
      withTime(clock)
    )
  })

describe("[22] an interruption at every millisecond of a run", () => {
  it.effect("that ends before it comes", () =>
    inWorld(() =>
      Effect.gen(function*() {
        const { exit, requests } = yield* interruptedAt(last, 0, {})
        assert.isTrue(Exit.isSuccess(exit))
        assert.deepStrictEqual(
          requests.map(({ at, end, kind }) => [kind, at, end]),
          [
            ["start", 50, "failed"],
            ["start", 350, "answered"],
            ["get", 850, "answered"],
            ["get", 1250, "answered"],
            ["get", 1650, "answered"]
          ]
        )
      })
    ))

  const onStarted = () => Effect.void
  const variants: ReadonlyArray<readonly [what: string, step: number, StartOptions]> = [
    ["that only the log hears of", 3, {}],
    ["that onStarted hears of", 7, { onStarted }],
    ["that cancels", 7, { onInterrupt: "cancel" }],
    ["that onStarted hears of and that cancels", 1, { onStarted, onInterrupt: "cancel" }]
  ]
  for (const [what, step, options] of variants) {
    it.effect(what, () =>
      inWorld((clock) =>
        Effect.gen(function*() {
          const reached = { before: 0, after: 0 }
          const stride = count(step, 13 * step)
          for (let at = 0; at <= last; at += stride) {
            reached[(yield* check(clock, at, at % 5, options)) ? "after" : "before"]++
          }
          assert.isAtLeast(Math.min(reached.before, reached.after), 300 / stride)
        })
      ))
  }

  it.effect(
    "and at every turn of the event loop around each reply",
    () =>
      inWorld((clock) =>
        Effect.gen(function*() {
          for (const at of [50, 150, 350, 550, 800, 850, 950, 1350, 1650, 1750]) {
            for (let turns = 0; turns < 80; turns += count(1, 11)) {
              yield* check(clock, at, turns, { onInterrupt: "cancel" })
            }
          }
        })
      )
  )
})
