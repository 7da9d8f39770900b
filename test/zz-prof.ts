import { Effect } from "effect"
import { Bakery, layer, name, done } from "/work/main/test/utils/Scripted.ts"
const t = (what: string, e: Effect.Effect<any,any>, n = 300) => Effect.gen(function*() {
  yield* Effect.repeatN(e, 50)
  const a = performance.now()
  yield* Effect.repeatN(e, n-1)
  console.log(what, (performance.now() - a) / n, "ms")
})
Effect.runPromise(Effect.gen(function*() {
  yield* t("layer", Effect.suspend(() => Bakery.pipe(Effect.provide(layer({})))))
  yield* t("gets", Effect.flatMap(Bakery, (b) => Effect.repeatN(b.get({name}), 2000)).pipe(Effect.provide(layer({get:[done]}))), 1)
}) as any)
