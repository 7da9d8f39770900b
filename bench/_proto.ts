import { beats, durations, ours, simulate, workloads } from "./simulation.ts"
import { peers } from "./peers.ts"
import * as Polling from "../src/Polling.ts"
const n = Number(process.argv[2] ?? 10000)
const ds = workloads.map((w) => durations(w, n))
for (const p of [ours("current default", Polling.defaultSchedule), ours(".15", Polling.proportional({share:.15,floor:500,cap:60000})), ...peers]) {
  const t = performance.now()
  console.log(p.name.padEnd(22), workloads.map((w, i) => { const o = simulate(p, w, ds[i]!); return `${o.polls.toFixed(1).padStart(8)} ${(o.latenessMillis/1000).toFixed(2).padStart(7)} ${(o.p95Millis/1000).toFixed(1).padStart(6)}` }).join(" |"), (performance.now()-t).toFixed(0)+"ms")
}
