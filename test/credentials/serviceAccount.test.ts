import { assert, describe, it } from "@effect/vitest"
import { Cause, Config, Context, Effect, Layer, Option, Redacted, TestClock } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as ServiceAccount from "effect-lro/ServiceAccount"
import * as crypto from "node:crypto"
import { inspect } from "node:util"
import {
  canaries,
  claimsOf,
  get,
  get64,
  publicKey,
  scope,
  serviceAccount
} from "../kit/googleFixtures.ts"
import { settings } from "../kit/services.ts"
import { turn } from "../kit/turn.ts"

const hour = 3_600_000
/** The tokens' clock begins 10 seconds before ours. */
const lifetime = hour - 10_000

const keyOf = (changes: Record<string, unknown> = {}) =>
  Redacted.make(JSON.stringify({ ...serviceAccount, ...changes }))

const tokenOf = (headers: Record<string, string>) => (headers["authorization"] ?? "").slice(7)

const headOf = (jwt: string): unknown =>
  JSON.parse(Buffer.from(jwt.split(".")[0] ?? "", "base64url").toString())

const isSigned = (jwt: string) => {
  const [head, claims, signature] = jwt.split(".")
  return crypto.verify(
    "RSA-SHA256",
    Buffer.from(`${head}.${claims}`),
    publicKey,
    Buffer.from(signature ?? "", "base64url")
  )
}

const assertSilent = (value: unknown) => {
  const texts = [inspect(value, { depth: 20, showHidden: true }), String(JSON.stringify(value))]
  if (value instanceof Error) texts.push(value.message, Cause.pretty(Cause.fail(value)))
  for (const text of texts) {
    for (const canary of canaries) assert.isFalse(text.includes(canary), text)
  }
}

/** Counts what WebCrypto is asked, without changing it. */
const counted = Effect.acquireRelease(
  Effect.sync(() => {
    let signing: Promise<unknown> = Promise.resolve()
    const counts = { imports: 0, signatures: 0, extractable: 0 }
    /** Signing takes its time, whatever the test's clock says. */
    const signed = Effect.repeatN(turn, 9).pipe(
      Effect.zipRight(Effect.promise(() => signing)),
      Effect.zipRight(Effect.repeatN(turn, 9))
    )
    const { subtle } = globalThis.crypto
    const own = {
      importKey: (...args: Parameters<SubtleCrypto["importKey"]>) => {
        counts.imports++
        if (args[3]) counts.extractable++
        return SubtleCrypto.prototype.importKey.apply(subtle, args)
      },
      sign: (...args: Parameters<SubtleCrypto["sign"]>) => {
        counts.signatures++
        const signature = SubtleCrypto.prototype.sign.apply(subtle, args)
        signing = signature
        return signature
      }
    }
    Object.assign(subtle, own)
    return { counts, signed }
  }),
  () =>
    Effect.sync(() => {
      Reflect.deleteProperty(globalThis.crypto.subtle, "importKey")
      Reflect.deleteProperty(globalThis.crypto.subtle, "sign")
    })
)

