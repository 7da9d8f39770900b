import { assert, describe, it } from "@effect/vitest"
import {
  Cause,
  Config,
  Context,
  Deferred,
  Effect,
  Exit,
  Fiber,
  Layer,
  Option,
  Redacted,
  Scope,
  TestClock
} from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as GoogleAuth from "effect-lro/GoogleAuth"
import { CredentialsError } from "effect-lro/LroError"
import * as gal from "google-auth-library"
import { inspect } from "node:util"
import { eventually } from "../kit/credentialSources.ts"
import * as FakeGoogle from "../kit/fakeGoogle.ts"
import {
  authorizedUser,
  canaries,
  external,
  get,
  iam,
  request,
  serviceAccount
} from "../kit/googleFixtures.ts"
import { settings } from "../kit/services.ts"

const failure = (options: GoogleAuth.Options) =>
  Effect.gen(function*() {
    const service = yield* GoogleAuth.make(options)
    const error = yield* Effect.flip(service.headers(request))
    assert.instanceOf(error, CredentialsError)
    for (
      const text of [
        inspect(error, { depth: 10 }),
        JSON.stringify(error),
        error.message,
        String(error),
        Cause.pretty(Cause.fail(error))
      ]
    ) {
      for (const canary of canaries) assert.isFalse(text.includes(canary), text)
    }
    return error
  })

