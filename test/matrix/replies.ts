/** Honest replies, and ways to break them. */
import type * as Http from "node:http"
import * as zlib from "node:zlib"
import type { Elsewhere, Exchange, Reply } from "./FaultServer.ts"

type Headers = Readonly<Record<string, string>>

export const nameOf = (id: string): string => `projects/${id}/locations/l/operations/o`

const cake = { "@type": "type.googleapis.com/example.bakery.v1.Cake", flavour: "plum" }

/** An operation that is done, with fields replaced. */
export const operation = (id: string, fields: object = {}): object => ({
  name: nameOf(id),
  done: true,
  response: cake,
  ...fields
})

/** The body of a method's reply that shows this operation. */
export const showing = ({ id, kind }: Exchange, fields: object = {}): object =>
  kind === "list" ? { operations: [operation(id, fields)] } : operation(id, fields)

/** What a healthy server answers. */
export const honest = (exchange: Exchange): object =>
  exchange.kind === "cancel" || exchange.kind === "delete" ? {} : showing(exchange)

export const bytes = (
  status: number,
  headers: Headers,
  body: (exchange: Exchange) => string | Uint8Array
): Reply =>
(exchange) => {
  exchange.response.writeHead(status, headers).end(body(exchange))
}

const jsonType = { "content-type": "application/json; charset=UTF-8" }

/** JSON with status 200 unless told. */
export const json = (
  body: (exchange: Exchange) => unknown,
  status = 200,
  headers: Headers = {}
): Reply => bytes(status, { ...jsonType, ...headers }, (exchange) => JSON.stringify(body(exchange)))

export const text = (body: string, status = 200, contentType = jsonType["content-type"]): Reply =>
  bytes(status, { "content-type": contentType }, () => body)

export const html = (status: number): Reply =>
  text(
    `<!DOCTYPE html><html lang=en><title>Error ${status}</title><p>The server could not complete your request.</html>`,
    status,
    "text/html; charset=UTF-8"
  )

/** The operation that every method's reply shows, with fields replaced. */
export const shown = (fields: object): Reply => json((exchange) => showing(exchange, fields))

/** A Google error body. */
export const failure = (
  httpStatus: number,
  status: string,
  details: ReadonlyArray<unknown> = [],
  headers: Headers = {}
): Reply =>
  json(
    () => ({ error: { code: httpStatus, status, message: "no luck", details } }),
    httpStatus,
    headers
  )

export const gzipped = (body: (exchange: Exchange) => string): Reply =>
  bytes(
    200,
    { ...jsonType, "content-encoding": "gzip" },
    (exchange) => zlib.gzipSync(body(exchange))
  )

const bomb = zlib.gzipSync(Buffer.alloc(64 * 1024 * 1024, " "))

/** 64 kB that unpack to 64 MiB. */
export const gzipBomb: Reply = bytes(
  200,
  { ...jsonType, "content-encoding": "gzip" },
  () => bomb
)

export const hang: Reply = () => {}

export const reset: Reply = ({ socket }) => void socket.resetAndDestroy()

export const hangUp: Reply = ({ socket }) => void socket.destroy()

/** Writes a reply by hand. */
export const raw =
  (head: string, body: (exchange: Exchange) => string, end: Reply): Reply => (exchange) => {
    exchange.socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${head}\r\n`)
    exchange.socket.write(body(exchange))
    setTimeout(() => end(exchange), 5)
  }

const half = (exchange: Exchange): string => {
  const whole = JSON.stringify(honest(exchange))
  return whole.slice(0, Math.ceil(whole.length / 2))
}

const length = (exchange: Exchange): number => JSON.stringify(honest(exchange)).length

/** Half of the body, although the head promised all of it. */
export const cut = (end: Reply): Reply => (exchange) =>
  raw(`content-length: ${length(exchange)}\r\n`, half, end)(exchange)

/** The body, and as many bytes again that its length does not cover. */
export const overlong: Reply = (exchange) => {
  const whole = JSON.stringify(honest(exchange))
  exchange.socket.end(
    `HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${whole.length}\r\n\r\n${whole}${whole}`
  )
}

/** Half of the body in one chunk, and no last chunk. */
export const cutChunk: Reply = raw(
  "transfer-encoding: chunked\r\n",
  (exchange) => `${half(exchange).length.toString(16)}\r\n${half(exchange)}\r\n`,
  hangUp
)

/** Half of the body, as long as the head says. */
export const halfJson: Reply = bytes(200, jsonType, half)

/** Writes again and again, until the client goes away. */
const forever = (socket: Exchange["socket"], piece: string, millis: number): void => {
  const timer = setInterval(() => void socket.write(piece), millis)
  socket.once("close", () => clearInterval(timer))
}

/** A byte now and then. */
export const drip: Reply = ({ socket }) => {
  socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{")
  forever(socket, " ", 10)
}

/** One header after the other; a transport may lose patience with their size. */
export const endlessHeaders = (millis: number, size: number): Reply => ({ socket }) => {
  socket.write("HTTP/1.1 200 OK\r\n")
  forever(socket, `x-header: ${"x".repeat(size)}\r\n`, millis)
}

/** A body that never ends, as fast as the client takes it. */
export const endlessBody: Reply = ({ response }) => {
  response.writeHead(200, jsonType)
  const piece = Buffer.alloc(64 * 1024, " ")
  const pump = (): void => {
    while (!response.destroyed && response.write(piece));
    if (!response.destroyed) response.once("drain", pump)
  }
  pump()
}

/** Sends so many bytes, as fast as they are read. */
const pour = (response: Http.ServerResponse, size: number): void => {
  const piece = Buffer.alloc(64 * 1024, " ")
  let left = size
  const pump = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= piece.length
      if (!response.write(piece)) return void response.once("drain", pump)
    }
    if (left <= 0) response.end()
  }
  pump()
}

/** A body of 64 MiB with an honest length. */
export const hugeBody: Reply = ({ response }) => {
  const size = 64 * 1024 * 1024
  response.writeHead(200, { ...jsonType, "content-length": String(size) })
  pour(response, size)
}

/** So many bytes, and no length said before. */
export const chunkedBody = (size: number): Reply => ({ response }) => {
  response.writeHead(200, jsonType)
  pour(response, size)
}

const member = zlib.gzipSync(Buffer.alloc(16 * 1024 * 1024, " "))

/** 512 kB that unpack to 512 MiB. */
export const greatGzipBomb: Reply = bytes(
  200,
  { ...jsonType, "content-encoding": "gzip" },
  () => Buffer.concat(Array.from({ length: 32 }, () => member))
)

/** A status line that `node:http` would not write. 1xx is no reply: another one has to follow. */
export const status = (code: number): Reply => ({ socket }) => {
  if (code < 200) return void socket.write(`HTTP/1.1 ${code} Odd\r\n\r\n`)
  socket.end(
    `HTTP/1.1 ${code} Odd\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}`
  )
}

export const redirect = (to: keyof Elsewhere, status = 302): Reply => (exchange) =>
  bytes(status, { location: exchange.elsewhere[to] }, () => "moved")(exchange)

/** A proxy's page that shows the secrets that it was sent. */
export const echo = (status: number): Reply =>
  bytes(
    status,
    { "content-type": "text/html" },
    ({ headers }) =>
      `<pre>authorization: ${headers.authorization}\nx-goog-api-key: ${
        headers["x-goog-api-key"]
      }</pre>`
  )

/** An error message that quotes the token. */
export const quote: Reply = json(({ headers }) => ({
  error: { code: 403, status: "PERMISSION_DENIED", message: `${headers.authorization} is no good` }
}), 403)
