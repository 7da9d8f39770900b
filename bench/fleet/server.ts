/** A server of many operations of one parent, in a process of its own. Prints its port; `/begin` makes a new world, `/log` shows it. */
import * as Http from "node:http"

interface World {
  readonly begun: number
  readonly count: number
  /** The ends are spread evenly over it. */
  readonly millis: number
  /** Finished operations that list shows before the others. */
  readonly old: number
  readonly lists: boolean
}

let world: World = { begun: 0, count: 0, millis: 1, old: 0, lists: true }
let log: Array<readonly [kind: string, at: number]> = []

const parent = "projects/p/locations/global"

const build = (id: string) => ({ id, projectId: "p", createTime: "2026-01-01T00:00:00Z" })

/** When an operation ends, after the beginning; shuffled by a step that has no divisor in common with most counts. */
export const endOf = (i: number, count: number, millis: number): number =>
  (((i * 7919) % count) + 1) / count * millis

const operation = (name: string, id: string, done: boolean) =>
  JSON.stringify({
    name,
    metadata: {
      "@type": "type.googleapis.com/google.devtools.cloudbuild.v1.BuildOperationMetadata",
      build: build(id)
    },
    ...(done
      ? {
        done,
        response: {
          "@type": "type.googleapis.com/google.devtools.cloudbuild.v1.Build",
          ...build(id)
        }
      }
      : undefined)
  })

const stateOf = (i: number, name = `${parent}/operations/o${i}`): string =>
  operation(name, `build-${i}`, Date.now() >= world.begun + endOf(i, world.count, world.millis))

const page = (query: URLSearchParams): string => {
  const size = Math.min(1000, Number(query.get("pageSize") ?? 50))
  const from = Number(query.get("pageToken") ?? 0)
  const to = Math.min(from + size, world.old + world.count)
  const items: Array<string> = []
  for (let i = from; i < to; i++) {
    items.push(
      i < world.old
        ? operation(`${parent}/operations/old${i}`, `old-${i}`, true)
        : stateOf(i - world.old)
    )
  }
  const next = to < world.old + world.count ? `,"nextPageToken":"${to}"` : ""
  return `{"operations":[${items.join(",")}]${next}}`
}

const answer = (request: Http.IncomingMessage): readonly [status: number, body: string] => {
  const url = new URL(request.url ?? "", "http://localhost")
  if (url.pathname === "/begin") {
    const { millis, ...given } = JSON.parse(url.searchParams.get("world") ?? "{}") as World
    world = { ...given, millis, begun: Date.now() }
    log = []
    return [200, JSON.stringify({ begun: world.begun })]
  }
  if (url.pathname === "/log") return [200, JSON.stringify(log)]
  const got = /\/(operations\/o(\d+))$/.exec(url.pathname)
  if (request.method === "POST") {
    log.push(["cancel", Date.now()])
    return [200, "{}"]
  }
  if (got !== null) {
    log.push(["get", Date.now()])
    return [200, stateOf(Number(got[2]), url.pathname.slice("/v1/".length))]
  }
  log.push(["list", Date.now()])
  return world.lists
    ? [200, page(url.searchParams)]
    : [501, JSON.stringify({ error: { code: 501, status: "UNIMPLEMENTED", message: "no list" } })]
}

if (process.send !== undefined) {
  const server = Http.createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
    request.resume()
    const [status, text] = answer(request)
    const body = Buffer.from(text)
    response.writeHead(status, {
      "content-type": "application/json",
      "content-length": body.length
    })
    response.end(body)
  })
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    if (address !== null && typeof address === "object") process.send?.(address.port)
  })
}
