import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import * as Polling from "effect-lro/Polling"
import type * as Http from "node:http"
import { client, sleep, until } from "../kit/nodeClient.ts"
import * as Wire from "../kit/wire.ts"

const operation = (i: number) => `projects/p/locations/l/operations/o${i}`

describe("long polls", () => {
  it.scopedLive("[34] eighty waits over four connections all finish, and a cancel goes through", () =>
    Effect.gen(function*() {
      let isDone = false
      let cancelled = 0
      const held: Array<() => void> = []
      const answer = (request: Http.IncomingMessage, response: Http.ServerResponse) => {
        if (response.writableEnded || response.destroyed) return
        const name = /\/v1\/([^:]*)/.exec(request.url ?? "")?.[1] ?? ""
        Wire.json(response, { name, done: isDone })
      }
      const wire = yield* Wire.serve((request, response) => {
        if (request.url?.endsWith(":cancel") === true) {
          cancelled++
          Wire.json(response, {})
        } else if (request.url?.endsWith(":wait") === true && !isDone) {
          // As Google holds it: until the operation is done, or the time is over.
          const over = setTimeout(() => answer(request, response), 900)
          held.push(() => {
            clearTimeout(over)
            answer(request, response)
          })
        } else answer(request, response)
      })
      const bakery = yield* client(wire.origin, { connections: 4 }, {
        timeout: "2 seconds",
        polling: {
          longPoll: "1 second",
          maxOutage: "5 seconds",
          schedule: Polling.fixed("200 millis")
        }
      })
      const waits = yield* Effect.forkAll(
        Array.from({ length: 80 }, (_, i) => Effect.either(bakery.untilDone(operation(i))))
      )
      yield* until(() => held.length > 0)
      const cancel = yield* Effect.fork(
        bakery.cancel({ name: operation(0) }, { timeout: "1 minute" })
      )
      yield* sleep(3000)
      isDone = true
      for (const letGo of held.splice(0)) letGo()
      const ends = yield* Fiber.join(waits)
      yield* Fiber.join(cancel)
      const lost = ends.filter(({ _tag }) => _tag === "Left")
      assert.deepStrictEqual([lost, cancelled], [[], 1])
      assert.strictEqual(wire.connections.length, 4)
      assert.deepStrictEqual(wire.aborted, [])
    }))
})
