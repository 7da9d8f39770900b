/**
 * Compares the default poll schedule with those of other clients, and writes the result into docs/polling.md and docs/polling.svg.
 *
 * npm ci --prefix bench && npm run bench:polling; with `-- --search` it looks for schedules that no peer beats instead.
 */
import * as Polling from "effect-lro/Polling"
import { readFileSync, writeFileSync } from "node:fs"
import { peers } from "./peers.ts"
import { search } from "./search.ts"
import {
  beats,
  durations,
  margin,
  ours,
  type Outcome,
  roundTripMillis,
  seed,
  simulate,
  workloads
} from "./simulation.ts"

const count = 10_000
const name = "effect-lro"
const doc = new URL("../docs/polling.md", import.meta.url)
const drawing = new URL("../docs/polling.svg", import.meta.url)

const secondsOf = (millis: number): string => `${(millis / 1000).toFixed(millis < 9_950 ? 1 : 0)} s`

const cell = ({ latenessMillis, p95Millis, polls }: Outcome): string =>
  `${polls.toFixed(polls < 99.5 ? 1 : 0)} · ${secondsOf(latenessMillis)} · ${secondsOf(p95Millis)}`

const row = (outcomes: ReadonlyArray<Outcome>, poller: string): string => {
  const cells = outcomes.filter((outcome) => outcome.poller === poller).map(cell)
  return poller === name
    ? `| **${poller}** | ${cells.map((cell) => `**${cell}**`).join(" | ")} |`
    : `| ${poller} | ${cells.join(" | ")} |`
}

const table = (outcomes: ReadonlyArray<Outcome>): string =>
  [
    `| | ${workloads.map((workload) => `median ${workload.name}`).join(" | ")} |`,
    `| --- |${workloads.map(() => " --- |").join("")}`,
    row(outcomes, name),
    ...peers.map((peer) => row(outcomes, peer.name))
  ].join("\n")

const markers = ["<!-- begin: npm run bench:polling -->", "<!-- end -->"] as const

const withSection = (text: string, section: string): string => {
  const begin = text.indexOf(markers[0])
  const end = text.indexOf(markers[1])
  if (begin === -1 || end < begin) throw new Error(`docs/polling.md has no ${markers.join(" … ")}`)
  return `${text.slice(0, begin + markers[0].length)}\n${section}\n${text.slice(end)}`
}

const compare = async (): Promise<void> => {
  const { plot } = await import("./plot.ts").catch((cause) => {
    throw new Error("the drawing library is missing: run `npm ci --prefix bench` first", { cause })
  })
  const pollers = [ours(name, Polling.defaultSchedule), ...peers]
  const outcomes = workloads.flatMap((workload) => {
    const sample = durations(workload, count)
    return pollers.map((poller) => simulate(poller, workload, sample))
  })
  const pairs = outcomes.filter(({ poller }) => poller === name).flatMap((own) =>
    outcomes.filter(({ poller, workload }) => poller !== name && workload === own.workload)
      .map((peer) => ({ own, peer, margin: margin(own, peer) }))
  )
  const nearest = pairs.reduce((least, pair) => pair.margin < least.margin ? pair : least)
  const section = [
    "Each cell: polls per operation · mean lateness · 95th percentile of the lateness. "
    + `${
      count.toLocaleString("en")
    } operations per column, round trip ${roundTripMillis} ms, seed ${seed}.`,
    "",
    table(outcomes),
    "",
    `The nearest to having both fewer polls and less mean lateness is ${nearest.peer.poller} at ${nearest.peer.workload}: `
    + `${(nearest.margin * 100).toFixed(0)} % too much of one of them.`
  ].join("\n")
  const picture = await plot(
    outcomes,
    workloads.map(({ name }) => name),
    pollers.map(({ name }) => name)
  )
  console.log(section)
  writeFileSync(
    doc,
    withSection(readFileSync(doc, "utf8"), `${section}\n\n![Polls against lateness](polling.svg)`)
  )
  writeFileSync(drawing, `${picture}\n`)
  const ahead = pairs.filter(({ own, peer }) => beats(peer, own))
  if (ahead.length > 0) {
    const names = ahead.map(({ peer }) => `${peer.poller} at ${peer.workload}`)
    throw new Error(`behind the front: ${names.join(", ")}`)
  }
}

const find = (): void => {
  for (const { margin, name, outcomes } of search(1_000)) {
    console.log(
      `${(margin * 100).toFixed(1).padStart(5)} %  ${name}: ${outcomes.map(cell).join(", ")}`
    )
  }
}

try {
  await (process.argv.includes("--search") ? find() : compare())
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
