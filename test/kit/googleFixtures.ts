/** Credential configurations with canaries for secrets, and what tests do with a service. */
import type * as PlatformHeaders from "@effect/platform/Headers"
import { Effect, Option } from "effect"
import type * as Credentials from "effect-lro/Credentials"
import * as crypto from "node:crypto"

export const scope = "https://www.googleapis.com/auth/cloud-platform"
export const request: Credentials.HeadersRequest = { scopes: [scope], host: "lro.test" }

const { privateKey, publicKey: publicPem } = crypto.generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" }
})
/** Verifies what the service account signed. */
export const publicKey = publicPem

export const canaries = [
  "canary-refresh",
  "canary-client-secret",
  "canary-subject",
  privateKey.split("\n")[3] ?? "",
  "canary-body"
]

export const serviceAccount = {
  type: "service_account",
  client_email: "sa@p.iam.gserviceaccount.com",
  private_key: privateKey,
  private_key_id: "k1",
  project_id: "p",
  token_uri: "https://oauth2.googleapis.com/token"
}
export const authorizedUser = {
  type: "authorized_user",
  client_id: "id",
  client_secret: "canary-client-secret",
  refresh_token: "canary-refresh"
}
export const external = (credential_source: unknown, more: Record<string, unknown> = {}) => ({
  type: "external_account",
  audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
  subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
  token_url: "https://sts.googleapis.com/v1/token",
  credential_source,
  ...more
})
export const iam =
  "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/sa@p.iam.gserviceaccount.com:generateAccessToken"

export const plain = (headers: PlatformHeaders.Headers): Record<string, string> => ({ ...headers })
export const get = (service: Credentials.Service) => Effect.map(service.headers(request), plain)
export const get64 = (service: Credentials.Service) =>
  Effect.map(
    Effect.all(Array.from({ length: 64 }, () => get(service)), { concurrency: "unbounded" }),
    (all) => [...new Set(all.map((headers) => headers["authorization"]))]
  )
export const forced = (service: Credentials.Service) =>
  Effect.gen(function*() {
    const rejected = yield* service.headers(request)
    return Option.map(yield* service.refresh(request, rejected), plain)
  })
export const claimsOf = (jwt: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString())
