/** The system parameters of all Google APIs (https://cloud.google.com/apis/docs/system-parameters). */
import * as Either from "effect/Either"
import { badRequest, type Format, type Rejection, type Request } from "./reply.ts"

/**
 * What a request says of its reply.
 *
 * @internal
 */
export interface Wanted {
  readonly format: Format
  /** `prettyPrint`: "Supported values are true (default), false." */
  readonly pretty: boolean
  /** `fields`: "If empty, all fields should be returned unless documented otherwise." */
  readonly fields: string
}

const plain: Wanted = { format: "v2", pretty: true, fields: "" }

/**
 * @internal
 */
export const wantedOf = ({ headers, query }: Request): Wanted => {
  const mask = headers["x-goog-fieldmask"] ?? ""
  if (query === "") return mask === "" ? plain : { ...plain, fields: mask }
  const parameters = new URLSearchParams(query)
  const first = (name: string) => parameters.get(`$${name}`) ?? parameters.get(name)
  return {
    format: parameters.get("$.xgafv") === "1" ? "v1" : "v2",
    pretty: first("prettyPrint") !== "false",
    fields: first("fields") ?? mask
  }
}

/**
 * What is wrong with the system parameters of a request.
 *
 * @internal
 */
export const checkSystem = ({ query }: Request): Either.Either<void, Rejection> => {
  const format = query === "" ? null : new URLSearchParams(query).get("$.xgafv")
  return format === null || format === "1" || format === "2"
    ? Either.right(undefined)
    : Either.left(badRequest("$.xgafv", `"${format}" is neither 1 nor 2.`))
}

const isForm = ({ headers }: Request): boolean =>
  /^application\/x-www-form-urlencoded\b/i.test(headers["content-type"] ?? "")

/**
 * The request that is meant: `X-HTTP-Method-Override` is "the intended HTTP method", for a POST in its stead. A form in the body is
 * query parameters: clients send those so that make a URL too long.
 *
 * @internal
 */
export const meant = (request: Request): Request => {
  const { body, headers, query, verb } = request
  const override = verb === "POST" ? headers["x-http-method-override"] : undefined
  const form = body !== undefined && isForm(request)
  if (override === undefined && !form) return request
  return {
    ...request,
    verb: override?.toUpperCase() ?? verb,
    query: form ? [query, body].filter((part) => part !== "").join("&") : query,
    body: form ? undefined : body
  }
}