describe("GoogleAuth", () => {
  describe("failures", () => {
    const withGoogle = (
      step: FakeGoogle.Step,
      credentials: GoogleAuth.Options["credentials"] = authorizedUser
    ) =>
      Effect.gen(function*() {
        yield* FakeGoogle.environment()
        const google = yield* FakeGoogle.make(step)
        const error = yield* failure({ credentials, fetchImplementation: google.fetch })
        return { error, requests: google.received.length }
      })

    it.scopedLive.each([
      { error: "invalid_grant", error_description: "Token has been expired or revoked." },
      {
        error: "invalid_grant",
        error_subtype: "invalid_rapt",
        error_description: "reauth related error (invalid_rapt)"
      },
      { error: "invalid_client", error_description: "The OAuth client was not found." }
    ])("%j is permanent and asked once", (body) =>
      Effect.gen(function*() {
        const { error, requests } = yield* withGoogle(() => ({
          status: 400,
          body: { ...body, echo: "canary-body" }
        }))
        assert.deepStrictEqual([error.reason, error.transient, requests], ["Rejected", false, 1])
        const code = body.error_subtype === undefined
          ? body.error
          : `${body.error} (${body.error_subtype})`
        assert.strictEqual(error.cause?.code, code)
        const remedy = body.error_subtype === "invalid_rapt"
          ? "; run `gcloud auth application-default login`"
          : ""
        assert.strictEqual(
          error.message,
          `credentials Rejected: oauth2.googleapis.com answered HTTP 400 ${code}${remedy}: ${body.error_description}`
        )
      }))

    it.scopedLive("a deleted key is permanent", () =>
      Effect.gen(function*() {
        const body = { error: "invalid_grant", error_description: "Invalid JWT Signature." }
        const { error } = yield* withGoogle(() => ({ status: 400, body }), serviceAccount)
        assert.deepStrictEqual([error.reason, error.transient], ["Rejected", false])
        assert.include(error.message, "Invalid JWT Signature.")
      }))

    it.scopedLive("a refused impersonation is permanent and says why", () =>
      Effect.gen(function*() {
        const message = "Permission 'iam.serviceAccounts.getAccessToken' denied on resource"
        const { error } = yield* withGoogle(
          ({ path }) =>
            path === "/token"
              ? undefined
              : {
                status: 403,
                body: { error: { code: 403, status: "PERMISSION_DENIED", message } }
              },
          {
            type: "impersonated_service_account",
            service_account_impersonation_url: iam,
            source_credentials: authorizedUser
          }
        )
        assert.deepStrictEqual([error.reason, error.transient, error.cause?.message], [
          "Rejected",
          false,
          message
        ])
        assert.include(
          error.description,
          "iamcredentials.googleapis.com answered HTTP 403 PERMISSION_DENIED"
        )
      }))

    it.scopedLive.each([
      ["503 with a page", () => ({ status: 503, body: "<html>canary-body</html>" }), 3, "HTTP 503"],
      ["429", () => ({ status: 429, body: {} }), 3, "HTTP 429"],
      [
        "400 internal_failure",
        () => ({ status: 400, body: { error: "internal_failure" } }),
        1,
        "internal_failure"
      ],
      ["a reset connection", () => "reset" as const, 3, "no reply from oauth2.googleapis.com"],
      [
        "a page instead of a token",
        () => ({ body: "<html>canary-body</html>" }),
        1,
        "without a token"
      ],
      ["no token in the reply", () => ({ body: { expires_in: 1 } }), 1, "without a token"]
    ] as ReadonlyArray<[string, FakeGoogle.Step, number, string]>)(
      "%s is transient",
      ([, step, expected, part]) =>
        Effect.gen(function*() {
          const { error, requests } = yield* withGoogle(step)
          assert.deepStrictEqual([error.reason, error.transient, requests], [
            "Unavailable",
            true,
            expected
          ])
          assert.include(error.message, part)
        })
    )

    it.scopedLive("two bad replies are retried", () =>
      Effect.gen(function*() {
        yield* FakeGoogle.environment()
        const google = yield* FakeGoogle.make((_, index) =>
          index < 2 ? { status: 503, body: {} } : undefined
        )
        const service = yield* GoogleAuth.make({
          credentials: serviceAccount,
          fetchImplementation: google.fetch
        })
        assert.deepStrictEqual(yield* get(service), { authorization: "Bearer oauth-2" })
      }))

    it.scopedLive("a redirect is refused: nothing reaches the other host", () =>
      Effect.gen(function*() {
        const other = yield* FakeGoogle.make()
        const { error } = yield* withGoogle(() => ({
          status: 307,
          headers: { location: `${other.url}/token` },
          body: {}
        }))
        assert.deepStrictEqual([error.reason, error.transient], ["Unavailable", true])
        assert.deepStrictEqual(other.received, [])
      }))

    it.scopedLive("a token that no header can carry is refused", () =>
      Effect.gen(function*() {
        for (const access_token of ["a\nx: canary-body", "a é canary-body"]) {
          const { error } = yield* withGoogle(() => ({ body: { access_token, expires_in: 3599 } }))
          assert.deepStrictEqual([error.reason, error.transient], ["Invalid", false])
        }
      }))

    it.scopedLive("unusable files and keys are named, not quoted", () =>
      Effect.gen(function*() {
        const env = yield* FakeGoogle.environment()
        const noCredentials = yield* failure({})
        assert.deepStrictEqual([noCredentials.reason, noCredentials.transient], [
          "Unavailable",
          false
        ])
        assert.include(noCredentials.message, "GOOGLE_APPLICATION_CREDENTIALS")
        const missing = yield* failure({ keyFile: "/nonexistent/key.json" })
        assert.include(missing.message, "/nonexistent/key.json")
        env.set("GOOGLE_APPLICATION_CREDENTIALS", yield* env.write("adc.json", "canary-body"))
        const broken = yield* failure({})
        const noKey = yield* failure({
          credentials: { ...serviceAccount, private_key: `${canaries[3]}` }
        })
        for (const error of [missing, broken, noKey]) {
          assert.deepStrictEqual([error.reason, error.transient], ["Invalid", false])
        }
      }))

    it.scoped("an endpoint that hangs is given up after ten seconds, and the next try does not join it", () =>
      Effect.gen(function*() {
        yield* FakeGoogle.environment()
        const arrived = yield* Deferred.make<void>()
        const google = yield* FakeGoogle.make((_, index) => {
          if (index > 0) return undefined
          Deferred.unsafeDone(arrived, Effect.void)
          return "hang"
        })
        const service = yield* GoogleAuth.make({
          credentials: serviceAccount,
          fetchImplementation: google.fetch
        })
        const fiber = yield* Effect.fork(Effect.flip(get(service)))
        yield* Deferred.await(arrived)
        yield* TestClock.adjust("10 seconds")
        const error = yield* Fiber.join(fiber)
        assert.deepStrictEqual([error.reason, error.transient], ["Timeout", true])
        yield* eventually(() => google.aborted() === 1)
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(yield* get(service), { authorization: "Bearer oauth-1" })
        assert.strictEqual(google.received.length, 2)
      }))
  })

  describe("settings", () => {
    const refused = (options: GoogleAuth.Options) =>
      Effect.map(
        Effect.flip(GoogleAuth.make(options)),
        ({ _tag, problem, setting }) => [_tag, setting, problem].join(" ")
      )

    const impersonated = { type: "impersonated_service_account" }
    const evil = "https://evil.test/token"

    it.scopedLive.each([
      ["token_url is not https", external({}, { token_url: "http://169.254.169.254/token" })],
      ["token_url is not a URL", external({}, { token_url: 7 })],
      ["token_url names the host evil.test", external({}, { token_url: evil })],
      ["tokenUrl names the host evil.test", external({}, { tokenUrl: evil })],
      [
        "token_url names the host evilgoogleapis.com",
        external({}, { token_url: "https://evilgoogleapis.com" })
      ],
      [
        "token_url names the host sts.googleapis.com.evil.test",
        external({}, { token_url: "https://sts.googleapis.com.evil.test" })
      ],
      [
        "token_url names the host evil.test",
        external({}, { token_url: "https://sts.googleapis.com@evil.test" })
      ],
      [
        "service_account_impersonation_url names the host",
        external({}, { service_account_impersonation_url: evil })
      ],
      [
        "serviceAccountImpersonationUrl names the host",
        external({}, { serviceAccountImpersonationUrl: evil })
      ],
      ["token_uri names the host evil.test", { ...serviceAccount, token_uri: evil }],
      ["endpoint names the host evil.test", { ...impersonated, endpoint: evil }],
      ["token_uri names the host evil.test", {
        ...impersonated,
        source_credentials: { ...serviceAccount, token_uri: evil }
      }]
    ] as ReadonlyArray<[string, Record<string, unknown>]>)(
      "refuses a configuration whose %s",
      ([part, credentials]) =>
        Effect.gen(function*() {
          assert.include(yield* refused({ credentials }), `InvalidSettings credentials ${part}`)
          assert.include(
            yield* refused({ credentials: Redacted.make(JSON.stringify(credentials)) }),
            part
          )
        })
    )

    it.scopedLive("allows Google's hosts, the universe's, and those that are listed", () =>
      Effect.gen(function*() {
        const tokenUrl = (url: string, options: GoogleAuth.Options = {}) =>
          GoogleAuth.make({
            ...options,
            credentials: external({ executable: { command: "x" } }, { token_url: url })
          })
        yield* tokenUrl("https://sts.googleapis.com/v1/token")
        yield* tokenUrl("https://accounts.google.com/o/oauth2/token")
        yield* tokenUrl("https://sts.example.com/v1/token", { universeDomain: "example.com" })
        yield* tokenUrl("https://sts.corp.test/token", { allowedHosts: ["sts.corp.test"] })
        yield* tokenUrl("https://a.b.corp.test/token", { allowedHosts: ["*.corp.test"] })
        const service = yield* tokenUrl("http://127.0.0.1:1/token", { allowedHosts: ["127.0.0.1"] })
        assert.strictEqual(service.kind, "token")
        for (
          const url of ["http://sts.corp.test/token", "https://corp.test", "https://xcorp.test"]
        ) {
          assert.strictEqual(
            (yield* Effect.flip(tokenUrl(url, { allowedHosts: ["*.corp.test"] }))).setting,
            "credentials"
          )
        }
      }))

    it.scopedLive("refuses options that cannot be used", () =>
      Effect.gen(function*() {
        assert.include(
          yield* refused({ credentials: Redacted.make("canary-body") }),
          "credentials is not a JSON object"
        )
        assert.include(
          yield* refused({ credentials: {}, keyFile: "k" }),
          "credentials is given together with keyFile"
        )
        assert.include(
          yield* refused({ quotaProject: "a\r\nb: c" }),
          "quotaProject cannot be sent as a header"
        )
        assert.include(
          yield* refused({ universeDomain: "https://x" }),
          "universeDomain is not a domain name"
        )
        assert.include(yield* refused({ scopes: [] }), "scopes is empty")
      }))

    it.scopedLive("a missing package fails the layer and says what to install", () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(
          GoogleAuth.makeWith({}, () => Promise.reject(new Error("not found")))
        )
        assert.strictEqual(error._tag, "InvalidSettings")
        assert.strictEqual(error.setting, "google-auth-library")
        assert.include(error.message, "npm i google-auth-library@11, or @10 on Node 20")
      }))

    it.scopedLive("forwards every header that the package returns", () =>
      Effect.gen(function*() {
        yield* FakeGoogle.environment()
        const google = yield* FakeGoogle.make()
        class Bound extends gal.GoogleAuth {
          override async getClient() {
            const client = await super.getClient()
            const { getRequestHeaders } = client
            client.getRequestHeaders = async () => {
              const headers = await getRequestHeaders.call(client)
              headers.set("X-Allowed-Locations", "0x0")
              return headers
            }
            return client
          }
        }
        const service = yield* GoogleAuth.makeWith(
          { credentials: authorizedUser, fetchImplementation: google.fetch },
          () => Promise.resolve({ ...gal, GoogleAuth: Bound } as typeof gal)
        )
        assert.deepStrictEqual(yield* get(service), {
          authorization: "Bearer oauth-0",
          "x-allowed-locations": "0x0"
        })
      }))

    it.effect("layer and layerConfig", () =>
      Effect.gen(function*() {
        const layerScope = yield* Scope.make()
        const build = (layer: Layer.Layer<Credentials.Credentials, unknown>) =>
          Effect.map(Layer.buildWithScope(layer, layerScope), Context.get(Credentials.Credentials))
        const service = yield* build(GoogleAuth.layer({ universeDomain: "example.com" }))
        assert.deepStrictEqual(yield* service.universeDomain, Option.some("example.com"))
        const fromConfig = yield* build(GoogleAuth.layerConfig({
          credentials: Config.redacted("JSON"),
          quotaProject: Config.string("QUOTA")
        }))
        assert.deepStrictEqual(yield* fromConfig.universeDomain, Option.some("example.org"))
        const missing = yield* Effect.flip(
          build(GoogleAuth.layerConfig({ keyFile: Config.string("NONE") }))
        )
        assert.propertyVal(missing, "_tag", "ConfigError")
        yield* Scope.close(layerScope, Exit.void)
      }).pipe(
        Effect.provide(settings({
          JSON: JSON.stringify({ ...serviceAccount, universe_domain: "example.org" }),
          QUOTA: "q"
        }))
      ))
  })

  describe("proxy", () => {
    const adc = (env: Effect.Effect.Success<ReturnType<typeof FakeGoogle.environment>>) =>
      Effect.gen(function*() {
        const file = yield* env.write("subject", "s")
        const json = external({ file }, { token_url: "http://sts.corp.test/v1/token" })
        env.set("GOOGLE_APPLICATION_CREDENTIALS", yield* env.write("adc.json", json))
      })

    it.scopedLive.each(["HTTPS_PROXY", "https_proxy"])(
      "[30] token requests go through %s",
      (name) =>
        Effect.gen(function*() {
          const google = yield* FakeGoogle.make()
          const proxy = yield* FakeGoogle.makeProxy(google.host)
          const env = yield* FakeGoogle.environment({ [name]: proxy.url })
          yield* adc(env)
          assert.deepStrictEqual(yield* get(yield* GoogleAuth.make()), {
            authorization: "Bearer sts-0"
          })
          assert.deepStrictEqual(proxy.connects, ["sts.corp.test:80"])
        })
    )

    it.scopedLive("[30] the metadata server and loopback bypass it", () =>
      Effect.gen(function*() {
        const google = yield* FakeGoogle.make()
        const proxy = yield* FakeGoogle.makeProxy(google.host)
        const env = yield* FakeGoogle.environment({
          HTTPS_PROXY: proxy.url,
          GCE_METADATA_HOST: google.host,
          METADATA_SERVER_DETECTION: "ping-only"
        })
        assert.deepStrictEqual(yield* get(yield* GoogleAuth.make()), {
          authorization: "Bearer mds-1"
        })
        const file = yield* env.write("subject", "s")
        const loopback = yield* GoogleAuth.make({
          credentials: external({ file }, { token_url: `${google.url}/v1/token` }),
          allowedHosts: ["127.0.0.1"]
        })
        assert.deepStrictEqual(yield* get(loopback), { authorization: "Bearer sts-2" })
        assert.deepStrictEqual(proxy.connects, [])
      }))

    it.scopedLive("[30] NO_PROXY is honoured", () =>
      Effect.gen(function*() {
        const google = yield* FakeGoogle.make()
        const proxy = yield* FakeGoogle.makeProxy(google.host)
        const env = yield* FakeGoogle.environment({
          HTTPS_PROXY: proxy.url,
          NO_PROXY: "other.test,.corp.test"
        })
        yield* adc(env)
        const service = yield* GoogleAuth.make({ fetchImplementation: google.fetch })
        assert.deepStrictEqual(yield* get(service), { authorization: "Bearer sts-0" })
        assert.deepStrictEqual(proxy.connects, [])
      }))
  })
})
