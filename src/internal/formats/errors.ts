/** The errors of done operations of Compute Engine and Cloud SQL as google.rpc.Status in JSON. */
import * as Code from "../../Code.ts"
import { isObject } from "../base/json.ts"
import { canonical, codeOf, isSummary } from "./codes.ts"
import { textOf } from "./links.ts"
import { withRemedy } from "./remedy.ts"

type Json = { readonly [key: string]: unknown }

/** What a list of errors stands in. */
interface Failure {
  readonly errors: ReadonlyArray<Json>
  readonly domain: string
  /** What the operation says of its HTTP reply, where it has one. */
  readonly http?: { readonly status: number | undefined; readonly message: string | undefined }
}

/** So many errors are told, and have an ErrorInfo. */
const told = 10

/** What is said where an operation says nothing. @internal */
export const nothingSaid = "the operation failed and says nothing of why"

/**
 * The objects in the list of errors of an operation.
 *
 * @internal
 */
export const errorsOf = (error: unknown): ReadonlyArray<Json> => {
  const errors = isObject(error) ? error["errors"] : undefined
  return Array.isArray(errors) ? errors.filter(isObject) : []
}

/** @internal */
export const statusOf = (failure: Failure): Json => {
  const code = failureCode(failure)
  const message = messageOf(failure)
  return {
    code: Code.toNumber(code),
    message: code === "RESOURCE_EXHAUSTED" ? withRemedy(message, failure.errors) : message,
    details: detailsOf(failure)
  }
}

const failureCode = ({ errors, http }: Failure): Code.ErrorCode => {
  const [first, ...others] = errors.map(({ code }) => code)
  const ofHttp = Code.fromHttpStatus(http?.status ?? 0)
  const byHttp = ofHttp === "OK" || ofHttp === "UNKNOWN" ? undefined : ofHttp
  const ofOthers = others.map(codeOf).find((code) => code !== undefined)
  return codeOf(first) ?? canonical(first) ??
    (isSummary(first) ? ofOthers ?? byHttp : byHttp ?? ofOthers) ?? "UNKNOWN"
}

const messageOf = ({ errors, http }: Failure): string => {
  if (errors.length <= 1) {
    const [first = {}] = errors
    return textOf(first["message"]) ?? textOf(http?.message) ?? textOf(first["code"]) ?? nothingSaid
  }
  const more = errors.length > told ? ` and ${errors.length - told} more` : ""
  return errors.slice(0, told).map(({ code, message }) =>
    [code, message].flatMap((text) => textOf(text) ?? []).join(": ")
  ).join("; ") + more
}

/**
 * A detail of google.rpc.
 *
 * @internal
 */
export const detail = (name: string, fields: Json): Json => ({
  "@type": `type.googleapis.com/google.rpc.${name}`,
  ...fields
})

/** The ErrorInfos come first, so that the first of a status has the documented error code as its reason. */
const detailsOf = ({ domain, errors, http }: Failure): ReadonlyArray<Json> => [
  ...errors.slice(0, told).map(({ code, location }, i) =>
    detail("ErrorInfo", {
      reason: textOf(code) ?? "",
      domain,
      metadata: http === undefined ? {} : {
        ...textField("location", location),
        ...(i === 0
          ? {
            ...textField("httpErrorStatusCode", http.status?.toString()),
            ...textField("httpErrorMessage", http.message)
          }
          : undefined)
      }
    })
  ),
  ...errors.flatMap((error) => {
    const details = error["errorDetails"]
    return Array.isArray(details)
      ? details.filter(isObject).flatMap((item) => errorDetails(item, error, domain))
      : []
  })
]

const textField = (name: string, value: unknown): Json => {
  const text = textOf(value)
  return text === undefined ? {} : { [name]: text }
}

const errorDetails = (
  { errorInfo, help, localizedMessage, quotaInfo }: Json,
  { message }: Json,
  apiService: string
): ReadonlyArray<Json> => [
  ...(isObject(errorInfo)
    ? [
      detail("ErrorInfo", {
        reason: errorInfo["reason"],
        domain: errorInfo["domain"],
        metadata: errorInfo["metadatas"]
      })
    ]
    : []),
  ...(isObject(help) ? [detail("Help", { links: help["links"] })] : []),
  ...(isObject(localizedMessage)
    ? [
      detail("LocalizedMessage", {
        locale: localizedMessage["locale"],
        message: localizedMessage["message"]
      })
    ]
    : []),
  ...(isObject(quotaInfo)
    ? [
      detail("QuotaFailure", {
        violations: [{
          subject: "",
          description: message,
          apiService,
          quotaMetric: quotaInfo["metricName"],
          quotaId: quotaInfo["limitName"],
          quotaDimensions: quotaInfo["dimensions"],
          ...wholeField("quotaValue", quotaInfo["limit"]),
          ...wholeField("futureQuotaValue", quotaInfo["futureLimit"])
        }]
      })
    ]
    : [])
]

/** A limit is a double, and the quota of a QuotaFailure an int64. */
const wholeField = (name: string, value: unknown): Json => {
  const number = typeof value === "string" && value !== "" ? Number(value) : value
  return typeof number === "number" && Number.isFinite(number)
    ? { [name]: BigInt(Math.trunc(number)).toString() }
    : {}
}
