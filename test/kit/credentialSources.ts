/** Every source of tokens that can be renewed, against one fake of Google's endpoints that follows the test's clock. */
import { FetchHttpClient } from "@effect/platform"
import { Clock, Effect, Fiber, Redacted, type Scope, TestClock } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as GoogleAuth from "effect-lro/GoogleAuth"
import type { InvalidSettings } from "effect-lro/LroError"
import * as MetadataServer from "effect-lro/MetadataServer"
import type * as gal from "google-auth-library"
import * as FakeGoogle from "./fakeGoogle.ts"
import { authorizedUser, external, iam, serviceAccount } from "./googleFixtures.ts"
import * as Logs from "./logs.ts"
import { inRealTime, settings } from "./services.ts"

/** What the endpoint that makes the tokens does. */
export type Mode = "up" | "down" | "refuse" | "hang" | "reset" | "page" | "redirect"

export interface Fake {
  readonly host: string
  readonly url: string
  readonly fetch: typeof globalThis.fetch
  readonly received: ReadonlyArray<FakeGoogle.Received>
  mode: Mode
  /** Milliseconds that new tokens live. */
  lifetime: number
  /** Requests to the endpoint that makes the tokens. */
  requests: number
  /** Tokens made, with the instants of the test's clock at which they expire. */
  readonly issued: Map<string, number>
}

export interface Source {
  readonly name: string
  /** The path of the endpoint that makes the tokens. */
  readonly path: string
  /** How it refuses for good. */
  readonly refusal: FakeGoogle.Reply
  readonly make: (
    fake: Fake
  ) => Effect.Effect<Credentials.Service, InvalidSettings, Scope.Scope>
}

const oauthRefusal = { status: 400, body: { error: "invalid_grant", error_description: "revoked" } }
const iamRefusal = {
  status: 403,
  body: { error: { code: 403, status: "PERMISSION_DENIED", message: "no" } }
}
const metadataPath = "/computeMetadata/v1/instance/service-accounts/default/token"
const iamPath = new URL(iam).pathname
const flavour = { "metadata-flavor": "Google" }
const metadataRefusal = { status: 404, headers: flavour, body: "no account" }

const own: ReadonlyArray<Source> = [
  {
    name: "MetadataServer",
    path: metadataPath,
    refusal: metadataRefusal,
    make: ({ host }) => MetadataServer.make({ host }).pipe(Effect.provide(FetchHttpClient.layer))
  },
  {
    name: "makeTokenEffect",
    path: "/token",
    refusal: oauthRefusal,
    make: ({ url }) =>
      Credentials.makeTokenEffect(
        Effect.flatMap(Clock.currentTimeMillis, (now) =>
          Effect.tryPromise({
            try: async (signal) => {
              const response = await globalThis.fetch(`${url}/token`, { method: "POST", signal })
              if (!response.ok) throw response.status
              const body = await response.json()
              return {
                token: Redacted.make<string>(body.access_token),
                expiresAt: now + body.expires_in * 1000
              }
            },
            catch: (error) => ({ isRefusal: error === 400 })
          })),
        { isTransient: ({ isRefusal }) => !isRefusal }
      )
  }
]

/** Those of google-auth-library. */
const library = (
  version: string,
  load: () => Promise<typeof gal>
): ReadonlyArray<Source> => {
  const source = (
    kind: string,
    path: string,
    refusal: FakeGoogle.Reply,
    options: (fake: Fake) => GoogleAuth.Options,
    variables: (fake: Fake) => Record<string, string> = () => ({})
  ): Source => ({
    name: `google-auth-library ${version}, ${kind}`,
    path,
    refusal,
    make: (fake) =>
      Effect.gen(function*() {
        yield* FakeGoogle.environment(variables(fake))
        const { gcpMetadata } = yield* Effect.promise(load)
        gcpMetadata.setGCPResidency(false)
        gcpMetadata.resetIsAvailableCache()
        return yield* GoogleAuth.makeWith(
          { ...options(fake), fetchImplementation: fake.fetch },
          load
        )
      })
  })
  const file = {
    url: "https://lro.test/oidc",
    format: { type: "json", subject_token_field_name: "value" }
  }
  return [
    source("service_account", "/token", oauthRefusal, () => ({ credentials: serviceAccount })),
    source("authorized_user", "/token", oauthRefusal, () => ({ credentials: authorizedUser })),
    source("external_account", "/v1/token", oauthRefusal, () => ({ credentials: external(file) })),
    source("external_account with impersonation", iamPath, iamRefusal, () => ({
      credentials: external(file, { service_account_impersonation_url: iam })
    })),
    source("external_account_authorized_user", "/v1/oauthtoken", oauthRefusal, () => ({
      credentials: {
        ...authorizedUser,
        type: "external_account_authorized_user",
        token_url: "https://sts.googleapis.com/v1/oauthtoken"
      }
    })),
    source("impersonated_service_account", iamPath, iamRefusal, () => ({
      credentials: {
        type: "impersonated_service_account",
        service_account_impersonation_url: iam,
        source_credentials: authorizedUser
      }
    })),
    source("metadata server", metadataPath, metadataRefusal, () => ({}), ({ host }) => ({
      GCE_METADATA_HOST: host,
      METADATA_SERVER_DETECTION: "assume-present"
    }))
  ]
}

