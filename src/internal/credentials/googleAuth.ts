import * as Headers from "@effect/platform/Headers"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as Library from "google-auth-library"
import type { Options } from "../../GoogleAuth.ts"
import { CredentialsError, ForeignCause, InvalidSettings } from "../../LroError.ts"
import { isLoopback, isWithin } from "../base/hosts.ts"
import { mask, ofTransport, text } from "../errors/foreignCause.ts"
import { classify } from "../wire/transportFailure.ts"
import type { Cached } from "./tokenCache.ts"

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

/** Hosts that no proxy can reach for us. */
const noProxy = [
  "localhost",
  "127.0.0.1",
  "[::1]",
  "169.254.169.254",
  "metadata.google.internal",
  "metadata.google.internal."
]

/** google-auth-library gives these options to some of its transporters only: see to the others. */
const tune = (
  library: typeof Library,
  client: unknown,
  defaults: Library.gaxios.GaxiosOptions
): void => {
  if (
    Predicate.hasProperty(client, "transporter") &&
    client.transporter instanceof library.gaxios.Gaxios
  ) {
    client.transporter.defaults = defaults
  }
  if (Predicate.hasProperty(client, "stsCredential")) tune(library, client.stsCredential, defaults)
  if (Predicate.hasProperty(client, "sourceClient")) tune(library, client.sourceClient, defaults)
}

/** @internal */
export interface ClientSettings {
  readonly credentials: Json | undefined
  readonly keyFile: string | undefined
  readonly quotaProject: string | undefined
  readonly universeDomain: string | undefined
  readonly fetchImplementation: typeof globalThis.fetch | undefined
}

/**
 * Makes a new client for each use and aborts its requests when the use is interrupted.
 *
 * @internal
 */
export const withClient = (library: typeof Library, settings: ClientSettings) => {
  const newClient = async (
    scopes: ReadonlyArray<string>,
    signal: AbortSignal
  ): Promise<Library.AuthClient> => {
    const transport: Library.gaxios.GaxiosOptions = {
      timeout: 10_000,
      redirect: "error",
      retryConfig: { retry: 2 },
      noProxy,
      signal,
      ...(settings.fetchImplementation === undefined
        ? {}
        : { fetchImplementation: settings.fetchImplementation })
    }
    const { credentials, keyFile, quotaProject, universeDomain } = settings
    const client = await new library.GoogleAuth({
      scopes: [...scopes],
      // Any value: without one the package looks for a project by running gcloud and by calling Google.
      projectId: "unused",
      clientOptions: { transporterOptions: transport },
      ...(credentials === undefined ? {} : { credentials: credentials as Library.JWTInput }),
      ...(keyFile === undefined ? {} : { keyFilename: keyFile }),
      ...(universeDomain === undefined ? {} : { universeDomain })
    }).getClient()
    if (quotaProject !== undefined) client.quotaProjectId = quotaProject
    tune(library, client, transport)
    return client
  }
  return <A>(
    scopes: ReadonlyArray<string>,
    use: (client: Library.AuthClient) => Promise<A>
  ): Effect.Effect<A, CredentialsError> =>
    Effect.tryPromise({
      try: async (signal) => use(await newClient(scopes, signal)),
      catch: toError
    }).pipe(
      // The package remembers for the life of the process that there is no metadata server.
      Effect.onError(() => Effect.sync(() => library.gcpMetadata.resetIsAvailableCache()))
    )
}

const tended = new WeakSet<object>()

/**
 * Requests to the metadata server know none of our options: they go out by an instance that the package shares with others. This
 * lets them bypass the proxy, keeps them from following redirects and gives those that would wait for ever a time-out.
 *
 * @internal
 */
