import type { CallOptions } from "../../Requests.ts"
import { lowerCased } from "../wire/headers.ts"

/**
 * The options of a call that are part of its request. A wait gives them to each of its polls, and waits that differ in one share none.
 *
 * @internal
 */
export type Sent = Pick<CallOptions, (typeof names)[number]>

const names = ["quotaProject", "errorFormat", "headers"] as const

/**
 * Those of a call over those of its layer; the very same where it has none. The headers of the layer go with every request.
 *
 * @internal
 */
export const over = (layer: Sent, options: Sent): Sent =>
  names.every((name) => options[name] === undefined || options[name] === layer[name]) ? layer : {
    quotaProject: options.quotaProject ?? layer.quotaProject,
    errorFormat: options.errorFormat ?? layer.errorFormat,
    headers: options.headers && lowerCased(options.headers)
  }
