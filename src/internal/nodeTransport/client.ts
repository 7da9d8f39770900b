import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type * as Undici from "undici"
import * as Exchange from "../wire/exchange.ts"
import { make as makeExchange } from "./exchange.ts"
import type { Caller } from "./queue.ts"
import { Body, Response } from "./response.ts"
import type { Routes } from "./routes.ts"

type SentBody = NonNullable<Undici.Dispatcher.DispatchOptions["body"]>

/** undici also takes what iterates, which its types leave out. */
const bodyOf = (
  { body }: HttpClientRequest.HttpClientRequest
): Effect.Effect<SentBody | null> => {
  switch (body._tag) {
    case "Empty":
      return Effect.succeed(null)
    case "FormData":
      return Effect.succeed(body.formData as unknown as SentBody)
    case "Stream":
      return Effect.map(
        Stream.toAsyncIterableEffect(body.stream),
        (bytes) => bytes as unknown as SentBody
      )
    default:
      return Effect.succeed(body.body as SentBody)
  }
}

/** Answers with the head of a reply; its body follows as it is read. */
const send = (
  routes: Routes,
  request: HttpClientRequest.HttpClientRequest,
  url: URL,
  body: SentBody | null,
  signal: AbortSignal
) =>
  Effect.async<HttpClientResponse.HttpClientResponse, HttpClientError.RequestError>((resume) => {
    const { dispatch, queue } = routes.to(url.origin)
    let incoming: Body | undefined
    const failed = (cause: unknown) => {
      queue.leave()
      if (incoming === undefined) {
        resume(
          Effect.fail(new HttpClientError.RequestError({ request, reason: "Transport", cause }))
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
            headers: request.headers,
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
      Effect.flatMap(bodyOf(request), (body) => send(routes, request, url, body, signal))
    ),
    makeExchange(routes)
  )
