import type * as Headers from "@effect/platform/Headers"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { CredentialsError } from "../../CallError.ts"

/**
 * What a client says about the request that it wants headers for.
 */
export interface HeadersRequest {
  /** The OAuth scopes to ask for. */
  readonly scopes: ReadonlyArray<string>
  /** The host that the request goes to. */
  readonly host: string
}

/**
 * The shape of {@link Credentials}.
 */
export interface Service {
  /** `"none"` never carries a secret and may therefore be used over plain http to any host. */
  readonly kind: "none" | "apiKey" | "token"
  /** The headers to add to a request: `authorization` or `x-goog-api-key`, and whatever else the source returns. */
  readonly headers: (request: HeadersRequest) => Effect.Effect<Headers.Headers, CredentialsError>
  /**
   * Called after a 401: refreshes once and gives the headers if they are other ones than `rejected`. None if the source cannot
   * refresh, or if it returned the rejected token again.
   */
  readonly refresh: (
    request: HeadersRequest,
    rejected: Headers.Headers
  ) => Effect.Effect<Option.Option<Headers.Headers>, CredentialsError>
  /** The universe domain that the credentials belong to; None if they work in any. */
  readonly universeDomain: Effect.Effect<Option.Option<string>, CredentialsError>
}

/**
 * The tag of the credentials apart from their sources, which a client does not load. It stands in the declarations of public modules,
 * so it has no mark that would strip it there.
 */
export class Credentials extends Context.Tag("effect-lro/Credentials")<
  Credentials,
  Service
>() {}

type Peek = (scopes: ReadonlyArray<string>, now: number) => Headers.Headers | undefined

/** On the function and not beside it: a service with another `headers` has none. */
const peekId: unique symbol = Symbol.for("effect-lro/Credentials/peek")

/**
 * Gives `headers` of a source that keeps them a way to be asked at once, without a fiber that watches over the time.
 *
 * @internal
 */
export const withPeek = (headers: Service["headers"], peek: Peek) =>
  Object.assign(headers, { [peekId]: peek })

/**
 * The headers that a source keeps and need no refresh, if it can tell at once.
 *
 * @internal
 */
export const peek = (
  { headers }: Service,
  scopes: ReadonlyArray<string>,
  now: number
): Headers.Headers | undefined => {
  const own = peekId in headers ? headers[peekId] : undefined
  return typeof own === "function" ? (own as Peek)(scopes, now) : undefined
}