export const tendMetadata = (library: typeof Library): void => {
  const { instance } = library.gaxios
  instance.defaults.noProxy = [...new Set([...(instance.defaults.noProxy ?? []), ...noProxy])]
  if (tended.has(instance)) return
  tended.add(instance)
  instance.interceptors.request.add({
    resolved: (options) => {
      if (options.headers.get("metadata-flavor") === "Google") {
        if (!options.timeout) options.signal = AbortSignal.timeout(10_000)
        // But for the search for the server: of a directory it sends on to the name with a slash.
        if (!String(options.url).endsWith("/instance")) options.redirect = "error"
      }
      return Promise.resolve(options)
    }
  })
}

/**
 * The universe domain of the credentials. Those of the metadata server do not know theirs: the server does.
 *
 * @internal
 */
export const universeOf = (library: typeof Library) => async (client: Library.AuthClient) => ({
  value: client instanceof library.Compute && client.universeDomain === "googleapis.com"
    ? await new library.GoogleAuth().getUniverseDomainFromMetadataServer()
    : client.universeDomain,
  expiresAt: undefined
})

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

const noToken = () => {
  const description = "the token endpoint answered without a token"
  return new CredentialsError({ reason: "Unavailable", transient: true, description })
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

const property = (u: unknown, key: string): unknown =>
  Predicate.hasProperty(u, key) ? u[key] : undefined

/** What the reply says, by RFC 6749 (`error` is a string) or by AIP-193 (an object). */
const replyOf = (
  response: unknown
): { readonly code: string | undefined; readonly message: string | undefined } => {
  const data = property(response, "data")
  const error = property(data, "error")
  if (typeof error === "object") {
    return { code: text(error, "status"), message: text(error, "message") }
  }
  const subtype = text(data, "error_subtype")
  const code = text(data, "error")
  return {
    code: subtype === undefined ? code : `${code} (${subtype})`,
    message: text(data, "error_description")
  }
}

const hostOf = (error: unknown): string => {
  const url = String(property(property(error, "config"), "url"))
  return URL.canParse(url) ? new URL(url).host : "the token endpoint"
}

const isTransientCode = (code: string | undefined): boolean =>
  code === "internal_failure" || code === "server_error" || code === "temporarily_unavailable"

/**
 * Tells what google-auth-library raised: a reply, no reply, or an error of its own. Nothing of a request and no body is kept.
 *
 * @internal
 */
export const toError = (error: unknown): CredentialsError => {
  const response = property(error, "response")
  const status = Number(property(response, "status"))
  if (status > 0) {
    const { code, message } = replyOf(response)
    const transient = status >= 500 || status === 429 || status === 408 || isTransientCode(code)
    const said = code === undefined ? "" : ` ${mask(code)}`
    return new CredentialsError({
      reason: transient ? "Unavailable" : "Rejected",
      transient,
      description: `${hostOf(error)} answered HTTP ${status}${said}`,
      ...(message === undefined ? {} : {
        cause: new ForeignCause({
          name: "Error",
          ...(code === undefined ? {} : { code: mask(code) }),
          message: mask(message)
        })
      })
    })
  }
  if (property(error, "config") !== undefined) {
    const isTimeout = property(error, "code") === "TimeoutError"
    return new CredentialsError({
      reason: isTimeout ? "Timeout" : "Unavailable",
      transient: classify(error, false)[0] !== "Tls",
      description: `no reply from ${hostOf(error)}`,
      cause: ofTransport(error)
    })
  }
  const message = text(error, "message") ?? ""
  if (message.startsWith("Could not load the default credentials")) {
    const description =
      "no Application Default Credentials in GOOGLE_APPLICATION_CREDENTIALS, gcloud's files or a metadata server"
    return new CredentialsError({ reason: "Unavailable", transient: false, description })
  }
  const name = text(error, "name") ?? "Error"
  // The package takes the page of a captive portal for a reply: "Cannot create property 'refresh_token' on string …".
  if (name === "TypeError" && message.startsWith("Cannot ")) return noToken()
  return new CredentialsError({
    reason: "Invalid",
    transient: false,
    description: "google-auth-library cannot use the credentials",
    // These two quote what they refuse: the file, the header.
    cause: new ForeignCause({
      name,
      message: name === "SyntaxError" || name === "TypeError" ? name : mask(message)
    })
  })
}
