/** Sentences of the rules for waits that the other files leave open. */
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect, Fiber, Layer } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as NodeTransport from "effect-lro/NodeTransport"
import { OperationRef } from "effect-lro/OperationRef"
import * as Operations from "effect-lro/Operations"
import * as Polling from "effect-lro/Polling"
import * as Testing from "effect-lro/testing"
import { createServer, type ServerResponse } from "node:http"
import type { AddressInfo, Socket } from "node:net"
import { inTime } from "../kit/inTime.ts"
import {
  after,
  bake,
  Bakery,
  done,
  Holding,
  holding,
  layer,
  name,
  order,
  polledAt,
  refuse,
  requests,
  running,
  type Script
} from "../kit/Scripted.ts"
import { withTime } from "../kit/services.ts"
import { VirtualClock } from "../kit/VirtualClock.ts"

const every2 = { schedule: Polling.fixed("2 seconds"), spread: 0 }

const unavailable = refuse(503, "UNAVAILABLE")

/** Where each setting may stand. */
interface Places {
  readonly call?: Polling.Settings
  readonly ambient?: Polling.Settings
  readonly layer?: Polling.Settings
}

describe("[19] each setting: the call over the ambient one over the layer's", () => {
  const slowly = { schedule: Polling.fixed("100 seconds"), spread: 0 }
  const hint = refuse(503, "UNAVAILABLE", { headers: { "retry-after": "3600" } })
  const missing = refuse(404, "NOT_FOUND")
  const cases: ReadonlyArray<
    readonly [
      values: readonly [Polling.Settings, Polling.Settings, Polling.Settings],
      get: Script["get"],
      common: Polling.Settings
    ]
  > = [
    [
      [{ deadline: "10 seconds" }, { deadline: 20_000 }, { deadline: "1 minute" }],
      [running()],
      slowly
    ],
    [[{ maxOutage: 0 }, { maxOutage: "10 seconds" }, { maxOutage: 20_000 }], [
      running(),
      unavailable
    ], every2],
    [
      [{ maxHint: "1 second" }, { maxHint: "10 seconds" }, { maxHint: "20 seconds" }],
      [running(), hint, done],
      every2
    ],
    [
      [{ notFoundGrace: 0 }, { notFoundGrace: "10 seconds" }, { notFoundGrace: "20 seconds" }],
      [missing],
      every2
    ],
    [[{ spread: 0 }, { spread: 0.1 }, { spread: 0.5 }], [running(), done], {
      schedule: Polling.fixed("100 seconds")
    }],
    [
      [
        { schedule: Polling.fixed("1 second") },
        { schedule: Polling.fixed("3 seconds") },
        { schedule: Polling.fixed("7 seconds") }
      ],
      [running(), done],
      { spread: 0 }
    ]
  ]

  /** How long a wait took, and its polls. */
  const observe = (get: Script["get"], { ambient, call, layer: inLayer }: Places) =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const target = yield* bakery.start(bake, order)
      const [elapsed] = yield* Polling.withSettings(
        Effect.timed(Effect.exit(bakery.untilDone(target, call))),
        ambient ?? {}
      )
      return [Duration.toMillis(elapsed), ...(yield* polledAt)]
    }).pipe(
      Effect.provide(
        layer({ start: [running()], ...(get && { get }) }, { polling: inLayer ?? {} })
      ),
      withTime(new VirtualClock())
    )

  for (const [[a, b, c], get, common] of cases) {
    it.effect(Object.keys(a).join(), () =>
      Effect.gen(function*() {
        const alone = yield* Effect.forEach(
          [a, b, c],
          (value) => observe(get, { call: { ...common, ...value } })
        )
        assert.strictEqual(new Set(alone.map(String)).size, 3, "the values differ in effect")
        const inLayer = { ...common, ...c }
        assert.deepStrictEqual(
          [
            yield* observe(get, { call: a, ambient: b, layer: inLayer }),
            yield* observe(get, { ambient: b, layer: inLayer }),
            yield* observe(get, { layer: inLayer })
          ],
          alone
        )
      }))
  }

  it.effect("longPoll", () => {
    const first = ({ ambient, call, layer: inLayer }: Places) =>
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        yield* server.put(name, Testing.succeedAfter("1 second"))
        const bakery = yield* Holding
        yield* inTime(Polling.withSettings(bakery.untilDone(name, call), ambient ?? {}))
        const [request] = yield* server.requests
        return [request?.method, request?.body]
      }).pipe(
        Effect.provide(
          Operations.layer(Holding, { polling: inLayer ?? {} }).pipe(
            Layer.provide(Credentials.layerNone),
            Layer.provideMerge(Testing.layer({ bindings: [holding], methods: [bake] }))
          )
        )
      )
    return Effect.gen(function*() {
      const ambient: Polling.Settings = { longPoll: "20 seconds" }
      const inLayer: Polling.Settings = { longPoll: "40 seconds" }
      assert.deepStrictEqual(
        [
          yield* first({ call: { longPoll: "off" }, ambient, layer: inLayer }),
          yield* first({ ambient, layer: inLayer }),
          yield* first({ layer: inLayer }),
          yield* first({})
        ],
        [
          ["get", undefined],
          ["wait", "{\"timeout\":\"20s\"}"],
          ["wait", "{\"timeout\":\"40s\"}"],
          ["wait", "{\"timeout\":\"30s\"}"]
        ]
      )
    })
  })

  it.effect("the timeout of a poll: the call over the layer's; there are no retries", () => {
    const polls = (call: Operations.WaitOptions, inLayer: Operations.LayerOptions) =>
      Effect.gen(function*() {
        const bakery = yield* Bakery
        yield* inTime(Effect.flip(bakery.untilDone(name, { ...call, maxOutage: 0 })))
        return (yield* requests).map(({ at, endedAt }) => endedAt - at)
      }).pipe(Effect.provide(layer({ get: [() => Effect.never] }, inLayer)))
    return Effect.gen(function*() {
      const inLayer = { timeout: "7 seconds", retry: { attempts: 2 } } as const
      assert.deepStrictEqual(yield* polls({}, inLayer), [7000])
      assert.deepStrictEqual(
        yield* polls({ timeout: "3 seconds", retry: { attempts: 4 } }, inLayer),
        [3000]
      )
      assert.deepStrictEqual(yield* polls({}, {}), [30_000])
    })
  })
})

