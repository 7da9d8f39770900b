/**
 * A hostile Google API on loopback ports: real sockets, and every way of misbehaving that HTTP allows.
 *
 * Requests are told apart by their project: `projects/<id>/locations/…` belongs to the conversation `<id>`.
 */
import { Effect } from "effect"
import dns from "node:dns"
import * as http from "node:http"
import * as https from "node:https"
import type { AddressInfo, Socket } from "node:net"
import * as net from "node:net"
import { type Certificate, certificates, key } from "../kit/trust.ts"

export type Kind = "get" | "list" | "cancel" | "delete" | "start"

/** A request and the means to answer it. */
export interface Exchange {
  readonly kind: Kind
  readonly id: string
  /** The operation's id, or the page token. */
  readonly rest: string
  readonly url: string
  readonly headers: http.IncomingHttpHeaders
  readonly response: http.ServerResponse
  readonly socket: Socket
  /** Where redirects lead. */
  readonly elsewhere: Elsewhere
}

export interface Elsewhere {
  readonly sameOrigin: string
  readonly otherPort: string
  readonly otherHost: string
}

export type Reply = (exchange: Exchange) => void

interface Conversation {
  readonly answer: Reply
  /** Requests whose reply was neither sent as a whole nor given up. */
  pending: number
  requests: number
}

const kindOf = (request: http.IncomingMessage, url: URL): Kind => {
  if (url.pathname.endsWith(":cancel")) return "cancel"
  if (request.method === "DELETE") return "delete"
  if (request.method === "POST") return "start"
  return url.pathname.endsWith("/operations") ? "list" : "get"
}

const listen = (server: net.Server, host: string) =>
  Effect.async<number>((resume) => {
    server.listen(0, host, () => resume(Effect.succeed((server.address() as AddressInfo).port)))
  })

const close = (server: net.Server) =>
  Effect.async<void>((resume) => void server.close(() => resume(Effect.void)))

