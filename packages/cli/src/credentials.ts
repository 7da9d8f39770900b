/** Which credentials are used, and how that is told. */
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Credentials from "effect-lro/Credentials"
import type { InvalidSettings } from "effect-lro/LroError"
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { Globals, type Options } from "./globals.ts"
import { impersonated } from "./impersonation.ts"
import { Io, type Service } from "./io.ts"
import { withoutSecrets } from "./names/hosts.ts"

/** A file that was to have a token, and has none. */
export class NoToken extends Data.TaggedError("NoToken")<{ readonly message: string }> {}

/** Where Application Default Credentials come from, as google-auth-library looks for them. */
export const defaultSource = ({ env, exists }: Pick<Service, "env" | "exists">): string => {
  const named = env["GOOGLE_APPLICATION_CREDENTIALS"]
  if (named !== undefined && named !== "") {
    return `Application Default Credentials, GOOGLE_APPLICATION_CREDENTIALS=${named}`
  }
  const home = env["HOME"] ?? ""
  const folder = env["APPDATA"] === undefined ? `${home}/.config` : env["APPDATA"]
  const file = `${
    env["CLOUDSDK_CONFIG"] ?? `${folder}/gcloud`
  }/application_default_credentials.json`
  return exists(file)
    ? `Application Default Credentials of gcloud, ${file}`
    : "Application Default Credentials, the metadata server"
}

/** One line, without a secret. */
export const told = (options: Options, io: Pick<Service, "env" | "exists">): string => {
  const at = options.endpoint === undefined ? "" : `; endpoint ${withoutSecrets(options.endpoint)}`
  if (options.credentials === false) return `credentials: none${at}`
  const source = options.tokenFile === undefined
    ? defaultSource(io)
    : `the token in ${options.tokenFile}`
  const as = options.impersonate === undefined ? "" : `, impersonating ${options.impersonate}`
  const project = options.quotaProject ?? io.env["GOOGLE_CLOUD_QUOTA_PROJECT"] ?? ""
  const quota = project === "" ? "" : `; quota project ${project}`
  return `credentials: ${source}${as}${quota}${at}`
}

/** The file is read again every five minutes, and after a 401: whoever wrote it may renew it. */
const fromFile = (path: string): Effect.Effect<Credentials.Service, NoToken, Io | Scope.Scope> =>
  Effect.gen(function*() {
    const { readFile } = yield* Io
    const read = Effect.gen(function*() {
      const text = yield* Effect.mapError(
        readFile(path),
        ({ message }) => new NoToken({ message })
      )
      const token = text.trim()
      if (token === "" || /\s/.test(token)) {
        return yield* new NoToken({ message: `${path} does not hold one token` })
      }
      const now = yield* Clock.currentTimeMillis
      return { token: Redacted.make(token), expiresAt: now + 600_000 }
    })
    yield* read
    return yield* Credentials.makeTokenEffect(read, { isTransient: () => false })
  })

const own = (
  options: Options
): Effect.Effect<Credentials.Service, InvalidSettings | NoToken, Io | Scope.Scope> =>
  options.credentials === false
    ? Effect.succeed(Credentials.none)
    : options.tokenFile !== undefined
    ? fromFile(options.tokenFile)
    : Effect.flatMap(
      Effect.promise(() => import("effect-lro/GoogleAuth")),
      (GoogleAuth) => GoogleAuth.make()
    )

/** The credentials that the options ask for. */
export const make: Effect.Effect<
  Credentials.Service,
  InvalidSettings | NoToken,
  Globals | Io | HttpClient.HttpClient | Scope.Scope
> = Effect.gen(function*() {
  const options = yield* Globals
  const io = yield* Io
  if (options.verbose === true) io.stderr.write(`${told(options, io)}\n`)
  const source = yield* own(options)
  return options.impersonate === undefined
    ? source
    : yield* impersonated(options.impersonate.split(",").map((each) => each.trim()), source)
})
