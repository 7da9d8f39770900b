import * as Headers from "@effect/platform/Headers"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as Library from "google-auth-library"
import { CredentialsError } from "../../LroError.ts"
import { noToken } from "./googleAuthError.ts"
import type { Cached } from "./tokenCache.ts"

const Claims = Schema.decodeUnknownOption(Schema.parseJson(Schema.Struct({ exp: Schema.Number })))

/** When a self-signed JWT expires: the package does not say. */
const jwtExpiry = (authorization: string): number | undefined =>
  Either.getRight(Encoding.decodeBase64UrlString(authorization.split(".")[1] ?? "")).pipe(
    Option.flatMap(Claims),
    Option.map(({ exp }) => exp * 1000),
    Option.getOrUndefined
  )

const expiryOf = (client: Library.AuthClient): number | undefined => {
  // Clients of workforce users keep it here.
  const own = Predicate.hasProperty(client, "cachedAccessToken")
    ? client.cachedAccessToken
    : undefined
  const expiry = client.credentials.expiry_date ??
    (Predicate.hasProperty(own, "expiry_date") ? own.expiry_date : undefined)
  return typeof expiry === "number" && expiry > 1 ? expiry : undefined
}

/**
 * All headers that the client returns, whatever they are, and when they expire.
 *
 * @internal
 */
export const readToken = async (client: Library.AuthClient) => {
  const headers: Record<string, string> = {}
  new globalThis.Headers(await client.getRequestHeaders()).forEach((value, name) => {
    headers[name] = value
  })
  return { headers, expiresAt: expiryOf(client) }
}

/** @internal */
export const toCached = (
  { expiresAt, headers }: {
    readonly headers: Record<string, string>
    readonly expiresAt: number | undefined
  }
): Effect.Effect<Cached<Redacted.Redacted<Headers.Headers>>, CredentialsError> => {
  const authorization = headers["authorization"] ?? ""
  if (/^(\S+ )?(undefined|null)?$/.test(authorization)) {
    return Effect.fail(noToken())
  }
  const unfit = Object.keys(headers).find((name) => !/^[\x20-\x7e]+$/.test(headers[name] ?? ""))
  if (unfit !== undefined || !/^\S+ [\x21-\x7e]+$/.test(authorization)) {
    const description = `the header ${unfit ?? "authorization"} has a character that cannot be sent`
    return Effect.fail(new CredentialsError({ reason: "Invalid", transient: false, description }))
  }
  return Effect.succeed({
    value: Redacted.make(Headers.fromInput(headers)),
    expiresAt: expiresAt ?? jwtExpiry(authorization)
  })
}
