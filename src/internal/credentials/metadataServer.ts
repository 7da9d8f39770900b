import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { constTrue } from "effect/Function"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { CredentialsError, InvalidSettings } from "../../LroError.ts"
import type { Options } from "../../MetadataServer.ts"
import { variable } from "../base/environment.ts"
import { ofTransport } from "../errors/foreignCause.ts"
import { readBody, type TooLarge } from "../wire/readBody.ts"
import * as Bearer from "./bearer.ts"

const maxBytes = 64 * 1024

interface Reply {
  readonly status: number
  readonly isGoogle: boolean
  readonly text: string
}

const Token = Schema.decodeUnknownOption(Schema.parseJson(
  Schema.Struct({ access_token: Schema.String, expires_in: Schema.Number })
))

const failed = (
  reason: CredentialsError["reason"],
  transient: boolean,
  problem: string,
  cause?: CredentialsError["cause"]
) =>
  new CredentialsError({
    reason,
    transient,
    description: `the metadata server ${problem}`,
    ...(cause === undefined ? {} : { cause })
  })

const notTheServer = () =>
  failed("Unavailable", true, "was not reached: the reply has no `Metadata-Flavor: Google`")

const refusedBy = ({ isGoogle, status }: Reply): CredentialsError => {
  // A front end answers 2xx as well: only the server itself can refuse for good.
  const transient = !isGoogle || status < 400 || status >= 500 || status === 408 || status === 429
  return failed(transient ? "Unavailable" : "Rejected", transient, `answered HTTP ${status}`)
}

/** Three attempts of three seconds, within the ten that a refresh has. */
const retries = Schedule.intersect(Schedule.exponential("100 millis"), Schedule.recurs(2))

const isDomain = (text: string): boolean => /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(text)

/** `http://host:port` of a host as GCE_METADATA_HOST has it, with or without a scheme. */
const originOf = (host: string): string | undefined => {
  const text = host.includes("://") ? host : `http://${host}`
  if (/[\s\\]/.test(text) || !URL.canParse(text)) return undefined
  const { hash, hostname, origin, password, pathname, protocol, search, username } = new URL(text)
  return protocol === "http:" && hostname !== "" &&
      `${username}${password}${search}${hash}` === "" && pathname === "/"
    ? origin
    : undefined
}

/**
 * The requests to the metadata server that the options and the environment name.
 *
 * @internal
 */
export const make = (options: Options) =>
  Effect.gen(function*() {
    const invalid = (setting: string, problem: string) =>
      Effect.fail(new InvalidSettings({ setting, problem }))
    const origin = originOf(
      options.host ?? (yield* variable("GCE_METADATA_HOST")) ?? "169.254.169.254"
    )
    if (origin === undefined) {
      return yield* invalid(
        options.host === undefined ? "GCE_METADATA_HOST" : "host",
        "is not a host name with or without a port"
      )
    }
    const { serviceAccount = "default", universeDomain } = options
    if (!/^[\w.@-]*\w$/.test(serviceAccount)) {
      return yield* invalid("serviceAccount", "is neither \"default\" nor an email address")
    }
    if (universeDomain !== undefined && !isDomain(universeDomain)) {
      return yield* invalid("universeDomain", "is not a domain name")
    }
    const client = (yield* HttpClient.HttpClient).pipe(
      HttpClient.withTracerDisabledWhen(constTrue),
      HttpClient.withTracerPropagation(false)
    )

    const attempt = (path: string, query: { readonly [name: string]: string }) =>
      client.execute(
        HttpClientRequest.get(`${origin}/computeMetadata/v1/${path}`).pipe(
          HttpClientRequest.setHeader("metadata-flavor", "Google"),
          HttpClientRequest.setUrlParams(query)
        )
      ).pipe(
        Effect.flatMap((response) =>
          Effect.map(readBody(response, maxBytes), (bytes) => toReply(response, bytes))
        ),
        Effect.timeoutFail({
          duration: "3 seconds",
          onTimeout: () => failed("Timeout", true, "gave no reply within 3 seconds")
        }),
        Effect.mapError(toError),
        // In the place of what the caller has for its own requests: a dispatcher may be a proxy.
        Effect.provideService(FetchHttpClient.RequestInit, {
          redirect: "manual",
          cache: "no-store"
        })
      )

    /** Repeats what may pass: no reply, one that is late, one of a server in trouble. */
    const ask = (path: string, query: { readonly [name: string]: string } = {}) =>
      attempt(path, query).pipe(
        Effect.filterOrFail(
          ({ status }) => status < 500 && status !== 429 && status !== 408,
          refusedBy
        ),
        Effect.retry({ schedule: retries, while: ({ transient }) => transient })
      )

    const token = (scopes: ReadonlyArray<string>) =>
      Effect.gen(function*() {
        const asked = yield* Clock.currentTimeMillis
        const reply = yield* ask(
          `instance/service-accounts/${serviceAccount}/token`,
          scopes.length === 0 ? {} : { scopes: scopes.join(",") }
        )
        if (reply.status !== 200) return yield* refusedBy(reply)
        if (!reply.isGoogle) return yield* notTheServer()
        const body = Option.getOrUndefined(Token(reply.text))
        if (body === undefined) {
          return yield* failed("Unavailable", true, "answered without a token")
        }
        return yield* Bearer.toCached(
          Redacted.make(body.access_token),
          asked + body.expires_in * 1000
        )
      })

    const universe = Effect.gen(function*() {
      const reply = yield* ask("universe/universe-domain")
      // Servers from before there were universes.
      if (reply.status === 404) return { value: "googleapis.com", expiresAt: undefined }
      if (reply.status !== 200) return yield* refusedBy(reply)
      if (!reply.isGoogle) return yield* notTheServer()
      const value = reply.text.trim()
      if (value !== "" && !isDomain(value)) {
        return yield* failed("Unavailable", true, "answered with no universe domain")
      }
      return { value: value === "" ? "googleapis.com" : value, expiresAt: undefined }
    })
    return { token, universeDomain: universe }
  })

const toReply = (
  response: HttpClientResponse.HttpClientResponse,
  bytes: Uint8Array
): Reply => ({
  status: response.status,
  isGoogle: response.headers["metadata-flavor"] === "Google",
  text: new TextDecoder().decode(bytes)
})

const toError = (
  error: CredentialsError | TooLarge | HttpClientError.HttpClientError
): CredentialsError => {
  if (error._tag === "CredentialsError") return error
  return error._tag === "TooLarge"
    ? failed("Unavailable", true, `answered with more than ${maxBytes} bytes`)
    : failed("Unavailable", true, "gave no reply", ofTransport(error.cause))
}
