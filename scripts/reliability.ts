// @effect-diagnostics globalErrorInEffectFailure:off
/** Prints the figures of docs/reliability.md, in full length and with their seed; each part in a process of its own. */
import { Effect } from "effect"
import { execFileSync, spawn } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import { parseArgs } from "node:util"
import * as Contention from "../test/matrix/contention.ts"
import * as Fuzz from "../test/matrix/fuzz.ts"
import * as HostileNames from "../test/matrix/hostileNames.ts"
import * as Load from "../test/matrix/load.ts"
import * as Memory from "../test/matrix/memory.ts"
import * as Resources from "../test/matrix/resources.ts"
import { renew } from "../test/matrix/table.ts"
import { names, type Transport } from "../test/matrix/transports.ts"
import * as Trust from "../test/security/foreign.ts"

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "20261120" },
    minutes: { type: "string", default: "10" },
    only: { type: "string", default: "fuzz,names,resources,memory,contention,load,audit" },
    transport: { type: "string", default: "own" },
    jobs: { type: "string", default: "1" },
    part: { type: "string" },
    table: { type: "boolean", default: false },
    write: { type: "boolean", default: false }
  }
})
const seed = Number(values.seed)
const page = new URL("../docs/reliability.md", import.meta.url)
const problems: Array<string> = []

const say = (line: string): void => console.log(line)
const expect = (holds: boolean, what: string): void => {
  if (!holds) problems.push(what)
}
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

const mebibytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`

const fuzz = Effect.gen(function*() {
  const report = yield* Fuzz.run({
    seed,
    heapSamples: 4,
    replies: 200_000,
    warmUp: 20_000,
    pageCaps: [5, 5]
  })
  const failures = Object.values(report.errors).reduce((a, b) => a + b, 0)
  say(
    `Fuzz, seed ${seed}: ${report.replies} generated replies in ${report.calls} calls of ${
      Object.keys(report.methods).length
    } methods; ${report.successes} succeeded, ${failures} ended in ${
      Object.keys(report.errors).length
    } kinds of declared errors, ${report.undeclared} otherwise; the heap after three collections changed by ${
      percent(report.heapGrowth)
    }: ${
      report.heap.map(({ bytes, replies }) => `${mebibytes(bytes)} after ${replies}`).join(", ")
    }.`
  )
  expect(report.undeclared === 0, report.examples.join("\n"))
  expect(
    failures + report.successes + report.undeclared === report.calls,
    "a call of the fuzz did not end"
  )
  expect(report.replies >= 220_000, "the fuzz ended early")
  expect(Math.abs(report.heapGrowth) <= 0.05, "the heap grew by more than 5 %")
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

const memory = Effect.forEach(names, (transport) =>
  Effect.gen(function*() {
    const { calls, growth, outcomes, unlimited } = yield* Memory.run(transport, { repeat: 10 })
    const ends = new Set(Object.values(outcomes).flat())
    say(
      `Memory on \`${transport}\`: ${calls} bodies of 64 MiB and more, endless ones and gzip bombs at a limit of ${
        mebibytes(Memory.limit)
      } ended with ${Array.from(ends).join(", ")}; the process grew by ${
        mebibytes(growth)
      } at most, and by ${mebibytes(unlimited)} for ${mebibytes(Memory.control)} without a limit.`
    )
    expect(growth < Memory.bound, `${transport} takes more than ${mebibytes(Memory.bound)}`)
    expect(unlimited > Memory.bound, `what is measured on ${transport} does not move`)
    expect(
      Array.from(ends).every((end) => end.startsWith("MalformedResponse ")),
      `${transport} ended with ${Array.from(ends).join(", ")}`
    )
  }), { discard: true })

