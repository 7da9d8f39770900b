/** Tokens of a service account that the own credentials may impersonate, by the IAM Credentials API. */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Credentials from "effect-lro/Credentials"
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"

class Refused extends Data.TaggedError("Refused")<{
  readonly message: string
  readonly transient: boolean
}> {}

const host = "iamcredentials.googleapis.com"

const scope = "https://www.googleapis.com/auth/cloud-platform"

interface Reply {
  readonly accessToken?: string
  readonly expireTime?: string
  readonly error?: { readonly status?: string; readonly message?: string }
}

/** The last account of the chain is the one that is impersonated; those before it are delegates, as `gcloud` has them. */
export const impersonated = (
  chain: ReadonlyArray<string>,
  own: Credentials.Service
): Effect.Effect<Credentials.Service, never, HttpClient.HttpClient | Scope.Scope> =>
  Effect.gen(function*() {
    const client = yield* HttpClient.HttpClient
    const account = chain.at(-1) ?? ""
    const ask = (scopes: ReadonlyArray<string>) =>
      Effect.gen(function*() {
        const headers = yield* own.headers({ scopes: [scope], host })
        const url = `https://${host}/v1/projects/-/serviceAccounts/${
          encodeURIComponent(account)
        }:generateAccessToken`
        const response = yield* HttpClientRequest.post(url).pipe(
          HttpClientRequest.setHeaders(headers),
          HttpClientRequest.bodyUnsafeJson({
            delegates: chain.slice(0, -1).map((each) => `projects/-/serviceAccounts/${each}`),
            scope: scopes,
            lifetime: "3600s"
          }),
          client.execute,
          Effect.mapError(() =>
            new Refused({ message: `${host} cannot be reached`, transient: true })
          )
        )
        const reply = (yield* Effect.orElseSucceed(response.json, () => ({}))) as Reply
        if (response.status !== 200 || typeof reply.accessToken !== "string") {
          const { message = `HTTP ${response.status}`, status = "" } = reply.error ?? {}
          return yield* new Refused({
            message: `${account} cannot be impersonated: ${status} ${message}`.replaceAll(
              /\s+/g,
              " "
            ),
            transient: response.status >= 500 || response.status === 429
          })
        }
        return {
          token: Redacted.make(reply.accessToken),
          expiresAt: reply.expireTime === undefined
            ? (yield* Clock.currentTimeMillis) + 3_600_000
            : Date.parse(reply.expireTime)
        }
      })
    return yield* Credentials.makeTokenEffect(({ scopes }) => ask(scopes), {
      isTransient: (error) => error.transient
    })
  })
