/** How long the import of a client of one service takes, each time in a new process. */
import { execFileSync } from "node:child_process"
import { median } from "./measure.ts"

const root = `${process.cwd()}/..`

const millis = (specifiers: ReadonlyArray<string>): number => {
  const imports = specifiers.map((each) => `await import(${JSON.stringify(each)})`).join(";")
  const program = `const from = performance.now();${imports};console.log(performance.now() - from)`
  return Number(
    execFileSync(process.execPath, ["--input-type=module", "-e", program], {
      cwd: `${process.cwd()}/.out`,
      encoding: "utf8"
    })
  )
}

/** What every program with effect has loaded anyway. */
const peers = ["Effect", "Layer", "Schema", "Stream", "Schedule"].map((name) => `effect/${name}`)

export const times = (rounds: number) => {
  execFileSync(process.execPath, [
    `${root}/node_modules/typescript/bin/tsc`,
    "-p",
    `${root}/tsconfig.build.json`,
    "--outDir",
    `${process.cwd()}/.out/dist`
  ])
  const own = `${process.cwd()}/.out/dist/services/networkconnectivity/v1.js`
  const rest = [...peers, "@effect/platform/HttpClient", "@effect/platform/FetchHttpClient"]
  const pairs = Array.from({ length: rounds }, () => [millis([own]), millis(rest)] as const)
  return { all: median(pairs.map(([all]) => all)), peers: median(pairs.map(([, peers]) => peers)) }
}
