import { beats, durations, ours, simulate, workloads } from "./simulation.ts"
import { peers } from "./peers.ts"
import * as Polling from "../src/Polling.ts"
const n = Number(process.argv[2] ?? 1000)
const ds = workloads.map((w) => durations(w, n))
const po = peers.map(p => workloads.map((w,i)=>simulate(p,w,ds[i]!)))
const rows: any[] = []
for (const share of [.1,.15,.2,.25,.3,.35,.4,.5,.6,.8]) for (const floor of [500,750,1000,1500,2000,3000]) for (const cap of [10,15,20,25,30,40,45,50,60,90,120]) {
  const p = ours(`${share} ${floor} ${cap}`, Polling.proportional({share,floor,cap:cap*1000}))
  let min = Infinity, why="", wins = 0
  const outs: any[] = []
  for (let i=0;i<4;i++) {
    const o = simulate(p, workloads[i]!, ds[i]!); outs.push(o)
    po.forEach((x,k) => { const q=x[i]!; const m = Math.max(Math.log(q.polls/o.polls), Math.log(q.latenessMillis/o.latenessMillis)); if (m<min) {min=m; why=peers[k]!.name+" "+workloads[i]!.name}; if (beats(o,q)) wins++ })
    if (min < -.02) break
  }
  if (min >= -.02) rows.push({name:p.name,min,why,wins,outs})
}
rows.sort((a,b)=>b.min-a.min)
for (const r of rows.slice(0,60)) console.log(r.name.padEnd(14), r.min.toFixed(3), String(r.wins).padStart(2), r.why.padEnd(28), r.outs.map((o:any)=>`${o.polls.toFixed(1).padStart(7)} ${(o.latenessMillis/1000).toFixed(2).padStart(6)}`).join(" |"))
console.log(rows.length)