export const libraries: ReadonlyArray<readonly [string, () => Promise<typeof gal>]> = [
  ["10", () => import("google-auth-library")],
  ["11", () => import("google-auth-library-11") as Promise<unknown> as Promise<typeof gal>]
]

export const sources: ReadonlyArray<Source> = [
  ...own,
  ...libraries.flatMap(([version, load]) => library(version, load))
]

/** The answer of the endpoint, by the clock that the source reckons with: the package reads the machine's. */
const tokenReply = (
  source: Source,
  token: string,
  lifetime: number,
  now: number
): FakeGoogle.Reply => {
  const isLibrary = source.name.startsWith("google")
  const expires_in = (lifetime + (isLibrary ? now - Date.now() : 0)) / 1000
  return source.path === iamPath
    ? { body: { accessToken: token, expireTime: new Date(now + lifetime).toISOString() } }
    : {
      headers: source.path === metadataPath ? flavour : {},
      body: { access_token: token, token_type: "Bearer", issued_token_type: "t", expires_in }
    }
}

/** The source over the fake, and what the log was told. The test's clock is set to now. */
export const setup = (source: Source) =>
  Effect.gen(function*() {
    const clock = yield* Effect.clock
    yield* TestClock.setTime(Date.now())
    const google = yield* FakeGoogle.make((request) => {
      if (request.path !== source.path) return undefined
      fake.requests++
      switch (fake.mode) {
        case "down":
          return { status: 503, body: {} }
        case "refuse":
          return source.refusal
        case "page":
          return { headers: flavour, body: "<html>canary-body</html>" }
        case "redirect":
          return {
            status: 307,
            headers: {
              ...flavour,
              location: `http://${request.headers.host?.replace("127.0.0.1", "localhost")}/stray`
            }
          }
        case "hang":
        case "reset":
          return fake.mode
        case "up": {
          const now = clock.unsafeCurrentTimeMillis()
          const token = `token-${fake.issued.size}`
          fake.issued.set(token, now + fake.lifetime)
          return tokenReply(source, token, fake.lifetime, now)
        }
      }
    })
    const fake: Fake = {
      host: google.host,
      url: google.url,
      fetch: google.fetch,
      received: google.received,
      mode: "up",
      lifetime: 3_600_000,
      requests: 0,
      issued: new Map()
    }
    const warnings: Array<string> = []
    const log = Logs.lines(({ message }) => void warnings.push(message))
    const service = yield* source.make(fake).pipe(
      Effect.provide(settings()),
      Logs.instead(log)
    )
    return { fake, service, warnings, start: clock.unsafeCurrentTimeMillis() }
  })

const pause = inRealTime(Effect.sleep("2 millis"))

/** Waits in real time until something is so, while the test's clock stands still. */
export const eventually = (isSo: () => boolean) =>
  Effect.iterate(0, { while: (n) => n < 5_000 && !isSo(), body: (n) => Effect.as(pause, n + 1) })
    .pipe(
      Effect.filterOrDieMessage(() => isSo(), "it never was so")
    )

/** Asks again and again until the effect gives a value. */
export const until = <A, E, R>(effect: Effect.Effect<A, E, R>, value: A) =>
  Effect.repeat(Effect.zipLeft(effect, pause), { until: (given) => given === value, times: 5_000 })

/** Runs an effect with the test's clock going as fast as time does. */
export const asTimePasses = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.fork(effect)
    while ((yield* Fiber.status(fiber))._tag !== "Done") {
      yield* pause
      yield* TestClock.adjust("2 millis")
    }
    return yield* Fiber.join(fiber)
  })
