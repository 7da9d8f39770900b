import type { CallOptions } from "../../Requests.ts"
import { headersProblem, isHeaderValue, lowerCased } from "../wire/headers.ts"

/**
 * The options of a call that are part of its request, and all that is done with them: another one is added here. A wait gives them to
 * each of its polls, and waits that differ in one share none.
 *
 * @internal
 */
export type Sent = Pick<CallOptions, (typeof names)[number]>

const names = ["quotaProject", "errorFormat", "headers"] as const

/**
 * Those of a layer. Its headers go with every request, whatever a call gives.
 *
 * @internal
 */
export const ofLayer = ({ errorFormat, quotaProject }: Sent): Sent => ({
  quotaProject,
  errorFormat
})

/**
 * Those of a call over those of its layer; the very same where it has none.
 *
 * @internal
 */
export const over = (layer: Sent, options: Sent): Sent =>
  names.every((name) => options[name] === undefined || options[name] === layer[name]) ? layer : {
    quotaProject: options.quotaProject ?? layer.quotaProject,
    errorFormat: options.errorFormat ?? layer.errorFormat,
    headers: options.headers && lowerCased(options.headers)
  }

/** @internal */
export const headersOf = (
  { headers, quotaProject }: Sent
): { readonly [name: string]: string } => ({
  ...headers,
  ...(quotaProject === undefined ? undefined : { "x-goog-user-project": quotaProject })
})

/** @internal */
export const queryOf = ({ errorFormat }: Sent): string =>
  errorFormat === undefined ? "" : `$.xgafv=${errorFormat}`

/**
 * What is wrong with one of them: the option and a predicate.
 *
 * @internal
 */
export const problem = (
  { headers, quotaProject }: Sent
): readonly [option: string, problem: string] | undefined => {
  if (quotaProject !== undefined && !isHeaderValue(quotaProject)) {
    return ["quotaProject", "cannot be sent as a header"]
  }
  const inHeaders = headers === undefined ? undefined : headersProblem(headers)
  return inHeaders === undefined ? undefined : ["headers", inHeaders]
}
