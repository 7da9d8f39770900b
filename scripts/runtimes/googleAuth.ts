/**
 * Credentials of google-auth-library, of the one that is installed beside this: of a service account, of a person, and federated ones of
 * Application Default Credentials. Its arguments are the address of the server, and that of an endpoint that gives tokens.
 */
import { FetchHttpClient } from "@effect/platform"
import { Effect, Layer } from "effect"
import { Credentials } from "effect-lro"
import * as GoogleAuth from "effect-lro/GoogleAuth"
import * as Network from "effect-lro/services/networkconnectivity/v1"
import { generateKeyPairSync } from "node:crypto"
import { outcomes, polling, same, wait } from "./conformance.ts"

const [endpoint = "", tokens = ""] = process.argv.slice(-2)

/** The library asks for the tokens of people and service accounts at one address, whatever their JSON says. */
const fetchImplementation: typeof fetch = (input, init) =>
  fetch(`${tokens}${new URL(input instanceof Request ? input.url : input).pathname}`, init)

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" }
})

/** What the endpoint gives says which kind of token was asked for. */
const kinds: Readonly<Record<string, readonly [granted: string, GoogleAuth.Options]>> = {
  "a service account": ["urn:ietf:params:oauth:grant-type:jwt-bearer", {
    fetchImplementation,
    credentials: {
      type: "service_account",
      client_email: "runner@my-project.iam.gserviceaccount.com",
      private_key: privateKey
    }
  }],
  "a person": ["refresh_token", {
    fetchImplementation,
    credentials: {
      type: "authorized_user",
      client_id: "id",
      client_secret: "secret",
      refresh_token: "refresh"
    }
  }],
  "Application Default Credentials": ["urn:ietf:params:oauth:grant-type:token-exchange", {}]
}

const granted = (grant: string) =>
  Effect.gen(function*() {
    const credentials = yield* Credentials.Credentials
    const scopes = ["https://www.googleapis.com/auth/cloud-platform"]
    const host = "networkconnectivity.googleapis.com"
    const { authorization } = yield* credentials.headers({ scopes, host })
    yield* same(authorization, `Bearer ${grant}`)
  })

outcomes(
  Object.entries(kinds).map(([what, [grant, options]]) => [
    `${what}, GoogleAuth`,
    Effect.zipRight(granted(grant), wait).pipe(
      Effect.provide(
        Network.layer({ endpoint, polling }).pipe(
          Layer.provide(FetchHttpClient.layer),
          Layer.provideMerge(GoogleAuth.layer(options))
        )
      )
    )
  ])
).then((results) => console.log(JSON.stringify(results)))
