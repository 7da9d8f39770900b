import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as HttpServer from "@effect/platform/HttpServer"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Stream from "effect/Stream"
import type * as Testing from "../../testing.ts"
import * as HttpError from "../base/httpError.ts"
import * as Handler from "./handler.ts"
import type { Reply, Request } from "./reply.ts"

type Tag = Context.Tag<Testing.OperationsServer, Testing.Service>

const nonEmpty = (text: string): string | undefined => text === "" ? undefined : text

// -- the server as an HttpClient --

const bodyText = (
  request: HttpClientRequest.HttpClientRequest
): Effect.Effect<string | undefined, HttpClientError.RequestError> => {
  const { body } = request
  const failed = (cause: unknown) => HttpError.ofRequest(request, "Encode", cause)
  switch (body._tag) {
    case "Empty":
      return Effect.succeed(undefined)
    case "Uint8Array":
      return Effect.succeed(nonEmpty(new TextDecoder().decode(body.body)))
    case "Raw":
      return Effect.succeed(
        typeof body.body === "string" ? nonEmpty(body.body) : JSON.stringify(body.body)
      )
    case "FormData":
      return Effect.fail(failed("the operations server takes no form data"))
    case "Stream":
      return body.stream.pipe(
        Stream.decodeText(),
        Stream.mkString,
        Effect.mapBoth({ onFailure: failed, onSuccess: nonEmpty })
      )
  }
}

const fromUrl = (
  request: HttpClientRequest.HttpClientRequest,
  url: URL,
  body: string | undefined
): Request => ({
  verb: request.method,
  path: url.pathname,
  query: url.search.slice(1),
  host: url.host,
  headers: { ...request.headers, host: url.host },
  body
})

// A response with such a status must not have a body.
const isBodyless = (status: number): boolean => status === 204 || status === 205 || status === 304

/** The body, with the length that belongs to it unless the reply lies about it. */
const encoded = ({ body, headers }: Reply) => {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : new Uint8Array(body)
  return { bytes, headers: { "content-length": String(bytes.length), ...headers } }
}

const toResponse = (reply: Reply): Response => {
  const { status } = reply
  if (isBodyless(status)) return new Response(null, { status, headers: reply.headers })
  const { bytes, headers } = encoded(reply)
  return new Response(bytes, { status, headers })
}

const connectionReset = Object.assign(new Error("socket hang up"), { code: "ECONNRESET" })

const clientOf = (handle: Handler.Server["handle"]): HttpClient.HttpClient =>
  HttpClient.make((request, url) =>
    bodyText(request).pipe(
      Effect.flatMap((body) => handle(fromUrl(request, url, body))),
      Effect.map((reply) => HttpClientResponse.fromWeb(request, toResponse(reply))),
      Effect.catchTag(
        "ConnectionLost",
        () => HttpError.ofRequest(request, "Transport", connectionReset)
      )
    )
  )

/**
 * @internal
 */
export const layer = (
  tag: Tag,
  options: Testing.Options
): Layer.Layer<Testing.OperationsServer | HttpClient.HttpClient> =>
  Layer.effectContext(
    Effect.map(Handler.make(options), ({ handle, service }) =>
      Context.make(tag, { ...service, url: "http://localhost" }).pipe(
        Context.add(HttpClient.HttpClient, clientOf(handle))
      ))
  )

// -- the server on a port --

const toRequest = (
  request: HttpServerRequest.HttpServerRequest
): Effect.Effect<Request, never> =>
  Effect.map(Effect.orElseSucceed(request.text, () => ""), (body) => {
    // Neither decoded nor normalised; a request to a proxy has the whole URL.
    const [, path = "", query = ""] =
      /^(?:https?:\/\/[^/?#]*)?([^?]*)\??(.*)$/s.exec(request.originalUrl) ?? []
    return {
      verb: request.method,
      path,
      query,
      host: request.headers["host"] ?? "",
      headers: { ...request.headers },
      body: nonEmpty(body)
    }
  })

const toServerResponse = (reply: Reply): HttpServerResponse.HttpServerResponse => {
  const { status } = reply
  if (isBodyless(status)) return HttpServerResponse.empty({ status, headers: reply.headers })
  const { bytes, headers } = encoded(reply)
  return HttpServerResponse.raw(bytes, { status, headers })
}

/** Closes the connection without a word where the platform lets us; elsewhere breaks off within the body. */
const dropConnection = (
  { source }: HttpServerRequest.HttpServerRequest
): Effect.Effect<HttpServerResponse.HttpServerResponse> => {
  const socket = Predicate.hasProperty(source, "socket") ? source.socket : undefined
  if (Predicate.hasProperty(socket, "destroy") && Predicate.isFunction(socket.destroy)) {
    socket.destroy()
    return Effect.never
  }
  return Effect.succeed(HttpServerResponse.stream(
    Stream.concat(Stream.make(new TextEncoder().encode("{")), Stream.fail("connection lost")),
    { headers: { "content-length": "1024", "connection": "close" } }
  ))
}

const urlOf = (address: HttpServer.Address): string => {
  if (address._tag === "UnixAddress") return `unix://${address.path}`
  const { hostname, port } = address
  const host = hostname === "0.0.0.0"
    ? "127.0.0.1"
    : hostname.includes(":")
    ? `[${hostname}]`
    : hostname
  return `http://${host}:${port}`
}

/**
 * @internal
 */
export const layerServer = (
  tag: Tag,
  options: Testing.Options
): Layer.Layer<Testing.OperationsServer, never, HttpServer.HttpServer> =>
  Layer.scoped(
    tag,
    Effect.gen(function*() {
      const server = yield* HttpServer.HttpServer
      const { handle, service } = yield* Handler.make(options)
      // Platform runs an app uninterruptibly, but a client that hangs up has to end a reply that is held back.
      yield* server.serve(Effect.interruptible(Effect.flatMap(
        HttpServerRequest.HttpServerRequest,
        (request) =>
          Effect.flatMap(toRequest(request), handle).pipe(
            Effect.map(toServerResponse),
            Effect.catchTag("ConnectionLost", () => dropConnection(request))
          )
      )))
      return { ...service, url: urlOf(server.address) }
    })
  )
