/** A quick look at single clients: `quick.mjs [rounds] [calls] [key…]`. */
import { fork } from "node:child_process"
import { make } from "./clients.ts"

const server = fork(new URL("./server.mjs", import.meta.url), { stdio: "inherit" })
const port = await new Promise<number>((resolve) => server.once("message", (port) => resolve(Number(port))))
const [rounds = "5", calls = "3000", ...keys] = process.argv.slice(2)
const clients = (await make(`http://127.0.0.1:${port}`)).filter(({ key }) => keys.length === 0 || keys.includes(key))
const micros = new Map<string, Array<number>>()
for (let round = -1; round < Number(rounds); round++) {
  for (const { key, run } of clients) {
    globalThis.gc?.()
    const from = process.cpuUsage()
    await run(Number(calls))
    const { system, user } = process.cpuUsage(from)
    if (round >= 0) micros.set(key, [...(micros.get(key) ?? []), (system + user) / Number(calls)])
  }
}
const median = (values: ReadonlyArray<number>) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN
for (const [key, values] of micros) {
  const ratios = values.map((value, i) => value / (micros.get("undici")?.[i] ?? NaN))
  console.log(key.padEnd(24), median(values).toFixed(1), median(ratios).toFixed(2))
}
server.kill()
process.exit(0)
