import type * as Headers from "@effect/platform/Headers"
import * as Duration from "effect/Duration"
import { InvalidRequest } from "../../CallError.ts"
import type { CallOptions } from "../../Requests.ts"
import type { Call } from "./call.ts"
import { mergeRetry, type Retry } from "./retryOptions.ts"
import * as Sent from "./sent.ts"
import { optionsProblem, type Settings } from "./settings.ts"

/**
 * The attempts of one call: what all of them are sent with, and what is known of them so far.
 *
 * @internal
 */
export interface Attempt<A> {
  readonly settings: Settings
  readonly call: Call<A>
  readonly url: string
  readonly host: string
  readonly headers: { readonly [name: string]: string }
  readonly timeoutMillis: number
  readonly retry: Retry
  /** From 1. */
  number: number
  /** The headers of the credentials that the last request was sent with. */
  credentials: Headers.Headers | undefined
  /** Those that a 401 refused and that were renewed: once a call, whatever comes between. */
  rejected: Headers.Headers | undefined
  /** An attempt may have reached the server. */
  arrived: boolean
  /** An attempt may have been carried out. */
  undecided: boolean
}

/**
 * The first attempt of a call; its options go over those of the layer.
 *
 * @internal
 */
export const first = <A>(
  settings: Settings,
  call: Call<A>,
  options: CallOptions
): Attempt<A> | InvalidRequest => {
  const invalid = (argument: string, problem: string) =>
    new InvalidRequest({ method: call.method, argument, problem })
  const endpoint = call.endpoint ?? settings.endpoints.at(call.location)
  if (typeof endpoint === "string") return invalid("endpoint", endpoint)
  const retry = mergeRetry(settings.retry, options.retry)
  const problem = optionsProblem(options, retry)
  if (problem !== undefined) return invalid(...problem)
  const sent = Sent.over(settings.sent, options)
  const own = Sent.queryOf(sent)
  const query = call.query === "" || own === "" ? call.query + own : `${call.query}&${own}`
  const url = `${endpoint.url}${call.path}`
  return {
    settings,
    call,
    url: query === "" ? url : `${url}?${query}`,
    host: endpoint.host,
    headers: sent === settings.sent
      ? settings.ownHeaders
      : { ...settings.headers, ...Sent.headersOf(sent), accept: "application/json" },
    timeoutMillis: Duration.toMillis(options.timeout ?? settings.timeout),
    retry,
    number: 1,
    credentials: undefined,
    rejected: undefined,
    arrived: false,
    undecided: false
  }
}
