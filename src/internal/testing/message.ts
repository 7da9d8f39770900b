import * as Either from "effect/Either"
import type * as Testing from "../../testing.ts"
import { badRequest, reject, type Rejection, type Request } from "./reply.ts"

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
 * The parameters of a query that belong to the request message. One that is no field of it is refused.
 *
 * @internal
 */
export const parametersOf = (
  query: string,
  fields: ReadonlyArray<string>
): Either.Either<Parameters, Rejection> => {
  const parameters = [...new URLSearchParams(query)]
    .filter(([name]) => !name.startsWith("$") && !system.has(name))
    .map(([name, value]) => [toCamelCase(name), value] as const)
  const unknown = parameters.find(([name]) =>
    !fields.includes(name.split(".")[0] ?? "") || /\b__proto__\b/.test(name)
  )
  return unknown === undefined
    ? Either.right(parameters)
    : Either.left(
      badRequest(unknown[0], `"${unknown[0]}" is not a query parameter of this method.`)
    )
}

/**
 * The first value of a parameter.
 *
 * @internal
 */
export const parameter = (parameters: Parameters, name: string): string | undefined =>
  parameters.find((candidate) => candidate[0] === name)?.[1]

const isObject = (value: unknown): value is Testing.JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

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
    () => invalidJson
  )
}

const invalidJson = reject("INVALID_ARGUMENT", "The body is not a JSON object.")

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