describe("a hint", () => {
  it.effect("beyond the longest timer does not fire early", () =>
    Effect.gen(function*() {
      const day = 86_400_000
      const bakery = yield* Bakery
      yield* bakery.untilDone(name, { ...every2, maxHint: "60 days" })
      assert.deepStrictEqual(yield* polledAt, [0, 2000, 2000 + 50 * day])
    }).pipe(
      Effect.provide(layer({
        get: [
          running(),
          refuse(429, "RESOURCE_EXHAUSTED", { headers: { "retry-after": String(50 * 86_400) } }),
          done
        ]
      })),
      withTime(new VirtualClock())
    ))
})

describe("a reference", () => {
  const ref = new OperationRef({
    service: "bakery.googleapis.com",
    version: "v1",
    name,
    startedAt: DateTime.unsafeMake(0)
  })

  it.effect("of another endpoint does not share polls with one of the client's", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const elsewhere = new OperationRef({ ...ref, endpoint: "https://eu-bakery.googleapis.com" })
      yield* inTime(
        Effect.all([bakery.untilDone(ref), bakery.untilDone(elsewhere), bakery.untilDone(name)], {
          concurrency: "unbounded"
        })
      )
      assert.deepStrictEqual((yield* requests).map(({ url }) => new URL(url).host).sort(), [
        "bakery.googleapis.com",
        "eu-bakery.googleapis.com"
      ])
    }).pipe(Effect.provide(layer({ get: [done] }))))

  it.effect("without a method takes the metadata and the pace of the method that is given", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const method = {
        ...bake,
        polling: { initial: "9 seconds", multiplier: 2, cap: "1 hour", timeout: "1 hour" }
      } as const
      yield* inTime(bakery.untilDone(ref, { method, spread: 0 }))
      assert.deepStrictEqual(yield* polledAt, [0, 5000, 15_000])
    }).pipe(Effect.provide(layer({ get: [running(), running(), done] }))))
})

describe("over real sockets, a wait that is interrupted", () => {
  /** A server that answers one poll and then hangs. */
  const hanging = Effect.acquireRelease(
    Effect.async<{
      readonly port: number
      readonly seen: () => number
      readonly open: () => number
      readonly close: () => void
    }>((resume) => {
      const sockets = new Set<Socket>()
      let seen = 0
      const reply = (response: ServerResponse) => {
        response.setHeader("content-type", "application/json")
        response.end(JSON.stringify({ name }))
      }
      const server = createServer((_, response) => {
        if (++seen === 1) reply(response)
      })
      server.on("connection", (socket) => {
        sockets.add(socket)
        socket.on("close", () => sockets.delete(socket))
      })
      server.listen(0, "127.0.0.1", () =>
        resume(Effect.succeed({
          port: (server.address() as AddressInfo).port,
          seen: () => seen,
          open: () => sockets.size,
          close: () => {
            for (const socket of sockets) socket.destroy()
            server.close()
          }
        })))
    }),
    ({ close }) => Effect.sync(close)
  )

  it.scopedLive("[22] closes the socket of its poll and sends nothing more", () =>
    Effect.gen(function*() {
      const server = yield* hanging
      yield* Effect.gen(function*() {
        const bakery = yield* Bakery
        const fiber = yield* Effect.fork(
          bakery.untilDone(name, { schedule: Polling.fixed("20 millis"), spread: 0 })
        )
        const until = (holds: () => boolean) =>
          Effect.repeat(Effect.delay(Effect.sync(holds), "5 millis"), { until: (it) => it })
        yield* until(() => server.seen() === 2)
        yield* Fiber.interrupt(fiber)
        yield* until(() => server.open() === 0)
        yield* Effect.sleep("100 millis")
        assert.strictEqual(server.seen(), 2)
        assert.strictEqual(server.open(), 0)
      }).pipe(
        Effect.provide(
          Operations.layer(Bakery, { endpoint: `http://127.0.0.1:${server.port}` }).pipe(
            Layer.provide(NodeTransport.layer()),
            Layer.provide(Credentials.layerNone)
          )
        )
      )
    }))
})

const internal = refuse(500, "INTERNAL")

describe("unexpected failures in a row", () => {
  it.effect("are not those with a NOT_FOUND between them that has its grace", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const target = yield* bakery.start(bake, order)
      yield* inTime(bakery.untilDone(target, { ...every2, notFoundGrace: "1 minute" }))
      assert.strictEqual((yield* polledAt).length, 6)
    }).pipe(Effect.provide(layer({
      start: [running()],
      get: [internal, internal, refuse(404, "NOT_FOUND"), internal, internal, done]
    }))))
})

describe("the deadline", () => {
  it.effect("[19] a reply at that very instant counts", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const state = yield* inTime(
        bakery.untilDone(name, {
          ...every2,
          deadline: "1 minute",
          schedule: Polling.fixed("1 hour")
        })
      )
      assert.strictEqual(state._tag, "Succeeded")
      assert.deepStrictEqual(yield* polledAt, [0, 55_000])
    }).pipe(Effect.provide(layer({ get: [running(), after(5000, done)] }))))
})
