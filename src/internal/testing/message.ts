import * as Either from "effect/Either"
import type * as Testing from "../../testing.ts"
import { isObject } from "../base/json.ts"
import { unknownName } from "./payload.ts"
import { badPayload, reject, type Rejection, type Request, type Violation } from "./reply.ts"

/**
 * The parameters of a query, in order; names in camelCase, as proto JSON takes both spellings.
 *
 * @internal
 */
export type Parameters = ReadonlyArray<readonly [name: string, value: string]>

/**
 * @internal
 */
export const toCamelCase = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_, character: string) => character.toUpperCase())

// What every Google API takes beside the fields of the request message; those with a `$` come on top.
const system = new Set([
  "access_token",
  "alt",
  "callback",
  "fields",
  "key",
  "oauth_token",
  "prettyPrint",
  "quotaUser",
  "uploadType",
  "upload_protocol"
])

/**
 * The parameters of a query that belong to the request message. What is no field of it is refused, unless unknown fields are taken;
 * `unknown` gives the segment of a path that is none.
 *
 * @internal
 */
export const parametersOf = (
  query: string,
  unknown: (path: ReadonlyArray<string>) => string | undefined,
  unknownFields: Testing.Options["unknownFields"]
): Either.Either<Parameters, Rejection> => {
  if (query === "") return Either.right([])
  const violations: Array<Violation> = []
  const parameters: Array<readonly [string, string]> = []
  for (const [name, value] of new URLSearchParams(query)) {
    if (name.startsWith("$") || system.has(name)) continue
    const camel = toCamelCase(name)
    const segment = unknown(camel.split("."))
    if (segment === undefined || (unknownFields === "accept" && segment !== "__proto__")) {
      parameters.push([camel, value])
    } else {
      violations.push(
        unboundParameter(name, name.split(".").find((own) => toCamelCase(own) === segment) ?? name)
      )
    }
  }
  return violations.length === 0 ? Either.right(parameters) : Either.left(badPayload(violations))
}

/** The words of Google's front end. */
const unboundParameter = (name: string, segment: string): Violation => ({
  field: "",
  description:
    `Invalid JSON payload received. Unknown name "${name}": Cannot bind query parameter. ` +
    `Field '${segment}' could not be found in request message.`
})

/**
 * Whether a parameter is one of these fields, without looking into them.
 *
 * @internal
 */
export const oneOf =
  (fields: ReadonlyArray<string>) => (path: ReadonlyArray<string>): string | undefined =>
    path.find((segment, i) => (i === 0 && !fields.includes(segment)) || segment === "__proto__")

/**
 * The first value of a parameter.
 *
 * @internal
 */
export const parameter = (parameters: Parameters, name: string): string | undefined =>
  parameters.find((candidate) => candidate[0] === name)?.[1]

/**
 * The JSON object of a body; an absent body is an empty message.
 *
 * @internal
 */
export const bodyOf = (request: Request): Either.Either<Testing.JsonObject, Rejection> => {
  const { body } = request
  if (body === undefined) return Either.right({})
  return Either.filterOrLeft(
    Either.try({ try: (): unknown => JSON.parse(body), catch: () => invalidJson }),
    isObject,
    () => badPayload([unknownName("", "", "Root element must be a message.")])
  )
}

const invalidJson = reject(
  "INVALID_ARGUMENT",
  "Invalid JSON payload received. Unexpected token."
)

/**
 * Sets a dotted field of a message.
 *
 * @internal
 */
export const withField = (
  message: Testing.JsonObject,
  path: ReadonlyArray<string>,
  value: unknown
): Testing.JsonObject => {
  const [key, ...rest] = path
  if (key === undefined) return message
  const inner = message[key]
  return {
    ...message,
    [key]: rest.length === 0 ? value : withField(isObject(inner) ? inner : {}, rest, value)
  }
}