describe("ServiceAccount", () => {
  it.scoped("signs a JWT with the scopes, for one hour", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(1_700_000_000_999)
      const service = yield* ServiceAccount.make(keyOf())
      assert.strictEqual(service.kind, "token")
      assert.deepStrictEqual(yield* service.universeDomain, Option.some("googleapis.com"))
      const headers = yield* get(service)
      assert.deepStrictEqual(Object.keys(headers), ["authorization"])
      const jwt = tokenOf(headers)
      assert.isTrue(isSigned(jwt))
      assert.deepStrictEqual(headOf(jwt), { alg: "RS256", typ: "JWT", kid: "k1" })
      assert.deepStrictEqual(claimsOf(jwt), {
        iss: "sa@p.iam.gserviceaccount.com",
        sub: "sa@p.iam.gserviceaccount.com",
        scope,
        iat: 1_699_999_990,
        exp: 1_700_003_590
      })
    }))

  it.scoped("one token per set of scopes, one signature for 64 callers, one import", () =>
    Effect.gen(function*() {
      const { counts } = yield* counted
      const service = yield* ServiceAccount.make(keyOf())
      const [first] = yield* get64(service)
      assert.deepStrictEqual(yield* get64(service), [first])
      assert.deepStrictEqual(counts, { imports: 1, signatures: 1, extractable: 0 })
      const both = yield* service.headers({ scopes: ["b", "a"], host: "lro.test" })
      assert.strictEqual(claimsOf(both["authorization"] ?? "")["scope"], "a b")
      assert.deepStrictEqual(counts, { imports: 1, signatures: 2, extractable: 0 })
    }))

  it.scoped("another token before the old one expires, one per lifetime", () =>
    Effect.gen(function*() {
      const { counts, signed } = yield* counted
      const service = yield* ServiceAccount.make(keyOf())
      const seen: Array<string> = []
      for (let at = 0; at < 3 * hour; at += 60_000) {
        yield* TestClock.setTime(at)
        const jwt = tokenOf(yield* get(service))
        const expiry = Number(claimsOf(jwt)["exp"]) * 1000
        assert.isAbove(expiry, at)
        if (!seen.includes(jwt)) seen.push(jwt)
        yield* signed
      }
      // Refreshed by the first call in the last 225 seconds.
      const minutes = Math.floor((lifetime - 225_000) / 60_000) + 1
      assert.strictEqual(counts.signatures, 1 + Math.floor((3 * 60 - 1) / minutes))
      assert.strictEqual(seen.length, counts.signatures)
    }))

  it.scoped("after a 401 it signs again; the same token is none", () =>
    Effect.gen(function*() {
      const service = yield* ServiceAccount.make(keyOf())
      const request = { scopes: [scope], host: "lro.test" }
      const first = yield* service.headers(request)
      assert.deepStrictEqual(yield* service.refresh(request, first), Option.none())
      yield* TestClock.adjust("1 second")
      const second = Option.getOrThrow(yield* service.refresh(request, first))
      assert.notStrictEqual(second["authorization"], first["authorization"])
      assert.isTrue(isSigned(tokenOf({ ...second })))
    }))

  it.scoped.each([[2 * hour, hour], [hour, 2 * hour]] as const)(
    "a clock that jumps from %s to %s is followed after a 401",
    ([before, after]) =>
      Effect.gen(function*() {
        yield* TestClock.setTime(before)
        const service = yield* ServiceAccount.make(keyOf())
        const request = { scopes: [scope], host: "lro.test" }
        const first = yield* service.headers(request)
        yield* TestClock.setTime(after)
        const second = Option.getOrThrow(yield* service.refresh(request, first))
        assert.strictEqual(claimsOf(second["authorization"] ?? "")["iat"], after / 1000 - 10)
        assert.deepEqual({ ...(yield* service.headers(request)) }, { ...second })
      })
  )

  it.scoped("universe and quota project come from the key file", () =>
    Effect.gen(function*() {
      const service = yield* ServiceAccount.make(
        keyOf({ universe_domain: "example.com", quota_project_id: "billing" })
      )
      assert.deepStrictEqual(yield* service.universeDomain, Option.some("example.com"))
      assert.strictEqual((yield* get(service))["x-goog-user-project"], "billing")
    }))

  it.scoped("the service, its errors and its layer hold nothing that can be printed", () =>
    Effect.gen(function*() {
      const service = yield* ServiceAccount.make(keyOf())
      const jwt = tokenOf(yield* get(service))
      assertSilent(service)
      assert.isFalse(inspect(service, { depth: 20, showHidden: true }).includes(jwt))
      assertSilent(ServiceAccount.layer(keyOf()))
    }))

  const pkcs1 = crypto.createPrivateKey(serviceAccount.private_key).export({
    type: "pkcs1",
    format: "pem"
  })
  const elliptic = crypto.generateKeyPairSync("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" }
  }).privateKey
  const cut = serviceAccount.private_key.split("\n").filter((_, line) => line !== 5).join("\n")

  it.scoped.each<readonly [string, Redacted.Redacted]>([
    ["key is not a JSON object", Redacted.make(`{${canaries[3]}`)],
    ["key is not a JSON object", Redacted.make(`["${canaries[3]}"]`)],
    ["key is not a JSON object", Redacted.make("")],
    ["key.type is not \"service_account\"", keyOf({ type: "authorized_user" })],
    ["key.type is not \"service_account\"", keyOf({ type: undefined })],
    ["key.client_email is missing", keyOf({ client_email: undefined })],
    ["key.client_email is not an email address", keyOf({ client_email: canaries[3] })],
    ["key.client_email is not an email address", keyOf({ client_email: 7 })],
    ["key.private_key_id is missing", keyOf({ private_key_id: null })],
    ["key.private_key_id is not a key id", keyOf({ private_key_id: "" })],
    ["key.private_key is missing", keyOf({ private_key: undefined })],
    [
      "key.private_key is not a private key in PEM form (PKCS #8)",
      keyOf({ private_key: canaries[3] })
    ],
    ["key.private_key is not a private key in PEM form (PKCS #8)", keyOf({ private_key: pkcs1 })],
    ["key.private_key is not a usable RSA key", keyOf({ private_key: elliptic })],
    ["key.private_key is not a usable RSA key", keyOf({ private_key: cut })],
    ["key.universe_domain is not a domain name", keyOf({ universe_domain: "https://canary-body" })],
    [
      "key.quota_project_id cannot be sent as a header",
      keyOf({ quota_project_id: "canary-body\r\n" })
    ]
  ])("refuses a key: %s", ([expected, key]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(ServiceAccount.make(key))
      assert.strictEqual(`${error.setting} ${error.problem}`, expected)
      assert.strictEqual(error._tag, "InvalidSettings")
      assertSilent(error)
    }))

  it.scoped("layer and layerConfig", () =>
    Effect.gen(function*() {
      const build = (layer: Layer.Layer<Credentials.Credentials, unknown>) =>
        Effect.map(Layer.build(layer), Context.get(Credentials.Credentials))
      const own = yield* build(ServiceAccount.layer(keyOf()))
      assert.strictEqual(own.kind, "token")
      const fromConfig = yield* build(ServiceAccount.layerConfig({ key: Config.redacted("KEY") }))
      assert.deepStrictEqual(yield* fromConfig.universeDomain, Option.some("example.org"))
      const missing = yield* Effect.flip(
        build(ServiceAccount.layerConfig({ key: Config.redacted("NONE") }))
      )
      assert.propertyVal(missing, "_tag", "ConfigError")
      const wrong = yield* Effect.flip(
        build(ServiceAccount.layerConfig({ key: Config.redacted("WRONG") }))
      )
      assert.propertyVal(wrong, "setting", "key")
    }).pipe(
      Effect.provide(settings({
        KEY: Redacted.value(keyOf({ universe_domain: "example.org" })),
        WRONG: "no key"
      }))
    ))
})
