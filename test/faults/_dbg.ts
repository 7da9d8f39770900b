import * as Cells from "/work/main/test/faults/cells.ts"
import { sections } from "/work/main/test/faults/faults.ts"
import * as FaultServer from "/work/main/test/faults/FaultServer.ts"
import { transports } from "/work/main/test/faults/transports.ts"
import * as W from "/work/main/test/faults/witness.ts"
import { Effect, Layer } from "effect"
const [, , name, method, mode, transport] = process.argv
const fault = sections.flatMap((s) => s.faults).find((f) => f.name === name)!
await Effect.runPromise(Effect.scoped(Effect.gen(function*() {
  const server = yield* FaultServer.make
  const context = yield* Layer.build(transports[transport as "fetch"])
  const t = performance.now()
  const r = yield* Effect.provide(
    Cells.run(server, "c1", fault, method as "get", mode as "once"),
    context
  )
  const { all, ...rest } = r as any
  console.log(performance.now() - t, rest)
  const text = (all as string[] ?? []).find((x) => W.leaks(x).length > 0)
  if (text) {
    const i = text.indexOf("canary-")
    console.log(text.slice(0, 300), "\n.....\n", text.slice(Math.max(0, i - 1500), i + 200))
  }
})))
process.exit(0)
