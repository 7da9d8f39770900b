import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { Options } from "../../GoogleAuth.ts"
import { InvalidSettings } from "../../LroError.ts"
import { isLoopback, isWithin } from "../base/hosts.ts"

/** @internal */
export type Json = { readonly [key: string]: unknown }

const isJson = (u: unknown): u is Json => Predicate.isRecord(u)

const decodeJson = Schema.decodeUnknownOption(Schema.parseJson())

/** The fields that say where tokens are sent; google-auth-library reads camelCase too, and `endpoint` when it impersonates. */
const urlFields = [
  "token_url",
  "tokenUrl",
  "token_uri",
  "service_account_impersonation_url",
  "serviceAccountImpersonationUrl",
  "endpoint"
]

const urlProblem = (value: unknown, options: Options): string | undefined => {
  if (typeof value !== "string" || !URL.canParse(value)) return "is not a URL"
  const { hostname, protocol } = new URL(value)
  const isListed =
    options.allowedHosts?.some((allowed) =>
      allowed.startsWith("*.") ? hostname.endsWith(allowed.slice(1)) : hostname === allowed
    ) === true
  if (protocol !== "https:" && !(protocol === "http:" && isListed && isLoopback(hostname))) {
    return "is not https"
  }
  return isListed || hostname === "accounts.google.com" || isWithin(hostname, "googleapis.com") ||
      (options.universeDomain !== undefined && isWithin(hostname, options.universeDomain))
    ? undefined
    : `names the host ${hostname}, which is not in allowedHosts`
}

const credentialsProblem = (json: Json, options: Options): string | undefined => {
  for (const field of urlFields) {
    const value = json[field]
    const problem = value === undefined || value === null ? undefined : urlProblem(value, options)
    if (problem !== undefined) return `${field} ${problem}`
  }
  const source = json["source_credentials"]
  return isJson(source) ? credentialsProblem(source, options) : undefined
}

/**
 * Checks the options and gives the credential configuration among them.
 *
 * @internal
 */
export const parse = (options: Options): Effect.Effect<Json | undefined, InvalidSettings> => {
  const invalid = (setting: string, problem: string) =>
    Effect.fail(new InvalidSettings({ setting, problem }))
  const { credentials, quotaProject, scopes, universeDomain } = options
  if (quotaProject !== undefined && !/^[\x21-\x7e]+$/.test(quotaProject)) {
    return invalid("quotaProject", "cannot be sent as a header")
  }
  if (universeDomain !== undefined && !/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(universeDomain)) {
    return invalid("universeDomain", "is not a domain name")
  }
  if (scopes !== undefined && (scopes.length === 0 || scopes.includes(""))) {
    return invalid("scopes", "is empty")
  }
  if (credentials === undefined) return Effect.succeed(undefined)
  if (options.keyFile !== undefined) return invalid("credentials", "is given together with keyFile")
  const json = Redacted.isRedacted(credentials)
    ? Option.getOrUndefined(decodeJson(Redacted.value(credentials)))
    : credentials
  if (!isJson(json)) return invalid("credentials", "is not a JSON object")
  const problem = credentialsProblem(json, options)
  return problem === undefined ? Effect.succeed(json) : invalid("credentials", problem)
}
