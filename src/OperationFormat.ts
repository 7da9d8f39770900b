/**
 * Operations that are not google.longrunning.Operation: those of Compute Engine, GKE (Google Kubernetes Engine) and Cloud SQL, and of
 * APIs of your own, with a `status` instead of `done`. A format says how they are read; a binding carries it as its `operationFormat`.
 *
 * Names, calls, waits, states, errors, references and telemetry are those of all others.
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import { isObject } from "./internal/base/json.ts"
import { isWellFormed } from "./internal/base/text.ts"
import { extendedBy } from "./internal/proto/message.ts"
import type { AnyMethod, PublishedPolling } from "./Method.ts"
import type { Operation } from "./Operation.ts"
import type * as ProtoJson from "./ProtoJson.ts"
import type { ListRequest, Page } from "./Requests.ts"
import type * as Status from "./Status.ts"

type Json = { readonly [key: string]: unknown }

/**
 * What a reply answers.
 *
 * @since 0.1.0
 * @category models
 */
export interface Context {
  /** The name that was asked about; empty for a start and for a list. */
  readonly name: string
  /** The parent whose operations are listed. */
  readonly parent?: string | undefined
  /** The arguments of the start, as they are sent. */
  readonly request?: { readonly [argument: string]: unknown } | undefined
}

/**
 * A page before its operations are read.
 *
 * @since 0.1.0
 * @category models
 */
export interface Items {
  readonly items: ReadonlyArray<unknown>
  readonly nextPageToken?: string | undefined
  /** Locations, zones or scopes that could not be reached. */
  readonly unreachable?: ReadonlyArray<string> | undefined
}

/**
 * What is wrong with an argument of a start.
 *
 * @since 0.1.0
 * @category models
 */
export interface Refusal {
  readonly argument: string
  readonly problem: string
  readonly hint?: string | undefined
}

/**
 * How a service writes its operations.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /**
   * What a reply means: the name, whether it is done, and then an `error`, a google.rpc.Status as JSON, or a `response`. `metadata` is what
   * the Schema of a method decodes. Or as a text, why it is no operation.
   */
  readonly operation: (json: Json, context: Context) => Operation | string
  /**
   * What a page holds, or as a text, why it is none.
   *
   * @default `operations`, `nextPageToken` and `unreachable`
   */
  readonly page?: ((json: Json, context: Context) => Items | string) | undefined
  /**
   * The arguments of list besides `name`, and what they are called in the query. Any other is refused.
   *
   * @default { filter: "filter", pageSize: "pageSize", pageToken: "pageToken", returnPartialSuccess: "returnPartialSuccess" }
   */
  readonly parameters?: { readonly [argument: string]: string } | undefined
  /**
   * The most operations that a page may be asked to have, where the service refuses more; a fleet asks for no more.
   *
   * @default Infinity
   */
  readonly maxPageSize?: number | undefined
  /** What get, cancel, delete and wait send in the query for a name, encoded. */
  readonly query?:
    | ((
      method: "get" | "list" | "cancel" | "delete" | "wait",
      name: string
    ) => string)
    | undefined
  /** The name that is meant by one that fits no template: that in a link, say. */
  readonly hint?: ((name: string) => string | undefined) | undefined
  /** What is wrong with the arguments of a start, if something is. */
  readonly refuse?: ((method: AnyMethod, request: Json) => Refusal | undefined) | undefined
  /** A sentence for the message of a call that failed: what helps. */
  readonly advice?: ((status: Status.Status, httpStatus: number) => string | undefined) | undefined
  /** The pace of waits for operations whose method publishes none. */
  readonly polling?: PublishedPolling | undefined
  /**
   * How long after a start reply a poll may be answered with `NOT_FOUND`.
   *
   * @default 0
   */
  readonly notFoundGrace?: Duration.DurationInput | undefined
}

/**
 * A reply of a service in this format, without the secrets of the call that it answers.
 *
 * @since 0.1.0
 * @category models
 */
export interface Source {
  readonly call: Context
  readonly clean: (json: unknown) => unknown
}

/**
 * The operations of a service in a format of their own. `List` is what its list takes.
 *
 * @since 0.1.0
 * @category models
 */
export interface OperationFormat<in List = never> extends
  Pick<
    Options,
    "maxPageSize" | "query" | "hint" | "refuse" | "advice" | "polling" | "notFoundGrace"
  >
{
  readonly operation: (json: unknown, source: Source) => Operation | string
  readonly page: (json: unknown, source: Source) => Page | string
  /** What is wrong with an argument of list, if something is. */
  readonly listProblem: (
    request: object
  ) => readonly [argument: string, problem: string] | undefined
  /** The query of a list whose arguments are right. */
  readonly listQuery: (request: object) => string
  /** How a client reads what operations acted on, where it does. */
  readonly "~target"?: object
  /** Type only. */
  readonly "~list"?: (request: List) => void
}

/**
 * The operations of a service whose client reads what they acted on.
 *
 * @since 0.1.0
 * @category models
 */
export interface TargetFormat<in List = never> extends OperationFormat<List> {
  readonly "~target": object
}

