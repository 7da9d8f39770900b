import * as Headers from "@effect/platform/Headers"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { CredentialsError } from "../../LroError.ts"
import type { Cached } from "./tokenCache.ts"

/**
 * What keeps a secret from being a header value. Never says the secret.
 *
 * @internal
 */
export const problemOf = (secret: Redacted.Redacted<string>): string | undefined => {
  const value = Redacted.value(secret)
  if (value === "") return "is empty"
  return /^[\x21-\x7e]+$/.test(value) ? undefined : "has a character that a header cannot carry"
}

/** @internal */
export const invalid = (description: string): CredentialsError =>
  new CredentialsError({ reason: "Invalid", transient: false, description })

/**
 * The headers of a token, for the cache. `more` are headers that travel with it.
 *
 * @internal
 */
export const toCached = (
  token: Redacted.Redacted<string>,
  expiresAt: number | undefined,
  more: { readonly [name: string]: string } = {}
): Effect.Effect<Cached<Redacted.Redacted<Headers.Headers>>, CredentialsError> => {
  const problem = problemOf(token)
  if (problem !== undefined) return Effect.fail(invalid(`the token ${problem}`))
  const headers = { authorization: `Bearer ${Redacted.value(token)}`, ...more }
  return Effect.succeed({ value: Redacted.make(Headers.fromInput(headers)), expiresAt })
}
