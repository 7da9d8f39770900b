/** Which credentials are used: what is told of them, a token in a file, and impersonation. */
import { HttpClient, HttpClientResponse } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Own from "google-lro/credentials"
import { ExitCode, ofError } from "google-lro/exitCode"
import { Globals, type Options, shellLine, words } from "google-lro/globals"
import { Io } from "google-lro/io"
import { worldOf } from "./kit.ts"

const request = {
  scopes: ["https://www.googleapis.com/auth/cloud-platform"],
  host: "alloydb.googleapis.com"
}

interface Sent {
  readonly url: string
  readonly authorization: string | undefined
  readonly body: unknown
}

/** The IAM Credentials API: what it was sent, and what it answers. */
const iam = (sent: Array<Sent>, status: number, reply: unknown): HttpClient.HttpClient =>
  HttpClient.make((call, url) =>
    Effect.sync(() => {
      const text = call.body._tag === "Uint8Array"
        ? new TextDecoder().decode(call.body.body)
        : "null"
      sent.push({
        url: String(url),
        authorization: call.headers["authorization"],
        body: JSON.parse(text)
      })
      return HttpClientResponse.fromWeb(call, Response.json(reply, { status }))
    })
  )

const made = (
  options: Options,
  files: { readonly [path: string]: string },
  client: HttpClient.HttpClient
) => {
  const { io } = worldOf({ files })
  return Own.make.pipe(
    Effect.provideService(Io, io),
    Effect.provideService(Globals, options),
    Effect.provideService(HttpClient.HttpClient, client)
  )
}

describe("what is told of credentials", () => {
  const told = (
    options: Options,
    env: { readonly [name: string]: string } = {},
    files: ReadonlyArray<string> = []
  ) => Own.told(options, { env, exists: (path) => files.includes(path) })

  it("says where Application Default Credentials come from", () => {
    const file = "/home/u/.config/gcloud/application_default_credentials.json"
    assert.strictEqual(
      told({}, { GOOGLE_APPLICATION_CREDENTIALS: "/k.json" }),
      "credentials: Application Default Credentials, GOOGLE_APPLICATION_CREDENTIALS=/k.json"
    )
    assert.strictEqual(
      told({}, { HOME: "/home/u" }, [file]),
      `credentials: Application Default Credentials of gcloud, ${file}`
    )
    assert.strictEqual(
      told({}, { HOME: "/home/u" }),
      "credentials: Application Default Credentials, the metadata server"
    )
  })

  it("says who is impersonated and which project is billed", () => {
    assert.strictEqual(
      told({ tokenFile: "t", impersonate: "a@p.iam", quotaProject: "q" }),
      "credentials: the token in t, impersonating a@p.iam; quota project q"
    )
    assert.strictEqual(
      told({ tokenFile: "t" }, { GOOGLE_CLOUD_QUOTA_PROJECT: "e" }),
      "credentials: the token in t; quota project e"
    )
    assert.strictEqual(
      told({ credentials: false, endpoint: "http://localhost:1" }),
      "credentials: none; endpoint http://localhost:1"
    )
  })

  it("[12] never says what may be a secret in an endpoint", () => {
    assert.strictEqual(
      told({ credentials: false, endpoint: "http://user:sesame@localhost:1/?key=sesame" }),
      "credentials: none; endpoint http://localhost:1/"
    )
  })

  it("goes into the line that waits on", () => {
    const options = {
      endpoint: "https://x",
      quotaProject: "q",
      impersonate: "a b",
      credentials: true,
      requestsPerMinute: 600
    }
    assert.strictEqual(
      shellLine(["lro", ...words(options)]),
      "lro --endpoint https://x --quota-project q --impersonate 'a b' --requests-per-minute 600"
    )
  })
})

describe("--token-file", () => {
  it.scoped("[7] sends the token; a file without one is refused before anything is sent", () =>
    Effect.gen(function*() {
      const client = iam([], 500, {})
      const own = yield* made({ tokenFile: "t" }, { t: "ya29.a\n" }, client)
      assert.strictEqual((yield* own.headers(request))["authorization"], "Bearer ya29.a")
      const refused = yield* Effect.flip(made({ tokenFile: "none" }, { t: "" }, client))
      assert.strictEqual(refused.message, "none can't be read")
      assert.strictEqual(ofError(refused), ExitCode.credentials)
      const empty = yield* Effect.flip(made({ tokenFile: "t" }, { t: " \n" }, client))
      assert.strictEqual(empty.message, "t does not hold one token")
      assert.strictEqual(ofError(empty), ExitCode.credentials)
    }))
})

describe("--impersonate", () => {
  const files = { t: "ya29.own" }

  it.scoped("asks for a token of the last account, through those before it", () =>
    Effect.gen(function*() {
      const sent: Array<Sent> = []
      const reply = { accessToken: "ya29.other", expireTime: "2100-01-01T00:00:00Z" }
      const own = yield* made(
        { tokenFile: "t", impersonate: "d@p.iam, a@p.iam" },
        files,
        iam(sent, 200, reply)
      )
      assert.strictEqual((yield* own.headers(request))["authorization"], "Bearer ya29.other")
      assert.deepStrictEqual(sent, [{
        url:
          "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a%40p.iam:generateAccessToken",
        authorization: "Bearer ya29.own",
        body: {
          delegates: ["projects/-/serviceAccounts/d@p.iam"],
          scope: request.scopes,
          lifetime: "3600s"
        }
      }])
    }))

  it.scoped("a refusal is a CredentialsError without a token in it", () =>
    Effect.gen(function*() {
      const reply = {
        error: { status: "PERMISSION_DENIED", message: "iam.serviceAccounts.getAccessToken denied" }
      }
      const own = yield* made(
        { tokenFile: "t", impersonate: "a@p.iam" },
        files,
        iam([], 403, reply)
      )
      const error = yield* Effect.flip(own.headers(request))
      assert.strictEqual(error._tag, "CredentialsError")
      assert.isFalse(error.transient)
      assert.include(error.message, "PERMISSION_DENIED iam.serviceAccounts.getAccessToken denied")
      assert.notInclude(error.message, "ya29")
    }))
})
