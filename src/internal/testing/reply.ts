import * as Data from "effect/Data"
import * as Code from "../../Code.ts"
import type * as Testing from "../../testing.ts"

/**
 * A request as both forms of the server see it. `path` and `query` are raw.
 *
 * @internal
 */
export interface Request {
  readonly verb: string
  readonly path: string
  readonly query: string
  readonly host: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/**
 * @internal
 */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/**
 * The connection is to be dropped instead of a reply.
 *
 * @internal
 */
export class ConnectionLost extends Data.TaggedError("ConnectionLost")<{}> {}

/**
 * An error reply, before it has one of the two formats.
 *
 * @internal
 */
export class Rejection extends Data.TaggedError("Rejection")<{
  readonly code: Code.ErrorCode
  readonly message: string
  readonly details: ReadonlyArray<Testing.JsonObject>
  readonly headers: Readonly<Record<string, string>>
}> {}

/**
 * @internal
 */
export const reject = (
  code: Code.ErrorCode,
  message: string,
  details: ReadonlyArray<Testing.JsonObject> = []
): Rejection => new Rejection({ code, message, details, headers: {} })

/**
 * `INVALID_ARGUMENT` with google.rpc.BadRequest about one field.
 *
 * @internal
 */
export const badRequest = (field: string, description: string): Rejection =>
  violated(`Invalid value at '${field}': ${description}`, [{ field, description }])

/**
 * One thing that is wrong with a request; an empty field is the message as a whole.
 *
 * @internal
 */
export interface Violation {
  readonly field: string
  readonly description: string
}

/**
 * `INVALID_ARGUMENT` for all that cannot be read, in the shape of Google's front end: one line for each in the message.
 *
 * @internal
 */
export const badPayload = (violations: ReadonlyArray<Violation>): Rejection =>
  violated(violations.map(({ description }) => description).join("\n"), violations)

/**
 * @internal
 */
export const violated = (message: string, violations: ReadonlyArray<Violation>): Rejection =>
  reject("INVALID_ARGUMENT", message, [{
    "@type": "type.googleapis.com/google.rpc.BadRequest",
    fieldViolations: violations.map(({ description, field }) =>
      field === "" ? { description } : { field, description }
    )
  }])

/**
 * @internal
 */
export const json = (
  body: Testing.JsonObject,
  { headers = {}, pretty = true, status = 200 }: {
    readonly status?: number | undefined
    readonly headers?: Readonly<Record<string, string>> | undefined
    readonly pretty?: boolean | undefined
  } = {}
): Reply => ({
  status,
  headers: { "content-type": "application/json; charset=UTF-8", ...headers },
  body: `${JSON.stringify(body, null, pretty ? 2 : 0)}\n`
})

/**
 * The version of the error format that a request asks for.
 *
 * @internal
 */
export type Format = "v1" | "v2"

// The reasons of the v1 format that differ from the code in camelCase.
const reasons: Partial<Record<Code.ErrorCode, string>> = {
  INVALID_ARGUMENT: "badRequest",
  OUT_OF_RANGE: "badRequest",
  PERMISSION_DENIED: "forbidden",
  UNAUTHENTICATED: "authError",
  RESOURCE_EXHAUSTED: "rateLimitExceeded",
  UNIMPLEMENTED: "notImplemented",
  INTERNAL: "backendError",
  UNKNOWN: "backendError",
  UNAVAILABLE: "backendError"
}

const reasonOf = (rejection: Rejection): string => {
  const info = rejection.details.find((detail) =>
    detail["@type"] === "type.googleapis.com/google.rpc.ErrorInfo"
  )
  if (typeof info?.["reason"] === "string") return info["reason"]
  return reasons[rejection.code] ??
    rejection.code.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/**
 * @internal
 */
export const rejectionReply = (rejection: Rejection, format: Format, pretty = true): Reply => {
  const { code, details, headers, message } = rejection
  const status = Code.httpStatus(code)
  const error = format === "v1"
    ? {
      code: status,
      message,
      errors: [{
        domain: code === "RESOURCE_EXHAUSTED" ? "usageLimits" : "global",
        reason: reasonOf(rejection),
        message
      }]
    }
    : { code: status, message, status: code, ...(details.length === 0 ? undefined : { details }) }
  return json({ error }, { status, headers, pretty })
}

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "\"": "&quot;"
}

/**
 * An HTML page as a front end gives it.
 *
 * @internal
 */
export const html = (
  status: number,
  path: string,
  page?: ((path: string) => string) | undefined
): Reply => {
  const title = status === 404 ? "Error 404 (Not Found)!!1" : `Error ${status}`
  const shown = path.replace(/[&<>"]/g, (character) => escapes[character] ?? character)
  const text = status === 404
    ? `The requested URL <code>${shown}</code> was not found on this server.`
    : "The server could not process the request. Please try again later."
  return {
    status,
    headers: { "content-type": "text/html; charset=UTF-8" },
    body: page?.(path) ??
      `<!DOCTYPE html>\n<html lang=en>\n<title>${title}</title>\n<p><b>${status}.</b> ${text}\n</html>\n`
  }
}
