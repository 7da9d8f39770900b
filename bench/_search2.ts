import { beats, durations, simulate, workloads, ours, type Poller } from "./simulation.ts"
import { peers } from "./peers.ts"
import * as Polling from "../src/Polling.ts"
const n = Number(process.argv[2] ?? 1000)
const unit = (name: string): number => {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
const prop = (share:number, floor:number, cap:number): Poller => ({ name: `${share} ${floor} ${cap/1000}`, delays: (op) => { const f = .9+.2*unit(op); return (now)=> f*Math.min(cap, Math.max(floor, share*now)) } })
const ds = workloads.map((w) => durations(w, n))
const po = peers.map(p => workloads.map((w,i)=>simulate(p,w,ds[i]!)))
const rows: any[] = []
const list = (s:string) => s.split(",").map(Number)
for (const share of list(process.argv[3]!)) for (const floor of list(process.argv[4]!)) for (const cap of list(process.argv[5]!)) {
  const p = prop(share,floor,cap*1000)
  let min = Infinity, why="", wins = 0
  const outs: any[] = []
  for (let i=0;i<4;i++) {
    const o = simulate(p, workloads[i]!, ds[i]!); outs.push(o)
    po.forEach((x,k) => { const q=x[i]!; const m = Math.max(Math.log(q.polls/o.polls), Math.log(q.latenessMillis/o.latenessMillis)); if (m<min) {min=m; why=peers[k]!.name+" "+workloads[i]!.name}; if (beats(o,q)) wins++ })
    if (min < -.005) break
  }
  if (min >= -.005) rows.push({name:p.name,min,why,wins,outs})
}
rows.sort((a,b)=>b.min-a.min)
for (const r of rows.slice(0,Number(process.argv[6]??50))) console.log(r.name.padEnd(14), r.min.toFixed(3), String(r.wins).padStart(2), r.why.padEnd(28), r.outs.map((o:any)=>`${o.polls.toFixed(1).padStart(7)} ${(o.latenessMillis/1000).toFixed(2).padStart(6)}`).join(" |"))
console.log(rows.length)
