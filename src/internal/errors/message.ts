import * as Option from "effect/Option"
import type { OperationRef } from "../../OperationRef.ts"
import type { RpcError } from "../../RpcError.ts"
import * as Status from "../../Status.ts"

/**
 * Folds white space, so that a message stays on one line.
 *
 * @internal
 */
export const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim()

/**
 * What is expected: five of it.
 *
 * @internal
 */
export const alternatives = (texts: ReadonlyArray<string>): string => {
  const rest = texts.length - 5
  return [...texts.slice(0, 5), ...(rest > 0 ? [`${rest} other${rest > 1 ? "s" : ""}`] : [])].join(
    " or "
  )
}

interface About {
  readonly method?: string | undefined
  readonly operation?: OperationRef | undefined
  readonly parent?: string | undefined
  readonly page?: number | undefined
}

/**
 * What a call error is about, in parentheses after a space: the operation, or the page of a list; empty when neither is known.
 *
 * @internal
 */
export const about = ({ operation, page, parent }: About): string => {
  const what = oneLine(operation?.name || parent || "")
  if (page === undefined) return what === "" ? "" : ` (${what})`
  return what === "" ? ` (page ${page})` : ` (page ${page} of ${what})`
}

/**
 * The subject of a call error's message: the method, and what the call was about.
 *
 * @internal
 */
export const subject = (error: About): string => `${error.method ?? ""}${about(error)}`

/** Projects of gcloud and of the client libraries: no quota of a user's is there. */
const sharedConsumers = ["projects/764086051850", "projects/32555940559"]

/**
 * The message of an RPC error, on one line: method, code, what the server said, ErrorInfo, the first Help link, the request
 * id, and for three well-known refusals the sentence that names the remedy (rules of AIP-193).
 *
 * @internal
 */
export const rpcMessage = (error: RpcError): string => {
  const { status } = error
  const info = Option.getOrUndefined(Status.detail(status, "ErrorInfo"))
  const help = Option.getOrUndefined(Status.detail(status, "Help"))
  const request = Option.getOrUndefined(Status.detail(status, "RequestInfo"))
  const parts = [`${error.method}: ${codeText(error)}${about(error)}`]
  if (status.message !== "") parts.push(oneLine(status.message))
  if (error.seenBefore === true) {
    parts.push("the operation was seen earlier: it expired or was deleted")
  }
  const remedy = remedyText(error, info)
  if (remedy !== undefined) parts.push(remedy)
  if (info !== undefined && info.reason !== "") {
    parts.push(oneLine(`reason ${info.reason}${info.domain === "" ? "" : ` (${info.domain})`}`))
  }
  const link = help?.links[0]
  if (link !== undefined) parts.push(oneLine(`${link.description} ${link.url}`))
  if (request !== undefined && request.requestId !== "") {
    parts.push(oneLine(`request ${request.requestId}`))
  }
  if (error.hint !== undefined) parts.push(error.hint)
  if (error.attempts > 1) parts.push(`${error.attempts} attempts`)
  return parts.join("; ")
}

const codeText = (error: RpcError): string => {
  if (error.codeFrom === "httpStatus") {
    return `${error._tag}, HTTP ${error.httpStatus} without a Google error body`
  }
  return Status.codeName(error.status) === error._tag && error._tag === "UNKNOWN" &&
      error.status.code !== 2
    ? `UNKNOWN, code ${error.status.code}`
    : error._tag
}

const remedyText = (error: RpcError, info: Status.ErrorInfo | undefined): string | undefined => {
  const metadata: { readonly [key: string]: string } = info?.metadata ?? {}
  const uid = vpcServiceControlsId(error, info)
  if (uid !== undefined) return `VPC Service Controls unique identifier ${uid}`
  const consumer = metadata["consumer"]
  if (
    /quota project/i.test(error.status.message) || info?.reason === "USER_PROJECT_DENIED" ||
    (consumer !== undefined && sharedConsumers.includes(consumer))
  ) {
    return "set the quota project: `quotaProject` of the call, the layer or GoogleAuth, or GOOGLE_CLOUD_QUOTA_PROJECT"
  }
  if (info?.reason === "SERVICE_DISABLED") {
    return `enable the API ${metadata["service"] ?? "of this service"}` +
      (consumer === undefined ? "" : ` for ${consumer}`) +
      (metadata["activationUrl"] === undefined ? "" : `: ${metadata["activationUrl"]}`)
  }
  return undefined
}

const vpcServiceControlsId = (
  error: RpcError,
  info: Status.ErrorInfo | undefined
): string | undefined => {
  const failure = Option.getOrUndefined(Status.detail(error.status, "PreconditionFailure"))
  const violation = failure?.violations.find((violation) =>
    violation.type === "VPC_SERVICE_CONTROLS"
  )
  if (violation === undefined && info?.reason !== "SECURITY_POLICY_VIOLATED") return undefined
  return info?.metadata["uid"] || violation?.description ||
    /vpcServiceControlsUniqueIdentifier:\s*([\w-]+)/.exec(error.status.message)?.[1]
}
