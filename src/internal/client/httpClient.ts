/**
 * An `HttpClient` that sends as a client's own calls are sent: the same endpoint check, credentials, time-outs and repetitions.
 */
import type * as HttpBody from "@effect/platform/HttpBody"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as UrlParams from "@effect/platform/UrlParams"
import * as Effect from "effect/Effect"
import { type CallError, InvalidRequest } from "../../CallError.ts"
import * as HttpError from "../base/httpError.ts"
import * as Telemetry from "../base/telemetry.ts"
import type { Call } from "../call/call.ts"
import { execute } from "../call/retry.ts"
import type { Settings } from "../call/settings.ts"
import * as ResourceName from "../names/resourceName.ts"
import type { Endpoint } from "../wire/endpoint.ts"
import type { Received } from "../wire/exchange.ts"
import { settingsOf } from "./settingsOf.ts"

type Request = HttpClientRequest.HttpClientRequest

/** @internal */
export const httpClientOf = (client: object): HttpClient.HttpClient => {
  const settings = settingsOf(client)
  return HttpClient.makeWith<never, never, HttpClientError.HttpClientError, never>(
    Effect.flatMap((request) =>
      Effect.catchAll(
        settings === undefined
          ? refused(request, "client", "was made without a layer: it has nothing to send with")
          : send(settings, request),
        (error) => Effect.fail(httpErrorOf(request, error))
      )
    ),
    Effect.succeed
  )
}

const send = (
  settings: Settings,
  request: Request
): Effect.Effect<HttpClientResponse.HttpClientResponse, CallError> => {
  const target = targetOf(settings, request.url)
  if (typeof target === "string") return refused(request, "url", target)
  const verb = verbs.find((verb) => verb === request.method)
  if (verb === undefined) return refused(request, "method", `is ${request.method}`)
  const body = textOf(request.body)
  if (typeof body !== "object") return refused(request, "body", body)
  // The body says both of its own, and replies are JSON.
  const { "content-length": _, "content-type": __, accept: ___, ...headers } = request.headers
  const query = [target.query, UrlParams.toString(request.urlParams)].filter((text) => text !== "")
  const call: Call<HttpClientResponse.HttpClientResponse> = {
    method: `${verb} ${target.path}`,
    verb,
    path: target.path,
    query: query.join("&"),
    body: body.text,
    name: "",
    endpoint: target.endpoint,
    location: ResourceName.location(target.path),
    repeat: verb === "GET" ? "safe" : "unsent",
    raw: (received) => responseOf(request, received)
  }
  return Telemetry.ofCall(
    execute(settings, call, { headers }),
    "Operations.httpClient",
    target.path
  )
}

const verbs = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const

interface Target {
  readonly endpoint: Endpoint | undefined
  readonly path: string
  readonly query: string
}

/** A path is the client's own; a whole URL is where the service is, or is refused. */
const targetOf = (settings: Settings, text: string): Target | string => {
  if (text.includes("#")) return "has a fragment"
  if (text.startsWith("/")) {
    const [path = "", ...query] = text.split("?")
    return isPath(path) ? { endpoint: undefined, path, query: query.join("?") } : noPath
  }
  if (!URL.canParse(text)) return "is neither a path nor a URL"
  const url = new URL(text)
  const endpoint = settings.endpoints.admit(
    `${url.protocol}//${url.username === "" ? "" : "user@"}${url.host}`,
    ResourceName.location(url.pathname)
  )
  if (typeof endpoint === "string") return endpoint
  return isPath(url.pathname)
    ? { endpoint, path: url.pathname, query: url.search.slice(1) }
    : noPath
}

const noPath =
  "is no path of an API: it is empty, or has a segment that is empty, `.` or `..`, or a character that is to be encoded"

/** What a URL would be parsed to is what was given. */
const isPath = (path: string): boolean =>
  path !== "/" && !path.includes("//") && !path.includes("\\") &&
  new URL(path, "https://localhost").pathname === path

/** JSON, as the text that is sent. */
const textOf = (
  body: HttpBody.HttpBody
): { readonly text: string | undefined } | string => {
  if (body._tag === "Empty") return { text: undefined }
  if (body.contentType?.startsWith("application/json") !== true) return "is not JSON"
  if (body._tag === "Uint8Array") return { text: new TextDecoder().decode(body.body) }
  return body._tag === "Raw" && typeof body.body === "string"
    ? { text: body.body }
    : "is JSON that is neither text nor bytes"
}

const responseOf = (
  request: Request,
  { headers, status, text }: Received
): HttpClientResponse.HttpClientResponse => {
  const own = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    // Of the body as it was on the wire.
    if (name === "content-encoding" || name === "content-length") continue
    for (const each of [value ?? []].flat()) own.append(name, each)
  }
  const body = text === "" ? null : text
  return HttpClientResponse.fromWeb(request, new Response(body, { status, headers: own }))
}

const refused = (
  { method, url }: Request,
  argument: string,
  problem: string
): Effect.Effect<never, CallError> =>
  Effect.fail(new InvalidRequest({ method: `${method} ${url}`, argument, problem }))

const httpErrorOf = (request: Request, error: CallError): HttpClientError.HttpClientError => {
  const { message: description } = error
  switch (error._tag) {
    case "InvalidRequest":
      return HttpError.ofRequest(
        request,
        error.argument === "url" || error.argument === "endpoint" ? "InvalidUrl" : "Encode",
        error,
        description
      )
    case "TransportError":
    case "CredentialsError":
      return HttpError.ofRequest(request, "Transport", error, description)
  }
  // Not as an option: there a status above 599 is refused.
  const status = { value: error.httpStatus }
  const response = HttpClientResponse.fromWeb(
    request,
    Object.defineProperty(new Response(null), "status", status)
  )
  const reason = error._tag === "MalformedResponse" ? "Decode" : "StatusCode"
  return HttpError.ofResponse(request, response, reason, error, description)
}
