import { FetchHttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Config, Effect, Redacted } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as GoogleAuth from "effect-lro/GoogleAuth"
import * as MetadataServer from "effect-lro/MetadataServer"
import * as ServiceAccount from "effect-lro/ServiceAccount"
import { libraries } from "../kit/credentialSources.ts"
import * as FakeGoogle from "../kit/fakeGoogle.ts"
import { authorizedUser, get, request, serviceAccount } from "../kit/googleFixtures.ts"
import { settings } from "../kit/services.ts"

/** A key file as it looks after a trip through a variable of a shell, a compose file or a form. */
const escaped = {
  ...serviceAccount,
  private_key: String(serviceAccount.private_key).replaceAll("\n", "\\n")
}

describe("a private key whose line breaks are written as \\n", () => {
  it.scoped("[29] signs, from a variable", () =>
    Effect.gen(function*() {
      const layer = ServiceAccount.layerConfig({ key: Config.redacted("KEY") })
      const service = yield* Effect.provide(Credentials.Credentials, layer)
      assert.match((yield* get(service))["authorization"] ?? "", /^Bearer ey/)
    }).pipe(
      Effect.provide(settings({ KEY: JSON.stringify({ ...escaped, private_key_id: "1" }) }))
    ))

  it.scopedLive.each(libraries)(
    "[29] signs by google-auth-library %s, from text, value and file",
    ([, load]) =>
      Effect.gen(function*() {
        const env = yield* FakeGoogle.environment()
        const google = yield* FakeGoogle.make()
        const file = yield* env.write("key.json", escaped)
        env.set("GOOGLE_APPLICATION_CREDENTIALS", file)
        const { fetch: fetchImplementation } = google
        const options: ReadonlyArray<GoogleAuth.Options> = [
          { credentials: Redacted.make(JSON.stringify(escaped)) },
          { credentials: escaped },
          { keyFile: file },
          {}
        ]
        for (const [index, each] of options.entries()) {
          const service = yield* GoogleAuth.makeWith({ ...each, fetchImplementation }, load)
          assert.deepStrictEqual(yield* get(service), { authorization: `Bearer oauth-${index}` })
        }
      })
  )
})

describe("a metadata server that is not up yet", () => {
  /** A port where nobody listens, until later. */
  const later = Effect.map(
    Effect.scoped(FakeGoogle.make()),
    ({ host }) => ({ host, port: Number(host.split(":")[1]) })
  )

  it.scopedLive("[29] gives a token when it is up after four seconds", () =>
    Effect.gen(function*() {
      const { host, port } = yield* later
      yield* FakeGoogle.environment({
        GCE_METADATA_HOST: host,
        METADATA_SERVER_DETECTION: "ping-only"
      })
      const services = [
        yield* Effect.provide(MetadataServer.make(), FetchHttpClient.layer),
        ...(yield* Effect.forEach(libraries, ([, load]) => GoogleAuth.makeWith({}, load)))
      ]
      yield* Effect.forkScoped(Effect.delay(FakeGoogle.make(() => undefined, port), "4 seconds"))
      const tokens = yield* Effect.forEach(services, get, { concurrency: "unbounded" })
      assert.strictEqual(tokens.length, 3)
      for (const token of tokens) assert.match(token["authorization"] ?? "", /^Bearer mds-/)
    }))

  const absent = (variables: Record<string, string>) =>
    Effect.gen(function*() {
      yield* FakeGoogle.environment({ METADATA_SERVER_DETECTION: "none", ...variables })
      const service = yield* GoogleAuth.make()
      const error = yield* Effect.flip(service.headers(request))
      assert.strictEqual(error.reason, "Unavailable")
      assert.include(error.message, "run `gcloud auth application-default login`")
      return error.transient
    })

  it.scopedLive.each([
    [{}, false],
    [{ GCE_METADATA_HOST: "127.0.0.1:1" }, true],
    [{ KUBERNETES_SERVICE_HOST: "10.0.0.1" }, true],
    [{ K_SERVICE: "service" }, true]
  ] as ReadonlyArray<[Record<string, string>, boolean]>)(
    "[29] with %j its absence is transient: %s",
    ([variables, transient]) =>
      Effect.map(absent(variables), (said) => assert.strictEqual(said, transient))
  )

  it.scopedLive.each(libraries)(
    "[29] is looked for without a word on the console, by google-auth-library %s",
    ([, load]) =>
      Effect.gen(function*() {
        const warnings: Array<string> = []
        const note = (warning: Error) => void warnings.push(warning.name)
        yield* Effect.acquireRelease(
          Effect.sync(() => process.on("warning", note)),
          () => Effect.sync(() => process.off("warning", note))
        )
        const vanilla = yield* FakeGoogle.make(() => ({ status: 200, body: "<html>" }))
        for (const host of [vanilla.host, undefined]) {
          yield* Effect.scoped(Effect.gen(function*() {
            yield* FakeGoogle.environment({
              METADATA_SERVER_DETECTION: "ping-only",
              ...(host === undefined ? {} : { GCE_METADATA_HOST: host })
            })
            const service = yield* GoogleAuth.makeWith({}, load)
            yield* Effect.flip(service.headers(request))
          }))
        }
        yield* Effect.sleep("50 millis")
        assert.deepStrictEqual(warnings.filter((name) => name.startsWith("Metadata")), [])
      })
  )
})

describe("credentials of a person that want a new login", () => {
  it.scopedLive("[12] name the command", () =>
    Effect.gen(function*() {
      yield* FakeGoogle.environment()
      const google = yield* FakeGoogle.make(() => ({
        status: 400,
        body: { error: "invalid_grant", error_subtype: "invalid_rapt", error_description: "reauth" }
      }))
      const service = yield* GoogleAuth.make({
        credentials: authorizedUser,
        fetchImplementation: google.fetch
      })
      const error = yield* Effect.flip(service.headers(request))
      assert.deepStrictEqual([error.reason, error.transient], ["Rejected", false])
      assert.include(error.message, "run `gcloud auth application-default login`")
    }))
})
