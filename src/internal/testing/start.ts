import * as DateTime from "effect/DateTime"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as SchemaAST from "effect/SchemaAST"
import * as Any from "../../Any.ts"
import type * as Operations from "../../Operations.ts"
import type * as Testing from "../../testing.ts"
import type * as PathTemplate from "../names/pathTemplate.ts"
import { bodyOf, type Parameters, parametersOf, toCamelCase, withField } from "./message.ts"
import { badRequest, type Rejection, type Request } from "./reply.ts"
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

/**
 * The request message of a start call: path, query and body put together by the rules of google.api.http.
 *
 * @internal
 */
export const requestOf = (
  method: Operations.AnyMethod,
  found: Match,
  request: Request
): Either.Either<Testing.JsonObject, Rejection> =>
  Either.gen(function*() {
    // A field that only another template has in its path goes where the fields of no path go.
    const loose = fieldsIn(method, "path").filter((name) => found.variables[name] === undefined)
    const inQuery = fieldsIn(method, "query")
    const parameters = yield* parametersOf(
      request.query,
      method.body === "*" ? inQuery : [...inQuery, ...loose]
    )
    const body = method.body === undefined ? {} : yield* bodyOf(request)
    let message: Testing.JsonObject = {}
    if (method.body === "*") {
      const known = new Set([
        ...fieldsIn(method, "body"),
        ...fieldsIn(method, "body+path"),
        ...loose
      ])
      for (const [name, value] of Object.entries(body)) {
        const field = toCamelCase(name)
        // The fields of the path may be repeated in the body.
        if (found.variables[field] !== undefined) continue
        if (!known.has(field)) {
          return yield* Either.left(
            badRequest(field, `"${field}" is not a field of the body of this method.`)
          )
        }
        message = withField(message, [field], value)
      }
    } else if (method.body !== undefined && request.body !== undefined) {
      message = withField(message, [toCamelCase(method.body)], body)
    }
    message = withParameters(message, parameters)
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

/** The segment after a collection in one of the resource names of the path. */
const segmentAfter = (values: ReadonlyArray<string>, collection: string): string | undefined => {
  for (const value of values) {
    const segments = value.split("/")
    const at = segments.indexOf(collection)
    if (at >= 0 && at + 1 < segments.length) return segments[at + 1]
  }
  return undefined
}

const fill = (
  variable: PathTemplate.Variable,
  values: ReadonlyArray<string>,
  id: string
): { readonly name: string; readonly missing: number } => {
  let missing = 0
  const last = variable.segments.length - 1
  const segments = variable.segments.map((segment, i) => {
    if (i === last && (segment === "*" || segment === "**")) {
      return last === 0
        ? `operations/${id}`
        : id
    }
    if (segment !== "*" && segment !== "**") return segment
    const known = segmentAfter(values, variable.segments[i - 1] ?? "")
    if (known === undefined) missing += 1
    return known ?? "global"
  })
  return { name: segments.join("/"), missing }
}

/**
 * A name for a new operation that the service's get template takes, below the project and location of the request.
 *
 * @internal
 */
export const operationName = (found: Match, id: string): string => {
  const values = Object.values(found.variables)
  const filled = found.route.names.map((variable) => fill(variable, values, id))
  const best = filled.find(({ missing }) => missing === 0) ?? filled[0]
  return best?.name ?? `operations/${id}`
}

/** The name of the resource that a request is about: its own, or that of the one it creates. */
const resourceName = (found: Match, message: Testing.JsonObject): string | undefined => {
  const { name, route } = found
  const own = Object.keys(found.variables).some((field) =>
    field === "name" || field.endsWith(".name")
  )
  if (name === undefined || own) return name
  const collection = /^\/([a-zA-Z]+)$/.exec(route.template.literals.at(-1) ?? "")?.[1]
  if (collection === undefined) return undefined
  const id = Object.entries(message).find(([field, value]) =>
    /[a-z]Id$/.test(field) && field !== "requestId" && value
  )
  return typeof id?.[1] === "string" ? `${name}/${collection}/${id[1]}` : undefined
}

/** The declared response: `{}` of its type, and for a method on a resource that resource as the request gave it. */
const responseOf = (
  method: Operations.AnyMethod,
  message: Testing.JsonObject,
  name: string | undefined
): Testing.AnyMessage => {
  const type = { "@type": `type.googleapis.com/${method.response}` }
  if (method.response === "google.protobuf.Empty" || method.response.endsWith("Response")) {
    return type
  }
  const field = method.body === undefined || method.body === "*"
    ? undefined
    : message[toCamelCase(method.body)]
  const resource = typeof field === "object" ? field : undefined
  return { ...resource, ...(name === undefined ? undefined : { name }), ...type }
}

/**
 * Describes a start call to the function that scripts it.
 *
 * @internal
 */
export const callOf = (
  method: Operations.AnyMethod,
  found: Match,
  message: Testing.JsonObject,
  operation: string
): Testing.StartCall => ({
  service: found.route.service,
  version: found.route.version,
  rpc: method.rpc,
  request: message,
  operation,
  metadataType: metadataType(method),
  responseType: method.response,
  response: responseOf(method, message, resourceName(found, message))
})

/** The Schema of the message itself, also where it is wrapped in an Any. */
const messageAst = (method: Operations.AnyMethod): SchemaAST.AST => {
  const { ast } = method.metadata
  return Any.isOf(method.metadata) && SchemaAST.isTransformation(ast) ? ast.to : ast
}

const metadataType = (method: Operations.AnyMethod): string =>
  Option.getOrElse(
    SchemaAST.getIdentifierAnnotation(SchemaAST.typeAST(messageAst(method))),
    () => `${method.rpc.split(".").slice(0, -2).join(".")}.OperationMetadata`
  )

const fieldNames = (method: Operations.AnyMethod): ReadonlyArray<string> =>
  SchemaAST.getPropertySignatures(SchemaAST.encodedAST(messageAst(method))).map(({ name }) =>
    String(name)
  )

/**
 * The metadata that a started operation shows by default: those fields of the method's own message that mean something here.
 *
 * @internal
 */
export const metadataOf = (method: Operations.AnyMethod, call: Testing.StartCall) => {
  const fields = new Set(fieldNames(method))
  const verb = /[^.]+$/.exec(method.rpc)?.[0].replace(/^([A-Z]?[a-z]+).*$/, "$1").toLowerCase()
  const { name, parent, serviceName } = call.request
  const target = call.response["name"] ?? name ?? parent
  const service = typeof serviceName === "string"
    ? serviceName
    : Reflect.get(Object(call.request["service"]), "serviceName")
  return (progress: Testing.Progress): Testing.AnyMessage => {
    const percent = Math.floor(progress.fraction * 100)
    const values: Testing.JsonObject = {
      createTime: DateTime.formatIso(progress.startedAt),
      startTime: DateTime.formatIso(progress.startedAt),
      endTime: Option.getOrUndefined(Option.map(progress.endedAt, DateTime.formatIso)),
      target,
      verb,
      apiVersion: call.version,
      requestedCancellation: progress.cancelRequested ? true : undefined,
      isCancellationRequested: progress.cancelRequested ? true : undefined,
      progressPercentage: percent === 0 ? undefined : percent,
      resourceNames: typeof service === "string" ? [`services/${service}`] : undefined
    }
    return {
      "@type": `type.googleapis.com/${call.metadataType}`,
      ...Object.fromEntries(
        Object.entries(values).filter(([field, value]) => fields.has(field) && value !== undefined)
      )
    }
  }
}
