import type * as Headers from "@effect/platform/Headers"
import * as Context from "effect/Context"
import type { Service } from "../../Credentials.ts"

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
