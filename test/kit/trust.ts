import { Effect, type Scope } from "effect"
import * as fs from "node:fs"
import tls from "node:tls"

const directory = new URL("../fixtures/tls/", import.meta.url)

/** The key that all certificates of the tests share. */
export const key = fs.readFileSync(new URL("key.pem", directory), "utf8")

const read = (name: string) => fs.readFileSync(new URL(`${name}.pem`, directory), "utf8")

/** Self-signed certificates. */
export const certificates = {
  /** Of `localhost` and two hosts of Google's. */
  good: read("cert"),
  /** Of `localhost`; nobody vouches for it. */
  unknown: read("unknown"),
  /** Of `localhost`, until the first of February 2020. */
  expired: read("expired"),
  /** Of `other.example`. */
  otherHost: read("otherHost")
} as const

export type Certificate = keyof typeof certificates

/**
 * Lets this process trust all of them but `unknown`, beside the usual authorities, as NODE_EXTRA_CA_CERTS would. Every TLS connection
 * of Node, `fetch` included, gets its context from this function.
 */
export const trusting: Effect.Effect<void, never, Scope.Scope> = Effect.asVoid(
  Effect.acquireRelease(
    Effect.sync(() => {
      const { createSecureContext } = tls
      Object.assign(tls, {
        createSecureContext: (options?: tls.SecureContextOptions) => {
          const context = createSecureContext(options)
          const { context: native } = context as { readonly context: Native }
          for (const name of ["good", "expired", "otherHost"] as const) {
            native.addCACert(certificates[name])
          }
          return context
        }
      })
      return createSecureContext
    }),
    (createSecureContext) => Effect.sync(() => Object.assign(tls, { createSecureContext }))
  )
)

interface Native {
  readonly addCACert: (certificate: string) => void
}