/** Starts the server, and another one that nobody may talk to. */
export const makeWith = (options: { readonly keepAliveMillis: number }) =>
  Effect.gen(function*() {
    const conversations = new Map<string, Conversation>()
    const sockets = new Set<Socket>()
    let accepted = 0
    /** By the conversation that they belong to. */
    const strays = new Map<string, number>()
    const stray = (id: string) => strays.set(id, (strays.get(id) ?? 0) + 1)

    const serve = (request: http.IncomingMessage, response: http.ServerResponse) => {
      const url = new URL(request.url ?? "/", "http://fault")
      const id = /^\/(?:v1\/projects|stray)\/([^/]+)/.exec(url.pathname)?.[1] ?? ""
      const conversation = conversations.get(id)
      request.resume()
      if (url.pathname.startsWith("/stray/")) stray(id)
      if (conversation === undefined || url.pathname.startsWith("/stray/")) {
        return void response.writeHead(410).end()
      }
      conversation.requests++
      conversation.pending++
      response.on("close", () => conversation.pending--)
      // The client may go away at any time.
      response.on("error", () => {})
      const kind = kindOf(request, url)
      conversation.answer({
        kind,
        id,
        rest: kind === "list"
          ? url.searchParams.get("pageToken") ?? ""
          : url.pathname.split("/").at(-1) ?? "",
        url: request.url ?? "",
        headers: request.headers,
        response,
        socket: request.socket,
        elsewhere: elsewhere(id)
      })
    }

    const start = (serve: http.RequestListener, host: string) =>
      Effect.acquireRelease(
        Effect.gen(function*() {
          const server = http.createServer({
            keepAliveTimeout: options.keepAliveMillis,
            requestTimeout: 0
          }, serve)
          server.on("connection", (socket: Socket) => {
            accepted++
            sockets.add(socket)
            socket.on("close", () => sockets.delete(socket))
            socket.on("error", () => {})
          })
          return { server, port: yield* listen(server, host) }
        }),
        ({ server }) => {
          server.closeAllConnections()
          for (const socket of sockets) socket.destroy()
          return close(server)
        }
      )

    /** Names that the machine's resolver does not know and that lead here; all others it answers itself. */
    const resolvable = new Set<string>()
    yield* Effect.acquireRelease(
      Effect.sync(() => {
        const { lookup } = dns
        const own = (host: string, ...rest: ReadonlyArray<unknown>): void =>
          void Reflect.apply(lookup, dns, [resolvable.has(host) ? "127.0.0.1" : host, ...rest])
        Object.assign(dns, { lookup: own })
        return lookup
      }),
      (lookup) => Effect.sync(() => void Object.assign(dns, { lookup }))
    )

    const { port } = yield* start(serve, "127.0.0.1")
    // Whoever follows a redirect ends up here.
    const other = yield* start((request, response) => {
      stray(request.url?.split("/").at(-1) ?? "")
      response.writeHead(200).end("{}")
    }, "127.0.0.1")

    const elsewhere = (id: string): Elsewhere => ({
      sameOrigin: `http://127.0.0.1:${port}/stray/${id}`,
      otherPort: `http://127.0.0.1:${other.port}/stray/${id}`,
      otherHost: `http://localhost:${other.port}/stray/${id}`
    })

    return {
      url: `http://127.0.0.1:${port}`,
      /** The same on a port of its own that can be shut and opened; there every reply ends its connection. */
      gate: Effect.gen(function*() {
        const gate = http.createServer((request, response) => {
          response.setHeader("connection", "close")
          serve(request, response)
        })
        const port = yield* listen(gate, "127.0.0.1")
        yield* Effect.addFinalizer(() => Effect.sync(() => void gate.close()))
        const isOpen = () => gate.listening
        return {
          url: `http://127.0.0.1:${port}`,
          set: (open: boolean): Effect.Effect<void> =>
            open === isOpen()
              ? Effect.void
              : open
              ? Effect.async<void>((resume) =>
                void gate.listen(port, "127.0.0.1", () => resume(Effect.void))
              )
              : close(gate)
        }
      }),
      /** The same by a host's name that can be made to resolve; at first it does. */
      named: (id: string) =>
        Effect.gen(function*() {
          const named = http.createServer((request, response) => {
            response.setHeader("connection", "close")
            serve(request, response)
          })
          const port = yield* listen(named, "127.0.0.1")
          // Too long for a label: no resolver sends a query for it.
          const host = `${id}-${"x".repeat(64)}.localhost`
          const set = (resolves: boolean): Effect.Effect<void> =>
            Effect.sync(() => void (resolves ? resolvable.add(host) : resolvable.delete(host)))
          yield* set(true)
          yield* Effect.addFinalizer(() =>
            Effect.zipRight(set(false), Effect.sync(() => void named.close()))
          )
          return { url: `http://${host}:${port}`, set }
        }),
      /** The same behind TLS, where every reply ends its connection, too: with a good certificate or the one that is given. */
      secure: (bad: Certificate) =>
        Effect.gen(function*() {
          const server = https.createServer(
            { key, cert: certificates.good },
            (request, response) => {
              response.setHeader("connection", "close")
              serve(request, response)
            }
          )
          let connections = 0
          server.on("connection", (socket: Socket) => {
            connections++
            socket.on("error", () => {})
          })
          // As clients resolve it.
          const port = yield* listen(server, "localhost")
          yield* Effect.addFinalizer(() =>
            Effect.sync(() => {
              server.close()
              server.closeAllConnections()
            })
          )
          return {
            url: `https://localhost:${port}`,
            connections: () => connections,
            set: (good: boolean): Effect.Effect<void> =>
              Effect.sync(() =>
                server.setSecureContext({ key, cert: certificates[good ? "good" : bad] })
              )
          }
        }),
      /** Answers the requests of a conversation, until it is forgotten. */
      serve: (id: string, answer: Reply): Conversation => {
        const conversation: Conversation = { answer, pending: 0, requests: 0 }
        conversations.set(id, conversation)
        return conversation
      },
      forget: (id: string): void => void conversations.delete(id),
      /** Redirects of a conversation that were followed. */
      strays: (id: string): number => strays.get(id) ?? 0,
      /** Connections that are open now. */
      open: () => sockets.size,
      /** Connections that were ever opened. */
      accepted: () => accepted
    }
  })

/** One that closes no idle connection while a test runs. */
export const make = makeWith({ keepAliveMillis: 60_000 })

export type FaultServer = Effect.Effect.Success<typeof make>
