import * as Predicate from "effect/Predicate"
import { CredentialsError, ForeignCause } from "../../LroError.ts"
import { mask, ofTransport, text } from "../errors/foreignCause.ts"
import { classify } from "../wire/transportFailure.ts"

/** What makes credentials of a person, new. */
const login = "run `gcloud auth application-default login`"

/** @internal */
export const noToken = () => {
  const description = "the token endpoint answered without a token"
  return new CredentialsError({ reason: "Unavailable", transient: true, description })
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
 * Whether the metadata server could not be connected to.
 *
 * @internal
 */
export const isAway = (error: unknown): boolean => {
  const headers = property(property(error, "config"), "headers")
  return headers instanceof globalThis.Headers && headers.get("metadata-flavor") === "Google" &&
    property(error, "response") === undefined && classify(error, false)[1] === "no"
}

/**
 * Tells what google-auth-library raised: a reply, no reply, or an error of its own. Nothing of a request and no body is kept.
 *
 * @internal
 */
export const toError = (error: unknown, isOfGoogle: boolean): CredentialsError => {
  const response = property(error, "response")
  const status = Number(property(response, "status"))
  if (status > 0) {
    const { code, message } = replyOf(response)
    const transient = status >= 500 || status === 429 || status === 408 || isTransientCode(code)
    const said = code === undefined ? "" : ` ${mask(code)}`
    return new CredentialsError({
      reason: transient ? "Unavailable" : "Rejected",
      transient,
      description: `${hostOf(error)} answered HTTP ${status}${said}${
        code?.includes("invalid_rapt") === true ? `; ${login}` : ""
      }`,
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
      `no Application Default Credentials in GOOGLE_APPLICATION_CREDENTIALS, gcloud's files or a metadata server; ${login}`
    return new CredentialsError({ reason: "Unavailable", transient: isOfGoogle, description })
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
