import type * as HttpClient from "@effect/platform/HttpClient"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { AnyBinding } from "../../Binding.ts"
import type { Service as CredentialsService } from "../../Credentials.ts"
import { InvalidSettings } from "../../LroError.ts"
import * as Polling from "../../Polling.ts"
import type { CallOptions, LayerOptions, RetryOptions } from "../../Requests.ts"
import { problemOf as pollingProblem } from "../wait/pacing.ts"
import { type Endpoints, resolve as resolveEndpoints } from "../wire/endpoint.ts"
import { type Exchange, of as exchangeOf } from "../wire/exchange.ts"

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
  readonly credentials: CredentialsService
  readonly scopes: ReadonlyArray<string>
  readonly universeDomain: string
  /** Headers that every request carries: accept, agent, and the layer's own. */
  readonly headers: { readonly [name: string]: string }
  /** The same, with the quota project: what a call without options of its own sends. */
  readonly ownHeaders: { readonly [name: string]: string }
  readonly quotaProject: string | undefined
  readonly errorFormat: "1" | "2" | undefined
  readonly endpoints: Endpoints
  readonly timeout: Duration.Duration
  readonly retry: Retry
  readonly maxResponseBytes: number
  readonly traceparent: boolean
  readonly polling: Polling.Settings
}

/** @internal */
export interface Retry {
  readonly attempts: number
  readonly initial: number
  readonly multiplier: number
  readonly cap: number
  readonly maxHint: number
}

const defaultRetry: Retry = {
  attempts: 3,
  initial: 500,
  multiplier: 2,
  cap: 10_000,
  maxHint: 60_000
}

/**
 * Merges retry options over others; `"none"` is one attempt.
 *
 * @internal
 */
export const mergeRetry = (base: Retry, options: RetryOptions | "none" | undefined): Retry => {
  if (options === undefined) return base
  if (options === "none") return { ...base, attempts: 1 }
  return {
    attempts: options.attempts ?? base.attempts,
    initial: options.initial === undefined ? base.initial : Duration.toMillis(options.initial),
    multiplier: options.multiplier ?? base.multiplier,
    cap: options.cap === undefined ? base.cap : Duration.toMillis(options.cap),
    maxHint: options.maxHint === undefined ? base.maxHint : Duration.toMillis(options.maxHint)
  }
}

/**
 * The version of this package; a test compares it with package.json.
 *
 * @internal
 */
export const version = "0.1.0"

const node: string | undefined = globalThis.process?.versions?.node
const isBrowser = "document" in globalThis || "WorkerNavigator" in globalThis

/** The value of `x-goog-api-client`. */
const xGoogApiClient = `${
  node === undefined ? "gl-web/unknown" : `gl-node/${node}`
} gccl/${version} rest/effect-platform`

/** The value of `user-agent`; browsers forbid the header. */
const userAgent: string | undefined = isBrowser ? undefined : `effect-lro/${version}`

/**
 * Ambient options of every call below, partial; between those of the call and those of the layer. Part of the declarations of
 * `Operations`, so it has no mark that would strip it there.
 */
export class CurrentCallOptions
  extends Context.Reference<CurrentCallOptions>()("effect-lro/Operations/CurrentCallOptions", {
    defaultValue: (): Pick<CallOptions, "retry" | "timeout"> => ({})
  })
{}

/**
 * Options of a call over ambient ones, one by one; what is `undefined` gives way.
 *
 * @internal
 */
export const overAmbient = <Options extends CallOptions>(
  ambient: Pick<CallOptions, "retry" | "timeout">,
  options: Options
): Options =>
  ambient.retry === undefined && ambient.timeout === undefined ? options : {
    ...options,
    timeout: options.timeout ?? ambient.timeout,
    retry: overRetry(ambient.retry, options.retry)
  }

const overRetry = (
  ambient: RetryOptions | "none" | undefined,
  own: RetryOptions | "none" | undefined
): RetryOptions | "none" | undefined => {
  if (own === undefined || ambient === undefined || own === "none") return own ?? ambient
  const outer = ambient === "none" ? { attempts: 1 } : ambient
  return { ...outer, ...Polling.given(own) }
}

const cloudPlatform = "https://www.googleapis.com/auth/cloud-platform"

