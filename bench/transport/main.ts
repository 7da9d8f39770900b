// One after another on purpose.
// oxlint-disable no-await-in-loop
/**
 * `npm run bench`: all rows of docs/benchmarks.md, in one run of about a quarter of an hour, ten minutes of which wait for polls.
 *
 * `BENCH_ROWS=get,list` runs some of the parts (get, list, polls, sizes, memory) and prints them without writing anything.
 * `BENCH_ROUNDS`, `BENCH_CALLS` and `BENCH_POLLS` change how much is run; a page that a shorter run has written says so.
 */
import { execFileSync, fork } from "node:child_process"
import * as Fs from "node:fs"
import * as Os from "node:os"
import { performance } from "node:perf_hooks"
import { bars, svg } from "./chart.ts"
import * as Clients from "./clients.ts"
import * as Imports from "./imports.ts"
import * as Lists from "./lists.ts"
import { interleaved, median, type Ratio, ratio } from "./measure.ts"
import { perWait } from "./memory.ts"
import { connections } from "./polls.ts"
import * as Sizes from "./sizes.ts"

const rounds = Number(process.env["BENCH_ROUNDS"] ?? 15)
const calls = Number(process.env["BENCH_CALLS"] ?? 2000)
const polls = Number(process.env["BENCH_POLLS"] ?? 120)
const only = process.env["BENCH_ROWS"]?.split(",")
const wanted = (part: string) => only === undefined || only.includes(part)
const root = new URL("../../", import.meta.url)
const started = new Date()
const load = Os.loadavg().map((value) => value.toFixed(1)).join(", ")

// Without the flags of this process: a server that shares them is another server.
const server = fork(new URL("./server.mjs", import.meta.url), { stdio: "inherit", execArgv: [] })
process.on("exit", () => server.kill())
const port = await new Promise<number>((resolve) =>
  server.once("message", (port) => resolve(Number(port)))
)
const origin = `http://127.0.0.1:${port}`

const at = () => new Date().toISOString().slice(11, 19)
const rows: Array<string> = []
const row = (what: string, measured: string, target: string, met: boolean | undefined) => {
  rows.push(
    `| ${what} | ${measured} | ${target} | ${
      met === undefined ? "reported" : met ? "yes" : "**no**"
    } | ${at()} |`
  )
  console.log(rows.at(-1))
}
const shown = ({ from, median, to }: Ratio) =>
  `${median.toFixed(2)} (${from.toFixed(2)} to ${to.toFixed(2)})`

const overFetch = "effect-lro over fetch"

const gets = async () => {
  const clients = await Clients.make(origin)
  const contestants = clients.map(({ key, run }) => [key, () => run(calls)] as const)
  // First and on their own: code that several transports of one process have gone through is slower, for ours more than for platform's.
  const pair = contestants.filter(([key]) => [overFetch, "platform fetch"].includes(key))
  const alone = await interleaved(rounds, pair)
  const added = ratio(alone.get(overFetch) ?? [], alone.get("platform fetch") ?? [])
  const taken = await interleaved(rounds, contestants)
  const of = (key: string) => (taken.get(key) ?? []).map((micros) => micros / calls)
  const compare = (what: string, ours: string, theirs: string, limit: number) => {
    const found = ratio(of(ours), of(theirs))
    row(what, shown(found), `at most ${limit}`, found.from <= limit)
  }
  compare("CPU of a typed `get`, over bare undici", "effect-lro", "undici", 2)
  compare("the same with a tracer", "effect-lro, traced", "undici", 2.5)
  compare("over bare `fetch`", "effect-lro", "fetch", 0.5)
  compare("over googleapis", "effect-lro", "googleapis", 0.3)
  compare("over google-gax, REST", "effect-lro", "google-gax", 0.35)
  row(
    "over the stock fetch layer, to that layer's own GET and `json`, the two alone",
    shown(added),
    "at most 1.1",
    added.from <= 1.1
  )
  return clients.map(({ key }) => ({
    key,
    median: median(of(key)),
    least: Math.min(...of(key)),
    ratio: ratio(of(key), of("undici")),
    at: at()
  }))
}

const lists = async () => {
  const list = Lists.make(origin)
  const taken = await interleaved(rounds, [
    ["effect-lro", list.ours],
    ["undici", list.bare],
    ["googleapis", list.google]
  ])
  const of = (key: "effect-lro" | "undici" | "googleapis") => taken.get(key) ?? []
  const compare = (what: string, theirs: "undici" | "googleapis", limit: number) => {
    const found = ratio(of(theirs), of("effect-lro"))
    row(what, shown(found), `at least ${limit}`, found.to >= limit)
  }
  compare("rate of `list`, 100,000 operations, to bare undici", "undici", 0.85)
  compare("to googleapis", "googleapis", 1)
  const first = await fetch(`${origin}/v1/projects/p/locations/global/operations?pageSize=1000`)
  const page = (await first.arrayBuffer()).byteLength
  const growth = await list.heapGrowth()
  const grown = growth / page
  row("peak heap growth of that, in pages", grown.toFixed(1), "below 3", grown < 3)
  const walls = await interleaved(rounds, [
    ["server", list.server],
    ["consumer", list.consumer],
    ["both", list.overlapped]
  ], () => performance.now())
  const alone = (walls.get("server") ?? []).map((micros, i) =>
    Math.max(micros, walls.get("consumer")?.[i] ?? NaN)
  )
  const both = ratio(walls.get("both") ?? [], alone)
  row(
    "time of 40 pages, 20 ms at the server and 20 ms at the consumer, `prefetch: 1`, over the slower of the two alone",
    shown(both),
    "at most 1.1",
    both.from <= 1.1
  )
  return (["undici", "effect-lro", "googleapis"] as const).map((key) => ({
    key,
    median: median(of(key)),
    least: Math.min(...of(key)),
    ratio: ratio(of(key), of("undici")),
    at: at()
  }))
}

