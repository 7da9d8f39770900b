/** How many TLS connections a wait takes that polls every five seconds. */
import { Effect, Schedule } from "effect"
import * as NodeTransport from "effect-lro/NodeTransport"
import { NetworkConnectivity } from "effect-lro/services/networkconnectivity/v1"
import * as Fs from "node:fs"
import * as Https from "node:https"
import * as Undici from "undici"
import { name, sdk } from "./clients.ts"

const read = (name: string) =>
  Fs.readFileSync(`${process.cwd()}/../test/fixtures/tls/${name}.pem`, "utf8")

/** A server whose operation is done at this poll. */
const serve = async (polls: number) => {
  const seen = { connections: 0, requests: 0 }
  const server = Https.createServer(
    { key: read("key"), cert: read("cert"), keepAliveTimeout: 900_000 },
    (_, response) => {
      seen.requests++
      // No keep-alive hint, as Google's front ends send none.
      response.sendDate = false
      response.shouldKeepAlive = true
      const text = JSON.stringify({ name, done: seen.requests >= polls })
      response.setHeader("connection", "keep-alive")
      response.writeHead(200, { "content-length": text.length }).end(text)
    }
  )
  server.on("secureConnection", () => seen.connections++)
  const port = await new Promise<number>((resolve) =>
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      resolve(address !== null && typeof address === "object" ? address.port : 0)
    })
  )
  return { server, seen, origin: `https://localhost:${port}` }
}

/** Connections of as many polls, in the same minutes, each client with a server of its own. */
export const connections = async (polls: number, pauseMillis: number) => {
  const ca = read("cert")
  const agent = new Undici.Agent({ connect: { ca } })
  const poll = async (get: () => Promise<string>) => {
    while (!(JSON.parse(await get()) as { readonly done: boolean }).done) {
      await new Promise((done) => setTimeout(done, pauseMillis))
    }
  }
  const count = async (run: (origin: string) => Promise<unknown>) => {
    const { origin, seen, server } = await serve(polls)
    await run(origin)
    server.closeAllConnections()
    server.close()
    if (seen.requests !== polls) throw new Error(`${seen.requests} requests for ${polls} polls`)
    return seen.connections
  }
  const [ours, undici, fetched] = await Promise.all([
    count((origin) =>
      sdk(origin, NodeTransport.layer({ ca })).runPromise(
        Effect.flatMap(NetworkConnectivity, (client) =>
          client.untilDone(name, { schedule: Schedule.spaced(pauseMillis), spread: 0 }))
      )
    ),
    count((origin) =>
      poll(async () => {
        const { body } = await Undici.request(`${origin}/v1/${name}`, { dispatcher: agent })
        return body.text()
      })
    ),
    count((origin) =>
      poll(async () => (await Undici.fetch(`${origin}/v1/${name}`, { dispatcher: agent })).text())
    )
  ])
  return { ours, undici, fetched }
}
