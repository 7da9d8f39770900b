// One after another on purpose.
// oxlint-disable no-await-in-loop
/**
 * Ten thousand operations of one parent, waited for in four ways: as a fleet, with a poller each, with google-gax, and with what one writes by
 * hand. The server is one process, each way another. The last line is JSON.
 *
 * `--operations 1000 --seconds 20` is the short form; `--only fleet,each` leaves ways out, `--parts ways,rate` leaves measurements out;
 * `--write` writes docs/fleets.svg.
 */
import { type ChildProcess, fork } from "node:child_process"
import * as Fs from "node:fs"
import * as Os from "node:os"
import { parseArgs } from "node:util"
import { draw } from "./chart.ts"
import type { Result, Task } from "./contestant.ts"
import { endOf } from "./server.ts"

const { values } = parseArgs({
  options: {
    operations: { type: "string", default: "10000" },
    seconds: { type: "string", default: "300" },
    only: { type: "string", default: "fleet,each,hand,gax" },
    parts: { type: "string", default: "ways,memory,crowd,rate" },
    write: { type: "boolean", default: false }
  }
})
const count = Number(values.operations)
const parts = values.parts.split(",")
const millis = Number(values.seconds) * 1000
/** Five seconds for five minutes; the short form keeps what is compared alike. */
const tick = Math.min(5000, millis / 20)
const isShort = millis < 300_000

const message = <A>(child: ChildProcess): Promise<A> =>
  new Promise((resolve, reject) => {
    child.once("message", (value) => resolve(value as A))
    child.once("exit", (code) => reject(new Error(`ended with ${code}`)))
  })

const file = (name: string) => new URL(`./${name}.mjs`, import.meta.url)
const server = fork(file("server"))
const origin = `http://127.0.0.1:${await message<number>(server)}`

interface World {
  readonly count: number
  readonly millis: number
  readonly old?: number
  readonly lists?: boolean
}

type Log = ReadonlyArray<readonly [kind: string, at: number]>

const play = async (world: World, task: Omit<Task, "origin" | "count" | "tick">, own = tick) => {
  const given = JSON.stringify({ old: 0, lists: true, ...world })
  const { begun } = await (await fetch(`${origin}/begin?world=${encodeURIComponent(given)}`))
    .json() as {
      begun: number
    }
  const child = fork(file("contestant"), { execArgv: ["--expose-gc", "--max-old-space-size=4096"] })
  child.send({ ...task, origin, count: world.count, tick: own })
  const result = await message<Result>(child)
  const log = await (await fetch(`${origin}/log`)).json() as Log
  const late = (result.known ?? []).map((at, i) => at - begun - endOf(i, world.count, world.millis))
  return {
    ...result,
    log,
    lateness: late.reduce((sum, each) => sum + each, 0) / late.length / 1000
  }
}

const mostIn = (log: Log, kinds: ReadonlyArray<string>, interval: number): number => {
  const times = log.filter(([kind]) => kinds.includes(kind)).map(([, at]) => at)
  let most = 0
  let from = 0
  times.forEach((at, to) => {
    while ((times[from] ?? at) <= at - interval) from++
    most = Math.max(most, to - from + 1)
  })
  return most
}

const two = (value: number) => value.toFixed(2)
const titles = {
  fleet: "effect-lro, Fleet.outcomes",
  each: "effect-lro, one untilDone each",
  hand: "by hand: Effect.forEach, RateLimiter",
  gax: "google-gax"
} as const

console.log(
  `${count} operations of one parent, ends spread over ${millis / 1000} s, page 1000, tick ${
    tick / 1000
  } s; ` +
    `Node ${process.versions.node}, ${Os.cpus().length} cores, load ${two(Os.loadavg()[0] ?? 0)}`
)
console.log("\n| | requests | mean lateness | CPU |\n| --- | ---: | ---: | ---: |")
const played: Partial<Record<keyof typeof titles, Awaited<ReturnType<typeof play>>>> = {}
const ways = parts.includes("ways") ? values.only.split(",") : []
for (const way of ways as ReadonlyArray<keyof typeof titles>) {
  const result = await play({ count, millis }, { way })
  played[way] = result
  console.log(
    `| ${titles[way]} | ${result.log.length} | ${two(result.lateness)} s | ${
      two(result.cpu / 1000)
    } s |`
  )
}

const never = { count, millis: 1e12 }
const measureMemory = async () => {
  const rows = await play(never, { way: "memory" }, 2000)
  const waits = await play(never, { way: "memoryWaits" }, 2000)
  const fibers = await play(never, { way: "memoryFibers" }, 2000)
  console.log("\nmemory")
  console.log(`- a row: ${Math.round(rows.bytes)} bytes`)
  console.log(
    `- an untilDone: ${
      Math.round(waits.bytes - fibers.bytes)
    } bytes above a fiber that awaits a Deferred, which has ${Math.round(fibers.bytes)}`
  )
  if (!isShort) {
    const hundred = await play({ count: 100_000, millis: 1e12 }, { way: "memory" }, 5000)
    console.log(`- 100,000 rows: ${Math.round(hundred.heap / 1e6)} MB heapUsed in all`)
  }
  return Math.round(rows.bytes)
}

const measureCrowd = async () => {
  const world = { count: count / 10, millis: millis / 5, old: 5 * count }
  const fleet = await play(world, { way: "fleet" })
  const each = await play(world, { way: "each" })
  console.log(
    `\n${world.count} operations beside ${world.old} that ended before: ${fleet.log.length} requests, ${each.log.length} by gets alone`
  )
}

const measureRate = async () => {
  const interval = isShort ? millis / 2 : 60_000
  const limit = isShort ? Math.round(interval / 25) : 600
  const { cancelMillis, log } = await play(
    { count: 1000, millis: 1e12, lists: false },
    { way: "rate", limit, interval, millis: interval * 3 }
  )
  const most = mostIn(log, ["get", "list"], interval)
  const used = log.filter(([kind]) => kind !== "cancel").length / (limit * 3)
  console.log(
    `\n${limit} reads granted in ${interval / 1000} s: at most ${most} in any, ${
      two(used * 100)
    } % used; a cancel took ${two(cancelMillis)} ms`
  )
  return { rateKept: most <= limit, rateUsed: used }
}

const bytesPerOperation = parts.includes("memory") ? await measureMemory() : null
if (parts.includes("crowd")) await measureCrowd()
const rate = parts.includes("rate") ? await measureRate() : { rateKept: null, rateUsed: null }

server.kill()
const { each, fleet } = played
const ratio = (pick: (one: NonNullable<typeof each>) => number) =>
  each === undefined || fleet === undefined ? null : pick(fleet) / pick(each)
if (values.write) {
  const points = Object.entries(played).map(([way, { log }]) => ({
    label: titles[way as keyof typeof titles],
    requests: log.length
  }))
  Fs.writeFileSync("../docs/fleets.svg", await draw(points, { millis, tick }))
}
console.log(JSON.stringify({
  requestsRatio: ratio(({ log }) => log.length),
  latenessRatio: ratio(({ lateness }) => lateness),
  bytesPerOperation,
  cpuRatio: ratio(({ cpu }) => cpu),
  ...rate
}))
