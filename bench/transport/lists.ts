// One after another on purpose.
// oxlint-disable no-await-in-loop
/** 100,000 operations in pages of 1,000, and a slow server with a slow consumer. */
import { cloudbuild } from "@googleapis/cloudbuild"
import { Effect, Stream } from "effect"
import * as NodeTransport from "effect-lro/NodeTransport"
import { NetworkConnectivity } from "effect-lro/services/networkconnectivity/v1"
import * as Undici from "undici"
import { sdk } from "./clients.ts"

const parent = "projects/p/locations/global"

export const make = (origin: string) => {
  const runtime = sdk(origin, NodeTransport.layer())
  const agent = new Undici.Agent()
  const build = cloudbuild({ version: "v1", rootUrl: `${origin}/`, auth: undefined as never })
  let peak = 0
  let watching = false
  /** What is alive, not what is not collected yet. */
  const watch = () => {
    if (!watching) return
    globalThis.gc?.()
    peak = Math.max(peak, process.memoryUsage().heapUsed)
  }

  const whole = async (run: () => Promise<number>): Promise<void> => {
    const count = await run()
    if (count !== 100_000) throw new Error(`${count} operations`)
  }

  const all = Effect.flatMap(
    NetworkConnectivity,
    (client) =>
      Stream.runFold(client.list({ name: parent, pageSize: 1000 }), 0, (count) => {
        if (count % 5000 === 500) watch()
        return count + 1
      })
  )

  const bare = async () => {
    let count = 0
    let token = ""
    do {
      const url = `${origin}/v1/${parent}/operations?pageSize=1000${
        token === "" ? "" : `&pageToken=${token}`
      }`
      const { body } = await Undici.request(url, { dispatcher: agent })
      const page = JSON.parse(await body.text()) as {
        readonly operations: ReadonlyArray<unknown>
        readonly nextPageToken?: string
      }
      for (const operation of page.operations) if (operation !== undefined) count++
      token = page.nextPageToken ?? ""
    } while (token !== "")
    return count
  }

  // Cloud Build has no list of operations, its list of builds is the same request to another path.
  const google = async () => {
    let count = 0
    let pageToken: string | undefined
    do {
      const { data } = await build.projects.locations.triggers.list(
        { parent, pageSize: 1000, ...(pageToken === undefined ? {} : { pageToken }) },
        { url: `${origin}/v1/${parent}/operations` } as never
      )
      const page = data as {
        readonly operations?: ReadonlyArray<unknown>
        readonly nextPageToken?: string
      }
      for (const operation of page.operations ?? []) if (operation !== undefined) count++
      pageToken = page.nextPageToken
    } while (pageToken !== undefined)
    return count
  }

  const pages = 40
  const pause = 20
  const slow = (prefetch: number, consumer: Effect.Effect<void>) =>
    runtime.runPromise(
      Effect.flatMap(NetworkConnectivity, (client) =>
        client.listPages(
          { name: "projects/slow/locations/global", pageSize: 1000 },
          { prefetch }
        ).pipe(
          Stream.take(pages),
          Stream.runForEach(() => consumer)
        ))
    )

  return {
    ours: () => whole(() => runtime.runPromise(all)),
    bare: () => whole(bare),
    google: () => whole(google),
    /** Bytes of heap above where a list began, with a collection before. */
    heapGrowth: async () => {
      globalThis.gc?.()
      const from = process.memoryUsage().heapUsed
      peak = from
      watching = true
      await runtime.runPromise(all)
      watching = false
      return peak - from
    },
    /** 40 pages that take the server 20 ms each. */
    server: () => slow(0, Effect.void),
    /** A consumer that takes 20 ms for each of 40 pages. */
    consumer: () => runtime.runPromise(Effect.replicateEffect(Effect.sleep(pause), pages)),
    /** Both, with one page read ahead. */
    overlapped: () => slow(1, Effect.sleep(pause))
  }
}