/**
 * Makes a format. Give it to the binding of an API; get, list, waits and starts read its replies by it.
 *
 * @example
 * import * as OperationFormat from "effect-lro/OperationFormat"
 * import * as Operations from "effect-lro/Operations"
 *
 * // { "id": "projects/p/jobs/1", "state": "FINISHED", "failure": "no flour left" }
 * const format = OperationFormat.make({
 *   operation: (json) => {
 *     if (typeof json["id"] !== "string") return "it has no id"
 *     const done = json["state"] === "FINISHED"
 *     const failure = json["failure"]
 *     return {
 *       name: json["id"],
 *       done,
 *       metadata: json,
 *       ...(done && (typeof failure === "string" ? { error: { code: 2, message: failure } } : { response: json }))
 *     }
 *   }
 * })
 *
 * export const binding = Operations.binding({
 *   service: "mill.example.com",
 *   version: "v1",
 *   scopes: [],
 *   operationFormat: format,
 *   methods: { get: { verb: "GET", templates: ["/v1/{name=projects/*\/jobs/*}"] } }
 * })
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = <List extends { readonly name: string } = ListRequest>(
  options: Options
): OperationFormat<List> => {
  const {
    advice,
    hint,
    maxPageSize,
    notFoundGrace,
    operation,
    page = ofOperations,
    parameters = usual,
    polling,
    query,
    refuse
  } = options
  const one = (json: unknown, { call, clean }: Source): Operation | string => {
    if (!isObject(json)) return "the reply is not an object"
    const read = operation(json, call)
    if (typeof read === "string") return String(clean(read))
    return read.error === undefined ? read : { ...read, error: clean(read.error) }
  }
  return {
    operation: one,
    page: (json, source) => {
      if (!isObject(json)) return "the reply is not an object"
      const read = page(json, source.call)
      if (typeof read === "string") return String(source.clean(read))
      const operations: Array<Operation> = []
      for (const [i, item] of read.items.entries()) {
        const found = one(item, source)
        if (typeof found === "string") return `\`operations[${i}]\`: ${found}`
        operations.push(found)
      }
      const { nextPageToken = "", unreachable = [] } = read
      return { operations, nextPageToken, unreachable }
    },
    advice,
    hint,
    maxPageSize,
    notFoundGrace,
    listProblem: (request) => listProblem(request, parameters),
    listQuery: (request) => listQuery(request, parameters),
    polling,
    query,
    refuse
  }
}

type Parameters = NonNullable<Options["parameters"]>

const listProblem = (
  request: object,
  parameters: Parameters
): readonly [argument: string, problem: string] | undefined => {
  for (const [argument, value] of Object.entries<unknown>({ ...request })) {
    if (argument !== "name" && !Object.hasOwn(parameters, argument)) {
      return [argument, "is no parameter of the service"]
    }
    if (typeof value === "string" && !isWellFormed(value)) {
      return [argument, "contains a lone surrogate"]
    }
    if (argument === "filter" && value !== undefined) {
      if (typeof value !== "string") return [argument, "is not a string"]
      if (value.trim() === "") return [argument, "is empty"]
    }
    if (argument === "pageSize" && value !== undefined && !isPageSize(value)) {
      return [argument, "is not a whole number from 0 to 2147483647"]
    }
  }
  return undefined
}

const isPageSize = (value: unknown): boolean =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 31

const listQuery = (request: object, parameters: Parameters): string =>
  Object.entries(parameters).flatMap(([argument, name]) => {
    const value: unknown = Reflect.get(request, argument)
    return value === undefined || value === ""
      ? []
      : [`${name}=${encodeURIComponent(String(value))}`]
  }).join("&")

const usual = {
  filter: "filter",
  pageSize: "pageSize",
  pageToken: "pageToken",
  returnPartialSuccess: "returnPartialSuccess"
}

const ofOperations = (json: Json): Items | string => {
  const unreachable = json["unreachable"] ?? []
  if (!isTexts(unreachable)) return "`unreachable` is not an array of strings"
  return itemsOf(json, "operations", unreachable)
}

const isTexts = (value: unknown): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every((item) => typeof item === "string")

/**
 * A page whose items stand in one field.
 *
 * @internal
 */
export const itemsOf = (
  json: Json,
  field: string,
  unreachable: ReadonlyArray<string>
): Items | string => {
  const items = json[field] ?? []
  const nextPageToken = json["nextPageToken"] ?? ""
  if (!Array.isArray(items)) return `\`${field}\` is not an array`
  if (typeof nextPageToken !== "string") return "`nextPageToken` is not a string"
  return { items, nextPageToken, unreachable }
}

/**
 * The key under which an operation that was decoded carries what it acted on.
 *
 * @since 0.1.0
 * @category targets
 */
export const acted: unique symbol = Symbol.for("effect-lro/OperationFormat/acted")

/**
 * An operation that knows which resource it made: `target` of the client reads it.
 *
 * @since 0.1.0
 * @category targets
 */
export type Acting<Operation, Resource> = Operation & {
  readonly [acted]: () => ProtoJson.Message<Resource>
}

/**
 * An operation after which nothing is left to be read.
 *
 * @since 0.1.0
 * @category targets
 */
export type Deleting<Operation> = Operation & {
  readonly [acted]: "nothing is left to be read after a delete"
}

/**
 * The Schema of an operation that makes a resource.
 *
 * @since 0.1.0
 * @category targets
 */
export const acting = <Operation extends object, Resource>(
  operation: ProtoJson.Message<Operation>,
  resource: () => ProtoJson.Message<Resource>
): ProtoJson.Message<Acting<Operation, Resource>> =>
  extendedBy(operation, (value) => ({ ...value, [acted]: resource }))

/**
 * The Schema of an operation that deletes a resource.
 *
 * @since 0.1.0
 * @category targets
 */
export const deleting = <Operation extends object>(
  operation: ProtoJson.Message<Operation>
): ProtoJson.Message<Deleting<Operation>> =>
  extendedBy(operation, (value) => ({
    ...value,
    [acted]: "nothing is left to be read after a delete" as const
  }))
