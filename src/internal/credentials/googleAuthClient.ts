import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Predicate from "effect/Predicate"
import * as Schedule from "effect/Schedule"
import type * as Library from "google-auth-library"
import type { CredentialsError } from "../../LroError.ts"
import { isAway, toError } from "./googleAuthError.ts"
import * as Metadata from "./googleAuthMetadata.ts"
import type { Json } from "./googleAuthOptions.ts"

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
  // A key that was kept in a variable of the environment often has its line breaks as `\\n`.
  if (Predicate.hasProperty(client, "key") && typeof client.key === "string") {
    client.key = client.key.replaceAll("\\n", "\n")
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
  /** The host of the metadata server, where the environment names one. */
  readonly metadataHost: string | undefined
  /** The environment says how the package has to look for the metadata server. */
  readonly ownDetection: boolean
  /** The environment says that this is a machine of Google's. */
  readonly isOfGoogle: boolean
}

/** Within the ten seconds of a refresh. */
const untilItIsUp = Schedule.spaced("1 second").pipe(Schedule.upTo("8 seconds"))

/**
 * Makes a new client for each use and aborts its requests when the use is interrupted.
 *
 * @internal
 */
export const withClient = (library: typeof Library, settings: ClientSettings) => {
  let isFound = false
  let isNotUp = false
  /** What was found stays; what was not is looked for again. */
  const look = async (signal: AbortSignal) => {
    if (isFound) return true
    const found = await Metadata.search(library, settings.metadataHost, signal)
    isNotUp = found === "away" && settings.isOfGoogle
    isFound = found === "there"
    return isFound
  }
  const newClient = async (
    scopes: ReadonlyArray<string>,
    signal: AbortSignal
  ): Promise<Library.AuthClient> => {
    const transport: Library.gaxios.GaxiosOptions = {
      timeout: 10_000,
      redirect: "error",
      retryConfig: { retry: 2 },
      noProxy: Metadata.noProxy,
      signal,
      ...(settings.fetchImplementation === undefined
        ? {}
        : { fetchImplementation: settings.fetchImplementation })
    }
    const { credentials, keyFile, quotaProject, universeDomain } = settings
    class Auth extends library.GoogleAuth {
      override _checkIsGCE(): Promise<boolean> {
        return settings.ownDetection
          ? super._checkIsGCE()
          : look(signal)
      }
    }
    const client = await new Auth({
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
      try: async (signal) => {
        isNotUp = false
        return use(await newClient(scopes, signal))
      },
      catch: identity<unknown>
    }).pipe(
      Effect.retry({
        schedule: untilItIsUp,
        while: (error) => isNotUp || isAway(error)
      }),
      Effect.mapError((error) => toError(error, settings.isOfGoogle)),
      // The package remembers for the life of the process that there is no metadata server.
      Effect.onError(() => Effect.sync(() => library.gcpMetadata.resetIsAvailableCache()))
    )
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