/** Published scopes are alternatives: cloud-platform where the service takes it, else its first one. */
const defaultScopes = (published: ReadonlyArray<string>): ReadonlyArray<string> => {
  const [first] = published
  return [first === undefined || published.includes(cloudPlatform) ? cloudPlatform : first]
}

const reservedHeaders = [
  "authorization",
  "x-goog-api-key",
  "x-goog-user-project",
  "x-goog-api-client",
  "user-agent",
  "x-goog-request-params"
]

/** What is wrong with extra headers, or `undefined`. */
const headersProblem = (
  headers: { readonly [name: string]: string }
): string | undefined => {
  for (const [name, value] of Object.entries(headers)) {
    if (reservedHeaders.includes(name.toLowerCase())) {
      return `names the reserved header ${name.toLowerCase()}`
    }
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
      return "has a header name that HTTP does not allow"
    }
    if (!isHeaderValue(value)) return `has a value for ${name} that HTTP does not allow`
  }
  return undefined
}

/** @internal */
export const isHeaderValue = (value: string): boolean =>
  /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value)

/** A path with variables in braces; `**` ends a variable (google/api/http.proto). */
const isPathTemplate = (text: string): boolean =>
  /^\/(?:[^{}?#]|\{\w+(?:\.\w+)*(?:=[^{}?#]+)?\})*$/.test(text) && !/\*\*(?!\})/.test(text)

/** What is wrong with retry options, or `undefined`. */
const retryProblem = (retry: Retry): string | undefined => {
  if (!Number.isInteger(retry.attempts) || retry.attempts < 1) {
    return "has `attempts` that are not a whole number from 1"
  }
  return retry.multiplier >= 1 ? undefined : "has a `multiplier` below 1"
}

/**
 * What is wrong with the options of a call, which are options of its layer, too: the option and a predicate. `retry` is the merged
 * one.
 *
 * @internal
 */
export const optionsProblem = (
  { headers, quotaProject, timeout }: CallOptions,
  retry: Retry
): readonly [option: string, problem: string] | undefined => {
  if (quotaProject !== undefined && !isHeaderValue(quotaProject)) {
    return ["quotaProject", "cannot be sent as a header"]
  }
  const inHeaders = headers === undefined ? undefined : headersProblem(headers)
  if (inHeaders !== undefined) return ["headers", inHeaders]
  if (timeout !== undefined && !(Duration.toMillis(timeout) > 0)) {
    return ["timeout", "is not longer than zero"]
  }
  const inRetry = retryProblem(retry)
  return inRetry === undefined ? undefined : ["retry", inRetry]
}

const variable = (name: string) =>
  Config.option(Config.nonEmptyString(name)).pipe(
    Effect.map(Option.getOrUndefined),
    Effect.catchTag("ConfigError", () => Effect.succeed(undefined))
  )

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
    const inPolling = pollingProblem(options.polling ?? {})
    if (inPolling !== undefined) return yield* invalid(`polling.${inPolling[0]}`, inPolling[1])
    if (
      options.scopes !== undefined && (options.scopes.length === 0 || options.scopes.includes(""))
    ) {
      return yield* invalid("scopes", "is empty")
    }
    const maxResponseBytes = options.maxResponseBytes ?? 64 * 1024 * 1024
    if (!Number.isInteger(maxResponseBytes) || maxResponseBytes < 1) {
      return yield* invalid("maxResponseBytes", "is not a whole number from 1")
    }
    const headers = {
      ...lowerCased(options.headers ?? {}),
      accept: "application/json",
      "x-goog-api-client": xGoogApiClient,
      ...(userAgent === undefined ? undefined : { "user-agent": userAgent })
    }
    return {
      binding,
      id: `${binding.service}/${binding.version}`,
      exchange: exchangeOf(client),
      credentials,
      scopes: options.scopes ?? defaultScopes(binding.scopes),
      universeDomain,
      headers,
      ownHeaders: quotaProject === undefined
        ? headers
        : { ...headers, "x-goog-user-project": quotaProject },
      quotaProject,
      errorFormat: options.errorFormat,
      endpoints,
      timeout: Duration.decode(options.timeout ?? "30 seconds"),
      retry,
      maxResponseBytes,
      traceparent: options.traceparent === true,
      polling: options.polling ?? {}
    }
  })

/** @internal */
export const lowerCased = (
  headers: { readonly [name: string]: string }
): { readonly [name: string]: string } =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
