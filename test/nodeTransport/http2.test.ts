import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Http2 from "node:http2"
import type * as Net from "node:net"
import { client, done, name, saidBy, until } from "../kit/nodeClient.ts"
import * as Wire from "../kit/wire.ts"

const { NGHTTP2_REFUSED_STREAM } = Http2.constants

const answer = (stream: Http2.ServerHttp2Stream) => {
  stream.respond({ ":status": 200, "content-type": "application/json" })
  stream.end(JSON.stringify(done))
}

const options = { ca: Wire.ca, http2: true }

describe("HTTP/2", () => {
  it.scopedLive("[35] one connection carries a hundred calls at a time, cold or warm", () =>
    Effect.gen(function*() {
      let open = 0
      let most = 0
      const wire = yield* Wire.serve2((stream) => {
        most = Math.max(most, ++open)
        setTimeout(() => {
          open--
          answer(stream)
        }, 30)
      })
      const bakery = yield* client(wire.origin, options)
      const hundred = Effect.replicateEffect(bakery.get({ name }), 100, {
        concurrency: "unbounded"
      })
      for (let i = 0; i < 2; i++) {
        assert.deepStrictEqual(yield* hundred, Array.from({ length: 100 }, () => done))
      }
      assert.strictEqual(wire.connections.length, 1)
      assert.strictEqual(most, 64)
    }))

  it.scopedLive("[35] a connection that closed is replaced by one", () =>
    Effect.gen(function*() {
      const wire = yield* Wire.serve2((stream) => setTimeout(() => answer(stream), 10))
      const bakery = yield* client(wire.origin, options)
      yield* bakery.get({ name })
      wire.connections[0]?.destroy()
      yield* until(() => wire.connections[0]?.destroyed === true)
      yield* Effect.sleep("20 millis")
      // Where the news takes longer, what is lost with the connection is repeated over the next.
      yield* Effect.replicateEffect(bakery.get({ name }, { retry: { attempts: 3 } }), 50, {
        concurrency: "unbounded"
      })
      assert.strictEqual(wire.connections.length, 2)
    }))

  it.scopedLive("[35] a cancel passes calls that the server holds", () =>
    Effect.gen(function*() {
      let held = 0
      const wire = yield* Wire.serve2((stream, headers) => {
        if (String(headers[":path"]).endsWith(":cancel")) answer(stream)
        else held++
      })
      const bakery = yield* client(wire.origin, options)
      yield* Effect.forkScoped(bakery.get({ name }))
      yield* until(() => held === 1)
      yield* Effect.forkScoped(bakery.get({ name }))
      yield* until(() => held === 2)
      yield* bakery.cancel({ name }, { timeout: "1 second" })
      assert.strictEqual(wire.connections.length, 1)
    }))

  it.scopedLive("[35] a stream that the server refuses was not sent", () =>
    Effect.gen(function*() {
      const wire = yield* Wire.serve2((stream) => {
        stream.on("error", () => {}).close(NGHTTP2_REFUSED_STREAM)
      })
      const bakery = yield* client(wire.origin, options)
      const error = yield* Effect.flip(bakery.get({ name }))
      assert.deepStrictEqual(saidBy(error), ["Refused", "no"])
    }))

  it.scopedLive("[35] a stream that is closed in another way may have been sent", () =>
    Effect.gen(function*() {
      const wire = yield* Wire.serve2((stream) => stream.close(Http2.constants.NGHTTP2_CANCEL))
      const bakery = yield* client(wire.origin, options)
      const error = yield* Effect.flip(bakery.get({ name }))
      assert.deepStrictEqual(saidBy(error), ["Reset", "maybe"])
    }))

  it.scopedLive.each(
    [
      [
        "the connection breaks",
        (_: Http2.ServerHttp2Stream, socket?: Net.Socket) => socket?.destroy()
      ],
      ["the server goes away", (stream: Http2.ServerHttp2Stream) => stream.session?.goaway(0, 0)],
      ["the session ends", (stream: Http2.ServerHttp2Stream) => stream.session?.destroy()]
    ] as const
  )("[15] nothing is sent twice by itself when %s", ([, end]) =>
    Effect.gen(function*() {
      const seen: Array<string> = []
      const wire = yield* Wire.serve2((stream, headers) => {
        stream.on("error", () => {})
        seen.push(String(headers[":path"]))
        if (seen.length === 5) end(stream, wire.connections[0])
        if (seen.length > 5) answer(stream)
      })
      const bakery = yield* client(wire.origin, options, { timeout: "5 seconds" })
      const results = yield* Effect.forEach(
        [0, 1, 2, 3, 4],
        (i) => Effect.either(bakery.cancel({ name: `${name}${i}` })),
        { concurrency: "unbounded" }
      )
      // undici 8 lets a server that goes away finish what it has read: nothing comes, and the time is up.
      const ends = ["Reset maybe", "Timeout maybe"]
      for (const result of results) {
        assert.include(ends, result._tag === "Left" ? saidBy(result.left).join(" ") : "")
      }
      assert.strictEqual(seen.length, 5)
      yield* bakery.get({ name })
    }))

  it.scopedLive("[35] a server that knows HTTP/1.1 only has connections of its own, as many as allowed", () =>
    Effect.gen(function*() {
      let busy = 0
      let most = 0
      const held: Array<() => void> = []
      const wire = yield* Wire.serve((_, response) => {
        most = Math.max(most, ++busy)
        held.push(() => {
          busy--
          Wire.json(response, done)
        })
        if (held.length === 3) { for (const answer of held.splice(0)) setTimeout(answer, 20) }
      }, true)
      const bakery = yield* client(wire.origin, { ...options, connections: 3 })
      yield* Effect.replicateEffect(bakery.get({ name }), 12, { concurrency: "unbounded" })
      assert.isAtMost(wire.connections.length, 4)
      assert.strictEqual(most, 3)
    }))

  it.scopedLive("[35] a server that is not there fails all at once, and nothing was sent", () =>
    Effect.gen(function*() {
      const { origin } = yield* Effect.scoped(Wire.serve2(() => {}))
      const bakery = yield* client(origin, options)
      const errors = yield* Effect.replicateEffect(Effect.flip(bakery.get({ name })), 100, {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(
        new Set(errors.map((error) => String(saidBy(error)))),
        new Set(["Refused,no"])
      )
    }))

  it.scopedLive("[35] through a proxy, too", () =>
    Effect.gen(function*() {
      const proxy = yield* Wire.proxy()
      const wire = yield* Wire.serve2((stream) => setTimeout(() => answer(stream), 10))
      const bakery = yield* client(
        `https://bakery.googleapis.com:${wire.port}`,
        {
          ...options,
          proxy: proxy.origin,
          noProxy: ""
        }
      )
      yield* Effect.replicateEffect(bakery.get({ name }), 100, { concurrency: "unbounded" })
      assert.strictEqual(proxy.requests.length, 1)
      assert.strictEqual(wire.connections.length, 1)
    }))
})
