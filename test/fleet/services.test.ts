/** Stored references of several services, each asked for at its own; and what a fleet says of itself on the way. */
import { assert, describe, it } from "@effect/vitest"
import { Chunk, DateTime, Effect, Exit, Fiber, Layer, Metric, Stream, TestClock } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as Fleet from "effect-lro/Fleet"
import { OperationRef } from "effect-lro/OperationRef"
import { binding as networkConnectivity } from "effect-lro/services/networkconnectivity/v1"
import * as Registry from "effect-lro/services/registry"
import { binding as workloadManager } from "effect-lro/services/workloadmanager/v1"
import * as Testing from "effect-lro/testing"
import { bake, Bakery, parent } from "../kit/bakery.ts"
import * as FakeTracer from "../kit/FakeTracer.ts"
import * as FleetKit from "../kit/fleet.ts"

const nameOf = (i: number) => `${parent}/operations/o${i}`

describe("[46] references of several services", () => {
  const refOf = (service: string, i: number) =>
    new OperationRef({
      service,
      version: "v1",
      name: nameOf(i),
      startedAt: DateTime.unsafeMake(0)
    })

  it.effect("are rows of one stream, and a service without a module fails its own", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      for (const i of [0, 1, 2, 4, 5]) {
        yield* server.put(nameOf(i), Testing.succeedAfter("12 seconds"))
      }
      const { service: one } = networkConnectivity
      const { service: other } = workloadManager
      const refs = [
        refOf(one, 0),
        refOf(other, 1),
        refOf(one, 2),
        refOf("brewery.example.com", 3),
        JSON.parse(JSON.stringify(refOf(other, 4))) as OperationRef,
        refOf(one, 5)
      ]
      const fiber = yield* Effect.fork(
        Stream.runCollect(Registry.outcomes(refs, { layer: { polling: { spread: 0 } } }))
      )
      // Modules are loaded in real time.
      for (let i = 0; i < 20; i++) {
        yield* Effect.promise(() => new Promise((done) => setImmediate(done)))
        yield* TestClock.adjust("5 seconds")
      }
      const rows = Chunk.toReadonlyArray(yield* Fiber.join(fiber))
      assert.sameMembers(rows.map(({ index }) => index), [0, 1, 2, 3, 4, 5])
      for (const { exit, index, ref } of rows) {
        assert.strictEqual(ref.name, nameOf(index))
        assert.strictEqual(Exit.isSuccess(exit), index !== 3)
        if (Exit.isFailure(exit)) {
          assert(exit.cause._tag === "Fail" && exit.cause.error._tag === "InvalidRequest")
        }
      }
    }).pipe(
      Effect.provide(
        Layer.merge(
          Testing.layer({ bindings: [networkConnectivity, workloadManager] }),
          Credentials.layerNone
        )
      )
    ))
})

describe("[46] the progress of a fleet", () => {
  it.effect("counts operations and requests, and ends with the fleet", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      yield* server.put(nameOf(0), Testing.succeedAfter("8 seconds"))
      yield* server.put(nameOf(1), Testing.failAfter("8 seconds", { code: 10, message: "no" }))
      yield* server.put(nameOf(2), Testing.failAfter("13 seconds", { code: 1, message: "stopped" }))
      yield* server.put(nameOf(3), Testing.succeedAfter("13 seconds"))
      const progress = yield* Fleet.makeProgress
      const seen = yield* Effect.fork(Stream.runCollect(progress.changes))
      const targets = [0, 1, 2, 3, 4].map(nameOf)
      const fiber = yield* Effect.fork(
        Stream.runDrain(Fleet.outcomes(Bakery, targets, { progress }))
      )
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* progress.current, {
        running: 4,
        succeeded: 0,
        failed: 0,
        cancelled: 0,
        // No list shows it, and get does not know it.
        unknown: 1,
        requests: 2
      })
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      const all = Chunk.toReadonlyArray(yield* Fiber.join(seen))
      const last = { running: 0, succeeded: 2, failed: 1, cancelled: 1, unknown: 1 }
      assert.deepStrictEqual(all.at(-1), { ...last, requests: (yield* FleetKit.asked).length })
    }).pipe(Effect.provide(FleetKit.layer())))

  it.effect("counts starts, too, and the fleets that share it", () =>
    Effect.gen(function*() {
      const progress = yield* Fleet.makeProgress
      const orders = [1, 2, 3].map(() => ({ parent, cake: {} }))
      const one = yield* Effect.fork(Stream.runDrain(Fleet.run(Bakery, bake, orders, { progress })))
      const two = yield* Effect.fork(Stream.runDrain(Fleet.run(Bakery, bake, orders, { progress })))
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(one)
      yield* Fiber.join(two)
      const { requests, succeeded } = yield* progress.current
      assert.strictEqual(succeeded, 6)
      assert.strictEqual(requests, (yield* FleetKit.asked).length)
    }).pipe(Effect.provide(FleetKit.layer({}, { methods: [bake] }))))
})

describe("[46] a fleet shows", () => {
  it.effect("one span a tick", () => {
    const { layer, spans } = FakeTracer.make()
    return Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      for (const i of [0, 1, 2]) yield* server.put(nameOf(i), Testing.succeedAfter("8 seconds"))
      const fiber = yield* Effect.fork(
        Stream.runDrain(Fleet.outcomes(Bakery, [0, 1, 2].map(nameOf)))
      )
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      const ticks = spans.filter(({ name }) => name === "Fleet.tick")
      assert.deepStrictEqual(
        ticks.map(({ attributes }) => [
          attributes.get("gcp.resource.destination.id"),
          attributes.get("effect_lro.fleet.due"),
          attributes.get("effect_lro.fleet.way")
        ]),
        [0, 5, 10].map(() => [parent, 3, "all"])
      )
    }).pipe(Effect.provide(Layer.provideMerge(FleetKit.layer(), layer)))
  })

  it.effect("requests, operations and lateness in metrics", () =>
    Effect.gen(function*() {
      const read = Effect.map(Metric.snapshot, (all) => (name: string, tag?: string) => {
        const found = Array.from(all).find(({ metricKey }) =>
          metricKey.name === name &&
          (tag === undefined || Array.from(metricKey.tags).some(({ value }) => value === tag))
        )
        const state = found?.metricState ?? {}
        return Number("count" in state ? state.count : "value" in state ? state.value : 0)
      })
      const before = yield* read
      const server = yield* Testing.OperationsServer
      for (const i of [0, 1, 2]) yield* server.put(nameOf(i), Testing.succeedAfter("8 seconds"))
      const fiber = yield* Effect.fork(
        Stream.runDrain(Fleet.outcomes(Bakery, [0, 1, 2, 3].map(nameOf)))
      )
      yield* TestClock.adjust("1 second")
      const between = yield* read
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      const after = yield* read
      const gained = (name: string, tag?: string) => after(name, tag) - before(name, tag)
      assert.strictEqual(gained("effect_lro_fleet_requests", "list"), 3)
      assert.strictEqual(gained("effect_lro_fleet_requests", "get"), 1)
      assert.strictEqual(gained("effect_lro_fleet_operations_ended", "succeeded"), 3)
      assert.strictEqual(gained("effect_lro_fleet_operations_ended", "unknown"), 1)
      assert.strictEqual(gained("effect_lro_fleet_lateness_seconds"), 3)
      const live = "effect_lro_fleet_live_operations"
      assert.strictEqual(between(live) - before(live), 3)
      assert.strictEqual(gained(live), 0)
    }).pipe(Effect.provide(FleetKit.layer())))
})
