import * as Headers from "@effect/platform/Headers"
import * as Effect from "effect/Effect"
import { type CallError, CredentialsError } from "../../CallError.ts"
import * as Telemetry from "../base/telemetry.ts"
import { isHeaderValue } from "../wire/headers.ts"
import type { Attempt } from "./attempt.ts"
import { interpret, interpretBroken } from "./interpret.ts"
import type { Settings } from "./settings.ts"

interface Merged {
  readonly own: Headers.Headers
  readonly headers: Attempt<unknown>["headers"]
  readonly merged: Headers.Headers
}

const lastMerged = new WeakMap<Settings, Merged>()

/**
 * Headers of the credentials and of the call, merged. Both are the same objects from call to call, until the token is another one.
 * `undefined` when HTTP does not allow what the credentials gave.
 */
const merged = <A>(
  { headers, settings }: Attempt<A>,
  own: Headers.Headers
): Headers.Headers | undefined => {
  const known = lastMerged.get(settings)
  if (known !== undefined && known.own === own && known.headers === headers) return known.merged
  if (!Object.values(own).every(isHeaderValue)) return undefined
  const merged = Headers.fromInput({ ...own, ...headers })
  lastMerged.set(settings, { own, headers, merged })
  return merged
}

/**
 * Whether these headers of the credentials are those that the last call was sent with.
 *
 * @internal
 */
export const wasSent = (settings: Settings, own: Headers.Headers): boolean =>
  lastMerged.get(settings)?.own === own

/** @internal */
export type Send = <A>(
  attempt: Attempt<A>,
  credentialHeaders: Headers.Headers
) => Effect.Effect<A, CallError>

/**
 * A rate that a layer keeps: sends when its turn has come.
 *
 * @internal
 */
export type Rate = (send: Send) => Send

/**
 * Sends one request; in its turn where the layer keeps a rate. It is the option that carries that, so that a program without one does not.
 *
 * @internal
 */
export const send: Send = (attempt, credentialHeaders) =>
  ((attempt.settings.rate as Rate | undefined)?.(dispatch) ?? dispatch)(attempt, credentialHeaders)

const dispatch: Send = (attempt, credentialHeaders) => {
  const { call, settings } = attempt
  if (call.progress?.stopped === true) return Effect.interrupt
  const headers = merged(attempt, credentialHeaders)
  if (headers === undefined) {
    const description = "the credentials gave a header that HTTP does not allow"
    return Effect.fail(new CredentialsError({ reason: "Invalid", transient: false, description }))
  }
  attempt.credentials = credentialHeaders
  if (call.progress !== undefined) call.progress.sending = true
  const exchange = (headers: Headers.Headers) =>
    settings.exchange(
      { verb: call.verb, url: attempt.url, headers, body: call.body },
      { millis: attempt.timeoutMillis, bytes: settings.maxResponseBytes }
    )
  return Effect.matchEffect(
    settings.traceparent ? Telemetry.propagated(headers, exchange) : exchange(headers),
    {
      onFailure: (broken) => interpretBroken(attempt, broken),
      onSuccess: (received) => interpret(attempt, received)
    }
  )
}