const polled = async () => {
  const pause = 5_000
  const { fetched, ours, undici } = await connections(polls, pause)
  const minutes = (polls * pause / 60_000).toFixed(polls * pause % 60_000 === 0 ? 0 : 1)
  row(
    `connections of a wait over TLS: ${polls} polls, one every 5 s, in ${minutes} minutes`,
    `${ours} (stock undici ${undici}, its fetch ${fetched})`,
    "1",
    ours === 1
  )
}

const sizes = async () => {
  const { gzip } = await Sizes.own()
  const { share, whole } = await Sizes.withEffect()
  const { cpu, large, wall } = Imports.times(21)
  for (const [clock, { all, own, share }] of Object.entries({ time: wall, "CPU time": cpu })) {
    row(
      `our share of the ${clock} to import a client of one service`,
      `${shown(share)}, ${own.toFixed(0)} of ${all.toFixed(0)} ms`,
      "at most 0.1",
      share.median <= 0.1
    )
  }
  row(
    "CPU of the import of aiplatform/v1 above that of networkconnectivity/v1",
    `${large.toFixed(0)} ms`,
    "at most 30 ms",
    large <= 30
  )
  row(
    "our share of the bundle that holds effect and platform, too",
    `${(share.gzip / whole.gzip * 100).toFixed(0)} %`,
    "at most 25 %",
    share.gzip / whole.gzip <= 0.25
  )
  row(
    "bytes of our own in the get and wait example, minified and gzipped",
    String(gzip),
    "at most 26500",
    gzip <= 26_500
  )
  const missing = (await Sizes.unresolved()).length
  row("unresolved in a browser bundle of the barrel", String(missing), "0", missing === 0)
}

const memory = async () => {
  const { sleeping, waiting } = await perWait({ count: 10_000, collect: () => globalThis.gc?.() })
  const above = waiting - sleeping
  row(
    "bytes per wait above a sleeping fiber, 10,000 waits",
    `${above.toFixed(0)} (a sleeping fiber ${sleeping.toFixed(0)})`,
    "at most 8192",
    above <= 8192
  )
}

const got = wanted("get") ? await gets() : []
const listed = wanted("list") ? await lists() : []
if (wanted("polls")) await polled()
if (wanted("sizes")) await sizes()
if (wanted("memory")) await memory()
if (only !== undefined) process.exit(0)

const versions = [
  "undici",
  "@googleapis/cloudbuild",
  "@google-cloud/cloudbuild",
  "google-gax",
  "tinybench"
].map((name) => {
  const { version } = JSON.parse(
    Fs.readFileSync(new URL(`bench/node_modules/${name}/package.json`, root), "utf8")
  ) as { version: string }
  return `${name} ${version}`
})

const plot = async (name: string, title: string, values: Parameters<typeof bars>[1]) =>
  Fs.writeFileSync(new URL(`docs/${name}.svg`, root), `${await svg(bars(title, values))}\n`)

await plot(
  "benchmarks-get",
  "CPU of one get, microseconds (median)",
  got.map(({ key, median }) => ({ label: key, value: median }))
)
await plot(
  "benchmarks-ratios",
  "CPU of one get, times bare undici (median of paired ratios)",
  got.map(({ key, ratio }) => ({ label: key, value: ratio.median }))
)

const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], {
  cwd: root,
  encoding: "utf8"
}).trim()
const table = (figures: typeof got, digits: number, unit: number) =>
  `| client | median | least | times bare undici | at (UTC) |
|---|---|---|---|---|
${
    figures.map(({ at, key, least, median, ratio }) =>
      `| ${key} | ${(median / unit).toFixed(digits)} | ${(least / unit).toFixed(digits)} | ${
        shown(ratio)
      } | ${at} |`
    ).join("\n")
  }`

const file = new URL("docs/benchmarks.md", root)
const notes = Fs.existsSync(file)
  ? /\n## What the numbers say[\s\S]*$/.exec(Fs.readFileSync(file, "utf8"))?.[0] ?? ""
  : ""
Fs.writeFileSync(
  file,
  `# Benchmarks

Written by \`npm run bench\`; the notes at the end are by hand.

${
    started.toISOString().slice(0, 16).replace("T", " ")
  } UTC, Node ${process.versions.node}, ${Os.cpus().length} CPUs (${
    Os.cpus()[0]?.model.trim()
  }), ${Os.platform()} ${Os.release()},
load average when it began ${load}; ${
    versions.join(", ")
  }. The server is another process on the loopback interface, 64 calls at a time,
${rounds} rounds of ${calls} calls each, in turns, and as many of whole lists; commit ${commit}.

A ratio is the median over the rounds of our figure by theirs in the same round, with the 95 % interval of that median. A target is met
when the better end of the interval meets it. CPU is user and system time of the client's process, not of the server's; a rate is
operations by that time.

## Targets

| what | measured | target | met | at (UTC) |
|---|---|---|---|---|
${rows.join("\n")}

## Absolute figures

CPU microseconds per \`get\` of one operation.

${table(got, 0, 1)}

![CPU per get](benchmarks-get.svg)

![CPU per get, times bare undici](benchmarks-ratios.svg)

CPU milliseconds for a \`list\` of 100,000 operations in pages of 1,000.

${table(listed, 0, 1000)}

${await Sizes.section()}${notes}`
)
process.exit(0)
