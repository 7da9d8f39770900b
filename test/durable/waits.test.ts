/** One suite for the engines that run in virtual time: what a durable wait gives, when it polls, what it leaves behind. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, TestClock } from "effect"
import * as Durable from "effect-lro/Durable"
import { OperationRef } from "effect-lro/OperationRef"
import * as Testing from "effect-lro/testing"
import { bake, bakeOnce, Bakery, Cake, name } from "../kit/bakery.ts"
import { bakery, Baking, clustered, memory, order } from "../kit/durable.ts"

/** `kind@seconds` of every request. */
const timeline = Effect.map(
  Effect.flatMap(Testing.OperationsServer, (server) => server.requests),
  (all) => all.map(({ at, method }) => `${method}@${at / 1000}`)
)

for (const runner of [memory, clustered]) {
  describe(runner.name, () => {
    it.effect("run starts, waits and decodes", () =>
      Effect.gen(function*() {
        const fiber = yield* Effect.fork(Baking.execute({ id: "a" }))
        yield* TestClock.adjust("1 hour")
        assert.deepStrictEqual(yield* Fiber.join(fiber), { flavour: "plum" })
        assert.deepStrictEqual(yield* timeline, ["start@0"])
      }).pipe(
        Effect.provide(
          runner.layer(
            Durable.run(Bakery, bakeOnce, order, {
              step: "bake",
              response: Cake,
              schedule: { fixed: "10 seconds" },
              spread: 0
            })
          )
        ),
        Effect.provide(bakery())
      ))
  })
}
void bake
void name
void OperationRef
