import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Scope } from "effect"
import * as NodeTransport from "effect-lro/NodeTransport"
import type * as Http from "node:http"
import * as Net from "node:net"
import { client, done, name, saidBy, sleep, until } from "../kit/nodeClient.ts"
import { withTime } from "../kit/services.ts"
import { SettableTime } from "../kit/SettableTime.ts"
import * as Wire from "../kit/wire.ts"

/** A server that keeps its replies until they are let go. */
const holding = Effect.gen(function*() {
  const held: Array<Http.ServerResponse> = []
  const wire = yield* Wire.serve((request, response) => {
    if (request.url?.includes("held") === true) held.push(response)
    else Wire.json(response, done)
  })
  return {
    wire,
    held,
    letGo: Effect.sync(() => {
      for (const response of held.splice(0)) Wire.json(response, done)
    })
  }
})

const held = (i: number) => `${name}-held${i}`

describe("a call that finds every connection busy", () => {
  it.scopedLive("[34] has the whole of its time-out from its dispatch on", () =>
    Effect.gen(function*() {
      const time = new SettableTime()
      const { held: all, letGo, wire } = yield* holding
      const bakery = yield* client(wire.origin, { connections: 1 }, { timeout: "30 seconds" })
      const three = yield* Effect.forEach(
        [0, 1, 2],
        (i) => Effect.fork(withTime(time)(Effect.either(bakery.get({ name: held(i) }))))
      )
      // The third is dispatched after 28 seconds, and has 30 of its own.
      for (const arrived of [1, 2, 3]) {
        yield* until(() => wire.requests.length === arrived && all.length === 1)
        time.pass(14_000)
        yield* letGo
      }
      const replies = yield* Fiber.joinAll(three)
      assert.deepStrictEqual(replies.map(({ _tag }) => _tag), ["Right", "Right", "Right"])
    }))

  it.scopedLive("[34] is given up as Busy after its time-out, and nothing was sent", () =>
    Effect.gen(function*() {
      const { held: all, letGo, wire } = yield* holding
      const bakery = yield* client(wire.origin, { connections: 1 })
      const first = yield* Effect.fork(bakery.get({ name: held(0) }))
      yield* until(() => all.length === 1)
      const options = {
        timeout: "100 millis",
        retry: { attempts: 3, initial: "1 millis" }
      } as const
      const error = yield* Effect.flip(bakery.get({ name }, options))
      assert.deepStrictEqual(saidBy(error), ["Busy", "no"])
      // To queue once more would be to queue longer than the time-out.
      assert.isTrue("attempts" in error && error.attempts === 1)
      assert.include(error.message, "nothing was sent")
      const cancel = yield* Effect.flip(bakery.cancel({ name }, options))
      assert.deepStrictEqual(saidBy(cancel), ["Busy", "no"])
      yield* letGo
      yield* Fiber.join(first)
      assert.strictEqual(wire.requests.length, 1)
    }))

  it.scopedLive("[35] costs no connection when it is given up", () =>
    Effect.gen(function*() {
      const { held: all, letGo, wire } = yield* holding
      const bakery = yield* client(wire.origin, { connections: 2 })
      const first = yield* Effect.forkAll([
        bakery.get({ name: held(0) }),
        bakery.get({ name: held(1) })
      ])
      yield* until(() => all.length === 2)
      const late = { timeout: "50 millis" } as const
      const errors = yield* Effect.replicateEffect(Effect.flip(bakery.get({ name }, late)), 20, {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(
        new Set(errors.map((error) => String(saidBy(error)))),
        new Set(["Busy,no"])
      )
      const left = yield* Effect.forkAll(Array.from({ length: 20 }, () => bakery.get({ name })))
      yield* sleep(20)
      yield* Fiber.interrupt(left)
      yield* letGo
      yield* Fiber.join(first)
      yield* sleep(20)
      yield* Effect.replicateEffect(bakery.get({ name }), 4)
      assert.strictEqual(wire.connections.length, 2)
      assert.strictEqual(wire.requests.length, 6)
      assert.deepStrictEqual(wire.aborted, [])
    }))

  it.scopedLive("[34] is served in turn, also behind calls of another user of the transport", () =>
    Effect.gen(function*() {
      const { held: all, letGo, wire } = yield* holding
      const http = yield* NodeTransport.make({ connections: 1 })
      const first = yield* Effect.fork(http.get(`${wire.origin}/held`))
      yield* until(() => all.length === 1)
      const second = yield* Effect.fork(http.get(`${wire.origin}/second`))
      const third = yield* Effect.fork(http.get(`${wire.origin}/third`))
      yield* sleep(20)
      yield* Fiber.interrupt(second)
      yield* letGo
      const response = yield* Fiber.join(third)
      assert.deepStrictEqual(yield* response.json, done)
      yield* Fiber.join(first)
      assert.deepStrictEqual(
        wire.requests.map(({ head }) => head[0]),
        ["GET /held HTTP/1.1", "GET /third HTTP/1.1"]
      )
      assert.strictEqual(wire.connections.length, 1)
    }))
})

/** Forwards connections when it is told to: until then a client goes on connecting by TLS. */
const late = (port: number) =>
  Effect.acquireRelease(
    Effect.async<{
      readonly server: Net.Server
      readonly origin: string
      readonly open: () => void
      connections: number
    }>(
      (resume) => {
        const waiting: Array<() => void> = []
        const server = Net.createServer((socket) => {
          late.connections++
          socket.on("error", () => {})
          waiting.push(() => {
            const through = Net.connect(port, "127.0.0.1")
            through.on("error", () => socket.destroy())
            socket.on("close", () => through.destroy())
            through.pipe(socket)
            socket.pipe(through)
          })
        })
        const open = () => waiting.splice(0).forEach((forward) => forward())
        const late = { server, origin: "", open, connections: 0 }
        server.listen(0, "127.0.0.1", () => {
          const address = server.address()
          const own = address !== null && typeof address === "object" ? address.port : 0
          resume(Effect.succeed(Object.assign(late, { origin: `https://localhost:${own}` })))
        })
      }
    ),
    ({ server }) => Effect.sync(() => server.close())
  )

describe("a call that is given up while its connection is made", () => {
  it.scopedLive("[35] leaves the connection to the next one, and was not sent", () =>
    Effect.gen(function*() {
      const wire = yield* Wire.serve((_, response) => Wire.json(response, done), true)
      const way = yield* late(wire.port)
      const bakery = yield* client(way.origin, { connections: 1, ca: Wire.ca })
      const error = yield* Effect.flip(bakery.get({ name }, { timeout: "50 millis" }))
      assert.deepStrictEqual(saidBy(error), ["Timeout", "no"])
      const left = yield* Effect.fork(bakery.get({ name }))
      yield* sleep(20)
      yield* Fiber.interrupt(left)
      const next = yield* Effect.fork(bakery.get({ name }))
      yield* until(() => way.connections === 1)
      way.open()
      assert.deepStrictEqual(yield* Fiber.join(next), done)
      assert.deepStrictEqual([way.connections, wire.requests.length], [1, 1])
    }))
})

describe("many calls that wait for a server that is not there", () => {
  it.scopedLive.each([1, 3])(
    "[34] all fail, and nothing was sent, by %s connections",
    (connections) =>
      Effect.gen(function*() {
        const { origin } = yield* Effect.scoped(Wire.serve(() => {}))
        const bakery = yield* client(origin, { connections })
        const errors = yield* Effect.replicateEffect(Effect.flip(bakery.get({ name })), 100, {
          concurrency: "unbounded"
        })
        assert.deepStrictEqual(
          new Set(errors.map((error) => String(saidBy(error)))),
          new Set(["Refused,no"])
        )
      })
  )

  it.scopedLive("[34] or of a transport that is closed meanwhile, too", () =>
    Effect.gen(function*() {
      const wire = yield* Wire.serve(() => {})
      const scope = yield* Scope.make()
      const bakery = yield* Scope.extend(client(wire.origin, { connections: 2 }), scope)
      const all = yield* Effect.forkAll(
        Array.from({ length: 100 }, () => Effect.flip(bakery.get({ name })))
      )
      yield* until(() => wire.requests.length === 2)
      yield* Scope.close(scope, Exit.void)
      const said = (yield* Fiber.join(all)).map((error) => String(saidBy(error)))
      assert.deepStrictEqual(
        [
          said.filter((one) => one === "Reset,no").length,
          said.filter((one) => one === "Reset,maybe").length
        ],
        [98, 2]
      )
      assert.strictEqual(wire.connections.length, 2)
    }))
})
