import { Effect } from "effect"
import * as Fuzz from "./fuzz.ts"
const t = performance.now()
const r = await Effect.runPromise(Fuzz.run({ seed: 20261120, replies: Number(process.argv[2]) }))
console.log((performance.now() - t) / 1000, r)
process.exit(0)
