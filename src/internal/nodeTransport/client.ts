import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type * as Undici from "undici"
import * as HttpError from "../base/httpError.ts"
import * as Exchange from "../wire/exchange.ts"
import { make as makeExchange } from "./exchange.ts"
import type { Caller } from "./queue.ts"
import { Body, Response } from "./response.ts"
import type { Routes } from "./routes.ts"

type SentBody = NonNullable<Undici.Dispatcher.DispatchOptions["body"]>

/** A body as undici takes it, and the content type that it has by itself. */
interface Sent {
  readonly body: SentBody | null
  readonly type?: string | undefined
}

/** undici takes forms of its own class, and programs have those of Node: a form goes as the bytes that it stands for. */
const formOf = (
  request: HttpClientRequest.HttpClientRequest,
  form: FormData
): Effect.Effect<Sent, HttpClientError.RequestError> => {
  const encoded = new globalThis.Response(form)
  return Effect.tryPromise({
    try: async () => ({
      body: new Uint8Array(await encoded.arrayBuffer()),
      type: encoded.headers.get("content-type") ?? undefined
    }),
    catch: (cause) => HttpError.ofRequest(request, "Encode", cause)
  })
}

/** undici also takes what iterates, which its types leave out. */
const bodyOf = (
  request: HttpClientRequest.HttpClientRequest
): Effect.Effect<Sent, HttpClientError.RequestError> => {
  const { body } = request
  switch (body._tag) {
    case "Empty":
      return Effect.succeed({ body: null })
    case "FormData":
      return formOf(request, body.formData)
    case "Stream":
      return Effect.map(
        Stream.toAsyncIterableEffect(body.stream),
        (bytes) => ({ body: bytes as unknown as SentBody })
      )
    default:
      return Effect.succeed({ body: body.body as SentBody })
  }
}

/** Answers with the head of a reply; its body follows as it is read. */
const send = (
  routes: Routes,
  request: HttpClientRequest.HttpClientRequest,
  url: URL,
  { body, type }: Sent,
  signal: AbortSignal
) =>
  Effect.async<HttpClientResponse.HttpClientResponse, HttpClientError.RequestError>((resume) => {
    const { dispatch, queue } = routes.to(url.origin)
    let incoming: Body | undefined
    const failed = (cause: unknown) => {
      queue.leave()
      if (incoming === undefined) {
        resume(
          Effect.fail(HttpError.ofRequest(request, "Transport", cause))
        )
      } else incoming.end(cause)
    }
    const handler: Undici.Dispatcher.DispatchHandler = {
      onRequestStart: (controller) => {
        // As a call of the SDK: the connection is for the next one.
        if (signal.aborted) throw new Error("not to be sent")
        signal.addEventListener("abort", () => controller.abort(new Error("aborted")), {
          once: true
        })
      },
      onResponseStart: (controller, status, headers) => {
        if (status < 200) return
        incoming = new Body(controller)
        resume(Effect.succeed(new Response(request, status, headers, incoming)))
      },
      onResponseData: (_, chunk) => incoming?.push(chunk),
      onResponseEnd: () => {
        queue.leave()
        incoming?.end()
      },
      onResponseError: (_, error) => failed(error)
    }
    const caller: Caller = {
      begin: () => {
        try {
          dispatch({
            origin: url.origin,
            path: url.pathname + url.search,
            method: request.method,
            headers: type === undefined
              ? request.headers
              : { ...request.headers, "content-type": type },
            body
          }, handler)
        } catch (error) {
          failed(error)
        }
      }
    }
    queue.enter(caller)
    return Effect.sync(() => queue.abandon(caller))
  })

/**
 * A whole HttpClient, and the exchange that this SDK takes in its place where nothing was put between.
 *
 * @internal
 */
export const make = (routes: Routes): HttpClient.HttpClient =>
  Exchange.attach(
    HttpClient.make((request, url, signal) =>
      Effect.flatMap(bodyOf(request), (sent) => send(routes, request, url, sent, signal))
    ),
    makeExchange(routes)
  )
