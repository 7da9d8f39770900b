// @effect-diagnostics globalErrorInEffectFailure:off
/** Prints the figures of docs/reliability.md, in full length and with their seed. */
import { Effect } from "effect"
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import { parseArgs } from "node:util"
import * as Fuzz from "../test/faults/fuzz.ts"
import * as HostileNames from "../test/faults/hostileNames.ts"
import * as Load from "../test/faults/load.ts"
import * as Resources from "../test/faults/resources.ts"
import { renew } from "../test/faults/table.ts"
import { names, type Transport } from "../test/faults/transports.ts"

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "20261120" },
    minutes: { type: "string", default: "10" },
    only: { type: "string", default: "fuzz,names,resources,load,audit" },
    transport: { type: "string", default: "own" },
    table: { type: "boolean", default: false },
    write: { type: "boolean", default: false }
  }
})
const seed = Number(values.seed)
const page = new URL("../docs/reliability.md", import.meta.url)
const lines: Array<string> = []
const problems: Array<string> = []

const say = (line: string): void => {
  console.log(line)
  lines.push(`- ${line}`)
}
const expect = (holds: boolean, what: string): void => {
  if (!holds) problems.push(what)
}
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

const fuzz = Effect.gen(function*() {
  const report = yield* Fuzz.run({ seed, replies: 200_000 })
  const failures = Object.values(report.errors).reduce((a, b) => a + b, 0)
  say(
    `Fuzz, seed ${seed}: ${report.replies} generated replies in ${report.calls} calls; ${report.successes} succeeded, ${failures} ` +
      `ended in ${
        Object.keys(report.errors).length
      } declared errors, ${report.undeclared.length} otherwise; ` +
      `the heap changed by ${percent(report.heapGrowth)}.`
  )
  expect(report.undeclared.length === 0, report.undeclared.join("\n"))
  expect(report.heapGrowth <= 0.05, "the heap grew by more than 5 %")
})

const hostileNames = Effect.gen(function*() {
  const report = yield* HostileNames.run({ seed, names: 100_000 })
  say(
    `Names, seed ${seed}: ${report.names} hostile ones; ${report.sent} stayed within the template, ${report.refused} were refused, ` +
      `${report.wrong.length} did neither.`
  )
  expect(report.wrong.length === 0, report.wrong.slice(0, 10).join("\n"))
})

const resources = Effect.forEach(names, (transport) =>
  Effect.gen(function*() {
    const reports = [
      ["failed in the body", yield* Resources.failures(transport, { calls: 10_000, seed })],
      ["were interrupted", yield* Resources.interruptions(transport, { calls: 1000, seed })]
    ] as const
    for (const [how, { calls, connections, failed, left }] of reports) {
      say(
        `Resources on \`${transport}\`, seed ${seed}: ${calls} calls, of which ${failed} ${how}, over ${connections} connections; ` +
          `left are ${left.sockets} sockets, ${left.fibers} fibers and ${left.timers} timers.`
      )
      expect(left.sockets + left.fibers + left.timers === 0, `${transport} leaks`)
    }
  }), { discard: true })

const load = Effect.gen(function*() {
  const transport = names.find((name) => name === values.transport) ?? ("own" satisfies Transport)
  const seconds = Number(values.minutes) * 60
  const report = yield* Load.run(transport, { seed, waits: 2000, seconds })
  const faults = Object.values(report.faults).reduce((a, b) => a + b, 0)
  say(
    `Load on \`${transport}\`, seed ${seed}: ${report.waits} concurrent waits in ${
      report.seconds.toFixed(0)
    } s, ${report.requests} ` +
      `requests, of which ${faults} (${percent(faults / report.requests)}) met one of ` +
      `${
        Object.keys(report.faults).length
      } faults; ${report.succeeded} operations succeeded, ${report.failed} failed, ` +
      `${report.cancelled} were cancelled, and ${report.wrong.length} waits ended otherwise than their operation.`
  )
  expect(report.wrong.length === 0, report.wrong.slice(0, 10).join("\n"))
})

const audit = Effect.sync(() => {
  const output = execFileSync("npm", ["audit", "--omit=dev"], { encoding: "utf8" })
  say(`\`npm audit --omit=dev\`: ${output.trim().split("\n").at(-1)}.`)
})

const all: Readonly<Record<string, Effect.Effect<void, Error>>> = {
  fuzz,
  names: hostileNames,
  resources,
  load,
  audit: Effect.mapError(audit, () => new Error("audit"))
}

const begin = "<!-- figures: written by `npm run reliability -- --write` -->"
const end = "<!-- end of the figures -->"

const main = Effect.gen(function*() {
  if (values.table) {
    return fs.writeFileSync(page, renew(fs.readFileSync(page, "utf8")))
  }
  for (const part of values.only.split(",")) yield* all[part] ?? Effect.dieMessage(`no ${part}`)
  if (values.write) {
    const [head = "", rest = ""] = fs.readFileSync(page, "utf8").split(begin)
    const [, tail = ""] = rest.split(end)
    fs.writeFileSync(page, `${head}${begin}\n\n${lines.join("\n")}\n\n${end}${tail}`)
  }
})

await Effect.runPromise(main)
for (const problem of problems) console.error(problem)
process.exit(problems.length === 0 ? 0 : 1)
