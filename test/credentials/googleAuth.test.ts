import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import * as GoogleAuth from "effect-lro/GoogleAuth"
import * as gal from "google-auth-library"
import * as crypto from "node:crypto"
import { inspect } from "node:util"
import * as FakeGoogle from "../kit/fakeGoogle.ts"
import {
  authorizedUser,
  canaries,
  claimsOf,
  external,
  forced,
  get,
  get64,
  iam,
  publicKey,
  request,
  scope,
  serviceAccount
} from "../kit/googleFixtures.ts"

describe("GoogleAuth", () => {
  describe("sources", () => {
    it.scopedLive("service account: one JWT exchange for 64 callers, another token after a 401", () =>
      Effect.gen(function*() {
        yield* FakeGoogle.environment()
        const google = yield* FakeGoogle.make()
        const service = yield* GoogleAuth.make({
          credentials: serviceAccount,
          fetchImplementation: google.fetch
        })
        assert.strictEqual(service.kind, "token")
        assert.deepStrictEqual(google.received, [])
        assert.deepStrictEqual(yield* get64(service), ["Bearer oauth-0"])
        assert.deepStrictEqual(yield* get64(service), ["Bearer oauth-0"])
        const [exchange] = google.received
        assert.deepStrictEqual([exchange?.host, exchange?.path], [
          "oauth2.googleapis.com",
          "/token"
        ])
        const assertion = new URLSearchParams(exchange?.body).get("assertion") ?? ""
        const [head, body, signature] = assertion.split(".")
        assert.isTrue(
          crypto.verify(
            "sha256",
            Buffer.from(`${head}.${body}`),
            publicKey,
            Buffer.from(signature ?? "", "base64url")
          )
        )
        const claims = claimsOf(assertion)
        assert.deepStrictEqual([claims["iss"], claims["scope"]], [
          "sa@p.iam.gserviceaccount.com",
          scope
        ])
        assert.deepStrictEqual(
          yield* forced(service),
          Option.some({ authorization: "Bearer oauth-1" })
        )
        assert.deepStrictEqual(yield* get(service), { authorization: "Bearer oauth-1" })
        assert.strictEqual(google.received.length, 2)
        for (const canary of canaries) {
          assert.isFalse(inspect(service, { depth: 10 }).includes(canary))
        }
      }))

    it.scopedLive("[7] scopes: one exchange per set; the option wins over what the service asks for", () =>
      Effect.gen(function*() {
        yield* FakeGoogle.environment()
        const google = yield* FakeGoogle.make()
        const options = { credentials: serviceAccount, fetchImplementation: google.fetch }
        const perService = yield* GoogleAuth.make(options)
        const own = yield* GoogleAuth.make({ ...options, scopes: ["own"] })
        for (const service of [perService, own]) {
          yield* service.headers({ scopes: ["a"], host: "lro.test" })
          yield* service.headers({ scopes: ["b", "c"], host: "lro.test" })
        }
        const asked = google.received.map(({ body }) =>
          claimsOf(new URLSearchParams(body).get("assertion") ?? "")["scope"]
        )
        assert.deepStrictEqual(asked, ["a", "b c", "own", "own"])
      }))

    it.scopedLive("a service account of another universe signs its own token, once an hour", () =>
      Effect.gen(function*() {
        yield* FakeGoogle.environment()
        const google = yield* FakeGoogle.make()
        let clients = 0
        class Counted extends gal.GoogleAuth {
          override getClient() {
            clients++
            return super.getClient()
          }
        }
        const service = yield* GoogleAuth.makeWith(
          {
            credentials: { ...serviceAccount, universe_domain: "example.com" },
            fetchImplementation: google.fetch
          },
          () => Promise.resolve({ ...gal, GoogleAuth: Counted } as typeof gal)
        )
        assert.deepStrictEqual(yield* service.universeDomain, Option.some("example.com"))
        const { authorization } = yield* get(service)
        assert.strictEqual(claimsOf(authorization ?? "")["scope"], scope)
        assert.deepStrictEqual(yield* get64(service), [authorization])
        assert.strictEqual(clients, 2)
        assert.deepStrictEqual(google.received, [])
      }))

    it.scopedLive("authorized user named by GOOGLE_APPLICATION_CREDENTIALS, read again at each refresh", () =>
      Effect.gen(function*() {
        const env = yield* FakeGoogle.environment()
        env.set("GOOGLE_APPLICATION_CREDENTIALS", yield* env.write("adc.json", authorizedUser))
        const google = yield* FakeGoogle.make()
        const service = yield* GoogleAuth.make({ fetchImplementation: google.fetch })
        assert.deepStrictEqual(yield* service.universeDomain, Option.some("googleapis.com"))
        assert.deepStrictEqual(yield* get64(service), ["Bearer oauth-0"])
        yield* env.write("adc.json", { ...authorizedUser, refresh_token: "rotated" })
        assert.deepStrictEqual(
          yield* forced(service),
          Option.some({ authorization: "Bearer oauth-1" })
        )
        const sent = google.received.map(({ body }) =>
          Object.fromEntries(new URLSearchParams(body))
        )
        assert.deepStrictEqual(sent.map((form) => [form["grant_type"], form["refresh_token"]]), [
          ["refresh_token", "canary-refresh"],
          ["refresh_token", "rotated"]
        ])
      }))

    it.scopedLive("gcloud's own file, and a key file by path", () =>
      Effect.gen(function*() {
        const env = yield* FakeGoogle.environment()
        yield* env.write(".config/gcloud/application_default_credentials.json", authorizedUser)
        const keyFile = yield* env.write("key.json", serviceAccount)
        const google = yield* FakeGoogle.make()
        assert.deepStrictEqual(
          yield* get(yield* GoogleAuth.make({ fetchImplementation: google.fetch })),
          {
            authorization: "Bearer oauth-0"
          }
        )
        assert.deepStrictEqual(
          yield* get(yield* GoogleAuth.make({ keyFile, fetchImplementation: google.fetch })),
          {
            authorization: "Bearer oauth-1"
          }
        )
        assert.isTrue(google.received[1]?.body.includes("assertion="))
      }))

    it.scopedLive("[6] quota project: the option, then GOOGLE_CLOUD_QUOTA_PROJECT, then the file", () =>
      Effect.gen(function*() {
        const env = yield* FakeGoogle.environment()
        const file = { ...authorizedUser, quota_project_id: "from-file" }
        env.set("GOOGLE_APPLICATION_CREDENTIALS", yield* env.write("adc.json", file))
        const google = yield* FakeGoogle.make()
        const quotaOf = (options: GoogleAuth.Options) =>
          GoogleAuth.make({ ...options, fetchImplementation: google.fetch }).pipe(
            Effect.flatMap(get),
            Effect.map((headers) => headers["x-goog-user-project"])
          )
        assert.deepStrictEqual(yield* quotaOf({}), "from-file")
        assert.deepStrictEqual(yield* quotaOf({ credentials: file }), "from-file")
        env.set("GOOGLE_CLOUD_QUOTA_PROJECT", "from-env")
        assert.deepStrictEqual(yield* quotaOf({}), "from-env")
        assert.deepStrictEqual(yield* quotaOf({ credentials: file }), "from-env")
        assert.deepStrictEqual(yield* quotaOf({ quotaProject: "from-code" }), "from-code")
      }))

    it.scopedLive("[29] external account: file, url (GitHub) and AWS sources, from code", () =>
      Effect.gen(function*() {
        const env = yield* FakeGoogle.environment({
          AWS_ACCESS_KEY_ID: "AKIA",
          AWS_SECRET_ACCESS_KEY: "canary-body",
          AWS_REGION: "eu-west-1"
        })
        const google = yield* FakeGoogle.make()
        const sources = {
          file: { file: yield* env.write("subject", "subject-from-file") },
          url: {
            url: `${google.url}/oidc`,
            headers: { authorization: "Bearer actions" },
            format: { type: "json", subject_token_field_name: "value" }
          },
          aws: {
            environment_id: "aws1",
            regional_cred_verification_url:
              "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15"
          }
        }
        const subjects = yield* Effect.forEach(
          Object.entries(sources),
          ([kind, source]) =>
            Effect.gen(function*() {
              const service = yield* GoogleAuth.make({
                credentials: external(
                  source,
                  kind === "aws"
                    ? { subject_token_type: "urn:ietf:params:aws:token-type:aws4_request" }
                    : {}
                ),
                fetchImplementation: google.fetch
              })
              const { authorization } = yield* get(service)
              const last = google.received.at(-1)
              assert.deepStrictEqual([last?.host, last?.path], ["sts.googleapis.com", "/v1/token"])
              assert.strictEqual(authorization, `Bearer sts-${google.received.length - 1}`)
              return new URLSearchParams(last?.body).get("subject_token") ?? ""
            })
        )
        assert.deepStrictEqual(subjects.slice(0, 2), ["subject-from-file", "subject-from-url"])
        assert.include(decodeURIComponent(subjects[2] ?? ""), "sts.eu-west-1.amazonaws.com")
      }))

    it.scopedLive("[29] external account with impersonation, from a trusted file with hosts of its own", () =>
      Effect.gen(function*() {
        const env = yield* FakeGoogle.environment()
        const google = yield* FakeGoogle.make()
        const file = yield* env.write("subject", "subject-from-file")
        const adc = external({ file }, {
          token_url: `${google.url}/v1/token`,
          service_account_impersonation_url: iam.replace(
            "https://iamcredentials.googleapis.com",
            google.url
          )
        })
        env.set("GOOGLE_APPLICATION_CREDENTIALS", yield* env.write("adc.json", adc))
        const service = yield* GoogleAuth.make()
        assert.deepStrictEqual(yield* get64(service), ["Bearer iam-1"])
        assert.deepStrictEqual(
          yield* forced(service),
          Option.some({ authorization: "Bearer iam-3" })
        )
        assert.strictEqual(google.received[1]?.headers["authorization"], "Bearer sts-0")
        assert.strictEqual(google.received.length, 4)
      }))

    it.scopedLive("workforce user: the expiry is known", () =>
      Effect.gen(function*() {
        yield* FakeGoogle.environment()
        const google = yield* FakeGoogle.make(() => ({
          body: { access_token: "short", expires_in: 1 }
        }))
        const service = yield* GoogleAuth.make({
          credentials: {
            ...authorizedUser,
            type: "external_account_authorized_user",
            token_url: "https://sts.googleapis.com/v1/oauthtoken"
          },
          fetchImplementation: google.fetch
        })
        yield* get(service)
        yield* Effect.sleep("1100 millis")
        yield* get(service)
        assert.deepStrictEqual(google.paths(), ["/v1/oauthtoken", "/v1/oauthtoken"])
      }))

    it.scopedLive("impersonated service account: one chain for 64 callers", () =>
      Effect.gen(function*() {
        const env = yield* FakeGoogle.environment()
        const adc = {
          type: "impersonated_service_account",
          service_account_impersonation_url: iam,
          source_credentials: authorizedUser,
          delegates: []
        }
        env.set("GOOGLE_APPLICATION_CREDENTIALS", yield* env.write("adc.json", adc))
        const google = yield* FakeGoogle.make()
        const service = yield* GoogleAuth.make({ fetchImplementation: google.fetch })
        assert.deepStrictEqual(yield* get64(service), ["Bearer iam-1"])
        assert.deepStrictEqual(google.received.map(({ host }) => host), [
          "oauth2.googleapis.com",
          "iamcredentials.googleapis.com"
        ])
        assert.deepStrictEqual(JSON.parse(google.received[1]?.body ?? "").scope, [scope])
        assert.deepStrictEqual(
          yield* forced(service),
          Option.some({ authorization: "Bearer iam-3" })
        )
      }))

    it.scopedLive("metadata server: found, asked once for 64 callers, asked again after a 401", () =>
      Effect.gen(function*() {
        const google = yield* FakeGoogle.make()
        yield* FakeGoogle.environment({
          GCE_METADATA_HOST: google.host,
          METADATA_SERVER_DETECTION: "ping-only"
        })
        const service = yield* GoogleAuth.make()
        assert.deepStrictEqual(yield* get64(service), ["Bearer mds-1"])
        const token = google.received[1]
        assert.deepStrictEqual([token?.query.get("scopes"), token?.headers["metadata-flavor"]], [
          scope,
          "Google"
        ])
        assert.deepStrictEqual(
          yield* forced(service),
          Option.some({ authorization: "Bearer mds-2" })
        )
      }))

    it.scopedLive("metadata server: its absence is not remembered", () =>
      Effect.gen(function*() {
        const google = yield* FakeGoogle.make(() => ({ status: 404, body: "" }))
        yield* FakeGoogle.environment({
          GCE_METADATA_HOST: google.host,
          METADATA_SERVER_DETECTION: "ping-only"
        })
        const service = yield* GoogleAuth.make()
        const error = yield* Effect.flip(service.headers(request))
        assert.deepStrictEqual([error.reason, error.transient], ["Unavailable", true])
        google.use(() => undefined)
        yield* Effect.sleep("1100 millis")
        assert.deepStrictEqual(yield* get(service), { authorization: "Bearer mds-2" })
      }))
  })
})
