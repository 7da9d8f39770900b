import { it } from "@effect/vitest"
import { Effect, Random } from "effect"
import { Bakery, layer, answer, name, done } from "./utils/Scripted.ts"
import { VirtualClock } from "./utils/VirtualClock.ts"
const t = <A,E>(what: string, e: Effect.Effect<A,E>) => Effect.gen(function*() {
  yield* Effect.repeatN(e, 50)
  const a = performance.now()
  yield* Effect.repeatN(e, 199)
  console.log(what, (performance.now() - a) / 200, "ms")
})
it.effect("x", () => Effect.gen(function*() {
  yield* t("layer", Bakery.pipe(Effect.provide(layer({}))))
  yield* t("layer suspended", Effect.suspend(() => Bakery.pipe(Effect.provide(layer({})))))
  yield* t("one get", Effect.suspend(() => Effect.flatMap(Bakery, (b) => b.get({ name })).pipe(Effect.provide(layer({get:[done]})))))
  yield* t("two gets", Effect.suspend(() => Effect.flatMap(Bakery, (b) => Effect.zip(b.get({ name }),b.get({ name }))).pipe(Effect.provide(layer({get:[done]})))))
  yield* t("sleep", Effect.suspend(() => Effect.sleep(10).pipe(Effect.withClock(new VirtualClock()))))
  yield* t("10 sleeps", Effect.suspend(() => Effect.repeatN(Effect.sleep(10), 9).pipe(Effect.withClock(new VirtualClock()))))
  yield* t("forks", Effect.suspend(() => Effect.flatMap(Effect.fork(Effect.never), f => f.interruptAsFork(f.id()))))
}))
