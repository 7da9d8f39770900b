/** What helps after a stock-out and where a quota is used up: a sentence for the end of a message. The SDK starts nothing by itself. */
import { isObject } from "../base/json.ts"
import { normal } from "./codes.ts"
import { textOf } from "./links.ts"

type Json = { readonly [key: string]: unknown }

interface Remedy {
  readonly reasons: RegExp
  readonly text: string
  /** The server may have said it itself. */
  readonly said: RegExp
}

const stockOut = /^(?:GCE_)?STOCKOUT$|^(?:(?:ZONE|REGION)_)?RESOURCE_POOL_EXHAUSTED$/

const remedies: ReadonlyArray<Remedy> = [
  {
    reasons: stockOut,
    text: "start again in another zone, or later",
    said: /\b(?:another|different) zone\b/i
  },
  {
    reasons: /^QUOTA_EXCEEDED$/,
    text: "start again with a higher quota or less use of it",
    said: /\bhigher quota\b/i
  },
  {
    reasons:
      /^(?:GCE_QUOTA|CONCURRENT_OPERATIONS_QUOTA|RATE_LIMIT|RESOURCE_OPERATION_RATE)_EXCEEDED$/,
    text: "start again later",
    said: /\blater\b/i
  }
]

/**
 * What helps against a reason, unless the message says so.
 *
 * @internal
 */
export const remedyOf = (reason: string | undefined, message = ""): string | undefined => {
  const text = normal(reason ?? "")
  const remedy = remedies.find(({ reasons }) => reasons.test(text))
  return remedy === undefined || remedy.said.test(message) ? undefined : remedy.text
}

/** The zones that have room, where the server says which. */
const zonesIn = ({ errorDetails }: Json): string | undefined =>
  (Array.isArray(errorDetails) ? errorDetails : []).flatMap((item) => {
    const info: unknown = isObject(item) ? item["errorInfo"] : undefined
    const data: unknown = isObject(info) ? info["metadatas"] : undefined
    return isObject(data) ? textOf(data["zonesAvailable"]) ?? [] : []
  })[0]

/**
 * A message, and what helps against the first of the errors that something is known of.
 *
 * @internal
 */
export const withRemedy = (message: string, errors: ReadonlyArray<Json>): string => {
  for (const error of errors) {
    const reason = textOf(error["code"])
    const text = remedyOf(reason)
    if (text === undefined) continue
    const zones = stockOut.test(normal(reason ?? "")) ? zonesIn(error) : undefined
    const remedy = zones === undefined
      ? remedyOf(reason, message)
      : `start again in ${zones.split(/\s*,\s*/).join(" or ")}, or later`
    return remedy === undefined ? message : `${message}; ${remedy}`
  }
  return message
}
