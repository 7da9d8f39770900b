import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"

/**
 * What an `HttpClient` fails with when there is no response: the body cannot be sent, or the transport failed.
 *
 * @internal
 */
export const ofRequest = (
  request: HttpClientRequest.HttpClientRequest,
  reason: "Encode" | "InvalidUrl" | "Transport",
  cause: unknown,
  description?: string
): HttpClientError.RequestError =>
  new HttpClientError.RequestError({
    request,
    reason,
    cause,
    ...(description === undefined ? undefined : { description })
  })

/**
 * What an `HttpClient` fails with when a response is none that was wanted.
 *
 * @internal
 */
export const ofResponse = (
  request: HttpClientRequest.HttpClientRequest,
  response: HttpClientResponse.HttpClientResponse,
  reason: "Decode" | "StatusCode",
  cause: unknown,
  description: string
): HttpClientError.ResponseError =>
  new HttpClientError.ResponseError({ request, response, reason, cause, description })

/**
 * What an `HttpClient` fails with when the body of a response cannot be read.
 *
 * @internal
 */
export const ofBody = (
  request: HttpClientRequest.HttpClientRequest,
  response: HttpClientResponse.HttpClientResponse,
  cause: unknown
): HttpClientError.ResponseError =>
  new HttpClientError.ResponseError({ request, response, reason: "Decode", cause })
