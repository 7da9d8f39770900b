import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFile } from "node:child_process"
import * as fs from "node:fs/promises"
import * as https from "node:https"
import type { AddressInfo } from "node:net"
import * as FakeGoogle from "../kit/fakeGoogle.ts"
import { external } from "../kit/googleFixtures.ts"

const tls = new URL("../fixtures/tls/", import.meta.url)
const certificate = new URL("cert.pem", tls).pathname

/** Token endpoint and API behind TLS, with a certificate that nobody knows. */
const secure = Effect.gen(function*() {
  const received: Array<string> = []
  const options = {
    key: yield* Effect.promise(() => fs.readFile(new URL("key.pem", tls))),
    cert: yield* Effect.promise(() => fs.readFile(certificate))
  }
  const server = https.createServer(options, (request, response) => {
    received.push(
      `${request.headers.host} ${request.url} ${request.headers.authorization ?? "none"}`
    )
    response.setHeader("content-type", "application/json")
    response.end(JSON.stringify(
      request.url === "/v1/token"
        ? { access_token: "secure", token_type: "Bearer", issued_token_type: "t", expires_in: 3599 }
        : { name: "projects/p/locations/l/operations/o" }
    ))
  })
  const port = yield* Effect.acquireRelease(
    Effect.async<number>((resume) => {
      server.listen(
        0,
        "127.0.0.1",
        () => resume(Effect.succeed((server.address() as AddressInfo).port))
      )
    }),
    () =>
      Effect.async<void>((resume) => {
        server.closeAllConnections()
        server.close(() => resume(Effect.void))
      })
  )
  return { received, port }
})

/** Runs the program with these variables and gives what it prints. */
const run = (version: string, variables: Record<string, string>) =>
  Effect.async<string>((resume) => {
    execFile(
      process.execPath,
      ["--import", "tsx", new URL("../fixtures/callOverTls.ts", import.meta.url).pathname, version],
      { env: { PATH: process.env["PATH"], METADATA_SERVER_DETECTION: "none", ...variables } },
      (_, stdout) => resume(Effect.succeed(stdout.trim()))
    )
  })

const adc = (token_url: string) =>
  Effect.gen(function*() {
    const env = yield* FakeGoogle.environment()
    const file = yield* env.write("subject", "subject")
    return yield* env.write("adc.json", external({ file }, { token_url }))
  })

const api = "bakery.googleapis.com /v1/projects/p/locations/l/operations/o Bearer secure"
const token = /^(sts\.googleapis\.com|localhost:\d+) \/v1\/token none$/

describe.each(["10", "11"])("[30] TLS and proxy, with google-auth-library %s", (version) => {
  it.scopedLive(
    "tokens and calls use the same CONNECT proxy, and NODE_EXTRA_CA_CERTS",
    () =>
      Effect.gen(function*() {
        const { port, received } = yield* secure
        const proxy = yield* FakeGoogle.makeProxy(`127.0.0.1:${port}`)
        const said = yield* run(version, {
          HTTPS_PROXY: proxy.url,
          NODE_EXTRA_CA_CERTS: certificate,
          GOOGLE_APPLICATION_CREDENTIALS: yield* adc("https://sts.googleapis.com/v1/token")
        })
        assert.strictEqual(said, "projects/p/locations/l/operations/o")
        assert.match(received[0] ?? "", token)
        assert.deepStrictEqual(received.slice(1), [api])
        assert.deepStrictEqual(proxy.connects, [
          "sts.googleapis.com:443",
          "bakery.googleapis.com:443"
        ])
      })
  )

  it.scopedLive(
    "an unknown certificate behind the proxy is an error that does not pass",
    () =>
      Effect.gen(function*() {
        const { port, received } = yield* secure
        const proxy = yield* FakeGoogle.makeProxy(`127.0.0.1:${port}`)
        const said = yield* run(version, {
          HTTPS_PROXY: proxy.url,
          GOOGLE_APPLICATION_CREDENTIALS: yield* adc("https://sts.googleapis.com/v1/token")
        })
        assert.match(said, /^CredentialsError false: .*no reply from sts\.googleapis\.com/)
        assert.deepStrictEqual(received, [])
      })
  )

  it.scopedLive("without a proxy, NODE_EXTRA_CA_CERTS decides", () =>
    Effect.gen(function*() {
      const { port, received } = yield* secure
      // The API is only reached through the proxy: what is said of it proves that there was a token.
      const proxy = yield* FakeGoogle.makeProxy(`127.0.0.1:${port}`)
      const variables = {
        HTTPS_PROXY: proxy.url,
        NO_PROXY: "localhost",
        GOOGLE_APPLICATION_CREDENTIALS: yield* adc(`https://localhost:${port}/v1/token`)
      }
      const refused = yield* run(version, variables)
      assert.match(refused, /^CredentialsError false: /)
      assert.deepStrictEqual(received, [])
      const said = yield* run(version, { ...variables, NODE_EXTRA_CA_CERTS: certificate })
      assert.strictEqual(said, "projects/p/locations/l/operations/o")
      assert.match(received[0] ?? "", token)
      assert.deepStrictEqual(proxy.connects, ["bakery.googleapis.com:443"])
    }))
})
