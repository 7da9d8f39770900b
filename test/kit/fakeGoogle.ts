/** Google's token endpoints and the metadata server on a loopback port, and a process environment that knows only them. */
import { Effect } from "effect"
import * as gal from "google-auth-library"
import * as fs from "node:fs/promises"
import type { IncomingMessage, ServerResponse } from "node:http"
import * as http from "node:http"
import type { AddressInfo, Socket } from "node:net"
import * as net from "node:net"
import * as os from "node:os"
import * as path from "node:path"

export interface Received {
  readonly method: string
  /** The host that the request was meant for. */
  readonly host: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

export interface Reply {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: unknown
}

/** `"hang"` never answers, `"reset"` drops the connection, `undefined` is the usual answer. */
export type Step = (request: Received, index: number) => Reply | "hang" | "reset" | undefined

const readBody = async (request: IncomingMessage) => {
  const chunks: Array<Buffer> = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

const listen = (server: net.Server, port = 0) =>
  Effect.async<string>((resume) => {
    server.listen(port, "127.0.0.1", () =>
      resume(Effect.succeed(`127.0.0.1:${(server.address() as AddressInfo).port}`)))
  })

const close = (server: net.Server) =>
  Effect.async<void>((resume) => void server.close(() => resume(Effect.void)))

/** What the endpoints answer. Tokens are numbered by the requests that made them. */
const usual = (request: Received, index: number): Reply => {
  const expires_in = 3599
  if (request.path === "/token") {
    return { body: { access_token: `oauth-${index}`, token_type: "Bearer", expires_in } }
  }
  if (request.path === "/v1/token") {
    return {
      body: {
        access_token: `sts-${index}`,
        issued_token_type: "t",
        token_type: "Bearer",
        expires_in
      }
    }
  }
  if (request.path.endsWith(":generateAccessToken")) {
    const expireTime = new Date(Date.now() + 3_600_000).toISOString()
    return { body: { accessToken: `iam-${index}`, expireTime } }
  }
  const headers = { "metadata-flavor": "Google" }
  if (request.path === "/computeMetadata/v1/instance") return { headers, body: {} }
  if (request.path === "/computeMetadata/v1/instance/service-accounts/default/token") {
    return { headers, body: { access_token: `mds-${index}`, token_type: "Bearer", expires_in } }
  }
  if (request.path === "/oidc") return { body: { value: "subject-from-url" } }
  return { status: 404, headers, body: "<html>not found</html>" }
}

export const make = (step: Step = () => undefined, port = 0) =>
  Effect.gen(function*() {
    const received: Array<Received> = []
    const sockets = new Set<Socket>()
    let steps = step
    let aborted = 0
    const respond = async (request: IncomingMessage, response: ServerResponse) => {
      const url = new URL(request.url ?? "/", "http://fake")
      const entry: Received = {
        method: request.method ?? "",
        host: String(request.headers["x-meant-for"] ?? request.headers.host),
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        body: await readBody(request)
      }
      const index = received.push(entry) - 1
      response.on("close", () => {
        if (!response.writableFinished) aborted++
      })
      const reply = steps(entry, index) ?? usual(entry, index)
      if (reply === "hang") return
      if (reply === "reset") return void request.socket.destroy()
      const isText = typeof reply.body === "string"
      response.writeHead(reply.status ?? 200, {
        "content-type": isText ? "text/html" : "application/json",
        ...reply.headers
      })
      response.end(isText ? reply.body : JSON.stringify(reply.body))
    }
    const server = http.createServer((request, response) => void respond(request, response))
    server.on("connection", (socket) => {
      sockets.add(socket)
      socket.on("close", () => sockets.delete(socket))
    })
    const host = yield* Effect.acquireRelease(listen(server, port), () => {
      for (const socket of sockets) socket.destroy()
      return close(server)
    })
    return {
      host,
      url: `http://${host}`,
      received,
      /** Paths in the order of arrival. */
      paths: () => received.map(({ path }) => path),
      /** How many requests were given up by the client. */
      aborted: () => aborted,
      use: (next: Step) => {
        steps = next
      },
      /** Sends requests for any host here. */
      fetch: ((input: string | URL, init: RequestInit) => {
        const url = new URL(input)
        const headers = new Headers(init.headers)
        headers.set("x-meant-for", url.host)
        return globalThis.fetch(`http://${host}${url.pathname}${url.search}`, { ...init, headers })
      }) as typeof globalThis.fetch
    }
  })

/** A proxy that tunnels every CONNECT to `target` and notes what was asked for. */
export const makeProxy = (target: string) =>
  Effect.gen(function*() {
    const connects: Array<string> = []
    const server = http.createServer((_, response) => response.writeHead(500).end())
    server.on("connect", (request: IncomingMessage, socket: Socket) => {
      connects.push(request.url ?? "")
      const upstream = net.connect(Number(target.split(":")[1]), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection Established\r\n\r\n")
        upstream.pipe(socket)
        socket.pipe(upstream)
      })
      for (const each of [upstream, socket]) {
        each.on("error", () => each.destroy())
        each.on("close", () => [upstream, socket].forEach((other) => other.destroy()))
      }
    })
    const host = yield* Effect.acquireRelease(listen(server), () => {
      server.closeAllConnections()
      return close(server)
    })
    return { connects, url: `http://${host}` }
  })

const names = [
  "GOOGLE_APPLICATION_CREDENTIALS",
  "GOOGLE_CLOUD_QUOTA_PROJECT",
  "GOOGLE_CLOUD_PROJECT",
  "GCLOUD_PROJECT",
  "GOOGLE_SDK_NODE_LOGGING",
  "CLOUDSDK_CONFIG",
  "HTTPS_PROXY",
  "https_proxy",
  "HTTP_PROXY",
  "http_proxy",
  "NO_PROXY",
  "no_proxy",
  "GCE_METADATA_HOST",
  "GCE_METADATA_IP",
  "METADATA_SERVER_DETECTION",
  "DETECT_GCP_RETRIES",
  "K_SERVICE",
  "KUBERNETES_SERVICE_HOST",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_REGION",
  "HOME"
]

/** Sets the variables, unsets all others that google-auth-library reads, and gives a temporary home; undone with the scope. */
export const environment = (variables: Record<string, string> = {}) =>
  Effect.gen(function*() {
    const home = yield* Effect.acquireRelease(
      Effect.promise(() => fs.mkdtemp(path.join(os.tmpdir(), "effect-lro-"))),
      (directory) => Effect.promise(() => fs.rm(directory, { recursive: true }))
    )
    const set = (name: string, value: string | undefined) => {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
    yield* Effect.acquireRelease(
      Effect.sync(() => {
        const before = names.map((name) => [name, process.env[name]] as const)
        for (const name of names) set(name, undefined)
        const all = { HOME: home, METADATA_SERVER_DETECTION: "none", ...variables }
        for (const [name, value] of Object.entries(all)) set(name, value)
        gal.gcpMetadata.setGCPResidency(false)
        gal.gcpMetadata.resetIsAvailableCache()
        return before
      }),
      (before) =>
        Effect.sync(() => {
          for (const [name, value] of before) set(name, value)
          gal.gcpMetadata.setGCPResidency(null)
          gal.gcpMetadata.resetIsAvailableCache()
          delete gal.gaxios.instance.defaults.noProxy
        })
    )
    return {
      set,
      /** Writes a file below the home and gives its path. */
      write: (name: string, content: unknown) =>
        Effect.promise(async () => {
          const file = path.join(home, name)
          await fs.mkdir(path.dirname(file), { recursive: true })
          await fs.writeFile(file, typeof content === "string" ? content : JSON.stringify(content))
          return file
        })
    }
  })
