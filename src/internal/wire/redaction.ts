import type * as Headers from "@effect/platform/Headers"

/**
 * A server, or a proxy's page, may quote the request: takes out what the credentials gave.
 *
 * @internal
 */
export const withoutSecrets = (text: string, credentialHeaders: Headers.Headers): string =>
  Object.entries(credentialHeaders).flatMap(([name, value]) =>
    name === "x-goog-user-project" ? [] : value.split(" ")
  ).reduce(
    // Whatever is shorter is no token, and may be a word.
    (text, secret) => secret.length < 16 ? text : text.replaceAll(secret, "<redacted>"),
    text
  )
