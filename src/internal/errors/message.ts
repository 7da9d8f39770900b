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

/** A message has as many bytes at most; each part of it but the server's own text as many. */
const whole = 2048
const part = 200

/**
 * One line of a text, at most so many bytes of UTF-8: those of a whole message.
 *
 * @internal
 */
export const clip = (text: string, bytes = whole): string => {
  const line = oneLine(text.slice(0, 4 * bytes))
  // The ellipsis has three.
  const { read } = new TextEncoder().encodeInto(line, new Uint8Array(bytes - 3))
  return read === line.length ? line : `${line.slice(0, read)}…`
}

/**
 * A part of a message that may be missing, after what joins it to the rest.
 *
 * @internal
 */
export const after = (join: string, text: string | undefined): string =>
  text === undefined ? "" : `${join}${text}`

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
  const what = clip(operation?.name || parent || "", 300)
  if (page === undefined) return what === "" ? "" : ` (${what})`
  return what === "" ? ` (page ${page})` : ` (page ${page} of ${what})`
}

/**
 * The subject of a call error's message: the method, and what the call was about.
 *
 * @internal
 */
export const subject = (error: About): string => `${error.method ?? ""}${about(error)}`

const joined = (parts: ReadonlyArray<string | false | undefined>): string =>
  parts.filter(Boolean).join("; ")

/** A violation of a field, a quota or a precondition. */
type Violation = { readonly [key: string]: unknown }

const violationText = (
  { description, field, quotaId, quotaMetric, subject, type }: Violation
): string =>
  `${[field, quotaMetric || quotaId, type, subject].filter(Boolean).join(" ")}: ${description}`

const detail = <Tag extends Status.Detail["_tag"]>(status: Status.Status, tag: Tag) =>
  Option.getOrUndefined(Status.detail(status, tag))

/** The first two things that the server found wrong, and how many more. */
const violations = (status: Status.Status): string => {
  const all = status.details.flatMap((detail): ReadonlyArray<Violation> =>
    "fieldViolations" in detail
      ? detail.fieldViolations
      : "violations" in detail
      ? detail.violations
      : []
  ).filter(({ type }) => type !== vpc)
  const more = all.length - 2
  return joined([
    ...all.slice(0, 2).map((violation) => clip(violationText(violation), part)),
    more > 0 && `${more} more violation${more > 1 ? "s" : ""}`
  ])
}

/**
 * What the server said of a failure, in a line: its message and what it found wrong.
 *
 * @internal
 */
export const said = (status: Status.Status, bytes = whole): string => {
  const wrong = violations(status)
  return joined([clip(status.message, bytes - wrong.length), wrong])
}

/**
 * The message of an RPC error, on one line: method, code, what the server said and found wrong, ErrorInfo, the first Help link, the
 * request id, and for well-known refusals the sentence that names the remedy (rules of AIP-193).
 *
 * @internal
 */
export const rpcMessage = (error: RpcError): string => {
  const { status } = error
  const info = detail(status, "ErrorInfo")
  const link = detail(status, "Help")?.links[0]
  const request = detail(status, "RequestInfo")?.requestId
  const remedy = remedyText(error, info)
  const head = `${error.method}: ${codeText(error)}${about(error)}`
  const tail = joined([
    error.seenBefore && "the operation was seen earlier: it expired or was deleted",
    remedy,
    info?.reason && clip(`reason ${info.reason}${info.domain && ` (${info.domain})`}`, part),
    // Said once: the remedy may name it.
    link && !remedy?.includes(link.url) && clip(`${link.description} ${link.url}`, part),
    request && clip(`request ${request}`, part),
    error.hint,
    error.attempts > 1 && `${error.attempts} attempts`
  ])
  const room = Math.max(part, whole - head.length - tail.length - 8)
  return clip(joined([head, said(status, room), tail]))
}

const codeText = (error: RpcError): string => {
  const { _tag, codeFrom, httpStatus, sentStatus, status } = error
  if (codeFrom === "httpStatus") return `${_tag}, HTTP ${httpStatus} without a Google error body`
  if (codeFrom === "unknownStatus") return `${_tag}, status ${clip(String(sentStatus), part)}`
  return Status.codeName(status) === _tag && _tag === "UNKNOWN" && status.code !== 2
    ? `UNKNOWN, code ${status.code}`
    : _tag
}

/** Projects of gcloud and of the client libraries: no quota of a user's is there. */
const sharedConsumers = ["764086051850", "32555940559"]

const remedyText = (error: RpcError, info: Status.ErrorInfo | undefined): string | undefined => {
  const metadata: { readonly [key: string]: string } = info?.metadata ?? {}
  const { quotaProject, status: { message } } = error
  const uid = vpcServiceControlsId(error, info)
  if (uid !== undefined) return `VPC Service Controls unique identifier ${clip(uid, part)}`
  // Older services say in the text alone what others say in ErrorInfo.
  const unused = /has not been used in project (\d+)/.exec(message)?.[1]
  const project = metadata["consumer"]?.replace("projects/", "") ?? unused
  const isDenied = info?.reason === "USER_PROJECT_DENIED" ||
    /required permission to use project/.test(message)
  if (isDenied && quotaProject !== undefined) {
    return `name another quota project than ${quotaProject}, or grant serviceusage.services.use on it`
  }
  if (
    isDenied ||
    (quotaProject === undefined &&
      (/quota project/i.test(message) || sharedConsumers.includes(project ?? "")))
  ) {
    return "set the quota project: `quotaProject` of the call, the layer or GoogleAuth, or GOOGLE_CLOUD_QUOTA_PROJECT"
  }
  if (info?.reason !== "SERVICE_DISABLED" && unused === undefined) return undefined
  const url = metadata["activationUrl"]
  return clip(
    `enable the API ${metadata["service"] ?? "of this service"}` +
      (project === undefined ? "" : ` for projects/${project}`) +
      (url === undefined ? "" : `: ${url}`),
    2 * part
  )
}

const vpc = "VPC_SERVICE_CONTROLS"

const vpcServiceControlsId = (
  error: RpcError,
  info: Status.ErrorInfo | undefined
): string | undefined => {
  const failure = detail(error.status, "PreconditionFailure")
  const violation = failure?.violations.find(({ type }) => type === vpc)
  if (violation === undefined && info?.reason !== "SECURITY_POLICY_VIOLATED") return undefined
  return info?.metadata["uid"] || violation?.description ||
    /vpcServiceControlsUniqueIdentifier:\s*([\w-]+)/.exec(error.status.message)?.[1]
}
