/**
 * Operations that are not google.longrunning.Operation: those of Compute Engine, GKE (Google Kubernetes Engine) and Cloud SQL, and of
 * APIs of your own, with a `status` instead of `done`. A format says how they are read; a binding carries it as its `operationFormat`.
 *
 * Names, calls, waits, states, errors, references and telemetry are those of all others.
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import * as internal from "./internal/operation/format.ts"
import { extendedBy } from "./internal/proto/message.ts"
import type { AnyMethod, PublishedPolling } from "./Method.ts"
import type { Operation } from "./Operation.ts"
import type * as ProtoJson from "./ProtoJson.ts"
import type { ListRequest, Page } from "./Requests.ts"
import type * as Status from "./Status.ts"

type Json = { readonly [key: string]: unknown }

type MethodName = "get" | "cancel" | "delete" | "wait"

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
 * What is wrong with an argument of a call.
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
 * How a service writes its operations. What one of the functions throws becomes part of an error that names it, and no defect: of a
 * `MalformedResponse` for `operation` and `page`, of an `InvalidRequest` for `query` and `refuse`, of the error that `advice` was asked
 * about; a `hint` that throws is none.
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
  /** What get, cancel, delete and wait send in the query for a name, encoded, or why the service does not serve them for it. */
  readonly query?: ((method: MethodName, name: string) => string | Refusal) | undefined
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
export interface OperationFormat<in List = never> extends Omit<Options, "operation" | "page"> {
  readonly operation: (json: unknown, source: Source) => Operation | string
  readonly page: (json: unknown, source: Source) => Page | string
  readonly parameters: { readonly [argument: string]: string }
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
): OperationFormat<NoInfer<List>> => internal.make(options)

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
