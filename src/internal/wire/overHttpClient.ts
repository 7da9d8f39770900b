import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Headers from "@effect/platform/Headers"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import * as FiberRefs from "effect/FiberRefs"
import { constTrue } from "effect/Function"
import * as Option from "effect/Option"
import { cutOff, runtimeOf } from "../base/cutOff.ts"
import {
  Broken,
  type Exchange,
  ExchangeId,
  type Received,
  type Sent,
  type Text
} from "./exchange.ts"
import { readBody, TooLarge } from "./readBody.ts"

/** @internal */
export const of = (client: HttpClient.HttpClient): Exchange => {
  const own = Object.getOwnPropertyDescriptor(client, ExchangeId)?.value as unknown
  return typeof own === "function" ? own as Exchange : over(client)
}

/** Tells `fetch` not to follow redirects, which would carry the credentials along; other settings of the caller stay. */
const withoutRedirects = (context: Context.Context<never>) =>
  Context.add(context, FetchHttpClient.RequestInit, {
    ...context.unsafeMap.get(FetchHttpClient.RequestInit.key),
    redirect: "manual"
  })

const strict = new TextDecoder("utf-8", { fatal: true })

const textOf = (bytes: Uint8Array): Text => {
  try {
    return { text: strict.decode(bytes), isUtf8: true }
  } catch {
    return { text: new TextDecoder().decode(bytes), isUtf8: false }
  }
}

/** A request without its URL. The headers are the same object from call to call, so the one of a get is made once. */
const withHeaders = ({ headers, verb }: Sent): HttpClientRequest.HttpClientRequest => {
  const known = lastGet.get(headers)
  if (known !== undefined && verb === "GET") return known
  const made = HttpClientRequest.make(verb)("", { headers })
  if (verb === "GET") lastGet.set(headers, made)
  return made
}

const lastGet = new WeakMap<Headers.Headers, HttpClientRequest.HttpClientRequest>()

/** The exchange over any HttpClient. */
const over = (client: HttpClient.HttpClient): Exchange => (sent, limits) => {
  const bare = HttpClientRequest.setUrl(withHeaders(sent), sent.url)
  const request = sent.body === undefined
    ? bare
    : HttpClientRequest.bodyText(bare, sent.body, "application/json")
  let httpStatus: number | undefined
  const broken = (error: HttpClientError.HttpClientError | TooLarge) =>
    error._tag === "TooLarge"
      ? new Broken("TooLarge", httpStatus)
      : new Broken("Transport", error._tag === "ResponseError" ? httpStatus : undefined, error)
  const read = (response: HttpClientResponse.HttpClientResponse) => {
    const { headers, status } = response
    httpStatus = status
    return Effect.mapBoth(readBody(response, limits.bytes, headers), {
      onFailure: broken,
      onSuccess: (body): Received => {
        const { isUtf8, text } = textOf(body)
        return { status, headers, text, isUtf8 }
      }
    })
  }
  // A client that throws does so in the fiber that is cut off.
  const whole = Effect.matchEffect(Effect.suspend(() => client.execute(request)), {
    // `filterStatusOk` and the like: the reply is there all the same.
    onFailure: (error) =>
      error._tag === "ResponseError" && error.reason === "StatusCode"
        ? read(error.response)
        : Effect.fail(broken(error)),
    onSuccess: read
  })
  return cutOff(
    whole,
    limits.millis,
    (cause) =>
      cause === undefined
        ? new Broken("Timeout", undefined)
        : new Broken("Interrupted", httpStatus, Cause.squash(cause)),
    foreign
  )
}

/** Of headers with secrets what platform's list has not; a client that makes platform's span shows all others there. */
const secretHeaders = /-key$|-auth/

/**
 * What a foreign client runs under: also without redirects, and with neither platform's span, which would carry the query and every
 * header beside the SDK's own, nor its trace headers. A client that says otherwise itself wins.
 */
const foreign = runtimeOf((fiberRefs, id) =>
  FiberRefs.updateManyAs(fiberRefs, {
    forkAs: id,
    entries: [
      [FiberRef.currentContext, [[
        id,
        withoutRedirects(FiberRefs.getOrDefault(fiberRefs, FiberRef.currentContext))
      ]]],
      [HttpClient.currentTracerDisabledWhen, [[id, constTrue]]],
      [HttpClient.currentTracerPropagation, [[id, false]]],
      [Headers.currentRedactedNames, [[
        id,
        [...FiberRefs.getOrDefault(fiberRefs, Headers.currentRedactedNames), secretHeaders]
      ]]],
      [FiberRef.unhandledErrorLogLevel, [[id, Option.none()]]]
    ]
  })
)
