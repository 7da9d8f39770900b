/**
 * What looks like a credential, whoever's it is: a key in PEM, Google's access tokens, API keys and refresh tokens.
 *
 * @internal
 */
export const credentialShapes =
  /-----BEGIN[^]*?(?:-----END[^-]*-----|$)|\bya29\.[\w.~+/=-]{10,}|\bAIza[\w-]{30,}|\b1\/\/0[\w-]{20,}/gi
