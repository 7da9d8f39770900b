import type * as HttpClient from "@effect/platform/HttpClient"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { AnyBinding } from "../../Binding.ts"
import { InvalidSettings } from "../../LroError.ts"
import * as Polling from "../../Polling.ts"
import type { CallOptions, LayerOptions } from "../../Requests.ts"
import { variable } from "../base/environment.ts"
import type { Service as CredentialsService } from "../credentials/port.ts"
import { isPathTemplate } from "../names/pathTemplate.ts"
import { type Endpoints, resolve as resolveEndpoints } from "../wire/endpoint.ts"
import type { Exchange } from "../wire/exchange.ts"
import { lowerCased, userAgent, xGoogApiClient } from "../wire/headers.ts"
import { of as exchangeOf } from "../wire/overHttpClient.ts"
import { defaultRetry, mergeRetry, type Retry, retryProblem } from "./retryOptions.ts"
import * as Sent from "./sent.ts"

/**
 * The settings of one client, resolved and checked once when its layer is built.
 *
 * @internal
 */
export interface Settings {
  readonly binding: AnyBinding
  /** `networkconnectivity.googleapis.com/v1`. */
  readonly id: string
  readonly exchange: Exchange
  /** The one beneath what `transformClient` makes of it: it knows its connections. */
  readonly transport: Exchange
  readonly credentials: CredentialsService
  readonly scopes: ReadonlyArray<string>
  readonly universeDomain: string
  /** Headers that every request carries: accept, agent, and the layer's own. */
  readonly headers: { readonly [name: string]: string }
  /** The same, with those that {@link Settings.sent} makes: what a call without options of its own sends. */
  readonly ownHeaders: { readonly [name: string]: string }
  readonly sent: Sent.Sent
  readonly endpoints: Endpoints
  readonly timeout: Duration.Duration
  readonly retry: Retry
  readonly maxResponseBytes: number
  readonly traceparent: boolean
  readonly polling: Polling.Settings
  /** What `send.ts` sends through, if the layer keeps one. */
  readonly rate: object | undefined
}

const cloudPlatform = "https://www.googleapis.com/auth/cloud-platform"

/** Published scopes are alternatives: cloud-platform where the service takes it, else its first one. */
const defaultScopes = (published: ReadonlyArray<string>): ReadonlyArray<string> => {
  const [first] = published
  return [first === undefined || published.includes(cloudPlatform) ? cloudPlatform : first]
}

/**
 * What is wrong with the options of a call, which are options of its layer, too: the option and a predicate. `retry` is the merged
 * one.
 *
 * @internal
 */
export const optionsProblem = (
  options: CallOptions,
  retry: Retry
): readonly [option: string, problem: string] | undefined => {
  const inSent = Sent.problem(options)
  if (inSent !== undefined) return inSent
  const { timeout } = options
  if (timeout !== undefined && !(Duration.toMillis(timeout) > 0)) {
    return ["timeout", "is not longer than zero"]
  }
  const inRetry = retryProblem(retry)
  return inRetry === undefined ? undefined : ["retry", inRetry]
}

/**
 * Resolves the options of a layer.
 *
 * @internal
 */
export const resolve = (
  binding: AnyBinding,
  options: LayerOptions & { readonly fromConfig?: boolean },
  client: HttpClient.HttpClient,
  credentials: CredentialsService
): Effect.Effect<Settings, InvalidSettings> =>
  Effect.gen(function*() {
    const invalid = (setting: string, problem: string) =>
      Effect.fail(new InvalidSettings({ setting, problem }))
    const universeDomain = options.universeDomain ??
      (yield* variable("GOOGLE_CLOUD_UNIVERSE_DOMAIN")) ??
      "googleapis.com"
    if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(universeDomain)) {
      return yield* invalid("universeDomain", "is not a domain name")
    }
    const templates = Object.values(binding.methods).flatMap((rule) => rule?.templates ?? [])
    const template = templates.find((text) => !isPathTemplate(text))
    if (template !== undefined) {
      return yield* invalid("binding", `has \`${template}\`, which is no path template`)
    }
    const endpoints = resolveEndpoints(binding, {
      endpoint: options.endpoint,
      allowForeignEndpoint: options.allowForeignEndpoint,
      fromConfig: options.fromConfig,
      universeDomain,
      secret: credentials.kind !== "none"
    })
    if (!("own" in endpoints)) return yield* invalid(...endpoints)
    const quotaProject = options.quotaProject ?? (yield* variable("GOOGLE_CLOUD_QUOTA_PROJECT"))
    const retry = mergeRetry(defaultRetry, options.retry)
    const problem = optionsProblem({ ...options, quotaProject }, retry)
    if (problem !== undefined) return yield* invalid(...problem)
    const inPolling = Polling.settingsProblem(options.polling ?? {})
    if (inPolling !== undefined) return yield* invalid(`polling.${inPolling[0]}`, inPolling[1])
    if (options.scopes?.length === 0 || options.scopes?.includes("") === true) {
      return yield* invalid("scopes", "is empty")
    }
    const maxResponseBytes = options.maxResponseBytes ?? 64 * 1024 * 1024
    if (!Number.isInteger(maxResponseBytes) || maxResponseBytes < 1) {
      return yield* invalid("maxResponseBytes", "is not a whole number from 1")
    }
    const { rateLimit } = options
    const rate = rateLimit && (rateLimit["~rate"] ?? "is not of `RateLimit.make`")
    if (typeof rate === "string") return yield* invalid("rateLimit", rate)
    const transport = exchangeOf(client)
    const headers = {
      ...lowerCased(options.headers ?? {}),
      accept: "application/json",
      "x-goog-api-client": xGoogApiClient,
      ...(userAgent === undefined ? undefined : { "user-agent": userAgent })
    }
    const sent = Sent.ofLayer({ ...options, quotaProject })
    return {
      binding,
      id: `${binding.service}/${binding.version}`,
      exchange: options.transformClient === undefined
        ? transport
        : exchangeOf(options.transformClient(client)),
      transport,
      credentials,
      scopes: options.scopes ?? defaultScopes(binding.scopes),
      universeDomain,
      headers,
      ownHeaders: { ...headers, ...Sent.headersOf(sent) },
      sent,
      endpoints,
      timeout: Duration.decode(options.timeout ?? "30 seconds"),
      retry,
      maxResponseBytes,
      traceparent: options.traceparent === true,
      polling: options.polling ?? {},
      rate
    }
  })
