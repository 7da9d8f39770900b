// One after another on purpose.
// oxlint-disable no-await-in-loop
/** `npm run bench`: all rows of docs/benchmarks.md, in one run. `BENCH_ROUNDS` and `BENCH_CALLS` make it shorter. */
import { execFileSync, fork } from "node:child_process"
import * as Fs from "node:fs"
import * as Os from "node:os"
import { bars, svg } from "./chart.ts"
import * as Clients from "./clients.ts"
import * as Lists from "./lists.ts"
import { cpuMicros, interleaved, median, type Ratio, ratio } from "./measure.ts"
import { perWait } from "./memory.ts"
import { connections } from "./polls.ts"
import * as Sizes from "./sizes.ts"

const rounds = Number(process.env["BENCH_ROUNDS"] ?? 15)
const calls = Number(process.env["BENCH_CALLS"] ?? 3000)
const root = new URL("../../", import.meta.url)
const started = new Date()
const load = Os.loadavg().map((value) => value.toFixed(1)).join(", ")

const server = fork(new URL("./server.mjs", import.meta.url), { stdio: "inherit" })
const port = await new Promise<number>((resolve) =>
  server.once("message", (port) => resolve(Number(port)))
)
const origin = `http://127.0.0.1:${port}`

const at = () => new Date().toISOString().slice(11, 19)
const rows: Array<string> = []
const row = (what: string, measured: string, target: string, met: boolean | undefined) => {
  rows.push(
    `| ${what} | ${measured} | ${target} | ${
      met === undefined ? "" : met ? "yes" : "**no**"
    } | ${at()} |`
  )
  console.log(rows.at(-1))
}
const shown = ({ from, median, to }: Ratio) =>
  `${median.toFixed(2)} (${from.toFixed(2)} to ${to.toFixed(2)})`

const clients = await Clients.make(origin)
const gets = await interleaved(
  rounds,
  clients.map(({ key, run }) =>
    [key, async () => (await cpuMicros(() => run(calls))) / calls] as const
  )
)
const of = (key: string) => gets.get(key) ?? []
const compare = (what: string, ours: string, theirs: string, limit: number) => {
  const found = ratio(of(ours), of(theirs))
  row(what, shown(found), `at most ${limit}`, found.from <= limit)
}
compare("CPU of a typed `get`, over bare undici", "effect-lro", "undici", 2)
compare("the same with a tracer", "effect-lro, traced", "undici", 2.5)
compare("over bare `fetch`", "effect-lro", "fetch", 0.5)
compare("over googleapis", "effect-lro", "googleapis", 0.3)
compare("over google-gax, REST", "effect-lro", "google-gax", 0.35)
compare(
  "over the stock fetch layer, to that layer's own GET and `json`",
  "effect-lro over fetch",
  "platform fetch",
  1.1
)

const lists = Lists.make(origin)
const listRounds = Number(process.env["BENCH_LISTS"] ?? rounds)
const listed = await interleaved(listRounds, [["ours", lists.ours], ["bare", lists.bare], [
  "google",
  lists.google
]])
const rate = (theirs: "bare" | "google") =>
  ratio(listed.get(theirs) ?? [], listed.get("ours") ?? [])
row(
  "rate of `list`, 100,000 operations, to bare undici",
  shown(rate("bare")),
  "at least 0.85",
  rate("bare").to >= 0.85
)
row("to googleapis", shown(rate("google")), "at least 1", rate("google").to >= 1)
const page =
  (await (await fetch(`${origin}/v1/projects/p/locations/global/operations?pageSize=1000`))
    .arrayBuffer()).byteLength
const growth = await lists.heapGrowth()
row("peak heap growth of that, in pages", (growth / page).toFixed(1), "below 3", growth / page < 3)
const overlapped = await lists.overlapped()
row(
  "40 pages, 20 ms at the server and 20 ms at the consumer, with a buffer of one page",
  `${overlapped.toFixed(0)} ms`,
  "at most 880 ms",
  overlapped <= 880
)

const polled = await connections(3, 5_000)
row(
  "connections of 3 polls, 5 s apart, over TLS",
  `${polled.ours} (stock undici ${polled.undici})`,
  "1",
  polled.ours === 1
)

const sizes = await Sizes.own()
row(
  "modules of our own for a client of one service",
  String(sizes.modules.length),
  "at most 30",
  sizes.modules.length <= 30
)
row(
  "bytes of our own in the get and wait example, minified and gzipped",
  String(sizes.gzip),
  "at most 15000",
  sizes.gzip <= 15_000
)
const unresolved = await Sizes.unresolved()
row(
  "unresolved in a browser bundle of the barrel",
  String(unresolved.length),
  "0",
  unresolved.length === 0
)

const memory = await perWait()
const above = memory.waiting - memory.sleeping
row(
  "bytes per wait above a sleeping fiber, 10,000 waits",
  `${above.toFixed(0)} (a sleeping fiber ${memory.sleeping.toFixed(0)})`,
  "at most 8192",
  above <= 8192
)

const absolute = clients.map(({ key }) =>
  `| ${key} | ${median(of(key)).toFixed(0)} | ${Math.min(...of(key)).toFixed(0)} |`
)
const versions = ["undici", "@googleapis/cloudbuild", "@google-cloud/cloudbuild", "google-gax"].map(
  (name) => {
    const { version } = JSON.parse(
      Fs.readFileSync(new URL(`bench/node_modules/${name}/package.json`, root), "utf8")
    ) as { version: string }
    return `${name} ${version}`
  }
)
Fs.writeFileSync(
  new URL("docs/benchmarks-get.svg", root),
  await svg(bars(
    "CPU of one get, microseconds (median)",
    clients.map(({ key }) => ({ label: key, value: median(of(key)) }))
  ))
)
Fs.writeFileSync(
  new URL("docs/benchmarks-ratios.svg", root),
  await svg(bars(
    "CPU of one get, times bare undici (median of paired ratios)",
    clients.map(({ key }) => ({ label: key, value: ratio(of(key), of("undici")).median }))
  ))
)

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
${rounds} rounds of ${calls} calls each (${listRounds} of lists), in turns; commit ${
    execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root, encoding: "utf8" }).trim()
  }.

A ratio is the median over the rounds of our figure by theirs in the same round, with the 95 % interval of that median. A target is met
when the better end of the interval meets it. CPU is user and system time of the client's process, not of the server's.

## Targets

| what | measured | target | met | at (UTC) |
|---|---|---|---|---|
${rows.join("\n")}

## Absolute figures

CPU microseconds per \`get\` of one operation.

| client | median | least |
|---|---|---|
${absolute.join("\n")}

![CPU per get](benchmarks-get.svg)

![CPU per get, times bare undici](benchmarks-ratios.svg)

${await Sizes.section()}${notes}`
)
server.kill()
process.exit(0)
