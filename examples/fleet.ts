/**
 * Starts five hundred operations, draws how they get on, and prints what became of them. Each reference is stored before it is waited for:
 * here the program is "killed" in the middle, and goes on from what it stored. Run: npx tsx examples/fleet.ts
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Exit, Fiber, Layer, Stream } from "effect"
import * as Fleet from "effect-lro/Fleet"
import type { OperationRef } from "effect-lro/OperationRef"
import * as NetworkConnectivity from "effect-lro/services/networkconnectivity/v1"
import * as Testing from "effect-lro/testing"
import * as Environment from "./support/environment.ts"
import * as ProgressBar from "./support/progressBar.ts"

const count = 500
const { createHub } = NetworkConnectivity

/** A database would do better. */
const stored: Array<OperationRef> = []

/** Draws while the fleet goes on. */
const drawing = (progress: Fleet.ProgressBoard) =>
  ProgressBar.draw(
    "waiting {bar} {percentage}% {step}",
    Stream.map(progress.changes, ({ requests, running, ...ended }) => {
      const done = Object.values(ended).reduce((sum, each) => sum + each, 0)
      const share = running + done === 0 ? 0 : Math.floor((100 * done) / count)
      return [share, `${running} run, ${requests} requests`] as const
    })
  )

const start = Effect.gen(function*() {
  const { project } = yield* Environment.Environment
  const progress = yield* Fleet.makeProgress
  const requests = Array.from({ length: count }, (_, i) => ({
    parent: `projects/${project}/locations/global`,
    hubId: `effect-lro-${i}`,
    hub: {}
  }))
  const rows = Fleet.run(NetworkConnectivity.NetworkConnectivity, createHub, requests, {
    concurrency: 50,
    onStarted: (ref) => Effect.sync(() => void stored.push(ref)),
    progress
  })
  const fiber = yield* Effect.fork(Stream.runDrain(rows))
  yield* Effect.repeat(Effect.sleep("50 millis"), { until: () => stored.length === count })
  yield* Fiber.interrupt(fiber)
  yield* Console.log(`Killed with ${stored.length} references stored`)
})

const goOn = Effect.gen(function*() {
  const progress = yield* Fleet.makeProgress
  const bar = yield* Effect.fork(drawing(progress))
  const outcomes = new Map<string, number>()
  yield* Stream.runForEach(
    Fleet.outcomes(NetworkConnectivity.NetworkConnectivity, stored, { progress }),
    ({ exit }) =>
      Effect.sync(() => {
        const outcome = Exit.match(exit, {
          onSuccess: () => "Succeeded",
          onFailure: (cause) => cause._tag === "Fail" ? cause.error._tag : "defect"
        })
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
      })
  )
  yield* Fiber.join(bar)
  yield* Console.log("Outcomes")
  for (const [outcome, times] of Array.from(outcomes).sort(([a], [b]) => b.localeCompare(a))) {
    yield* Console.log(`  ${outcome.padEnd(18)} ${times}`)
  }
})

/** On the embedded server one in ten fails, and all have ended after three seconds. */
const scripted = (call: Testing.StartCall) => {
  const number = Number(/(\d+)$/.exec(call.operation)?.[1] ?? 0)
  const after = 1000 + (number % 20) * 100
  return number % 10 === 0
    ? Testing.failAfter(after, { code: "ABORTED", message: "the hub has spokes" })
    : Testing.succeedAfter(after)
}

const program = Effect.gen(function*() {
  const { server } = yield* Environment.Environment
  yield* server((it) => it.script(createHub, scripted))
  yield* start
  yield* goOn
})

const MainLayer = Fleet.layer(NetworkConnectivity.NetworkConnectivity, { tick: "1 second" }).pipe(
  Layer.provideMerge(Environment.layer)
)

program.pipe(Effect.provide(MainLayer), NodeRuntime.runMain)
