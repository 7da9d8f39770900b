// @effect-diagnostics unnecessaryPipeChain:off
import { Effect, type Scope } from "effect"
import * as Fs from "node:fs"
import * as Http from "node:http"
import * as Http2 from "node:http2"
import * as Https from "node:https"
import * as Net from "node:net"

const read = (name: string) =>
  Fs.readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url), "utf8")

/** The certificate of every TLS server here, which signs itself. */
export const ca = read("cert")

/** A server on a socket of this machine, and what it saw. */
export interface Wire {
  readonly origin: string
  readonly port: number
  /** Connections so far. */
  readonly connections: Array<Net.Socket>
  /** Requests so far: the lines of their heads, and the body. */
  readonly requests: Array<{ readonly head: ReadonlyArray<string>; readonly body: string }>
  /** Runs when a reply's connection closed before its end. */
  readonly aborted: Array<string>
}

const listen = (
  server: Net.Server,
  scheme: "http" | "https",
  wire: Omit<Wire, "origin" | "port">
): Effect.Effect<Wire, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.async<Wire>((resume) => {
      server.on("connection", (socket: Net.Socket) => wire.connections.push(socket))
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = address !== null && typeof address === "object" ? address.port : 0
        resume(
          Effect.succeed({
            ...wire,
            port,
            origin: `${scheme}://${scheme === "https" ? "localhost" : "127.0.0.1"}:${port}`
          })
        )
      })
    }),
    () =>
      Effect.sync(() => {
        for (const socket of wire.connections) socket.destroy()
        server.close()
      })
  )

/** A server that notes heads as they were on the wire. */
export const serve = (
  handler: Http.RequestListener,
  tls = false
): Effect.Effect<Wire, never, Scope.Scope> =>
  Effect.suspend(() => {
    const wire: Omit<Wire, "origin" | "port"> = { connections: [], requests: [], aborted: [] }
    const listener: Http.RequestListener = (request, response) => {
      const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`]
      for (let i = 0; i < request.rawHeaders.length; i += 2) {
        lines.push(`${request.rawHeaders[i]}: ${request.rawHeaders[i + 1]}`)
      }
      response.on("close", () => {
        if (!response.writableFinished) wire.aborted.push(request.url ?? "")
      })
      let body = ""
      request.on("data", (chunk) => body += String(chunk))
      request.on("end", () => {
        wire.requests.push({ head: lines, body })
        handler(request, response)
      })
    }
    const server = tls
      ? Https.createServer({ key: read("key"), cert: ca }, listener)
      : Http.createServer(listener)
    return listen(server, tls ? "https" : "http", wire)
  })

/** An HTTP/2 server over TLS. */
export const serve2 = (
  handler: (stream: Http2.ServerHttp2Stream, headers: Http2.IncomingHttpHeaders) => void
): Effect.Effect<Wire, never, Scope.Scope> =>
  Effect.suspend(() => {
    const server = Http2.createSecureServer({ key: read("key"), cert: ca })
    server.on("stream", handler)
    return listen(server, "https", { connections: [], requests: [], aborted: [] })
  })

/** A proxy that tunnels; `requests` are what it was asked to connect to. */
export const proxy = (
  status = 200
): Effect.Effect<Wire, never, Scope.Scope> =>
  Effect.suspend(() => {
    const wire: Omit<Wire, "origin" | "port"> = { connections: [], requests: [], aborted: [] }
    const server = Http.createServer((_, response) => response.writeHead(501).end())
    server.on("connect", (request: Http.IncomingMessage, socket: Net.Socket, head: Buffer) => {
      wire.requests.push({ head: [`CONNECT ${request.url}`], body: "" })
      if (status !== 200) return socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`)
      // Every name leads here: only the port counts.
      const through = Net.connect(Number(request.url?.split(":").at(-1)), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection Established\r\n\r\n")
        through.write(head)
        through.pipe(socket).pipe(through)
      })
      through.on("error", () => socket.destroy())
      socket.on("error", () => through.destroy())
    })
    return listen(server, "http", wire)
  })

/** A proxy that answers a request by ending the connection. */
export const rudeProxy = (how: "FIN" | "RST"): Effect.Effect<Wire, never, Scope.Scope> =>
  Effect.suspend(() => {
    const server = Net.createServer((socket) => {
      socket.on("error", () => {})
      socket.once("data", () => how === "FIN" ? socket.end() : socket.resetAndDestroy())
    })
    return listen(server, "http", { connections: [], requests: [], aborted: [] })
  })

export const json = (
  response: Http.ServerResponse,
  body: unknown,
  headers: Http.OutgoingHttpHeaders = {}
) => {
  const text = JSON.stringify(body)
  response.writeHead(200, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    ...headers
  })
  response.end(text)
}
