import * as Either from "effect/Either"
import type * as Operations from "../../Operations.ts"
import type * as Testing from "../../testing.ts"
import type * as PathTemplate from "../names/pathTemplate.ts"
import * as Catalogue from "../services/catalogue.ts"
import { bodyOf, oneOf, type Parameters, parametersOf, toCamelCase, withField } from "./message.ts"
import { metadataType } from "./metadata.ts"
import { read, type Reading, textMessage, unknownName } from "./payload.ts"
import { badPayload, badRequest, type Rejection, type Request } from "./reply.ts"
import { best, pathOf, responseOf, segmentAfter, type Starting } from "./resource.ts"
import { responseType } from "./responseType.ts"
import type { Match } from "./routes.ts"

const fieldsIn = (method: Operations.AnyMethod, place: string): ReadonlyArray<string> =>
  Object.entries(method.request).filter(([, field]) => field.in === place).map(([name]) => name)

const withParameters = (
  message: Testing.JsonObject,
  parameters: Parameters
): Testing.JsonObject => {
  const values = new Map<string, ReadonlyArray<string>>()
  for (const [name, value] of parameters) values.set(name, [...(values.get(name) ?? []), value])
  return [...values].reduce(
    (out, [name, all]) => withField(out, name.split("."), all.length === 1 ? all[0] : all),
    message
  )
}

/** Finds the segment of a parameter's path that is no field, among the fields that may stand in the query. */
const unknownIn = (
  catalogue: Catalogue.Catalogue,
  type: Catalogue.Message | undefined,
  fields: ReadonlyArray<string>
) =>
(path: ReadonlyArray<string>): string | undefined => {
  const top = oneOf(fields)(path)
  if (top !== undefined || type === undefined) return top
  let message: Catalogue.Message | undefined = type
  for (const segment of path) {
    const field: Catalogue.Field | undefined = message?.fields.get(segment)
    // Of well-known types nobody asks here what they are made of.
    if (message !== undefined && field === undefined) return segment
    message = field === undefined ? undefined : Catalogue.messageOf(catalogue, field)
  }
  return undefined
}

/** The part of the message that is in the body, by the rule of the method. */
const fromBody = (
  method: Operations.AnyMethod,
  found: Match,
  request: Request
): Either.Either<Testing.JsonObject, Rejection> =>
  Either.map(bodyOf(request), (body) => {
    if (method.body === undefined || request.body === undefined) return {}
    if (method.body !== "*") return { [toCamelCase(method.body)]: body }
    // The fields of the path may be repeated in the body.
    return Object.fromEntries(
      Object.entries(body).filter(([name]) => found.variables[toCamelCase(name)] === undefined)
    )
  })

/**
 * The request message of a start call: path, query and body put together by the rules of google/api/http.proto, "Rules for HTTP
 * mapping". Of a method that is in no catalogue only the fields of the request itself are known.
 *
 * @internal
 */
export const requestOf = (
  method: Operations.AnyMethod,
  found: Match,
  request: Request,
  reading: Reading
): Either.Either<Testing.JsonObject, Rejection> =>
  Either.gen(function*() {
    const { catalogue, unknownFields } = reading
    const type = catalogue.messages.get(catalogue.methods.get(method.rpc)?.request ?? "")
    // A field that only another template has in its path goes where the fields of no path go.
    const loose = fieldsIn(method, "path").filter((name) => found.variables[name] === undefined)
    const inQuery = fieldsIn(method, "query")
    const parameters = yield* parametersOf(
      request.query,
      unknownIn(catalogue, type, method.body === "*" ? inQuery : [...inQuery, ...loose]),
      unknownFields
    )
    yield* noBody(reading, method.body, request)
    const body = yield* fromBody(method, found, request)
    const given = withParameters(body, parameters)
    let message = type === undefined
      ? yield* topLevel(method, given, reading)
      : yield* read(reading, type, given)
    for (const [name, value] of Object.entries(found.variables)) {
      message = withField(message, name.split("."), value)
    }
    for (const [name, field] of Object.entries(method.request)) {
      if (field.required === true && message[name] === undefined) {
        return yield* Either.left(badRequest(name, "is required."))
      }
    }
    return message
  })

/** The fields of a request by their JSON names, what they hold as it is. */
const topLevel = (
  method: Operations.AnyMethod,
  given: Testing.JsonObject,
  { unknownFields }: Reading
): Either.Either<Testing.JsonObject, Rejection> => {
  const known = (name: string) => Object.hasOwn(method.request, toCamelCase(name))
  const unknown = Object.keys(given).filter((name) => !known(name))
  return unknown.length === 0 || unknownFields === "accept"
    ? Either.right(
      Object.fromEntries(
        Object.entries(given).map((
          [name, value]
        ) => [known(name) ? toCamelCase(name) : name, value])
      )
    )
    : Either.left(badPayload(unknown.map((name) => unknownName(name))))
}

/** "If HttpRule.body is omitted, there is no HTTP request body" (google/api/http.proto): nothing may stand in one. */
const noBody = (
  reading: Reading,
  rule: string | undefined,
  request: Request
): Either.Either<void, Rejection> =>
  rule === undefined && request.body !== undefined
    ? Either.flatMap(
      bodyOf(request),
      (body) => Either.map(read(reading, textMessage([]), body), () => undefined)
    )
    : Either.void

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/**
 * The request id of a start call, if it has one.
 *
 * @internal
 */
export const requestIdOf = (
  method: Operations.AnyMethod,
  message: Testing.JsonObject
): Either.Either<string | undefined, Rejection> => {
  const field = method.idempotencyField
  const id = field === undefined ? undefined : message[field]
  if (field === undefined || id === undefined || id === "") return Either.right(undefined)
  return typeof id === "string" && uuid.test(id) && /[^0-]/.test(id)
    ? Either.right(id.toLowerCase())
    : Either.left(badRequest(field, "must be a UUID other than zero."))
}

const fill = (variable: PathTemplate.Variable, names: ReadonlyArray<string>, id: string) => {
  let missing = 0
  let known = 0
  const last = variable.segments.length - 1
  const segments = variable.segments.map((segment, i) => {
    if (segment !== "*" && segment !== "**") return segment
    if (i === last) return last === 0 ? `operations/${id}` : id
    const found = segmentAfter(names, variable.segments[i - 1] ?? "")
    if (found === undefined) missing += 1
    else known += 1
    return found ?? "global"
  })
  return { name: segments.join("/"), missing, known }
}

/**
 * A name for a new operation that the service's get template takes, below the location of the request or below the resource. It ends
 * with `operations/{unique_id}` (google/longrunning/operations.proto).
 */
const operationName = (found: Match, resource: unknown, id: string): string => {
  const names = [pathOf(found), ...Object.values(found.variables), String(resource ?? "")]
  return best(found.route.names.map((variable) => fill(variable, names, id)))?.name ??
    `operations/${id}`
}

/**
 * Describes a start call to the function that scripts it; one that only validates gets no operation.
 *
 * @internal
 */
export const callOf = (starting: Starting, validateOnly: boolean): Testing.StartCall => {
  const { found, message, method, number } = starting
  const response = responseOf(starting)
  return {
    service: found.route.service,
    version: found.route.version,
    rpc: method.rpc,
    request: message,
    operation: validateOnly ? "" : operationName(found, response["name"], `operation-${number}`),
    metadataType: metadataType(found.route.catalogue, method),
    responseType: responseType(method),
    response
  }
}
