import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, TestClock } from "effect"
import * as Operations from "effect-lro/Operations"
import { error, hang, run, unavailable } from "../kit/attempts.ts"
import { binding, http, name } from "../kit/bakery.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"

describe("[14] the time-out of an attempt", () => {
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
