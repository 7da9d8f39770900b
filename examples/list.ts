/**
 * Lists operations as a stream: pages are fetched as they are consumed, however many there are. Then only those that still run,
 * by a filter. Changes nothing. Run: npx tsx examples/list.ts
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, HashMap, Layer, Option, Stream } from "effect"
import * as Operation from "effect-lro/Operation"
import * as NetworkConnectivity from "effect-lro/services/networkconnectivity/v1"
import * as Testing from "effect-lro/testing"
import * as Environment from "./support/environment.ts"

/** What the embedded server has: 1,200 operations, of which every eighth runs and every fifth of the others failed. */
const script = (i: number) => {
  if (i % 8 === 0) return Testing.neverDone()
  return i % 5 === 0
    ? Testing.failAfter(0, { code: "ABORTED", message: "another change came first" })
    : Testing.succeedAfter(0)
}

const program = Effect.gen(function*() {
  const { project, server } = yield* Environment.Environment
  const name = `projects/${project}/locations/global`
  yield* server((it) =>
    Effect.forEach(
      Array.from({ length: 1200 }, (_, i) => i),
      (i) => it.put(`${name}/operations/op-${i}`, script(i)),
      { discard: true }
    )
  )
  const operations = yield* NetworkConnectivity.NetworkConnectivity

  const counts = yield* operations.list({ name, pageSize: 500 }).pipe(
    Stream.map((operation) => Operation.state(operation)._tag),
    Stream.runFold(
      HashMap.empty<string, number>(),
      (counts, state) =>
        HashMap.modifyAt(counts, state, (n) => Option.some(Option.getOrElse(n, () => 0) + 1))
    )
  )
  yield* Console.log(`Operations of ${name}`)
  yield* Effect.forEach(counts, ([state, n]) => Console.log(`  ${state.padEnd(10)} ${n}`))

  yield* Console.log("The first three that still run")
  yield* operations.list({ name, filter: "done=false" }).pipe(
    Stream.take(3),
    Stream.runForEach((operation) => Console.log(`  ${operation.name}`))
  )
})

const MainLayer = NetworkConnectivity.layer().pipe(Layer.provideMerge(Environment.layer))

program.pipe(Effect.provide(MainLayer), NodeRuntime.runMain)
