/** What the import of a client of one service takes, each time in a new process: time, and CPU time, which a loaded machine does not stretch. */
import { execFileSync } from "node:child_process"
import * as Fs from "node:fs"
import { median, ratio } from "./measure.ts"

const root = `${process.cwd()}/..`

interface Import {
  readonly wall: number
  readonly cpu: number
}

/** In milliseconds. */
const timed = (specifiers: ReadonlyArray<string>): Import => {
  const imports = specifiers.map((each) => `await import(${JSON.stringify(each)})`).join(";")
  const program = `const from = performance.now(), before = process.cpuUsage();${imports}
    const wall = performance.now() - from, { system, user } = process.cpuUsage(before)
    console.log(JSON.stringify({ wall, cpu: (system + user) / 1000 }))`
  return JSON.parse(
    execFileSync(process.execPath, ["--input-type=module", "-e", program], {
      cwd: `${process.cwd()}/.out`,
      encoding: "utf8"
    })
  )
}

/** What every program with effect has loaded anyway. */
const peers = ["Effect", "Layer", "Schema", "Stream", "Schedule"].map((name) => `effect/${name}`)

/** As `npm run build` writes it: what users import. */
const build = (dist: string): void => {
  const run = (...args: ReadonlyArray<string>) =>
    execFileSync(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] })
  Fs.rmSync(dist, { recursive: true, force: true })
  const tsc = `${root}/node_modules/typescript/bin/tsc`
  run(tsc, "-p", `${root}/tsconfig.build.json`, "--outDir", dist)
  run(`${root}/node_modules/tsx/dist/cli.mjs`, `${root}/scripts/chunkBuild.ts`, dist)
}

export const times = (rounds: number) => {
  const dist = `${process.cwd()}/.out/dist`
  build(dist)
  const own = `${dist}/services/networkconnectivity/v1.js`
  const large = `${dist}/services/aiplatform/v1.js`
  const rest = [...peers, "@effect/platform/HttpClient", "@effect/platform/FetchHttpClient"]
  const pairs = Array.from({ length: rounds }, () => ({
    all: timed([own]),
    peers: timed(rest),
    large: timed([large])
  }))
  const of = (clock: keyof Import) => {
    const all = pairs.map(({ all }) => all[clock])
    const own = pairs.map(({ all, peers }) => all[clock] - peers[clock])
    return { share: ratio(own, all), all: median(all), own: median(own) }
  }
  return {
    wall: of("wall"),
    cpu: of("cpu"),
    large: median(pairs.map(({ all, large }) => large.cpu - all.cpu))
  }
}
