import { HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, identity } from "effect"
import type * as Operations from "effect-lro/Operations"
import * as Polling from "effect-lro/Polling"
import type * as Http from "node:http"
import { client, sleep } from "../kit/nodeClient.ts"
import * as Wire from "../kit/wire.ts"

const operation = (i: number) => `projects/p/locations/l/operations/o${i}`

const clients: ReadonlyArray<readonly [what: string, options: Operations.LayerOptions]> = [
  ["alone", {}],
  ["behind what decorates it", { transformClient: HttpClient.mapRequest(identity) }]
]

describe("[34] long polls over the transport", () => {
  it.scopedLive.each(clients)(
    "%s: eighty waits over four connections hold one of them at most and all finish; a cancel goes past",
    ([, options]) =>
      Effect.gen(function*() {
        let isDone = false
        let cancelled = 0
        const held = new Set<() => void>()
        /** How many polls were held in all, and at the same time. */
        let holds = 0
        let most = 0
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
            const letGo = () => {
              clearTimeout(over)
              held.delete(letGo)
              answer(request, response)
            }
            const over = setTimeout(letGo, 900)
            held.add(letGo)
            holds++
            most = Math.max(most, held.size)
          } else answer(request, response)
        })
        const bakery = yield* client(wire.origin, { connections: 4 }, {
          ...options,
          timeout: "20 seconds",
          polling: {
            longPoll: "1 second",
            maxOutage: "2 minutes",
            schedule: Polling.fixed("1 second")
          }
        })
        const waits = yield* Effect.forkAll(
          Array.from({ length: 80 }, (_, i) => Effect.either(bakery.untilDone(operation(i))))
        )
        yield* Effect.repeat(sleep(20), { until: () => held.size > 0 })
        yield* bakery.cancel({ name: operation(0) }, { timeout: "1 minute" })
        yield* Effect.repeat(sleep(20), { until: () => holds >= 4 })
        isDone = true
        for (const letGo of held) letGo()
        const ends = yield* Fiber.join(waits)
        const lost = ends.filter(({ _tag }) => _tag === "Left")
        assert.deepStrictEqual([lost, cancelled], [[], 1])
        // A quarter of the connections.
        assert.strictEqual(most, 1)
        assert.strictEqual(wire.connections.length, 4)
        assert.deepStrictEqual(wire.aborted, [])
      })
  )
})
