// One after another on purpose.
// oxlint-disable no-await-in-loop
/** How many TLS connections a wait takes that polls every five seconds. */
import { Effect } from "effect"
import * as NodeTransport from "effect-lro/NodeTransport"
import { NetworkConnectivity } from "effect-lro/services/networkconnectivity/v1"
import * as Fs from "node:fs"
import * as Https from "node:https"
import * as Undici from "undici"
import { name, sdk } from "./clients.ts"

const read = (name: string) =>
  Fs.readFileSync(`${process.cwd()}/../test/fixtures/tls/${name}.pem`, "utf8")

export const connections = async (polls: number, pauseMillis: number) => {
  const ca = read("cert")
  let count = 0
  const server = Https.createServer(
    { key: read("key"), cert: ca, keepAliveTimeout: 900_000 },
    (_, response) => {
      // No keep-alive hint, as Google's front ends send none.
      response.sendDate = false
      response.shouldKeepAlive = true
      const text = JSON.stringify({ name, done: false })
      response.setHeader("connection", "keep-alive")
      response.writeHead(200, { "content-length": text.length }).end(text)
    }
  )
  server.on("secureConnection", () => count++)
  const port = await new Promise<number>((resolve) =>
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      resolve(address !== null && typeof address === "object" ? address.port : 0)
    })
  )
  const origin = `https://localhost:${port}`
  const runtime = sdk(origin, NodeTransport.layer({ ca }))
  const agent = new Undici.Agent({ connect: { ca } })
  const run = async (get: () => Promise<unknown>) => {
    const from = count
    for (let i = 0; i < polls; i++) {
      await get()
      await new Promise((done) => setTimeout(done, pauseMillis))
    }
    return count - from
  }
  const ours = await run(() =>
    runtime.runPromise(Effect.flatMap(NetworkConnectivity, (client) => client.get({ name })))
  )
  const undici = await run(async () => {
    const { body } = await Undici.request(`${origin}/v1/${name}`, { dispatcher: agent })
    await body.text()
  })
  server.close()
  return { ours, undici }
}
