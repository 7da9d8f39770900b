/**
 * Starts five hundred operations, draws how they get on, and prints what became of them. Each reference is stored before it is waited for:
 * here the program is "killed" in the middle, and goes on from what it stored. Run: npx tsx examples/fleet.ts
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Fiber, Layer, Stream } from "effect"
import * as Fleet from "effect-lro/Fleet"
import type { OperationRef } from "effect-lro/OperationRef"
import { createHub, NetworkConnectivity } from "effect-lro/services/networkconnectivity/v1"
import * as Environment from "./support/environment.ts"
import * as Support from "./support/fleet.ts"

const count = 500

/** A database would do better. */
const stored: Array<OperationRef> = []

const start = Effect.gen(function*() {
  const { project } = yield* Environment.Environment
  const requests = Array.from({ length: count }, (_, i) => ({
    parent: `projects/${project}/locations/global`,
    hubId: `effect-lro-${i}`,
    hub: {}
  }))
  const rows = Fleet.run(NetworkConnectivity, createHub, requests, {
    concurrency: 50,
    onStarted: (ref) => Effect.sync(() => void stored.push(ref))
  })
  const fiber = yield* Effect.fork(Stream.runDrain(rows))
  yield* Effect.repeat(Effect.sleep("50 millis"), { until: () => stored.length === count })
  yield* Fiber.interrupt(fiber)
  yield* Console.log(`Killed with ${stored.length} references stored`)
})

const goOn = Effect.gen(function*() {
  const progress = yield* Fleet.makeProgress
  const bar = yield* Effect.fork(Support.draw(progress, count))
  yield* Support.printOutcomes(
    Stream.onDone(Fleet.outcomes(NetworkConnectivity, stored, { progress }), () => Fiber.join(bar))
  )
})

const program = Effect.gen(function*() {
  const { server } = yield* Environment.Environment
  yield* server((it) => it.script(createHub, Support.scripted))
  yield* start
  yield* goOn
})

const MainLayer = Fleet.layer(NetworkConnectivity, { tick: "1 second" }).pipe(
  Layer.provideMerge(Environment.layer)
)

program.pipe(Effect.provide(MainLayer), NodeRuntime.runMain)