const contention = Effect.gen(function*() {
  const polls = yield* Contention.spread
  say(
    `Polls of a wait in ten minutes, the most of twenty operations, by a schedule of one a minute: ${
      Object.entries(polls).map(([schedule, count]) => `${count} ${schedule}`).join(", ")
    }.`
  )
  expect(Object.values(polls).every((count) => count === 11), "a schedule is not kept")
  const { cancelled, lost, mostHeld, waits } = yield* Contention.held
  say(
    `Long polls: of ${waits} waits over 4 connections at a server that holds them ${lost} were lost, ${mostHeld} of the connections ` +
      `at most held a poll, and a cancel meanwhile ${cancelled ? "went through" : "failed"}.`
  )
  expect(lost === 0 && cancelled, "long polls take what others need")
  const connections = yield* Contention.queue
  say(`Queue: 100 calls given up while 2 connections were busy; ${connections} connections in all.`)
  expect(connections === 2, "a call that is given up costs a connection")
  const sessions = yield* Contention.sessions
  say(`HTTP/2: 100 concurrent gets over ${sessions === 1 ? "1 session" : `${sessions} sessions`}.`)
  expect(sessions <= 2, "HTTP/2 does not multiplex")
})

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
  expect(
    report.succeeded + report.failed + report.cancelled === report.waits,
    "a wait of the load did not end as its operation"
  )
  expect(faults > report.requests / 40, "the load met too few faults")
})

const audit = Effect.sync(() => {
  const output = execFileSync("npm", ["audit", "--omit=dev"], { encoding: "utf8" })
  say(`\`npm audit --omit=dev\`: ${output.trim().split("\n").at(-1)}.`)
})

const all: Readonly<Record<string, Effect.Effect<void, Error>>> = {
  fuzz,
  names: hostileNames,
  resources,
  memory,
  contention: Effect.mapError(contention, (error) => new Error(String(error))),
  load,
  audit: Effect.mapError(audit, () => new Error("audit"))
}

const begin = "<!-- figures: written by `npm run reliability -- --write` -->"
const end = "<!-- end of the figures -->"

/** Runs a part in a process of its own and gives what it says; `false` when it found a violation. */
const inProcess = (part: string) =>
  Effect.async<{ readonly lines: ReadonlyArray<string>; readonly ok: boolean }>((resume) => {
    const { argv, execArgv, execPath } = process
    const child = spawn(execPath, [...execArgv, ...argv.slice(1), "--part", part], {
      stdio: ["ignore", "pipe", "inherit"]
    })
    let said = ""
    child.stdout.on("data", (chunk) => {
      process.stdout.write(chunk)
      said += String(chunk)
    })
    child.on("close", (code) =>
      resume(Effect.succeed({
        lines: said.split("\n").filter((line) => line !== "").map((line) => `- ${line}`),
        ok: code === 0
      })))
  })

const versionOf = (name: string): string =>
  JSON.parse(
    fs.readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), "utf8")
  ).version

const packages = ["effect", "@effect/platform", "@effect/platform-node", "undici"]

/** When and where the figures were made. */
const heading = (): string =>
  `Run on ${
    new Date().toISOString().slice(0, 10)
  } with Node ${process.versions.node} (its own undici ${process.versions["undici"]}), ${
    packages.map((name) => `${name} ${versionOf(name)}`).join(", ")
  }, on ${os.type()} ${os.arch()}, ${os.cpus().length} CPUs (${os.cpus()[0]?.model.trim()}), ${
    mebibytes(os.totalmem())
  }; seed ${seed}.`

const main = Effect.gen(function*() {
  if (values.table) {
    return fs.writeFileSync(page, yield* Trust.renew(renew(fs.readFileSync(page, "utf8"))))
  }
  if (values.part !== undefined) {
    return yield* all[values.part] ?? Effect.dieMessage(`no ${values.part}`)
  }
  const parts = values.only.split(",")
  for (const part of parts) {
    if (!(part in all)) return yield* Effect.dieMessage(`no ${part}`)
  }
  const head = heading()
  say(head)
  const results = yield* Effect.forEach(parts, inProcess, { concurrency: Number(values.jobs) })
  results.forEach(({ lines, ok }, index) =>
    expect(ok && lines.length > 0, `${parts[index]}: violated`)
  )
  // A run that found a violation is no record.
  if (values.write && problems.length === 0) {
    const [before = "", rest = ""] = fs.readFileSync(page, "utf8").split(begin)
    const [, after = ""] = rest.split(end)
    const text = [head, "", ...results.flatMap(({ lines }) => lines)].join("\n")
    fs.writeFileSync(page, `${before}${begin}\n\n${text}\n\n${end}${after}`)
  }
})

await Effect.runPromise(main)
for (const problem of problems) console.error(problem)
process.exit(problems.length === 0 ? 0 : 1)
