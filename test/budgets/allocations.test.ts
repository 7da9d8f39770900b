import { HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted, Stream } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as NodeTransport from "effect-lro/NodeTransport"
import * as Operations from "effect-lro/Operations"
import * as Undici from "undici"
import { allocated } from "../kit/allocations.ts"
import { binding } from "../kit/bakery.ts"
import * as FakeTracer from "../kit/FakeTracer.ts"

const name = "projects/p/locations/l/operations/o"
const parent = "projects/p/locations/l"

/** The transport over an undici that answers from memory: what is counted is the SDK's, and no socket's or server's. */
const client = (reply: (path: string) => Buffer) =>
  Effect.gen(function*() {
    const paths: Array<string> = []
    const controller: Undici.Dispatcher.DispatchController = {
      aborted: false,
      paused: false,
      reason: null,
      abort: () => {},
      pause: () => {},
      resume: () => {}
    }
    class Agent extends Undici.Agent {
      override dispatch(
        options: Undici.Dispatcher.DispatchOptions,
        handler: Undici.Dispatcher.DispatchHandler
      ): boolean {
        paths.push(options.path)
        const body = reply(options.path)
        const headers = { "content-type": "application/json", "content-length": `${body.length}` }
        setImmediate(() => {
          handler.onRequestStart?.(controller, {})
          handler.onResponseStart?.(controller, 200, headers, "OK")
          for (let at = 0; at < body.length; at += 65_536) {
            handler.onResponseData?.(controller, body.subarray(at, at + 65_536))
          }
          handler.onResponseEnd?.(controller, {})
        })
        return true
      }
    }
    const http = yield* NodeTransport.makeWith({}, () => Promise.resolve({ ...Undici, Agent }))
    const bakery = yield* Operations.make(binding, { endpoint: "http://127.0.0.1:1" }).pipe(
      Effect.provideService(HttpClient.HttpClient, http),
      Effect.provideServiceEffect(
        Credentials.Credentials,
        Credentials.makeToken(Redacted.make("token"))
      )
    )
    return { bakery, paths }
  })

const passes = 6

/** The least of some passes: the first ones run code that is not compiled yet. */
const least = <E, R>(effect: Effect.Effect<unknown, E, R>) =>
  Effect.gen(function*() {
    let found = Infinity
    for (let pass = 0; pass < passes; pass++) found = Math.min(found, yield* allocated(effect))
    return found
  })

const pages = 5
const size = 1_000
const text = (page: number) =>
  Buffer.from(JSON.stringify({
    operations: Array.from({ length: size }, (_, i) => ({
      name: `${name}-${page}-${i}`,
      metadata: { target: "x".repeat(100), progress: i },
      done: false
    })),
    ...(page + 1 < pages ? { nextPageToken: `${page + 1}` } : {})
  }))

/** Counts only: nothing here depends on how fast the machine is. */
describe("what is allocated", () => {
  it.scopedLive("by a get", () =>
    Effect.gen(function*() {
      const body = Buffer.from(JSON.stringify({ name, done: true }))
      const { bakery, paths } = yield* client(() => body)
      const calls = 300
      const bytes = yield* least(
        Effect.replicateEffect(bakery.get({ name }), calls, { discard: true })
      )
      assert.strictEqual(paths.length, passes * calls)
      assert.isAbove(bytes / calls, 1_000)
      assert.isBelow(bytes / calls, 30_000)
    }))

  it.scopedLive("by each operation of a list, above JSON.parse", () =>
    Effect.gen(function*() {
      const all = Array.from({ length: pages }, (_, page) => text(page))
      const { bakery, paths } = yield* client((path) =>
        all[Number(/pageToken=(\d+)/.exec(path)?.[1] ?? 0)] ?? Buffer.alloc(0)
      )
      const counted = Stream.runCount(bakery.list({ name: parent, pageSize: size }))
      assert.strictEqual(yield* counted, pages * size)
      assert.strictEqual(paths.length, pages)
      const listed = yield* least(counted)
      assert.strictEqual(paths.length, (passes + 1) * pages)
      const parsed = yield* least(Effect.sync(() => {
        let count = 0
        for (const body of all) {
          const page = JSON.parse(body.toString()) as { operations: ReadonlyArray<unknown> }
          count += page.operations.length
        }
        return count
      }))
      assert.isAbove(parsed / pages / size, 200)
      assert.isBelow((listed - parsed) / pages / size, 320)
    }))

  it.scopedLive("by each page of it: one request, and one span where there is a tracer", () =>
    Effect.gen(function*() {
      const { bakery, paths } = yield* client((path) =>
        text(Number(/pageToken=(\d+)/.exec(path)?.[1] ?? 0))
      )
      const { layer, spans } = FakeTracer.make()
      yield* Effect.provide(Stream.runDrain(bakery.list({ name: parent, pageSize: size })), layer)
      assert.deepStrictEqual(
        [paths.length, spans.map((span) => span.name)],
        [pages, Array.from({ length: pages }, () => "Operations.listPage")]
      )
    }))
})
