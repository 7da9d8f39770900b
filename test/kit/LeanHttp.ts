import {
  HttpClient,
  type HttpClientError,
  type HttpClientRequest,
  type HttpClientResponse
} from "@effect/platform"
import { Effect, Layer } from "effect"

const encoder = new TextEncoder()

/** As much of a response as the client reads where the length is declared. */
const response = (request: HttpClientRequest.HttpClientRequest, body: unknown) => {
  const bytes = encoder.encode(JSON.stringify(body))
  const headers = { "content-type": "application/json", "content-length": String(bytes.length) }
  const lean = { request, status: 200, headers, arrayBuffer: Effect.succeed(bytes.buffer) }
  return lean as unknown as HttpClientResponse.HttpClientResponse
}

/**
 * HTTP in memory for hundreds of thousands of calls: JSON replies at once, and no record but what the handler keeps. A `Response` of
 * the runtime and an abort signal for each would cost several times the call itself.
 */
export const layer = (handler: (url: string) => unknown): Layer.Layer<HttpClient.HttpClient> =>
  Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.makeWith<never, never, HttpClientError.HttpClientError, never>(
      Effect.map((request) => response(request, handler(request.url))),
      Effect.succeed
    )
  )
