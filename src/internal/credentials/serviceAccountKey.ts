import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { CredentialsError, InvalidSettings } from "../../LroError.ts"
import { isHeaderValue } from "../wire/headers.ts"

/**
 * What is kept of a key file: its key can sign and cannot be read.
 *
 * @internal
 */
export interface ServiceAccountKey {
  readonly email: string
  readonly keyId: string
  readonly universeDomain: string
  readonly quotaProject: string | undefined
  readonly signingKey: CryptoKey
}

const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }

const decodeJson = Schema.decodeUnknownOption(Schema.parseJson())

const pem = /^\s*-----BEGIN PRIVATE KEY-----([\sA-Za-z0-9+/=]+)-----END PRIVATE KEY-----\s*$/

/** A key that was kept in a variable of the environment often has its line breaks as `\\n`. */
const withBreaks = (key: string): string => key.replaceAll("\\n", "\n")

const refuse = (setting: string, problem: string) =>
  Effect.fail(new InvalidSettings({ setting, problem }))

/**
 * Reads the JSON of a key file and imports its private key. What is wrong is said by the name of the field.
 *
 * @internal
 */
export const parse = (
  key: Redacted.Redacted<string>
): Effect.Effect<ServiceAccountKey, InvalidSettings> =>
  Effect.gen(function*() {
    if (globalThis.crypto?.subtle === undefined) {
      return yield* refuse("key", "cannot be used: this runtime has no crypto.subtle")
    }
    const json = Option.getOrUndefined(decodeJson(Redacted.value(key)))
    if (!Predicate.isRecord(json)) return yield* refuse("key", "is not a JSON object")
    if (json["type"] !== "service_account") {
      return yield* refuse("key.type", "is not \"service_account\"")
    }
    const field = (name: string, isFit: (value: string) => boolean, problem: string) => {
      const value = json[name]
      if (value === undefined || value === null) return refuse(`key.${name}`, "is missing")
      return typeof value === "string" && isFit(value)
        ? Effect.succeed(value)
        : refuse(`key.${name}`, problem)
    }
    const optional = (name: string, isFit: (value: string) => boolean, problem: string) =>
      json[name] === undefined || json[name] === null || json[name] === ""
        ? Effect.succeed(undefined)
        : field(name, isFit, problem)
    const email = yield* field(
      "client_email",
      (value) => /^[^\s@]+@[^\s@]+$/.test(value),
      "is not an email address"
    )
    const keyId = yield* field("private_key_id", (value) => value !== "", "is not a key id")
    const quotaProject = yield* optional(
      "quota_project_id",
      isHeaderValue,
      "cannot be sent as a header"
    )
    const universeDomain = yield* optional(
      "universe_domain",
      (value) => /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(value),
      "is not a domain name"
    )
    const privateKey = yield* field(
      "private_key",
      (value) => pem.test(withBreaks(value)),
      "is not a private key in PEM form (PKCS #8)"
    )
    return {
      email,
      keyId,
      quotaProject,
      universeDomain: universeDomain ?? "googleapis.com",
      signingKey: yield* importKey(withBreaks(privateKey))
    }
  })

const importKey = (privateKey: string): Effect.Effect<CryptoKey, InvalidSettings> => {
  const base64 = (pem.exec(privateKey)?.[1] ?? "").replace(/\s+/g, "")
  return Effect.tryPromise({
    try: () =>
      crypto.subtle.importKey(
        "pkcs8",
        Uint8Array.from(Either.getOrThrow(Encoding.decodeBase64(base64))),
        algorithm,
        false,
        ["sign"]
      ),
    // The error of a runtime may quote what it was given.
    catch: () =>
      new InvalidSettings({ setting: "key.private_key", problem: "is not a usable RSA key" })
  })
}

/** Google accepts tokens of one hour at most; their beginning lies back, for clocks that differ a little. */
const lifetimeSeconds = 3600
const skewSeconds = 10

const utf8 = new TextEncoder()

/** @internal */
export interface SignedToken {
  readonly token: Redacted.Redacted<string>
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

/**
 * A token that the account signs for itself: no endpoint is asked.
 *
 * @internal
 */
export const sign = (
  { email, keyId, signingKey }: ServiceAccountKey,
  scopes: ReadonlyArray<string>,
  now: number
): Effect.Effect<SignedToken, CredentialsError> => {
  const iat = Math.floor(now / 1000) - skewSeconds
  const exp = iat + lifetimeSeconds
  const head = { alg: "RS256", typ: "JWT", kid: keyId }
  const claims = { iss: email, sub: email, scope: scopes.join(" "), iat, exp }
  const content = [head, claims].map((part) => Encoding.encodeBase64Url(JSON.stringify(part))).join(
    "."
  )
  return Effect.tryPromise({
    try: () => crypto.subtle.sign(algorithm.name, signingKey, utf8.encode(content)),
    catch: () =>
      new CredentialsError({
        reason: "Invalid",
        transient: false,
        description: "the key of the service account cannot sign"
      })
  }).pipe(
    Effect.map((signature) => ({
      token: Redacted.make(`${content}.${Encoding.encodeBase64Url(new Uint8Array(signature))}`),
      expiresAt: exp * 1000
    }))
  )
}
